"""The exact least number of keys, slowly: what the reduction is measured against.

A key may have any real value. After k keys the values possible at a frame are a union of intervals; all lines that
leave one such interval and go through the tolerance gates since form a convex polygon over (value at the key, slope),
which is cut by two half-planes per frame. With K(j) the minimum number of keys for a line to end at frame j, any value
inside the gate is possible with K(j) + 1 (a key at frame j - 1 allows every value at j), so two states per frame make
the search exact. After Imai and Iri, "An optimal algorithm for approximating a piecewise linear function" (1986), with
the corners restricted to whole frames.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

Interval = tuple[float, float]
Polygon = list[tuple[float, float]]

_SLACK = 1e-12


def optimum_key_count(values: ArrayLike, tolerance: float) -> int:
    """The least number of keys for ``values`` (N,) within ``tolerance``; first key on frame 0, the last one holds to
    the end.
    """
    column = np.asarray(values, dtype=np.float64)
    low, high = column - tolerance - _SLACK, column + tolerance + _SLACK
    hold_low = np.maximum.accumulate(low[::-1])[::-1].tolist()
    hold_high = np.minimum.accumulate(high[::-1])[::-1].tolist()
    gates = list(zip(low.tolist(), high.tolist()))
    best, steepest = len(gates), 4.0 * float(np.ptp(column) + 2 * tolerance + 1.0)
    sources: list[tuple[int, int, Polygon]] = []
    for frame, gate in enumerate(gates):
        keys, intervals = (1, [gate]) if frame == 0 else _arrivals(sources, frame, gate)
        ends = any(max(a, hold_low[frame]) <= min(b, hold_high[frame]) for a, b in intervals)
        best = min(best, keys if ends else best, keys + 1 if frame and hold_low[frame] <= hold_high[frame] else best)
        for a, b in intervals:
            _add(sources, keys, frame, (a, b), gate, steepest)
        if frame:
            _add(sources, keys + 1, frame, gate, gate, steepest)
    return best


def _add(
    sources: list[tuple[int, int, Polygon]], keys: int, frame: int, interval: Interval, gate: Interval, steepest: float
) -> None:
    """A new source; one that has the whole gate can do what every older one of as many keys can, which are left out."""
    if interval[0] <= gate[0] and interval[1] >= gate[1]:
        sources[:] = [source for source in sources if source[0] != keys]
    sources.append((keys, frame, _rectangle(*interval, steepest)))


def _arrivals(sources: list[tuple[int, int, Polygon]], frame: int, gate: Interval) -> tuple[int, list[Interval]]:
    """Least keys to arrive at ``frame`` and the values then possible; ``sources`` is cut down to those still alive."""
    alive: list[tuple[int, int, Polygon]] = []
    found: dict[int, list[Interval]] = {}
    for keys, start, polygon in sources:
        run = float(frame - start)
        cut = _clip(_clip(polygon, run, gate[0], 1.0), run, gate[1], -1.0)
        if cut:
            alive.append((keys, start, cut))
            ends = [value + slope * run for value, slope in cut]
            found.setdefault(keys + 1, []).append((max(min(ends), gate[0]), min(max(ends), gate[1])))
    sources[:] = alive
    least = min(found)
    return least, _union(found[least])


def _rectangle(low: float, high: float, steepest: float) -> Polygon:
    return [(low, -steepest), (high, -steepest), (high, steepest), (low, steepest)]


def _clip(polygon: Polygon, run: float, limit: float, sign: float) -> Polygon:
    """The part of the polygon where ``sign * (value + slope * run - limit) >= 0``."""
    sides = [sign * (value + slope * run - limit) for value, slope in polygon]
    if min(sides, default=1.0) >= 0.0:
        return polygon
    kept: Polygon = []
    for index, (corner, side) in enumerate(zip(polygon, sides)):
        before, side_before = polygon[index - 1], sides[index - 1]
        if (side < 0.0) != (side_before < 0.0):
            share = side_before / (side_before - side)
            kept.append((before[0] + share * (corner[0] - before[0]), before[1] + share * (corner[1] - before[1])))
        if side >= 0.0:
            kept.append(corner)
    return kept


def _union(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged
