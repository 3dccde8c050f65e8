"""What a lane plays in a plain render, for tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deforum_perform.core.curve.playback import read_values
from deforum_perform.core.deforum.reading import Reading
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.comp import Covers
from deforum_perform.core.song.lane import Lane


def lane_values(
    events: Signal, lane: Lane, fps: float, frames: int, cadence: int, covers: Covers = ()
) -> NDArray[np.float64]:
    """The lane's value at each frame, (frames,), in the field's unit, as a render at ``cadence`` reads it."""
    return read_values(events, lane, fps, frames, Reading(cadence), covers)[1]
