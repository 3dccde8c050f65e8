"""From takes to what a lane plays: comp -> signal -> map -> frames -> smooth -> steps per frame -> cadence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .comp import Cover, Covers, played
from .deforum_text import max_frames_for
from .frames import hold, mean, pool, spread, strongest
from .lane import Lane
from .mapping import limited, mapped
from .motion import steps
from .selection import held
from .signal import EMPTY, Signal, between
from .smoothing import zero_phase
from .take import Take
from .underlay import blended, covered, underlay

Array = NDArray[np.float64]


def raw_signal(covers: Covers, takes: Mapping[str, Take]) -> Signal:
    """What was sent, over the whole song, in the source's unit. A take that is not in ``takes`` is silent."""
    pieces = [piece for piece in (_piece(cover, takes) for cover in played(covers)) if len(piece)]
    if not pieces:
        return EMPTY
    return Signal(np.concatenate([p.times_s for p in pieces]), np.concatenate([p.values for p in pieces]))


def lane_signal(covers: Covers, lane: Lane, takes: Mapping[str, Take]) -> Signal:
    """What the lane plays over the whole song, in the lane's unit; indexes into its choices if it chooses."""
    raw = raw_signal(covers, takes)
    return Signal(raw.times_s, mapped(raw.values, lane)) if len(raw) else raw


def _piece(cover: Cover, takes: Mapping[str, Take]) -> Signal:
    """The events of a cover in the source's unit, beginning with the value that holds where it begins."""
    take = takes.get(cover.take)
    recorded = take.signals.get(cover.source, EMPTY) if take else EMPTY
    inside = between(recorded, cover.start_s, cover.end_s)
    before = int(np.searchsorted(recorded.times_s, cover.start_s, side="left")) - 1
    if before < 0 or (len(inside) and inside.times_s[0] == cover.start_s):
        return inside
    return Signal(
        np.concatenate(([cover.start_s], inside.times_s)),
        np.concatenate((recorded.values[before : before + 1], inside.values)),
    )


def rest_value(lane: Lane) -> float:
    """What the lane gives before anything is played: the field's resting value inside its hard limits."""
    return float(limited(np.array([lane.row.rest]), lane)[0])


def lane_values(events: Signal, lane: Lane, fps: float, frames: int, cadence: int, covers: Covers = ()) -> Array:
    """The lane's value at each frame, shape (frames,), in the field's unit.

    ``events`` as ``lane_signal`` gives them. Fields that Deforum reads only on cadence frames are pooled onto those,
    so that what is played between two of them is not lost. ``covers`` say where the lane plays, for a schedule under
    it.
    """
    if lane.chooses or lane.counts:
        return _chosen(events, lane, fps, frames, cadence)
    rest = rest_value(lane)
    before = float(events.values[0]) if lane.form == "position" and len(events) else rest
    values = zero_phase(_resampled(events, lane, fps, frames, before, rest), fps, lane.smoothing_s)
    values = steps(values, lane.row, lane.form, fps)
    if lane.under:
        under = underlay(lane.under, frames, max_frames_for(frames, cadence))
        values = blended(values, under, lane.blend, lane.row.rest, covered(covers, fps, frames))
    if lane.row.reads == "cadence" and cadence > 1:
        values = spread(pool(values, cadence, lane.pool, rest), cadence, frames)
    return limited(values, lane)


def _chosen(events: Signal, lane: Lane, fps: float, frames: int, cadence: int) -> Array:
    """Per-frame choices, or counts, (frames,): what holds at the end of a step, so that a hit inside it is seen."""
    first = lane.out_low if lane.counts else 0.0
    values = held(hold(events, fps, frames, first).astype(np.int64), round(lane.hold_s * fps))
    step = cadence if lane.row.reads == "cadence" else 1
    return spread(pool(values, step, "last", 0.0), step, frames)


def _resampled(events: Signal, lane: Lane, fps: float, frames: int, before: float, rest: float) -> Array:
    if lane.pool == "strongest":
        return strongest(events, fps, frames, before, rest)
    return (mean if lane.pool == "mean" else hold)(events, fps, frames, before)
