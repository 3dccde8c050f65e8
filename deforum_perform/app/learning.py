"""Learn: the next source that moves plays the lane; and input ranges that follow the hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..core.lane import Lane
from ..core.song import Song, with_lane
from ..osc.columns import EventBatch
from .monitor import Monitor

BUSY_NS = 500_000_000
"""A source that moved this shortly before Learn was pressed moves by itself: an LFO, a clock."""

PATIENCE_NS = 1_000_000_000
"""When nothing else has moved for this long after Learn was pressed, such a source will do."""

SEVEN_BIT = 127.0


@dataclass(frozen=True)
class Learning:
    """A lane that waits for its source. ``busy``: indexes of the sources that moved by themselves."""

    lane_id: str
    started_ns: int
    busy: frozenset[int]

    def choose(self, moved: list[int], now_ns: int) -> int | None:
        """Which of the sources that ``moved`` (indexes, in order) is meant, or None to go on waiting."""
        quiet = [i for i in moved if i not in self.busy]
        if quiet:
            return quiet[0]
        return moved[0] if moved and now_ns - self.started_ns > PATIENCE_NS else None


def begin_learning(lane_id: str, monitor: Monitor, now_ns: int) -> Learning:
    """Start to learn at ``now_ns`` (monotonic)."""
    busy = {i for i, s in enumerate(monitor.sources) if s.moved_ns is not None and now_ns - s.moved_ns < BUSY_NS}
    return Learning(lane_id, now_ns, frozenset(busy))


class HandRanges:
    """The ranges that sources were seen to cover, for lanes whose input range follows the hand."""

    def __init__(self) -> None:
        self._ranges: dict[str, tuple[float, float]] = {}
        self._song: Song | None = None
        self._lanes: dict[str, list[Lane]] = {}

    def begin(self, lane: Lane, low: float, high: float) -> Lane:
        """The lane with its input range begun anew at ``low..high``."""
        self._ranges.pop(lane.id, None)
        return self._widened(lane, low, high)

    def follow(self, song: Song, batch: EventBatch, moved: Iterable[int], names: Sequence[str]) -> Song:
        """The song with the input ranges widened to what the sources that ``moved`` (indexes of ``names``) did."""
        lanes = self._following(song)
        for i in moved:
            for lane in lanes.get(names[i], ()):
                mine = batch.values[batch.source_index == i]
                widened = self._widened(lane, float(mine.min()), float(mine.max()))
                song = song if widened is lane else with_lane(song, widened)
        return song

    def _following(self, song: Song) -> dict[str, list[Lane]]:
        """Source -> the lanes whose input range follows it: until their first take, or until it is typed."""
        if song is not self._song:
            self._song, self._lanes = song, {}
            for lane in song.lanes:
                if lane.in_auto and lane.source and not song.comp.get(lane.id):
                    self._lanes.setdefault(lane.source, []).append(lane)
        return self._lanes

    def _widened(self, lane: Lane, low: float, high: float) -> Lane:
        """The lane with its input range widened to take in ``low..high``; the same lane if it does already."""
        known_low, known_high = self._ranges.get(lane.id, (low, high))
        seen = self._ranges[lane.id] = (min(known_low, low), max(known_high, high))
        in_low, in_high = seen if seen[0] < seen[1] else guessed_range(seen[0])
        if (in_low, in_high) == (lane.in_low, lane.in_high):
            return lane
        return replace(lane, in_low=in_low, in_high=in_high)


def guessed_range(value: float) -> tuple[float, float]:
    """An input range for a source of which one value is known: 0..1, 0..127, or as far on both sides of 0 as needed."""
    if 0.0 <= value <= 1.0:
        return (0.0, 1.0)
    if -1.0 <= value <= 1.0:
        return (-1.0, 1.0)
    if 0.0 <= value <= SEVEN_BIT:
        return (0.0, SEVEN_BIT)
    return (min(0.0, value), max(0.0, value))
