"""From takes to what a lane plays: comp -> signal -> mapping -> frames -> smoothing -> steps per frame -> cadence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..deforum.motion import steps
from ..deforum.reading import Reading
from ..deforum.selection import held
from ..deforum.text import max_frames_for
from ..deforum.underlay import blended, underlay
from ..signal import EMPTY, Signal, between
from ..song.comp import Cover, Covers, played
from ..song.lane import Lane
from ..song.take import Take
from .coverage import covered
from .frames import (
    hold_hits,
    line_between_steps,
    lost_hits,
    mean,
    pool_choices,
    pool_spans,
    reach,
    show_hits,
    spread_spans,
    strongest,
)
from .hits import note_offs, releases, struck
from .mapping import after_hits, limited, mapped, plays_hits, position
from .resting import Reach, Rests, resting_choice, rests
from .smoothing import zero_phase

Array = NDArray[np.float64]
Index = NDArray[np.int64]

KNOB_STEPS = 127
"""Steps of a knob that sends MIDI's 7 bits."""


def raw_signal(covers: Covers, takes: Mapping[str, Take]) -> Signal:
    """The values that were sent, over the whole song, in the source's unit. A take that is not in ``takes`` is
    silent."""
    pieces = [piece for piece in (_piece(cover, takes) for cover in played(covers)) if len(piece)]
    if not pieces:
        return EMPTY
    return Signal(np.concatenate([p.times_s for p in pieces]), np.concatenate([p.values for p in pieces]))


def lane_signal(covers: Covers, lane: Lane, takes: Mapping[str, Take]) -> Signal:
    """What the lane plays over the whole song, in the lane's unit; indexes into its choices if it chooses."""
    if plays_hits(lane):
        return _hits_signal(covers, lane, takes)
    raw = raw_signal(covers, takes)
    return Signal(raw.times_s, mapped(raw.values, lane)) if len(raw) else raw


def _hits_signal(covers: Covers, lane: Lane, takes: Mapping[str, Take]) -> Signal:
    """Like ``lane_signal``, for a lane that advances with each hit. The value that a source holds where a clip begins
    is not a hit, and whether an event is a hit is decided on the whole take."""
    times, hits = [], []
    for cover in played(covers):
        recorded = _recorded(cover, takes)
        if not len(recorded):
            continue
        first, last = np.searchsorted(recorded.times_s, (cover.start_s, cover.end_s), side="left")
        times.append(recorded.times_s[first:last])
        hits.append(_hits(cover.source, recorded, lane, takes[cover.take].signals)[first:last])
    if not times:
        return EMPTY
    return Signal(np.concatenate(times), after_hits(np.cumsum(np.concatenate(hits)), lane))


def _hits(source: str, events: Signal, lane: Lane, signals: Mapping[str, Signal]) -> NDArray[np.bool_]:
    """Which ``events`` of a take's ``signals`` are hits of the lane, (N,)."""
    positions = position(events.values, lane)
    released = releases(events.values, positions, lane) | note_offs(source, events, signals)
    return struck(events.values, positions, events.times_s, released)


def _recorded(cover: Cover, takes: Mapping[str, Take]) -> Signal:
    """All events of the clip's source in its take."""
    take = takes.get(cover.take)
    return take.signals.get(cover.source, EMPTY) if take else EMPTY


def _piece(cover: Cover, takes: Mapping[str, Take]) -> Signal:
    """The events of a clip in the source's unit, beginning with the value that holds where it begins."""
    recorded = _recorded(cover, takes)
    inside = between(recorded, cover.start_s, cover.end_s)
    before = int(np.searchsorted(recorded.times_s, cover.start_s, side="left")) - 1
    if before < 0 or (len(inside) and inside.times_s[0] == cover.start_s):
        return inside
    return Signal(
        np.concatenate(([cover.start_s], inside.times_s)),
        np.concatenate((recorded.values[before : before + 1], inside.values)),
    )


def rest_value(lane: Lane) -> float:
    """The lane's value before anything is played: the field's default value inside its limits."""
    return float(limited(np.array([lane.row.rest]), lane)[0])


@dataclass(frozen=True, eq=False)
class FrameValues:
    """What a lane plays at each frame, regardless of the frames that a render will read; columns of one length.

    ``values`` (N,) in the field's unit (indexes or counts for a lane that chooses or counts); ``rest`` (N,): the
    source's rest level, in the same unit; ``plays`` (N,): where it plays; ``under`` (N,): the schedule below, or None.
    """

    values: Array
    rest: Array
    plays: NDArray[np.bool_]
    under: Array | None = None


def read_values(
    events: Signal, lane: Lane, fps: float, frames: int, reading: Reading, covers: Covers = ()
) -> tuple[FrameValues, Array]:
    """What is played at each of ``frames`` frames, and the value at each, (frames,), for a render with this reading.
    Arguments as for ``frame_values``."""
    longest = int(np.diff(np.append(reading.starts(lane.row, frames), frames)).max())
    played = frame_values(events, lane, fps, frames, reading.cadence, covers, reading.seed, longest)
    spans = reading.spans(lane.row)
    if spans is not None:
        return played, on_spans(played, lane, spans.starts)
    return played, on_cadence(played, lane, reading.step(lane.row))


def frame_values(
    events: Signal,
    lane: Lane,
    fps: float,
    frames: int,
    cadence: int,
    covers: Covers = (),
    seed: int = -1,
    longest: int | None = None,
) -> FrameValues:
    """What is played at each of ``frames`` frames.

    ``events`` as returned by ``lane_signal``; ``covers``: where the lane plays, for a schedule under it, whose formulas
    may use the number of frames for the ``cadence`` and the ``seed``. ``longest``: the largest number of frames from
    one that is read to the next, if not the cadence; it also separates a hit from a rest, see ``resting``.
    """
    step = (longest or cadence) if lane.row.reads == "cadence" else 1
    if lane.chooses or lane.counts:
        return _chosen_frames(events, lane, fps, frames, step)
    idle = rest_value(lane)
    before = float(events.values[0]) if lane.form == "position" and len(events) else idle
    reached = reach(events, fps, frames, before)
    resting = _rests(events, lane, fps, step, reached)
    raw = _resampled(events, lane, fps, before, reached, resting)
    smooth = (zero_phase(column, fps, lane.smoothing_s) for column in (raw, resting.level))
    values, rest = (steps(column, lane.row, lane.form, fps) for column in smooth)
    if not lane.under:
        return FrameValues(values, rest, np.arange(frames) >= _first_frame(events, fps, frames))
    under = underlay(lane.under, frames, max_frames_for(frames, cadence), seed)
    return FrameValues(values, rest, covered(covers, fps, frames) | (raw != reached.held), under)


def on_cadence(played: FrameValues, lane: Lane, cadence: int) -> Array:
    """The values for a render at ``cadence`` to read, (N,): pooled onto the frames at which it reads the field, and
    held between them.

    Nothing that is played between two of them is lost. A choice that changes inside a step counts from its beginning. A
    schedule under the lane stays unchanged at the frames that are read, and a step in which the lane plays counts as
    played from its beginning.
    """
    if lane.row.reads != "cadence" or cadence <= 1:
        chooses = lane.chooses or lane.counts
        return played.values if chooses else _with_under(played.values, played.under, played.plays, lane)
    return on_spans(played, lane, np.arange(0, len(played.values), cadence))


def on_spans(played: FrameValues, lane: Lane, starts: Index) -> Array:
    """The values for a render that reads the field for the frames ``starts``, (N,); see ``on_cadence``."""
    frames = len(played.values)
    if lane.chooses or lane.counts:
        chosen = pool_choices(played.values.astype(np.int64), starts, played.rest.astype(np.int64))
        return spread_spans(chosen, starts, frames)
    pooled = pool_spans(played.values, starts, lane.pool, played.rest, played.plays, lane.error_limit)
    under = None if played.under is None else played.under[starts]
    plays = np.logical_or.reduceat(played.plays, starts)
    return spread_spans(_with_under(pooled, under, plays, lane), starts, frames)


def saved_hits(played: FrameValues, lane: Lane, cadence: int) -> NDArray[np.int64]:
    """Frames of hits in what is played that a render reading every ``cadence``-th frame would have lost."""
    if lane.row.reads != "cadence" or lane.chooses or lane.counts or lane.pool == "last":
        return np.empty(0, np.int64)
    return lost_hits(np.where(played.plays, played.values, played.rest), cadence, played.rest)


def _with_under(values: Array, under: Array | None, plays: NDArray[np.bool_], lane: Lane) -> Array:
    if under is not None:
        values = blended(values, under, lane.blend, lane.row.rest, plays)
    return limited(values, lane)


def _chosen_frames(events: Signal, lane: Lane, fps: float, frames: int, step: int) -> FrameValues:
    """Per-frame choices or counts. A count, and a choice that advances with each hit, never returns, so it has no rest
    level."""
    reached = reach(events, fps, frames, lane.out_low if lane.counts else 0.0)
    chosen, rest = reached.held.astype(np.int64), np.full(frames, -1)
    if lane.chooses and lane.pick != "step" and len(events):
        rest = resting_choice(reached, events.values.astype(np.int64), fps, step)
        chosen = show_hits(chosen, rest, events, fps)
    chosen = held(chosen, round(lane.hold_s * fps))
    return FrameValues(chosen.astype(np.float64), rest.astype(np.float64), np.ones(frames, np.bool_))


def _rests(events: Signal, lane: Lane, fps: float, step: int, reached: Reach) -> Rests:
    """The source's rest level at each frame, in the lane's unit; before the first event, that right after it."""
    frames = reached.held.size
    if not len(events):
        return Rests(reached.held, np.zeros(frames, np.bool_))
    first = min(_first_frame(events, fps, frames), frames - 1)
    played = Reach(*(column[first:] for column in reached))
    found = rests(played, events.values, fps, step, abs(lane.out_high - lane.out_low))
    level = np.concatenate((np.full(first, found.level[0]), found.level))
    leaving = np.concatenate((np.zeros(first, np.bool_), found.leaving))
    leaving[first] = True  # the value held before the first event was not played
    return Rests(level, leaving)


def _first_frame(events: Signal, fps: float, frames: int) -> int:
    """The frame in whose span the first event is; ``frames`` if there is none."""
    if not len(events):
        return frames
    return min(max(int(np.floor(events.times_s[0] * fps + 1e-6)), 0), frames)


def _resampled(events: Signal, lane: Lane, fps: float, before: float, reached: Reach, resting: Rests) -> Array:
    frames = reached.held.size
    if lane.pool == "strongest":
        return strongest(reached, *resting)
    if lane.pool == "mean":
        return mean(events, fps, frames, before)
    if lane.lines:
        return line_between_steps(events, fps, frames, before, abs(lane.out_high - lane.out_low) / KNOB_STEPS)
    return hold_hits(reached, resting.level) if lane.row.reads == "frame" else reached.held
