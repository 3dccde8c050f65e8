"""The takes of a recording: one for each round in which the song moved forward without a jump.

A recording that did not loop has one round. The takes depend on the recording alone, which never changes, so they are
the same whenever it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import DamagedFileError
from ..signal import Signal
from ..time.time_map import TimeMap, runs, to_song
from .recording import Recording
from .take import ROUND, Take

Array = NDArray[np.float64]
Texts = tuple[tuple[float, str], ...]


class Round(NamedTuple):
    """A stretch of a recording, from ``start_s`` up to ``end_s`` of its own time; the end belongs to the next round.

    ``take_id``: the id of its take; ``anchors``: from recording time to song time; ``first``, ``last``: it also has
    everything before its start, or from its end on.
    """

    take_id: str
    start_s: float
    end_s: float
    anchors: TimeMap
    first: bool
    last: bool

    def part(self, times_s: Array) -> slice:
        """The part of the rising recording times (N,) that is inside it."""
        start, end = np.searchsorted(times_s, (self.start_s, self.end_s), side="left").tolist()
        return slice(0 if self.first else start, len(times_s) if self.last else end)

    def has_some(self, start_s: float, end_s: float) -> bool:
        """Whether any moment of a stretch of recording time, both ends included, is inside it."""
        return (self.first or end_s >= self.start_s) and (self.last or start_s < self.end_s)

    def song_s(self, time_s: float) -> float:
        """The song time of a recording time; of its start or its end for one that is in another round."""
        earliest_s, latest_s = -np.inf if self.first else self.start_s, np.inf if self.last else self.end_s
        return float(to_song(self.anchors, min(max(time_s, earliest_s), latest_s)))


def rounds_of(recording_id: str, anchors: TimeMap, start_s: float, end_s: float) -> tuple[Round, ...]:
    """The rounds of a recording from ``start_s`` to ``end_s`` of its own time, in order."""
    parts = runs(anchors, end_s)
    borders = [part.segments[0].recording_s for part in parts[1:]]
    starts, ends = [min([start_s, *borders[:1]]), *borders], [*borders, end_s]
    ids = [recording_id, *(f"{recording_id}{ROUND}{place}" for place in range(2, len(parts) + 1))]
    rows = enumerate(zip(ids, starts, ends, parts, strict=True), start=1)
    return tuple(Round(*row, first=place == 1, last=place == len(parts)) for place, row in rows)


def takes_of(recording: Recording) -> tuple[Take, ...]:
    """The takes of a recording, numbered from its own number on. Rounds in which nothing arrived have none, but there
    is always at least one."""
    rounds = rounds_of(recording.id, recording.anchors, recording.start_s, recording.end_s)
    return with_events(take_of_round(recording, each) for each in rounds)


def take_called(takes: Iterable[Take], take_id: str) -> Take:
    """The one of a recording's takes with this id; DamagedFileError if there is none."""
    found = next((take for take in takes if take.id == take_id), None)
    if found is None:
        raise DamagedFileError("The recording of that take does not contain it. It may be the file of another song.")
    return found


def with_events(takes: Iterable[Take]) -> tuple[Take, ...]:
    """Those of a recording's takes that contain events, or the first one; their numbers count from its number on."""
    every = list(takes)
    found = [take for take in every if take.events] or every[:1]
    return tuple(replace(take, number=take.number + place) if place else take for place, take in enumerate(found))


def take_of_round(recording: Recording, played: Round) -> Take:
    """The take of a round: its events at the song time at which they were recorded, under the recording's number.

    No event was sent before the round began.
    """
    anchors, alone = played.anchors, played.first and played.last
    signals, texts, sent = recording.signals, recording.texts, recording.sent
    start_s, end_s = played.start_s, played.end_s
    if not alone:
        parts = {name: played.part(signal.times_s) for name, signal in signals.items()}
        sent = {name: np.maximum(times_s[parts[name]], start_s) for name, times_s in sent.items()}
        signals = {name: Signal(s.times_s[parts[name]], s.values[parts[name]]) for name, s in signals.items()}
        signals = {name: signal for name, signal in signals.items() if len(signal)}
        sent = {name: times_s for name, times_s in sent.items() if name in signals}
        texts = {name: tuple(row for row in rows if played.has_some(row[0], row[0])) for name, rows in texts.items()}
        texts = {name: rows for name, rows in texts.items() if rows}
    if not anchors.is_identity:
        start_s, end_s = to_song(anchors, [start_s, end_s]).tolist()
        signals = {name: _anchored(signal, anchors) for name, signal in signals.items()}
        texts = {name: _anchored_texts(rows, anchors) for name, rows in texts.items()}
        sent = {name: to_song(anchors, times_s) for name, times_s in sent.items()}
    return Take(
        played.take_id,
        recording.number,
        start_s,
        end_s,
        signals,
        texts,
        recording.recorded_at,
        recording.lost,
        sent,
        recording.sent_by if sent else "",
        recording,
    )


def _anchored(signal: Signal, anchors: TimeMap) -> Signal:
    """The signal in song time. If two anchors disagree by a rounding error, no event comes before an earlier one."""
    times_s = to_song(anchors, signal.times_s)
    return Signal(times_s if len(anchors.segments) == 1 else np.maximum.accumulate(times_s), signal.values)


def _anchored_texts(rows: Texts, anchors: TimeMap) -> Texts:
    return tuple((float(to_song(anchors, time_s)), text) for time_s, text in rows)
