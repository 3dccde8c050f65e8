"""The final reduction: almost the smallest number of keys.

For every number of keys, the points at which lines can end form a stretch, and at each point the possible values form a
range. Only the farthest points of each stretch are followed (a beam), each with its whole range. Keys then get their
values from the last one back, as near to the wanted value as the lines allow. With every point followed this would be
the exact optimum (Imai and Iri 1986); with twelve it is within about one percent of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...units import quantise
from ..printable import FUZZ, printed
from ..swing import corner_frames, usable_tolerance
from ..verification import Keys
from .back import State, values_back
from .funnel import Gates, Reach, reach

Array = NDArray[np.float64]

WIDTHS = (12, 48)
"""Minimum and maximum points followed for each number of keys. 3 give 1.015 times the optimum on average, 12 give
1.001.
"""
WORK = 500_000
"""Points times width that are worth the time: about half a second. Short lanes are searched more widely."""
NEIGHBOURS = 20
"""Frames on both sides of a corner on which keys may be; deeper inside a hold they make no difference."""


def beam_keys(values: Array, tolerance: float, decimals: int) -> Keys:
    """Keys for ``values`` (N,), rounded to ``decimals``; within the tolerance except for a fraction of the last digit
    in a few places.
    """
    frames = _key_frames(values)
    wanted = values[frames]
    gates = _gates(frames, wanted, usable_tolerance(values, tolerance - FUZZ * 10.0**-decimals), decimals)
    points, key_values = values_back(gates, wanted.tolist(), _search(gates, decimals), decimals)
    return frames[points], quantise(key_values, decimals)


def _gates(frames: NDArray[np.int64], wanted: Array, half: float, decimals: int) -> Gates:
    """The tolerance around every wanted value, always including its own rounding, so that there is always a solution.
    """
    rounded = quantise(wanted, decimals)
    low, high = np.minimum(wanted - half, rounded), np.maximum(wanted + half, rounded)
    return Gates(frames.astype(np.float64).tolist(), low.tolist(), high.tolist())


def _key_frames(values: Array) -> NDArray[np.int64]:
    corners = corner_frames(values)
    near = corners[:, None] + np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    wanted = np.zeros(values.size, dtype=bool)
    wanted[np.clip(near, 0, values.size - 1).ravel()] = True
    return np.flatnonzero(wanted)


def _search(gates: Gates, decimals: int) -> State:
    """The last key, with its values that hold to the end within all gates, after the smallest number of keys the beam
    finds."""
    hold_low = np.maximum.accumulate(np.array(gates.low)[::-1])[::-1].tolist()
    hold_high = np.minimum.accumulate(np.array(gates.high)[::-1])[::-1].tolist()
    width = min(max(WORK // len(gates.frames), WIDTHS[0]), WIDTHS[1])
    beam, farthest = [_first(gates, decimals)], 0
    while True:
        for state in beam:
            low, high = printed(
                max(state.low, hold_low[state.point]), min(state.high, hold_high[state.point]), 10.0**decimals
            )
            if low <= high:
                return state._replace(low=low, high=high)
        reaches = [(state, reach(gates, state.point, state.low, state.high)) for state in beam]
        beam, farthest = _next_beam(gates, reaches, farthest, width, decimals)


def _first(gates: Gates, decimals: int) -> State:
    return State(0, *printed(gates.low[0], gates.high[0], 10.0**decimals), [])


def _next_beam(
    gates: Gates, reaches: list[tuple[State, Reach]], before: int, width: int, decimals: int
) -> tuple[list[State], int]:
    """The states of the ``width`` farthest points reached that have one, and the farthest of them.

    Points up to ``before`` already had enough keys: only the farthest of them is worth a free choice of value. Points
    before one where every value of the gate is possible are left out: all lines from them that continue go through that
    gate.
    """
    beam: list[State] = []
    points = 0
    nearest = min(state.point for state, _ in reaches) + 1
    for point in range(max(state.point + len(lowest) for state, (lowest, _) in reaches), nearest - 1, -1):
        if points == width or (points and point < before):
            break
        states = _states(point, reaches, decimals)
        beam += states
        points += bool(states)
        if states and states[0][1:3] == printed(gates.low[point], gates.high[point], 10.0**decimals):
            break
    return beam, beam[0].point


def _states(point: int, reaches: list[tuple[State, Reach]], decimals: int) -> list[State]:
    """The ranges possible at ``point``; parts that overlap are one range."""
    parts = []
    for state, (lowest, highest) in reaches:
        index = point - state.point - 1
        if 0 <= index < len(lowest):
            low, high = printed(lowest[index], highest[index], 10.0**decimals)
            if low <= high:
                parts.append((low, high, state))
    if len(parts) > 1:
        parts.sort(key=_by_low)
    states: list[State] = []
    for part in parts:
        if not states or part[0] > states[-1].high:
            states.append(State(point, part[0], part[1], [part]))
        elif part[1] > states[-1].high:
            states[-1].origins.append(part)
            states[-1] = states[-1]._replace(high=part[1])
    return states


def _by_low(part: tuple[float, float, State]) -> float:
    return part[0]
