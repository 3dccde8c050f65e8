"""Which frames of a song a lane plays in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..song.clip import Clips
from ..song.overlap import played


def covered(clips: Clips, fps: float, frames: int) -> NDArray[np.bool_]:
    """Which frames, shape (frames,), are inside a clip."""
    mask = np.zeros(frames, dtype=bool)
    for piece in played(clips):
        first, last = np.ceil(np.array([piece.start_s, piece.end_s]) * fps - 1e-6).astype(int)
        mask[first : max(first + 1, last)] = True
    return mask


def covered_steps(clips: Clips, fps: float, frames: int, cadence: int) -> NDArray[np.bool_]:
    """Which frames, shape (frames,), are inside a clip or before it in the cadence step in which it begins: what is
    played in a step counts from the frame at which Deforum reads it."""
    mask = covered(clips, fps, frames)
    for piece in played(clips):
        first = int(piece.start_s * fps + 1e-6)
        mask[first // cadence * cadence : first + 1] = True
    return mask
