"""Time maps: from the time of a recording to the time of a song, in straight pieces.

A recording keeps its events in its own time and never changes. Their position in the song is a choice: a map can move
them, stretch them, place each one by its sender's time, or tie them to beats, and can be replaced by another map at any
time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..records import Record

SECONDS, BEATS = "seconds", "beats"
UNITS = (SECONDS, BEATS)
"""What a map's song positions are counted in. Beats become seconds by the song's tempo map."""

ARRIVAL, SENDER = "arrival", "sender"
TIMES = (ARRIVAL, SENDER)
"""Which time of an event counts: its arrival, or its sender's time."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Segment(Record):
    """From ``recording_s`` on, the song is at ``song`` and advances by ``rate`` per recorded second. ``song`` and
    ``rate`` are in the unit of the map."""

    recording_s: float
    song: float
    rate: float = 1.0


@dataclass(frozen=True)
class TimeMap(Record):
    """Recording time (s) to song time, in ``unit``; ``by``: which of ``TIMES`` counts.

    ``segments`` are in order of recording time. The first one also applies before its start. Where the song jumped or
    looped while it was recorded, a segment begins at another place than where the one before it ends.
    """

    segments: tuple[Segment, ...] = (Segment(0.0, 0.0),)
    unit: str = SECONDS
    by: str = ARRIVAL

    @property
    def is_identity(self) -> bool:
        """Whether it leaves every time unchanged."""
        return self.unit == SECONDS and self.segments == (Segment(0.0, 0.0),)


IDENTITY = TimeMap()


def checked_map(mapping: TimeMap) -> TimeMap:
    """The map; InputError if it is invalid."""
    starts = [segment.recording_s for segment in mapping.segments]
    if not starts:
        raise InputError("A time map needs at least one segment.")
    if any(later <= earlier for earlier, later in pairwise(starts)):
        raise InputError("The segments of a time map have to be in order of recording time.")
    if any(segment.rate <= 0 for segment in mapping.segments):
        raise InputError("The rate of a time map has to be above 0.")
    if mapping.unit not in UNITS or mapping.by not in TIMES:
        raise InputError(f"A time map is in {' or '.join(UNITS)}, by {' or '.join(TIMES)}.")
    return mapping


def to_song(mapping: TimeMap, recording_s: ArrayLike) -> Array:
    """Recording times (any shape, s) as positions in the song, in the map's unit."""
    times = np.asarray(recording_s, dtype=np.float64)
    if len(mapping.segments) == 1:
        return _on(mapping.segments[0], times)
    starts = [segment.recording_s for segment in mapping.segments]
    place = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    origins, songs, rates = (
        np.array(column)[place]
        for column in zip(*((s.recording_s, s.song, s.rate) for s in mapping.segments), strict=True)
    )
    placed: Array = songs + (times - origins) * rates
    return placed


def _on(segment: Segment, times: Array) -> Array:
    return segment.song + (times - segment.recording_s) * segment.rate


def to_recording(mapping: TimeMap, song: float) -> float:
    """The recording time (s) of a position in the song, in the map's unit: the first time the song was there.

    Positions that the song jumped over are counted from the segment before the jump.
    """
    found = mapping.segments[0]
    for segment, end in _stretches(mapping):
        if segment.song <= song:
            found = segment
            if song < end:
                break
    return found.recording_s + (song - found.song) / found.rate


def _stretches(mapping: TimeMap) -> Iterator[tuple[Segment, float]]:
    """Each segment, and the position in the song at its end."""
    for segment, following in pairwise(mapping.segments):
        yield segment, segment.song + (following.recording_s - segment.recording_s) * segment.rate
    yield mapping.segments[-1], np.inf


def scaled(mapping: TimeMap, factor: float) -> TimeMap:
    """The map with every position in the song multiplied by ``factor``: the song stretched."""
    segments = tuple(Segment(s.recording_s, s.song * factor, s.rate * factor) for s in mapping.segments)
    return replace(mapping, segments=segments)


def runs(mapping: TimeMap, end_s: float) -> tuple[TimeMap, ...]:
    """The parts of the map up to ``end_s`` of recording time in each of which the song moves forward without a jump:
    one for each round of a loop. Each begins with its first segment, and the next one ends it."""
    parts = [[mapping.segments[0]]]
    for (segment, leads_to), following in zip(_stretches(mapping), mapping.segments[1:], strict=False):
        jumped = following.song != leads_to and abs(following.song - leads_to) > JUMP_S * max(1.0, segment.rate)
        if jumped and following.recording_s < end_s:
            parts.append([])
        parts[-1].append(following)
    return tuple(replace(mapping, segments=tuple(part)) for part in parts) if len(parts) > 1 else (mapping,)


JUMP_S = 1e-6
"""A smaller step from one segment to the next is rounding, not a jump."""
