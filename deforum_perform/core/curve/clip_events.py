"""From clips to events: what a lane's source sent where its clips play, in the lane's unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..signal import EMPTY, Signal
from ..song.binding import Binding
from ..song.clip import Clip, Clips
from ..song.lane import Lane
from ..song.overlap import played
from ..song.take import Take
from .hits import note_offs, releases, struck
from .mapping import after_hits, chosen, output, plays_hits, position

Array = NDArray[np.float64]
Takes = Mapping[str, Take]


def raw_signals(clips: Clips, takes: Takes) -> dict[Binding, Signal]:
    """The values that were sent over the whole song, for each binding in playing order; without empty ones."""
    found: dict[Binding, list[Signal]] = {}
    for clip in pieces(clips):
        found.setdefault(clip.binding, []).append(_piece(clip, takes))
    joined = {binding: _joined(parts) for binding, parts in found.items()}
    return {binding: signal for binding, signal in joined.items() if len(signal)}


def lane_signal(clips: Clips, lane: Lane, takes: Takes) -> Signal:
    """What the lane plays over the whole song, in the lane's unit; indexes into its choices if it chooses."""
    if plays_hits(lane):
        return _hits_signal(clips, lane, takes)
    playing = [(clip, piece) for clip, piece in ((c, _piece(c, takes)) for c in pieces(clips)) if len(piece)]
    if not playing:
        return EMPTY
    raw = _joined(piece for _, piece in playing)
    where = np.concatenate([position(piece.values, clip.binding, lane.shaping.invert) for clip, piece in playing])
    return Signal(raw.times_s, chosen(where, raw.values, lane) if lane.chooses else output(where, lane))


def pieces(clips: Clips) -> Iterator[Clip]:
    """What plays, in time order. A clip that continues where the one before it ended is part of that one: splitting a
    clip changes nothing."""
    whole: Clip | None = None
    for piece in played(clips):
        if whole is not None and _goes_on(whole, piece):
            whole = replace(whole, end_s=piece.end_s)
            continue
        if whole is not None:
            yield whole
        whole = piece
    if whole is not None:
        yield whole


def _goes_on(clip: Clip, following: Clip) -> bool:
    same = (clip.take, clip.binding, clip.offset_s) == (following.take, following.binding, following.offset_s)
    return same and clip.end_s == following.start_s


def _joined(parts: Iterable[Signal]) -> Signal:
    sounding = [part for part in parts if len(part)]
    if not sounding:
        return EMPTY
    return Signal(np.concatenate([p.times_s for p in sounding]), np.concatenate([p.values for p in sounding]))


def _hits_signal(clips: Clips, lane: Lane, takes: Takes) -> Signal:
    """Like ``lane_signal``, for a lane that advances with each hit. The value that a source holds where a clip begins
    is not a hit, and whether an event is a hit is decided on the whole take."""
    times, hits = [], []
    for clip in pieces(clips):
        recorded = _recorded(clip, takes)
        if not len(recorded):
            continue
        first, last = recorded.times_s.searchsorted((clip.start_s, clip.end_s))
        times.append(recorded.times_s[first:last])
        hits.append(_hits(clip, recorded, lane, takes[clip.take].signals)[first:last])
    if not times:
        return EMPTY
    return Signal(np.concatenate(times), after_hits(np.cumsum(np.concatenate(hits)), lane))


def _hits(clip: Clip, events: Signal, lane: Lane, signals: Mapping[str, Signal]) -> NDArray[np.bool_]:
    """Which ``events`` of a take's ``signals`` are hits of the lane, (N,)."""
    invert = lane.shaping.invert
    positions = position(events.values, clip.binding, invert)
    if clip.offset_s:
        signals = {name: _later(signal, clip.offset_s) for name, signal in signals.items()}
    released = releases(events.values, positions, clip.binding, invert) | note_offs(clip.source, events, signals)
    return struck(events.values, positions, events.times_s, released)


def _recorded(clip: Clip, takes: Takes) -> Signal:
    """All events of the clip's source in its take, at their times in the clip."""
    take = takes.get(clip.take)
    recorded = take.signals.get(clip.source, EMPTY) if take else EMPTY
    return _later(recorded, clip.offset_s) if clip.offset_s else recorded


def _later(signal: Signal, by_s: float) -> Signal:
    return Signal(signal.times_s + by_s, signal.values)


def _piece(clip: Clip, takes: Takes) -> Signal:
    """The events of a clip in the source's unit, beginning with the value that holds where it begins."""
    recorded = _recorded(clip, takes)
    first, last = recorded.times_s.searchsorted((clip.start_s, clip.end_s))
    times_s, values = recorded.times_s[first:last], recorded.values[first:last]
    if first == 0 or (first < last and times_s[0] == clip.start_s):
        return Signal(times_s, values)
    held = recorded.values[first - 1 : first]
    return Signal(np.concatenate(([clip.start_s], times_s)), np.concatenate((held, values)))
