"""Where keys can be, and with which values: for every number of keys, the ranges that its last key can have.

A level contains the frames that a number of keys reaches first. Only those ranges of a level are kept from which lines
reach the end of the next level: a line that runs through a frame inside its range can have a key there, so no
earlier frame is needed. With real values this is the exact optimum (Imai and Iri 1986, keys on whole frames); the
ends of each range are rounded inwards to printable values. ``docs/keys.md`` explains why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from .printable import Range, printed
from .tunnel import Gates, funnel


class Source(NamedTuple):
    """A frame, and the lowest and highest value that a key can have there."""

    frame: int
    low: float
    high: float


class _Level:
    """The ranges at the frames of a level: the first one of each frame in ``low`` and ``high``, further ones apart."""

    def __init__(self, gates: Gates, scale: float) -> None:
        size = len(gates.low)
        self.gates, self.scale, self.end = gates, scale, size - 1
        self.low, self.high = [0.0] * size, [0.0] * size
        self.seen_low, self.seen_high = [0.0] * size, [0.0] * size
        self.apart: dict[int, list[Range]] = {}
        self.last = 0

    def add(self, ranges: Iterable[Range], first: int) -> None:
        """Join ranges, one a frame from ``first`` on, to those that are there."""
        lows, highs, known = self.low, self.high, self.last
        frame = first - 1
        for frame, (low, high) in enumerate(ranges, first):
            if frame > known:
                lows[frame], highs[frame] = low, high
            elif low > highs[frame] or high < lows[frame]:
                self.apart.setdefault(frame, []).append((low, high))
            else:
                if low < lows[frame]:
                    lows[frame] = low
                if high > highs[frame]:
                    highs[frame] = high
        self.last = max(known, frame)

    def drop_unprintable_end(self) -> None:
        """Leave out the last frames if they have no printable value."""
        while True:
            low, high = printed(self.low[self.last], self.high[self.last], self.scale)
            if low <= high:
                return
            self.last -= 1

    def followed(self, target: int, first: int, last: int) -> int:
        """How far back lines to the gate of ``target`` need to be followed, not before frame ``first``: to a frame up
        to ``last`` where all of them are inside its range, or to the first one they can come from.

        Their values are in ``seen_low`` and ``seen_high``.
        """
        lows, highs, gates = self.low, self.high, self.gates
        frame = target
        for low, high in funnel(gates, target, gates.low[target], gates.high[target], -1, target - 1):
            frame -= 1
            self.seen_low[frame], self.seen_high[frame] = low, high
            if frame <= last and low >= lows[frame] and high <= highs[frame]:
                a, b = printed(lows[frame], highs[frame], self.scale)
                if a <= b:
                    return frame
            if frame == first:
                break
        return frame

    def sources(self, first: int) -> list[Source]:
        """The printable ranges from frame ``first`` on; the widest one of each frame remains in ``low``, ``high``."""
        found: list[Source] = []
        for frame in range(first, self.last + 1):
            ranges = [(self.low[frame], self.high[frame])]
            if frame in self.apart:
                ranges = _joined(ranges + self.apart[frame])
            printable = [(a, b) for a, b in (printed(*span, self.scale) for span in ranges) if a <= b]
            found += [Source(frame, *span) for span in printable]
            self.low[frame], self.high[frame] = max(printable, key=_width) if printable else (math.inf, -math.inf)
        self.apart = {}
        return found


def levels_ahead(gates: Gates, scale: float) -> list[list[Source]]:
    """The sources of each level from frame 0 on, newest frame first; a key at any value of the last one can hold to
    the end.

    ``scale`` is 10 to the number of digits. Every gate contains a printable value.
    """
    first = Source(0, *printed(gates.low[0], gates.high[0], scale))
    return _levels(gates, scale, [first], _hold(gates))


def levels_back(gates: Gates, scale: float) -> list[list[Source]]:
    """The sources of each level from the end back to frame 0: the first level can hold to the end, and a key of each
    other one can be followed by one of the level before. The first frame of a level comes first."""
    end = len(gates.low) - 1
    turned = Gates(gates.low[::-1], gates.high[::-1], gates.flat[::-1])
    every = [Source(frame, low, high) for frame, (low, high, _) in enumerate(zip(*gates))]
    held = [Source(end - frame, low, high) for frame, low, high in _ends(every, _hold(gates), scale)[::-1]]
    turned_levels = _levels(turned, scale, held, None)
    return [[Source(end - frame, low, high) for frame, low, high in level] for level in turned_levels]


def _levels(gates: Gates, scale: float, sources: list[Source], hold: Gates | None) -> list[list[Source]]:
    level = _Level(gates, scale)
    for frame, low, high in sources:
        level.low[frame], level.high[frame] = low, high
    found: list[list[Source]] = []
    while True:
        ends = [source for source in sources if source.frame == level.end]
        ends = ends or (_ends(sources, hold, scale) if hold is not None else [])
        if ends:
            return [*found, ends]
        newest = sources[-1]
        following = newest.frame + 1
        level.last = newest.frame
        level.add(funnel(gates, newest.frame, newest.low, newest.high, 1, following), following)
        level.drop_unprintable_end()
        if level.last == level.end:
            low, high = printed(level.low[level.end], level.high[level.end], scale)
            return [*found, sources[::-1], [Source(level.end, low, high)]]
        first = level.followed(level.last + 1, following, level.end)
        kept = _kept(level, sources, first)
        found.append(kept)
        level.drop_unprintable_end()
        sources = level.sources(first)


def _kept(level: _Level, sources: list[Source], first: int) -> list[Source]:
    """The sources with lines to frame ``first`` of the next level, which are added to it; the newest one always."""
    newest = sources[-1]
    back = level.followed(first, sources[0].frame, newest.frame)
    kept = [newest]
    for source in reversed(sources):
        if source.frame < back:
            break
        low = max(source.low, level.seen_low[source.frame])
        high = min(source.high, level.seen_high[source.frame])
        if low <= high and source is not newest:
            kept.append(Source(source.frame, low, high))
            level.add(funnel(level.gates, source.frame, low, high, 1, first), first)
    return kept


def _ends(sources: list[Source], hold: Gates, scale: float) -> list[Source]:
    """The sources from which a value can hold to the end, with these values."""
    found = []
    for frame, low, high in sources:
        low, high = printed(max(low, hold.low[frame]), min(high, hold.high[frame]), scale)
        if low <= high:
            found.append(Source(frame, low, high))
    return found


def _hold(gates: Gates) -> Gates:
    """At each frame, the values that are inside all gates from there to the end."""
    lows, highs = gates.low[:], gates.high[:]
    for frame in range(len(lows) - 2, -1, -1):
        lows[frame] = max(lows[frame], lows[frame + 1])
        highs[frame] = min(highs[frame], highs[frame + 1])
    return Gates(lows, highs, gates.flat)


def _joined(ranges: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return joined


def _width(span: Range) -> float:
    return span[1] - span[0]


