"""From the ranges of the beam to printable values, from the last key back to the first.

Every value of a range can be reached from some value of a range before it, but not always from one with few digits. A
handful of printable values is therefore followed back from key to key, and of all chains the one whose keys are nearest
to the wanted values is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..printable import Range, whole_numbers
from .funnel import Gates, way_back

CHAINS = 8
"""Chains of values followed back. A single one often ends where no printable value fits, eight almost never do."""



class State(NamedTuple):
    """A point, a range of values possible there, and the origin: (low, high, state before) of parts that make up the
    range.
    """

    point: int
    low: float
    high: float
    origins: list[tuple[float, float, State]]


class _Chain(NamedTuple):
    """Values chosen so far: ``value`` at ``state``, then those of ``after``; ``cost`` is their total distance from the
    wanted ones.
    """

    state: State
    value: float
    cost: float
    after: _Chain | None


def values_back(gates: Gates, wanted: list[float], last: State, decimals: int) -> tuple[list[int], list[float]]:
    """Points and values of all keys in order, given the last key's state; values have ``decimals`` digits.

    Where no printable value fits, the nearest one is used, and a line may leave its gates by a fraction of the last
    digit.
    """
    chains = [_Chain(last, value, 0.0, None) for value in _choices(last.low, last.high, wanted[last.point], decimals)]
    while chains[0].state.origins:
        chains = _longer(gates, wanted, chains, decimals) or [_forced(gates, chains[0], decimals)]
    points: list[int] = []
    values: list[float] = []
    chain: _Chain | None = chains[0]
    while chain is not None:
        points.append(chain.state.point)
        values.append(chain.value)
        chain = chain.after
    return points, values


def _longer(gates: Gates, wanted: list[float], chains: list[_Chain], decimals: int) -> list[_Chain]:
    """The cheapest chains that are one key longer, cheapest first; none if no printable value continues."""
    found: dict[tuple[int, float], _Chain] = {}
    for chain in chains:
        for low, high, before in chain.state.origins:
            if not low <= chain.value <= high:
                continue
            possible = _narrowed(gates, chain, before)
            target = wanted[before.point]
            for value in _choices(*possible, target, decimals):
                cost = chain.cost + abs(value - target)
                known = found.get((before.point, value))
                if known is None or cost < known.cost:
                    found[before.point, value] = _Chain(before, value, cost, chain)
    return sorted(found.values(), key=_cost)[:CHAINS]


def _cost(chain: _Chain) -> float:
    return chain.cost


def _narrowed(gates: Gates, chain: _Chain, before: State) -> Range:
    """The values of ``before`` from which a line to the chain's value goes through every gate between."""
    low, high = way_back(gates, before.point, chain.state.point, chain.value)
    return max(low, before.low), min(high, before.high)


def _forced(gates: Gates, chain: _Chain, decimals: int) -> _Chain:
    """The chain with the printable value before it that misses by the least."""
    part = min(chain.state.origins, key=lambda p: max(p[0] - chain.value, chain.value - p[1]))
    before = part[2]
    low, high = _narrowed(gates, chain, before)
    return _Chain(before, round(min(max((low + high) / 2, before.low), before.high), decimals), chain.cost, chain)


def _choices(low: float, high: float, wanted: float, decimals: int) -> Iterator[float]:
    """A few values of ``decimals`` digits in the range: the nearest to the wanted one, the ends and between."""
    scale = 10.0**decimals
    first, last = whole_numbers(low, high, scale)
    if first > last:
        return iter(())
    nearest = min(max(round(wanted * scale), first), last)
    numbers = {nearest, first, (first + last) // 2, last}
    return (number / scale for number in numbers)
