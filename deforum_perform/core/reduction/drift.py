"""Few keys whose errors also add up to almost nothing: for motion, which Deforum accumulates from frame to frame.

The levels from the end back to frame 0 say, for every frame and value, how many more keys are needed. From frame 0 on,
some chains of keys are followed at the same time, each with the sum of its errors so far: a line may go to a frame and
value if all gates and the bound on the sum allow it. Chains that need the fewest keys in total are kept, first those
whose sum is near 0. Where the sum leaves none of the ranges of a level reachable, a chain gets one more key.

A long straight stretch has to be written almost without error, or its sum alone exceeds the bound. The gates of such
stretches are narrowed before the levels are made, so that the levels lead to the right values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..units import quantise
from .levels import Source, levels_back
from .printable import FUZZ, whole_numbers
from .swing import swing_keys
from .tunnel import Gates
from .verification import Keys

Array = NDArray[np.float64]

WIDTH, SPARE = 4, 1
"""Chains that are followed: those with the fewest keys in total, and those with one more."""
AT_ONE_FRAME = 2
"""Chains kept at the same frame."""
FREE = 2
"""Values that a range has to contain beside the first one, or numbers with more digits are used."""
LAST_FRAMES = 3
"""The farthest frames of a line, at which a chain may set a key that the levels do not have; and one halfway."""
STRAIGHT = 0.125
"""Share of the tolerance within which a stretch is straight."""
OWN_SHARE = 0.3
"""Share of a line of the quick reduction that a straight stretch takes, if it is more than a step of a slow ramp."""
ROOM, ENDS = 0.6, 3.0
"""Share of the bound that the middle of a straight stretch may use, and how much more its ends may."""
PROGRESS = 2.0
"""What the way behind the farthest key counts for, beside the sum of the errors as a share of its bound."""
NEAR_WANTED = 0.15
"""What the distance from the wanted value counts for, as a share of what is allowed; twice if it adds to the sum."""
MOST_AWAY = 5.0
"""The same where less is allowed than the tolerance: a longer distance counts no more than this."""


class Bounds(NamedTuple):
    """The largest error at a frame, and the largest absolute sum of the errors from frame 0 to any frame, each times
    the weight of its frame; without ``weights`` (N,) all weigh 1. No key exceeds the ``limits``."""

    tolerance: float
    drift: float
    weights: Array | None = None
    limits: tuple[float, float] = (-math.inf, math.inf)


class _Chain(NamedTuple):
    """A chain of keys: its last frame and value, the sum of all errors up to there, and the keys still needed."""

    left: int
    frame: int
    value: int
    total: float
    before: _Chain | None


Found = dict[tuple[int, int, int], tuple[float, float, _Chain]]
"""Keys needed after it, frame and value of a key -> its cost, the sum of errors, and the chain before it."""


class _Line(NamedTuple):
    """Where lines from a key can be at ``frame``: lowest and highest value; ``total`` is the sum of errors of the line
    that stays at the key's value, and ``lever`` what a line adds for each unit by which it is higher at ``frame``."""

    frame: int
    low: float
    high: float
    total: float
    lever: float


class _Search:
    """The search; all values in units of the last digit. Without a ``guide`` it is quick: one chain goes as far as it
    can each time."""

    def __init__(self, values: Array, bounds: Bounds, decimals: int, guide: Gates | None) -> None:
        scale = 10.0**decimals
        rounded = quantise(values, decimals)
        noise = 1e-13 * max(1.0, float(np.abs(values).max()))
        half = max(bounds.tolerance - noise - 2 * FUZZ / scale, 0.0)
        lowest, highest = bounds.limits
        self.lows = (np.maximum(np.minimum(values - half, rounded), lowest) * scale).tolist()
        self.highs = (np.minimum(np.maximum(values + half, rounded), highest) * scale).tolist()
        self.wanted: list[float] = (values * scale).tolist()
        weights = np.ones(values.size) if bounds.weights is None else bounds.weights
        self.weights: list[float] = weights.tolist()
        self.heaviest = float(weights.max())
        self.half = max(half, noise) * scale
        self.drift = max(bounds.drift - (2 * noise + FUZZ / scale) * values.size * self.heaviest, noise) * scale
        self.end = values.size - 1
        self.units = [10**digits for digits in range(decimals, -1, -1)]
        self.allowed = [self.half] * values.size
        self.width, self.spare = (WIDTH, SPARE) if guide is not None else (1, 0)
        self.needed = [-1] * values.size
        self.sources: dict[int, list[tuple[int, int]]] = {0: [(math.ceil(self.lows[0]), math.floor(self.highs[0]))]}
        if guide is not None:
            self._follow(levels_back(guide, scale), guide, scale)

    def _follow(self, levels: list[list[Source]], gates: Gates, scale: float) -> None:
        """Be guided by the levels made for these gates."""
        self.allowed = [max((high - low) / 2 * scale, 0.5) for low, high, _ in zip(*gates)]
        needed = np.zeros(self.end + 1, dtype=np.int64)
        self.sources = {}
        for left, level in enumerate(levels):
            needed[: level[0].frame] = left + 1
            for frame, low, high in level:
                self.sources.setdefault(frame, []).append((round(low * scale), round(high * scale)))
        self.needed = needed.tolist()

    def keys(self) -> list[tuple[int, int]]:
        """Frames and values of the keys in order; none if no value is possible."""
        first = {value for low, high in self.sources[0] for value in self._choices(low, high, self.wanted[0], 0)}
        chains = [chain for chain in map(self._started, first) if abs(chain.total) <= self.drift]
        while True:
            done = [chain for chain in chains if chain.left == 0 and self._holds(chain)]
            if done:
                return _keys_of(min(done, key=_distance))
            found: Found = {}
            for chain in chains:
                self._go_on(chain, found)
            if not found:
                return []
            chains = self._best(found)

    def _started(self, value: int) -> _Chain:
        return _Chain(self.needed[0], 0, value, self.weights[0] * (value - self.wanted[0]), None)

    def _holds(self, chain: _Chain) -> bool:
        """Whether the chain's last value can hold to the end."""
        value, total = chain.value, chain.total
        for frame in range(chain.frame + 1, self.end + 1):
            total += self.weights[frame] * (value - self.wanted[frame])
            if not (self.lows[frame] <= value <= self.highs[frame] and -self.drift <= total <= self.drift):
                return False
        return True

    def _go_on(self, chain: _Chain, found: Found) -> None:
        """Add the keys that can follow the chain to ``found``."""
        lines = self._lines(chain)
        goes_on = False
        for line in reversed(lines):
            left = self.needed[line.frame]
            if goes_on and left >= chain.left:
                return
            for low, high in self.sources.get(line.frame, ()):
                if line.low <= high and line.high >= low:
                    added = self._add(chain, line, max(low, line.low), min(high, line.high), left, found)
                    goes_on = goes_on or (added and left < chain.left)
        set_at, halfway = 0, (lines[0].frame + lines[-1].frame) // 2 if lines else 0
        for line in reversed(lines):
            if set_at >= LAST_FRAMES and line.frame > halfway:
                continue
            left = self.needed[line.frame] + 1 if line.frame < self.end else 0
            set_at += self._add(chain, line, line.low, line.high, left, found)
            if set_at > LAST_FRAMES:
                break

    def _add(
        self,
        chain: _Chain,
        line: _Line,
        low: float,
        high: float,
        left: int,
        found: Found,
    ) -> bool:
        """Add keys with some values of the range; false if none is printable."""
        wanted = self.wanted[line.frame]
        balanced = chain.value - line.total / line.lever
        values = self._choices(low, high, balanced, line.frame)
        for value in values:
            total = line.total + (value - chain.value) * line.lever
            away = (value - wanted) / self.allowed[line.frame]
            away = min(max(away, -MOST_AWAY), MOST_AWAY) * NEAR_WANTED
            cost = abs(total / self.drift + away) + abs(away)
            key = left, line.frame, value
            if key not in found or cost < found[key][0]:
                found[key] = cost, total, chain
        return bool(values)

    def _choices(self, low: float, high: float, balanced: float, frame: int) -> set[int]:
        """Some printable values of the range: near the balanced one and the wanted one, its middle, its ends; all with
        as few digits as leave a choice."""
        for unit in self.units:
            first, last = math.ceil((low - FUZZ) / unit), math.floor((high + FUZZ) / unit)
            if last - first >= FREE or (unit == 1 and first <= last):
                balance = first if balanced <= first * unit else min(round(balanced / unit), last)
                wanted = min(max(round(self.wanted[frame] / unit), first), last)
                return {number * unit for number in (balance, wanted, (first + last) // 2, first, last)}
        return set()

    def _lines(self, chain: _Chain) -> list[_Line]:
        """Where lines from the chain's key can be, frame by frame, until there are none."""
        lows, highs, wanted, weights = self.lows, self.highs, self.wanted, self.weights
        value, start = chain.value, chain.frame
        low_slope, high_slope = -math.inf, math.inf
        bound, total, lever = self.drift, chain.total, 0.0
        safe = start + int((bound - abs(total)) / (self.half * self.heaviest))
        lines = []
        for run, frame in enumerate(range(start + 1, self.end + 1), 1):
            low, high = (lows[frame] - value) / run, (highs[frame] - value) / run
            if low > low_slope:
                low_slope = low
            if high < high_slope:
                high_slope = high
            total += weights[frame] * (value - wanted[frame])
            lever += weights[frame] * run
            if frame > safe:
                low, high = (-bound - total) / lever, (bound - total) / lever
                if low > low_slope:
                    low_slope = low
                if high < high_slope:
                    high_slope = high
            if low_slope > high_slope:
                break
            lines.append(_Line(frame, value + low_slope * run, value + high_slope * run, total, lever / run))
        return lines

    def _best(self, found: Found) -> list[_Chain]:
        """The chains to follow."""
        least = min(left for left, _, _ in found)
        start = min(before.frame for _, _, before in found.values())
        farthest = {at_left: 0 for at_left, _, _ in found}
        for left, frame, _ in found:
            farthest[left] = max(farthest[left], frame)
        ranked = sorted(
            (left, cost + PROGRESS * (farthest[left] - frame) / (farthest[left] - start), frame, value)
            for (left, frame, value), (cost, _, _) in found.items()
        )
        free = {least: self.width, least + 1: self.spare}
        at: dict[tuple[int, int], int] = {}
        chains: list[_Chain] = []
        for left, _, frame, value in ranked:
            if free.get(left) and at.get((left, frame), 0) < AT_ONE_FRAME:
                free[left] -= 1
                at[left, frame] = at.get((left, frame), 0) + 1
                _, total, before = found[left, frame, value]
                chains.append(_Chain(left, frame, value, total, before))
        return chains


def drift_keys(values: Array, bounds: Bounds, decimals: int, fast: bool = False) -> Keys | None:
    """Keys for ``values`` (N,), rounded to ``decimals``: within both bounds, except for float arithmetic.

    None if that leaves no value possible, as with bounds of 0.
    """
    guide = None if fast else _guiding_gates(values, bounds, decimals)
    found = _Search(values, bounds, decimals, guide).keys()
    return _as_keys(found, decimals) if found else None


def every_frame(values: Array, bounds: Bounds, decimals: int) -> Keys:
    """A key on every frame, each rounded so that the sum of the errors stays near 0."""
    scale, total = 10.0**decimals, 0.0
    weights = np.ones(values.size) if bounds.weights is None else bounds.weights
    keys: list[tuple[int, int]] = []
    for frame, (value, weight) in enumerate(zip(values.tolist(), weights.tolist())):
        low = max(value - bounds.tolerance, bounds.limits[0])
        high = min(value + bounds.tolerance, bounds.limits[1])
        first, last = whole_numbers(low, high, scale)
        balanced = round((value - total / weight) * scale)
        number = min(max(balanced, first), last) if first <= last else round(value * scale)
        keys.append((frame, number))
        total += weight * (number / scale - value)
    return _as_keys(keys, decimals)


def _as_keys(keys: list[tuple[int, int]], decimals: int) -> Keys:
    frames, numbers = zip(*keys)
    return np.array(frames, dtype=np.int64), np.array(numbers) / 10.0**decimals


def _distance(chain: _Chain) -> float:
    return abs(chain.total)


def _keys_of(chain: _Chain) -> list[tuple[int, int]]:
    keys: list[tuple[int, int]] = []
    link: _Chain | None = chain
    while link is not None:
        keys.append((link.frame, link.value))
        link = link.before
    return keys[::-1]


def _guiding_gates(values: Array, bounds: Bounds, decimals: int) -> Gates:
    """Gates for the levels: the tolerance around every value, less in long straight stretches."""
    rounded = quantise(values, decimals)
    half, drift = bounds.tolerance, _drift_of_ones(bounds)
    allowed = np.full(values.size, half)
    for first, last in _straight_stretches(values, bounds, decimals):
        length = last - first + 1
        piece = values[first : last + 1]
        from_middle = np.abs(np.linspace(-1.0, 1.0, length))
        uneven = float(np.abs(piece - np.linspace(piece[0], piece[-1], length)).max())
        narrow = min(uneven, STRAIGHT * half) + ROOM * 2 * drift / length * (1 + ENDS * from_middle)
        allowed[first : last + 1] = np.minimum(allowed[first : last + 1], narrow)
    low = np.maximum(np.minimum(values - allowed, rounded), bounds.limits[0])
    high = np.minimum(np.maximum(values + allowed, rounded), bounds.limits[1])
    same = np.concatenate(([False], (np.diff(low) == 0) & (np.diff(high) == 0), [False]))
    return Gates(low.tolist(), high.tolist(), (same[1:] & same[:-1]).tolist())


def _straight_stretches(values: Array, bounds: Bounds, decimals: int) -> Iterator[tuple[int, int]]:
    """First and last frame of each stretch that a single line has to follow so long that its errors add up."""
    half, drift = bounds.tolerance, _drift_of_ones(bounds)
    if half == 0.0:
        return
    lines = swing_keys(values, half, decimals)[0]
    straight = swing_keys(values, max(STRAIGHT * half, 0.5 * 10.0**-decimals), decimals)[0]
    ends = np.append(straight[1:], values.size - 1)
    for first, last in zip(straight.tolist(), ends.tolist()):
        if (last - first + 1) * half > 2 * drift * ROOM:
            at = int(np.searchsorted(lines, (first + last) // 2, side="right"))
            line = lines[at - 1], lines[at] if at < lines.size else values.size - 1
            if last - first >= OWN_SHARE * (line[1] - line[0]):
                yield first, last


def _drift_of_ones(bounds: Bounds) -> float:
    """About the bound if all errors weighed 1."""
    return bounds.drift if bounds.weights is None else bounds.drift / float(bounds.weights.mean())
