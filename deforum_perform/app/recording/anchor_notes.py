"""The anchors of a recording as notes in its journal, as its clock source says them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...core.errors import InputError
from ...core.time.time_map import Segment, TimeMap, checked_map
from ...core.units import as_number
from ...store.recordings.take_file import LARGEST

ANCHORS = "anchors"
"""A note's word for them. Its value: from which segment on it replaces the earlier ones, and those that follow, each as
recording time (s), song time (s) and rate."""

Note = Mapping[str, Any]


class AnchorNotes:
    """What a journal contains of the anchors of its recording."""

    def __init__(self) -> None:
        self._noted: tuple[Segment, ...] = ()

    def news(self, anchors: TimeMap) -> Note | None:
        """The note of what has changed since the last one; None if nothing has."""
        noted, now = self._noted, anchors.segments
        if noted == now:
            return None
        pairs = enumerate(zip(noted, now, strict=False))
        first = next((place for place, (old, new) in pairs if old != new), min(len(noted), len(now)))
        self._noted = now
        return {ANCHORS: [first, [[s.recording_s, s.song, s.rate] for s in now[first:]]]}


def anchors_in(notes: Iterable[Note]) -> TimeMap | None:
    """The anchors that the notes of a journal contain; None if there are none. Invalid notes are left out."""
    segments: tuple[Segment, ...] = ()
    for note in notes:
        segments = _with(segments, note.get(ANCHORS))
    return TimeMap(segments) if segments else None


def _with(segments: tuple[Segment, ...], said: object) -> tuple[Segment, ...]:
    """The segments after a note, or the same if it is not valid."""
    if not isinstance(said, list) or len(said) != 2 or not isinstance(said[1], list):
        return segments
    first, rows = said
    if type(first) is not int or not 0 <= first <= len(segments):
        return segments
    new = [_segment(row) for row in rows]
    if any(segment is None for segment in new):
        return segments
    try:
        return checked_map(TimeMap((*segments[:first], *(segment for segment in new if segment)))).segments
    except InputError:
        return segments


def _segment(row: object) -> Segment | None:
    numbers = [as_number(value) for value in row] if isinstance(row, list) else []
    plain = [number for number in numbers if number is not None and abs(number) <= LARGEST]
    return Segment(*plain) if len(plain) == len(numbers) == 3 else None
