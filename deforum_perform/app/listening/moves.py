"""What counts as a move of a source, and which sources move by themselves: clocks, meters, LFOs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...osc.timing.ableton import CLOCKS
from .monitor import Seen

BUSY_NS = 500_000_000
"""A source that moved this recently continues to move, by itself or in a move that has already begun."""

REMEMBERED = 120
REMEMBERED_NS = 60_000_000_000
"""How many stretches in which a source moved are stored, and for how long."""

SAME_SHARE, SAME_NS = 0.05, 50_000_000
"""Two durations are equal if they differ by no more than this fraction of the longer and this much."""

TICKS, TICK_SHARE, TICK_NS = 4, 0.01, 20_000_000
"""This many periods in a row that differ by less than this belong to a machine; no musician plays so evenly."""

LONGER = 1.5
"""A source that has repeatedly moved and rested starts a move after a rest of this many times its longest."""

AGAIN = 3
"""Repeatedly means at least this many rests."""

AGAIN_SOON, SOON_NS = 2, 1_000_000_000
"""Fewer if the rest during which Learn was pressed is this short: moving from the mouse to a knob takes longer."""

PAUSE_NS = 5_000_000_000
"""What a source did before a rest of this length does not count for what it does now, unless it is periodic."""

IMPULSE = 1.0
"""The value of an impulse, and of a message without arguments."""


@dataclass
class Stretch:
    """From the first to the last of moves that followed each other without a rest (monotonic)."""

    start_ns: int
    end_ns: int


class SelfMoving:
    """Stores when sources moved. Not locked: its owner is."""

    def __init__(self) -> None:
        self._moves: dict[str, deque[Stretch]] = {}

    def note(self, name: str, first_ns: int, last_ns: int) -> None:
        """The source moved at ``first_ns`` and up to ``last_ns`` (monotonic)."""
        moves = self._moves.get(name)
        if moves is None:
            moves = self._moves[name] = deque(maxlen=REMEMBERED)
        if moves and first_ns - moves[-1].end_ns <= BUSY_NS:
            moves[-1].end_ns = last_ns
        else:
            moves.append(Stretch(first_ns, last_ns))

    def forget(self, names: Iterable[str]) -> None:
        """Remove these sources."""
        for name in names:
            self._moves.pop(name, None)

    def moves_itself(self, name: str, at_ns: int) -> bool:
        """Whether a move at ``at_ns``, not noted yet, continues an automatic movement instead of starting a new one: of
        a known clock, of a source that is already moving, or of one that moves as evenly as a machine."""
        if name in CLOCKS:
            return True
        moves = self._remembered(name, at_ns)
        if not moves:
            return False
        if at_ns - moves[-1].end_ns <= BUSY_NS:
            return True
        periods = np.diff([move.start_ns for move in moves[-TICKS:]] + [at_ns])
        return len(periods) == TICKS and bool(np.ptp(periods) <= TICK_SHARE * periods.max() + TICK_NS)

    def moved_before(self, name: str, at_ns: int, since_ns: int) -> bool:
        """Whether a move at ``at_ns``, not noted yet, is of a source that moved before ``since_ns`` as it does now: one
        period earlier, or repeatedly after rests like the current one. A counter, a meter, or an LFO that rests."""
        moves = self._remembered(name, at_ns)
        if not moves:
            return False
        if len(moves) > 1 and _one_period_ago(moves[-2], moves[-1], at_ns):
            return True
        earlier = [move for move in moves if move.start_ns < since_ns]
        rests = [later.start_ns - move.end_ns for move, later in pairwise(earlier)]
        pauses = [place for place, rest in enumerate(rests) if rest > PAUSE_NS]
        rests = rests[pauses[-1] + 1 :] if pauses else rests
        rest_ns = at_ns - moves[-1].end_ns
        again = AGAIN_SOON if rest_ns <= SOON_NS else AGAIN
        return len(rests) >= again and rest_ns <= LONGER * max(rests)

    def _remembered(self, name: str, at_ns: int) -> list[Stretch]:
        return [move for move in self._moves.get(name, ()) if at_ns - move.end_ns <= REMEMBERED_NS]


def _one_period_ago(before: Stretch, last: Stretch, at_ns: int) -> bool:
    """Whether the period and the rest from ``last`` to the move at ``at_ns`` are as long as the ones before."""
    same_period = _same(at_ns - last.start_ns, last.start_ns - before.start_ns)
    return same_period and _same(at_ns - last.end_ns, last.start_ns - before.end_ns)


def _same(one_ns: int, other_ns: int) -> bool:
    return abs(one_ns - other_ns) <= SAME_SHARE * max(one_ns, other_ns) + SAME_NS


def only_impulses(seen: Seen) -> bool:
    """Whether the source has never sent another value than that of an impulse, so that each one is a move."""
    return isinstance(seen.value, float) and seen.low == seen.high == IMPULSE


def moved(values: NDArray[np.float64], known: float, *, each_counts: bool) -> NDArray[np.bool_]:
    """Which of a source's ``values`` (N,) are moves, if its value was ``known`` (NaN for none) before.

    Another value is a move; the same one is a message that was sent twice, unless ``each_counts``: then each event is a
    move, except a release, which is 0.
    """
    changed: NDArray[np.bool_] = values != known
    return changed | (values != 0) if each_counts else changed
