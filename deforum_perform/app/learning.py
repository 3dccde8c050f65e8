"""Learn: the next source that moves plays the lane; and input ranges that follow the hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..core.lane import Lane
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


@dataclass
class HandRanges:
    """Lane id -> the range its source was seen to cover, for lanes whose input range follows the hand."""

    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    def begin(self, lane_id: str, low: float, high: float) -> None:
        """Start with the range ``low..high``."""
        self.ranges[lane_id] = (low, high)

    def widen(self, lane: Lane, low: float, high: float) -> Lane:
        """The lane with its input range widened to take in ``low..high``; the same lane if it does already."""
        known = self.ranges.get(lane.id)
        seen = (low, high) if known is None else (min(known[0], low), max(known[1], high))
        self.ranges[lane.id] = seen
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
