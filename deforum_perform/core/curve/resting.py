"""The rest level of a source: the level that a hit leaves and returns to.

A source rests at a level that it keeps for half a second, or for two cadence steps if these take longer. A stretch that
is long enough to fill a cadence step is therefore a rest, and a shorter one away from the rests around it is a hit. The
source also rests at the level at which it ends. Between two different rests, the one nearer to the source's main level
counts: the level to which it returns most often overall.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHORTEST_REST_S = 0.5
REST_STEPS = 2
"""The shortest rest: this long, and this many cadence steps."""

HIT_SHARE = 0.02
"""What leaves a rest level by no more than this fraction of the lane's range is not a hit, because sensors jitter."""

SLOW_SHARE_PER_S = 0.3
"""A source that moves by at most this fraction of its range in a second shifts its rest level."""

MOST_LEVELS = 1000
"""At most this many levels are distinguished."""

HOME_SHARE = 0.5
"""A choice that is never kept for long counts as the main level if at least this fraction of all changes lead to it."""

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Reach(NamedTuple):
    """The signal in each frame, (N,) each: ``held`` at the frame's own time; ``low`` and ``high``, the lowest and the
    highest of the events in the frame's span, ``held`` if there is none."""

    held: Array
    low: Array
    high: Array


class Rests(NamedTuple):
    """The rest level of a source at each frame, (N,) each: ``level``, and whether it rests at the frame's own time and
    is ``leaving`` then."""

    level: Array
    leaving: Mask


def shortest_rest(fps: float, cadence: int) -> int:
    """The shortest rest in frames."""
    return max(math.ceil(SHORTEST_REST_S * fps), REST_STEPS * cadence)


def rests(reached: Reach, values: Array, fps: float, cadence: int, span: float) -> Rests:
    """The rest level of the source at each of the frames of ``reached`` (N,), N > 0.

    ``values`` (M,), M > 0: its events in time order; ``span``: the size of the lane's range; all in one unit.
    """
    tolerance = max(HIT_SHARE, SLOW_SHARE_PER_S / fps) * span
    home = level_returned_to(values, HIT_SHARE * span)
    kept = _kept(_calm(reached, tolerance), fps, cadence)
    earlier, later = _around(kept, reached.held)
    level = np.where(np.abs(earlier - home) <= np.abs(later - home), earlier, later)
    leaving = np.concatenate(([False], kept[:-1] & ~kept[1:])) & (np.abs(reached.held - earlier) <= tolerance)
    return Rests(level, leaving)


def level_returned_to(values: Array, tolerance: float) -> float:
    """The level that the events (M,) return to most often, M > 0; of two, the one they returned to last.

    Values no more than ``tolerance`` apart are about one level.
    """
    size = max(tolerance, float(np.ptp(values)) / MOST_LEVELS)
    if size <= 0:
        return float(values[-1])
    level = np.rint((values - values.min()) / size).astype(np.int64)
    arrivals = np.flatnonzero(np.diff(level, prepend=-1))
    times = np.bincount(level[arrivals])
    return float(values[arrivals[np.flatnonzero(times[level[arrivals]] == times.max())[-1]]])


def resting_choice(reached: Reach, values: Index, fps: float, cadence: int) -> Index:
    """The choice at which the source rests at each frame, (N,), -1 where it changes from one to another and rests at
    none.

    ``values`` (M,), M > 0: the source's choices in time order.
    """
    changes = values[np.flatnonzero(np.diff(values, prepend=-1))]
    times = np.bincount(changes)
    home = changes[np.flatnonzero(times[changes] == times.max())[-1]]
    home = home if times.max() >= HOME_SHARE * len(changes) else -1
    kept = _kept(_calm(reached, 0.0), fps, cadence)
    earlier, later = _around(kept, reached.held)
    either = np.where((earlier == home) | (later == home), home, -1)
    return np.where(earlier == later, earlier, either).astype(np.int64)


def _calm(reached: Reach, tolerance: float) -> Mask:
    """Whether the source keeps its level from one frame through the next, (N - 1,)."""
    low, high = np.minimum(reached.held, reached.low), np.maximum(reached.held, reached.high)
    calm: Mask = np.maximum(high[:-1], high[1:]) - np.minimum(low[:-1], low[1:]) <= tolerance
    return calm


def _kept(calm: Mask, fps: float, cadence: int) -> Mask:
    """Which frames (N,) are in a stretch that is a rest; ``calm`` (N - 1,). The last stretch is one, however short."""
    starts = np.concatenate(([0], np.flatnonzero(~calm) + 1))
    lengths = np.diff(np.append(starts, calm.size + 1))
    is_rest = lengths >= shortest_rest(fps, cadence)
    is_rest[-1] = True
    return np.repeat(is_rest, lengths)


def _around(kept: Mask, held: Array) -> tuple[Array, Array]:
    """For each frame (N,), the value in the last rest up to it and in the next one; before the first rest, the first
    one."""
    frame = np.arange(kept.size)
    before = np.maximum.accumulate(np.where(kept, frame, -1))
    after = np.minimum.accumulate(np.where(kept, frame, kept.size)[::-1])[::-1]
    return held[np.where(before < 0, after, before)], held[after]
