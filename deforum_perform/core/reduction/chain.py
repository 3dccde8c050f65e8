"""From the ranges of the levels to printable values, from the last key back to the first.

Every value of a range can be reached from some value of a source of the level before, but not always from one with few
digits. A search in depth therefore follows one chain of printable values, goes back where it ends, and becomes wider or
sets one more key where that does not help. Of the values that are possible it uses one with few digits: as many as the
tolerance needs there.
"""

from __future__ import annotations

import math

from .levels import Source
from .printable import FUZZ, whole_numbers
from .tunnel import Gates, funnel

Key = tuple[int, float]

MARGIN = 0.25
"""Share of a range, at both ends, that values with fewer digits leave free for the key before."""
MOST_TRIES = 200
"""Keys given up before the search becomes wider."""
BACK, AHEAD, WIDTH = 8, 3, 48
"""The wider search: how many keys it goes back, how many levels beyond the end, and how many chains it follows."""


class Chain:
    """Values for the keys of ``levels``, with up to ``decimals`` digits, near ``wanted`` (one value per frame)."""

    def __init__(self, gates: Gates, levels: list[list[Source]], wanted: list[float], decimals: int) -> None:
        self._gates, self._levels, self._wanted = gates, levels, wanted
        self._scales = [10.0**digits for digits in range(decimals + 1)]

    def keys(self) -> list[Key]:
        """The keys in order."""
        keys: list[Key] = []
        ends = [(low, high, frame) for frame, low, high in self._levels[-1]]
        rest = [(frame, value) for low, high, frame in ends for value in self._some(low, high, frame)]
        waiting = [rest + self._short_keys(ends)]
        left = len(self._levels)
        deepest, tries = left, 0
        best: list[Key] = []
        while left:
            if waiting[-1]:
                keys.append(waiting[-1].pop())
                left -= 1
                if left < deepest:
                    deepest, tries = left, 0
                waiting.append(self._before(keys[-1], left) if left else [])
            elif tries < MOST_TRIES and len(waiting) > 1:
                if left == deepest:
                    best = keys[:]
                waiting.pop()
                keys.pop()
                left, tries = left + 1, tries + 1
            else:
                best = keys[:] if left == deepest else best
                keys, left = self._wider(best, deepest) or self._more_keys(best, deepest)
                waiting, deepest, tries = [self._before(keys[-1], left) if left else []], left, 0
        return keys[::-1]

    def _before(self, key: Key, left: int) -> list[Key]:
        """Keys from which a line to ``key`` goes through all gates between, that of the widest range last."""
        return self._short_keys(self._ranges(key, self._levels[left - 1]))

    def _short_keys(self, ranges: list[tuple[float, float, int]]) -> list[Key]:
        """A key for each range with a printable value, that of the widest range last."""
        found = []
        for low, high, frame in sorted(ranges, key=_width):
            value = self._short(low, high, self._wanted[frame])
            if value is not None:
                found.append((frame, value))
        return found

    def _ranges(self, key: Key, sources: list[Source]) -> list[tuple[float, float, int]]:
        """The values of ``sources``, newest first, from which a line to ``key`` goes through all gates between."""
        lows, highs, _ = self._gates
        frame, value = key
        low_slope, high_slope = -math.inf, math.inf
        found: list[tuple[float, float, int]] = []
        at = frame
        for source in sources:
            while at - 1 > source.frame:
                at -= 1
                low_slope = max(low_slope, (lows[at] - value) / (frame - at))
                high_slope = min(high_slope, (highs[at] - value) / (frame - at))
            if low_slope > high_slope:
                break
            run = frame - source.frame
            low, high = max(source.low, value + low_slope * run), min(source.high, value + high_slope * run)
            if low <= high:
                found.append((low, high, source.frame))
        return found

    def _short(self, low: float, high: float, wanted: float) -> float | None:
        """A value of the range with as few digits as possible, near the wanted one; None if none is printable.

        The wanted value itself, if that takes no more than one digit more.
        """
        free = (high - low) * MARGIN
        for digits, scale in enumerate(self._scales):
            fuzz = FUZZ * scale / self._scales[-1]
            first, last = math.ceil((low + free) * scale - fuzz), math.floor((high - free) * scale + fuzz)
            if first <= last:
                exact = round(wanted, digits + 1)
                if abs(exact - wanted) < FUZZ / scale and low <= exact <= high and digits + 1 < len(self._scales):
                    return exact
                return min(max(round(wanted * scale), first), last) / scale
        scale = self._scales[-1]
        first, last = whole_numbers(low, high, scale)
        return (first + last) // 2 / scale if first <= last else None

    def _wider(self, keys: list[Key], left: int) -> tuple[list[Key], int] | None:
        """Keys that continue where ``keys`` cannot: many chains are followed from a few keys before its end. None if
        none of them continues."""
        kept = keys[: max(len(keys) - BACK, 1)]
        at, end = left + len(keys) - len(kept), max(left - AHEAD, 0)
        chains = [kept]
        while chains and at > end:
            longer: dict[Key, tuple[float, list[Key]]] = {}
            for chain in chains:
                for low, high, frame in self._ranges(chain[-1], self._levels[at - 1]):
                    for value in self._some(low, high, frame):
                        if high - low > longer.get((frame, value), (-1.0,))[0]:
                            longer[frame, value] = high - low, chain
            widest = sorted(longer, key=lambda key: longer[key][0])[-WIDTH:]
            chains = [[*longer[key][1], key] for key in widest]
            at -= 1
        return (chains[-1], at) if chains else None

    def _some(self, low: float, high: float, frame: int) -> set[float]:
        """Some printable values of the range: its ends, its middle, and the nearest to the wanted one."""
        if low > high:
            return set()
        scale = self._scales[-1]
        first, last = whole_numbers(low, high, scale)
        if first > last:
            return set()
        numbers = first, (first + last) // 2, last, min(max(round(self._wanted[frame] * scale), first), last)
        return {number / scale for number in numbers}

    def _more_keys(self, keys: list[Key], left: int) -> tuple[list[Key], int]:
        """One more key than the levels have before the first of ``keys``; one on each frame if that does not help."""
        sources, following = self._levels[left - 1], self._levels[left - 1][0].frame + 1
        between = range(keys[-1][0] - 1, following - 1, -1)
        gates = [Source(frame, self._gates.low[frame], self._gates.high[frame]) for frame in between]
        after = {frame: (low, high) for low, high, frame in self._ranges(keys[-1], gates)}
        for source in sources:
            for value in self._some(source.low, source.high, source.frame):
                spans = funnel(self._gates, source.frame, value, value, 1, following)
                for frame, (low, high) in enumerate(spans, following):
                    least, most = after.get(frame, (math.inf, -math.inf))
                    for more in self._some(max(low, least), min(high, most), frame):
                        return [*keys, (frame, more), (source.frame, value)], left - 1
        scale = self._scales[-1]
        return keys + [(frame, round(self._wanted[frame] * scale) / scale) for frame in between], left


def _width(span: tuple[float, float, int]) -> float:
    return span[1] - span[0]
