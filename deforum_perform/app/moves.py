"""What counts as a move of a source, and which sources move by themselves: clocks, meters, LFOs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..osc.ableton import CLOCKS
from .monitor import Seen

BUSY_NS = 500_000_000
"""A source that moved this shortly before moves on, by itself or in a move that has begun already."""

REMEMBERED = 5
"""So many moves of a source are remembered; as many in a row at even distances are those of a clock."""

EVEN = 1.5
"""Distances are even if the longest is at most so many times the shortest; the next may be so much longer again."""

IMPULSE = 1.0
"""What an impulse counts as, and a message without arguments."""


class SelfMoving:
    """Remembers when sources moved. Not locked: its owner is."""

    def __init__(self) -> None:
        self._moves: dict[str, deque[int]] = {}

    def note(self, name: str, at_ns: int) -> None:
        """The source moved at ``at_ns`` (monotonic)."""
        moves = self._moves.get(name)
        if moves is None:
            moves = self._moves[name] = deque(maxlen=REMEMBERED)
        moves.append(at_ns)

    def forget(self, names: Iterable[str]) -> None:
        """These sources are not known any more."""
        for name in names:
            self._moves.pop(name, None)

    def moves_itself(self, name: str, at_ns: int) -> bool:
        """Whether a move at ``at_ns``, not noted yet, is one that goes on by itself and not one that begins."""
        if name in CLOCKS:
            return True
        moves = self._moves.get(name)
        if not moves:
            return False
        rest_ns = at_ns - moves[-1]
        if rest_ns <= BUSY_NS:
            return True
        gaps = np.diff(np.array(moves))
        return len(moves) == REMEMBERED and gaps.max() <= EVEN * gaps.min() and rest_ns <= EVEN * gaps.max()


def only_impulses(seen: Seen) -> bool:
    """Whether the source has never sent another value than that of an impulse, so that each one is a move."""
    return isinstance(seen.value, float) and seen.low == seen.high == IMPULSE


def moved(values: NDArray[np.float64], known: float, *, each_counts: bool) -> NDArray[np.bool_]:
    """Which of a source's ``values`` (N,) are moves, if it had the value ``known`` (NaN for none) before.

    Another value is a move; the same one is a message that was sent twice, unless ``each_counts``: then each event is a
    move but a release, which is 0.
    """
    changed: NDArray[np.bool_] = values != known
    return changed | (values != 0) if each_counts else changed
