"""Reception problems found in the events of one source: stalls, bursts, gaps, reordering, two senders.

Pure functions over columns, so that a take can be analysed when it is made or at any time later. A knob rests whenever
the player does; a rest alone is not a problem. A rest that ends in a flood is a stall of the sender (Live does so while
one of its menus is open), and a rest of a source that otherwise never rests is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .sender_clock import OVERTAKEN_NS, TICKS_PER_S, scheduled_ahead

FEWEST_EVENTS = 16
MOVING_NS = 100_000_000
FLOOD_EVENTS = 5
FLOOD_FRACTION = 0.25
STALL_INTERVALS = 4.0
SHORTEST_STALL_NS = 30_000_000
LIGHTEST_BURST_NS = 30_000_000
"""By at least this much the events of a burst are too early: their duration compared with the usual one."""
STEADY_SHARE = 0.9
GAP_INTERVALS = 3.0
TOGETHER_NS = 1_000_000_000
CHANGES = 3
BACK_NS = 4 * TOGETHER_NS
"""A sender that returns after a longer time may be another program to which the system gave the same port."""

Stamps: TypeAlias = npt.NDArray[np.int64]
Kind: TypeAlias = Literal["stall", "burst", "gap", "reordered", "two_senders"]

LONG = frozenset({"stall", "gap", "two_senders"})
"""Of these the longer is the worse, of others the one with more events."""

MOST_OF_KIND = 20
"""A source keeps at most this many problems of a kind in a take; a permanently defective one needs no more."""


@dataclass(frozen=True)
class TimingProblem:
    """One problem, from ``start_ns`` to ``end_ns`` (the clock of the events), of ``count`` events."""

    kind: Kind
    start_ns: int
    end_ns: int
    count: int


def find_problems(received_ns: Stamps) -> list[TimingProblem]:
    """Stalls, bursts and gaps of one source, ``received_ns`` (N,) in order. Nothing for fewer than 16 events."""
    if len(received_ns) < FEWEST_EVENTS:
        return []
    intervals = np.diff(received_ns)
    moving = intervals[intervals < MOVING_NS]
    typical_ns = float(np.median(moving)) if len(moving) else 0.0
    if typical_ns <= 0:
        return []
    floods = _floods(received_ns, intervals, typical_ns)
    return sorted(floods + _gaps(received_ns, intervals, typical_ns, floods), key=lambda problem: problem.start_ns)


def weight(kind: str, length: float, count: int) -> tuple[float, float]:
    """How bad a problem is among those of its ``kind``, greater for worse; lengths in one unit."""
    return (length, count) if kind in LONG else (count, length)


def heaviest(problems: Iterable[TimingProblem], most: int = MOST_OF_KIND) -> list[TimingProblem]:
    """The worst ``most`` problems of each kind, in time order."""
    of_kind: dict[Kind, list[TimingProblem]] = {}
    for problem in problems:
        of_kind.setdefault(problem.kind, []).append(problem)
    kept = [
        problem
        for kind, same in of_kind.items()
        for problem in sorted(same, key=lambda m: weight(kind, m.end_ns - m.start_ns, m.count), reverse=True)[:most]
    ]
    return sorted(kept, key=lambda problem: problem.start_ns)


def find_reordered(received_ns: Stamps, timetags: npt.NDArray[np.uint64]) -> list[TimingProblem]:
    """Events of one source whose bundles were sent before one that had already arrived; columns (N,) in order.

    A bundle that was scheduled ahead has not overtaken anything, and one that is dated far back has a wrong tag.
    """
    if len(timetags) < 2 or (timetags[1:] >= timetags[:-1]).all():
        return []
    kept = np.flatnonzero(~scheduled_ahead(received_ns, timetags))
    stamps, tags = received_ns[kept], timetags[kept]
    newest = np.maximum.accumulate(tags)
    behind = newest - tags <= OVERTAKEN_NS * TICKS_PER_S // 1_000_000_000
    since = stamps - stamps[np.maximum.accumulate(np.where(tags == newest, np.arange(len(tags)), 0))]
    late = np.flatnonzero((tags < newest) & behind & (since <= OVERTAKEN_NS))
    return [TimingProblem("reordered", *_span(stamps, run[0] - 1, run[-1]), len(run)) for run in _runs(late)]


def find_two_senders(received_ns: Stamps, sender_index: npt.NDArray[np.int32]) -> list[TimingProblem]:
    """Stretches in which two programs alternately move one source; columns (N,) in order."""
    changes = np.flatnonzero(np.diff(sender_index)) + 1
    if len(changes) < CHANGES:
        return []
    apart = np.flatnonzero(np.diff(received_ns[changes]) > TOGETHER_NS) + 1
    stretches = np.split(changes, apart)
    spans = [(int(stretch[0]) - 1, int(stretch[-1])) for stretch in stretches if len(stretch) >= CHANGES]
    return [
        TimingProblem("two_senders", *_span(received_ns, first, last), last - first + 1)
        for first, last in spans
        if _in_turns(received_ns[first : last + 1], sender_index[first : last + 1])
    ]


def _in_turns(received_ns: Stamps, sender_index: npt.NDArray[np.int32]) -> bool:
    """Whether a third of the changes, or more, return to an earlier sender. A program that sends each message from a
    new port rarely returns: only when the system reuses a port."""
    changes = np.flatnonzero(np.diff(sender_index)) + 1
    order = np.argsort(sender_index, kind="stable")
    before = np.full(len(sender_index), -1)
    same = np.diff(sender_index[order]) == 0
    before[order[1:][same]] = order[:-1][same]
    known = changes[before[changes] >= 0]
    back = np.count_nonzero(received_ns[known] - received_ns[before[known]] <= BACK_NS)
    return bool(3 * back >= len(changes))


def _floods(received_ns: Stamps, intervals: Stamps, typical_ns: float) -> list[TimingProblem]:
    """Runs of events far closer than usual: the end of a stall if a rest is right before them, otherwise a burst."""
    problems = []
    for run in _runs(np.flatnonzero(intervals <= typical_ns * FLOOD_FRACTION)):
        if len(run) + 1 < FLOOD_EVENTS:
            continue
        first, last = int(run[0]), int(run[-1]) + 1
        rest_ns = int(intervals[first - 1]) if first else 0
        stalled = rest_ns >= max(STALL_INTERVALS * typical_ns, SHORTEST_STALL_NS)
        datagrams = np.count_nonzero(intervals[first:last])  # events with the same stamp were sent together
        early_ns = datagrams * typical_ns - float(received_ns[last] - received_ns[first])
        if not stalled and early_ns < LIGHTEST_BURST_NS:
            continue
        start, end = _span(received_ns, first - 1 if stalled else first, last)
        problems.append(TimingProblem("stall" if stalled else "burst", start, end, last - first + 1))
    return problems


def _gaps(
    received_ns: Stamps, intervals: Stamps, typical_ns: float, floods: list[TimingProblem]
) -> list[TimingProblem]:
    """Rests of a source that is otherwise steady, apart from those that belong to a stall."""
    near = np.abs(intervals - typical_ns) <= typical_ns / 2
    if np.count_nonzero(near) < STEADY_SHARE * len(intervals):
        return []
    stalls = {problem.start_ns for problem in floods if problem.kind == "stall"}
    rests = np.flatnonzero(intervals > GAP_INTERVALS * typical_ns)
    spans = [(rest, *_span(received_ns, rest, rest + 1)) for rest in rests.tolist()]
    return [
        TimingProblem("gap", start, end, round(int(intervals[rest]) / typical_ns) - 1)
        for rest, start, end in spans
        if start not in stalls
    ]


def _runs(indices: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Ascending indices, split into runs without a gap."""
    if not len(indices):
        return []
    return np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)


def _span(received_ns: Stamps, first: int, last: int) -> tuple[int, int]:
    return int(received_ns[first]), int(received_ns[last])
