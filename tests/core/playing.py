"""What a lane plays of events that a test makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deforum_perform.core.curve.curve import Context, Curve, run
from deforum_perform.core.curve.pipeline import clip_stages, read_curve
from deforum_perform.core.deforum.reading import Reading
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.clip import Clip, Clips
from deforum_perform.core.song.lane import Lane


def context_of(lane: Lane, fps: float, frames: int, cadence: int = 1, clips: Clips = ()) -> Context:
    """What a curve of ``lane`` is made for in a render at ``cadence``."""
    return Context(lane, fps, frames, Reading(cadence), clips)


def played(events: Signal, lane: Lane, fps: float, frames: int, cadence: int = 1, clips: Clips = ()) -> Curve:
    """What is played at each frame of ``events``, in the lane's unit."""
    first, *stages = clip_stages(lane)
    assert first.__name__ == "bound"
    return run(stages, Curve(events), context_of(lane, fps, frames, cadence, clips))


def lane_values(
    events: Signal, lane: Lane, fps: float, frames: int, cadence: int = 1, clips: Clips = ()
) -> NDArray[np.float64]:
    """The lane's value at each frame, (frames,), as a render at ``cadence`` shall read it."""
    curve = played(events, lane, fps, frames, cadence, clips)
    return read_curve(curve, context_of(lane, fps, frames, cadence, clips)).values


def clip(lane: Lane, take: str, start_s: float, end_s: float, source: str | None = None) -> Clip:
    """A clip as a recording with ``lane`` writes it."""
    binding = lane.binding if source is None else replace(lane.binding, source=source)
    return Clip(f"{take}-{start_s:g}", take, binding, start_s, end_s)
