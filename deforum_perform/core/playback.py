"""From takes to what a lane plays: comp -> signal -> map -> frames -> smooth -> steps per frame -> cadence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .comp import Cover, Covers, played
from .deforum_text import max_frames_for
from .frames import hold, line_between_steps, lost_hits, mean, pool, spread, strongest
from .lane import Lane
from .mapping import limited, mapped
from .motion import steps
from .selection import held
from .signal import EMPTY, Signal, between
from .smoothing import zero_phase
from .take import Take
from .underlay import blended, covered, underlay

Array = NDArray[np.float64]

KNOB_STEPS = 127
"""Steps of a knob that sends MIDI's 7 bits."""


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
    """The lane's value at each frame, shape (frames,), in the field's unit, as a render at ``cadence`` shall read it.

    Arguments as for ``frame_values``.
    """
    return on_cadence(frame_values(events, lane, fps, frames, cadence, covers), lane, cadence)


def frame_values(events: Signal, lane: Lane, fps: float, frames: int, cadence: int, covers: Covers = ()) -> Array:
    """What is played at each frame, shape (frames,), in the field's unit.

    ``events`` as ``lane_signal`` gives them; ``covers`` say where the lane plays, for a schedule under it, whose
    formulas may ask for the number of frames that the ``cadence`` needs.
    """
    if lane.chooses or lane.counts:
        first = lane.out_low if lane.counts else 0.0
        chosen = held(hold(events, fps, frames, first).astype(np.int64), round(lane.hold_s * fps))
        return chosen.astype(np.float64)
    rest = rest_value(lane)
    before = float(events.values[0]) if lane.form == "position" and len(events) else rest
    values = zero_phase(_resampled(events, lane, fps, frames, before, rest), fps, lane.smoothing_s)
    values = steps(values, lane.row, lane.form, fps)
    if lane.under:
        under = underlay(lane.under, frames, max_frames_for(frames, cadence))
        values = blended(values, under, lane.blend, lane.row.rest, covered(covers, fps, frames))
    return limited(values, lane)


def on_cadence(values: Array, lane: Lane, cadence: int) -> Array:
    """Per-frame values (N,) pooled onto the frames at which a render reads the field, and held between them.

    So what is played between two of them is not lost. A choice that changes inside a step counts from its beginning.
    """
    if lane.row.reads != "cadence" or cadence <= 1:
        return values
    how = "last" if lane.chooses or lane.counts else lane.pool
    return limited(spread(pool(values, cadence, how, rest_value(lane)), cadence, len(values)), lane)


def saved_hits(values: Array, lane: Lane, cadence: int) -> NDArray[np.int64]:
    """Frames of hits in ``values`` (N,), as played, that a render reading every ``cadence``-th of them would have
    lost."""
    if lane.row.reads != "cadence" or lane.chooses or lane.counts or lane.pool == "last":
        return np.empty(0, np.int64)
    return lost_hits(values, cadence, rest_value(lane))


def _resampled(events: Signal, lane: Lane, fps: float, frames: int, before: float, rest: float) -> Array:
    if lane.pool == "strongest":
        return strongest(events, fps, frames, before, rest)
    if lane.pool == "last" and lane.lines:
        return line_between_steps(events, fps, frames, before, abs(lane.out_high - lane.out_low) / KNOB_STEPS)
    return (mean if lane.pool == "mean" else hold)(events, fps, frames, before)
