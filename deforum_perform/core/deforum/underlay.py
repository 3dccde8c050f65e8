"""A schedule that was in the box before, under what is played: replaced, added to, or multiplied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLENDS = ("replace", "add", "multiply")

Array = NDArray[np.float64]


def underlay(text: str, frames: int, max_frames: int, seed: int = -1) -> Array:
    """The schedule ``text`` as Deforum reads it at each frame, shape (frames,), in the field's unit.

    ``max_frames`` and ``seed`` are those that Deforum will use, since formulas may contain them. ScheduleTextError
    gives the position of an error in the text.
    """
    from .reader import parse_schedule  # a lane without a schedule below needs none

    values = parse_schedule(text, max(frames, max_frames), seed)[:frames]
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
