"""A sender's own clock, from the time tags of its bundles.

A tag is the time at which the sender scheduled an event; it is free of the network's and the system's delays, but on a
clock of its own. Delays are never negative, so the smallest difference between arrival and tag within a stretch of time
is the clocks' offset; the variation of that minimum from stretch to stretch shows whether the clock can be trusted.

A bundle that was scheduled ahead or dated back does not count as evidence of the clock: the minimum is that of the
differences that most bundles have, a few arrivals confirm it, and an event with such a tag keeps its arrival time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IMMEDIATELY = 1
STRETCH_NS = 1_000_000_000
FEWEST_STRETCHES = 5
FEWEST_TAGS = 50
STEADY_NS = 2_000_000
LARGEST_DRIFT = 500e-6
LONGEST_AWAY_NS = 5_000_000_000
SCHEDULED_NS = 10_000_000
"""A bundle that arrives this much before its time was scheduled ahead."""

OVERTAKEN_NS = 250_000_000
"""No network delays a bundle this long while later ones arrive; one dated back by more has a wrong tag."""

WITNESS_NS = 20_000_000
"""Everything that arrives within this time is one witness of the offset: a chord that was scheduled ahead is only
one."""

FEWEST_WITNESSES = 3
WITNESS_SHARE = 100
"""An offset counts if three witnesses confirm it, and of many one in a hundred more."""

USUAL_SHARE = 0.4
"""The offset is below this fraction of the witnesses, within the shortest span that contains half of them. A value
shared by fewer of them was scheduled ahead."""

LARGEST_ODD_SHARE = 0.25
"""At most this many stretches may contradict the others, if some before them and some after agree: bundles were
scheduled ahead there. A clock that is set differs until the end, or from the beginning."""

MOST_PAIRED = 200
"""This many stretches are compared with each other to find the drift."""

AHEAD_NS = 15_000_000
"""In a take too short to estimate the clock, a tag is ahead if it is this much earlier than usual for what arrived
around it."""

NEIGHBOURS = 20
USUAL_QUANTILE = 0.7
"""What is usual: this quantile of so many witnesses on each side, so that a few that were scheduled ahead, and a few
that arrived late, do not count."""

_ROUNDING = 1e-6
"""Shares of witnesses add up with less error than this."""

TICKS_PER_S = 1 << 32
"""Of NTP time."""

Nanoseconds = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SenderClock:
    """``arrival = tag * (1 + drift) + offset``, counted from ``first_tag_ns``; within ``wander_ns`` of that.

    ``steady`` is whether tags on this clock may replace arrival times.
    """

    first_tag_ns: int
    offset_ns: float
    drift: float
    wander_ns: float
    steady: bool

    def to_monotonic(self, timetags: npt.NDArray[np.uint64]) -> Nanoseconds:
        """NTP time tags (N,) on the clock of the arrival stamps."""
        since_ns = (tags_to_ns(timetags) - self.first_tag_ns).astype(np.float64)
        return (np.rint(since_ns * (1 + self.drift) + self.offset_ns)).astype(np.int64)


def tags_to_ns(timetags: npt.NDArray[np.uint64]) -> Nanoseconds:
    """64-bit NTP time (N,) as nanoseconds since 1900, exact to a nanosecond."""
    seconds = (timetags >> np.uint64(32)).astype(np.int64)
    fraction = ((timetags & np.uint64(0xFFFFFFFF)) / 2**32 * 1e9).astype(np.int64)
    return seconds * 1_000_000_000 + fraction


def observe(received_ns: Nanoseconds, timetags: npt.NDArray[np.uint64]) -> SenderClock | None:
    """The clock behind one sender's tags (N,) and their arrival (N,), or None if there is too little data.

    Tags that mean "immediately" are left out. A clock is steady if over at least five stretches of a second its offset,
    less a drift of at most 500 ppm, stays within 2 ms. A stretch in which everything arrived late, or little arrived at
    all, is bridged by its neighbours: a delay ends, another offset stays.
    """
    real = timetags > IMMEDIATELY
    if np.count_nonzero(real) < FEWEST_TAGS:
        return None
    received, tags = received_ns[real], tags_to_ns(timetags[real])
    first_tag = received[0] - _middle(received - tags)
    since = received - received[0]
    delays = since - (tags - first_tag)
    bundles = np.flatnonzero((np.diff(since, prepend=-1) != 0) | (np.diff(delays, prepend=0) != 0))
    since, delays = since[bundles], delays[bundles]
    if np.count_nonzero(np.diff(since // STRETCH_NS, prepend=-1)) < FEWEST_STRETCHES:
        return None
    line = _offsets_line(since, delays)
    if line is None:
        return SenderClock(int(first_tag), float(received[0]), 0.0, float(np.ptp(delays)), steady=False)
    drift, base, wander = line
    steady = wander <= STEADY_NS and abs(drift) <= LARGEST_DRIFT
    return SenderClock(int(first_tag), float(received[0]) + base, drift, wander, steady)


def _offsets_line(since: Nanoseconds, delays: Nanoseconds) -> tuple[float, float, float] | None:
    """Slope and intercept of the offsets over time, from bundles' arrivals (N,) and delays (N,), and their largest
    distance from the line; None if too few windows, of three stretches each, have an offset.

    Most windows decide; one whose witnesses contradict them is left out where bundles may have been scheduled ahead.
    """
    stretches = np.flatnonzero(np.diff(since // STRETCH_NS, prepend=-1))
    at = since[stretches[1:-1]].astype(np.float64)
    borders, witnesses = [*stretches.tolist(), len(since)], since // WITNESS_NS
    windows = [slice(first, end) for first, end in zip(borders, borders[3:])]

    def offsets(counts: Callable[[slice], Mask]) -> Array:
        kept = ((part, counts(part)) for part in windows)
        found = [_offset(delays[part][mask], witnesses[part][mask]) for part, mask in kept]
        return np.array([np.nan if offset is None else offset for offset in found], np.float64)

    found = offsets(lambda part: delays[part] >= _usual_least(delays[part], witnesses[part]))
    known = ~np.isnan(found)
    if np.count_nonzero(known) < max(2, len(at) / 2):
        return None
    drift, base = _usual_line(at[known], found[known])
    line = base + drift * at
    possible = delays >= base + drift * since - STEADY_NS
    again = offsets(lambda part: possible[part])
    agreed = np.abs(again - line) <= 2 * STEADY_NS
    if not _odd_between(known & ~agreed, agreed):
        return drift, base, float(np.abs(found - line)[known].max())
    drift, base = _line(at[agreed], again[agreed])
    return drift, base, float(np.abs(again - base - drift * at)[agreed].max())


def _odd_between(odd: Mask, agreed: Mask) -> bool:
    """Whether the ``odd`` (N,) among the windows are few, with ``agreed`` ones (N,) before and after them."""
    place = np.flatnonzero(agreed)
    outside = len(place) < 2 or bool(odd[: place[0]].any() or odd[place[-1] :].any())
    return not outside and bool(np.count_nonzero(odd) <= LARGEST_ODD_SHARE * len(odd))


def _usual_line(x: Array, y: Array) -> tuple[float, float]:
    """Slope and intercept of a line that a minority of points cannot move: the median of the slopes between them."""
    some = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_PAIRED)).astype(np.int64))
    first, second = np.triu_indices(len(some), 1)
    runs, rises = x[some][second] - x[some][first], y[some][second] - y[some][first]
    slope = float(np.median(rises / runs))
    return slope, float(np.median(y - slope * x))


def _middle(values: Nanoseconds) -> np.int64:
    """The median, exact: a float holds no nanoseconds since 1900."""
    middle: np.int64 = np.partition(values, len(values) // 2)[len(values) // 2]
    return middle


def _usual_least(delays: Nanoseconds, witnesses: Nanoseconds) -> np.int64:
    """The minimum of the delays (N,) that most bundles have; those of one witness (N,) count as one together."""
    starts = np.flatnonzero(np.diff(witnesses, prepend=-1))
    sizes = np.diff(starts, append=len(delays))
    order = np.argsort(delays)
    ordered = delays[order]
    until = np.concatenate([[0.0], np.cumsum(np.repeat(1 / sizes, sizes)[order])])
    half, usual = until[-1] / 2 - _ROUNDING, until[-1] * USUAL_SHARE - _ROUNDING
    end = np.searchsorted(until, until[:-1] + half)
    first = np.flatnonzero(end < len(until))
    span = (ordered[end[first] - 1] - ordered[first]).min()
    within = until[np.searchsorted(ordered, ordered + span, side="right")] - until[:-1]
    least: np.int64 = ordered[np.argmax(within >= usual)]
    return least


def _offset(delays: Nanoseconds, witnesses: Nanoseconds) -> float | None:
    """The smallest of the delays (N,) that enough witnesses (N,) confirm; None if there is none."""
    if not len(delays):
        return None
    delays = np.minimum.reduceat(delays, np.flatnonzero(np.diff(witnesses, prepend=-1)))
    enough = min(FEWEST_WITNESSES + len(delays) // WITNESS_SHARE, len(delays))
    lowest = min(len(delays), enough * 4)
    smallest = np.sort(np.partition(delays, lowest - 1)[:lowest])
    agreed = np.flatnonzero(smallest[enough - 1 :] - smallest[: lowest - enough + 1] <= STEADY_NS)
    return float(smallest[agreed[0]]) if len(agreed) else None


def placed(received_ns: Nanoseconds, timetags: npt.NDArray[np.uint64], clock: SenderClock) -> Nanoseconds:
    """When the events were sent, on the arrival stamps' clock (N,): never later than they arrived, those with a tag in
    the order of their tags.

    The arrival time is kept if the clock is not steady, if a tag means "immediately", and if it is irregular: scheduled
    ahead, more than five seconds from its arrival, or dated back behind one that arrived before.
    """
    if not clock.steady:
        return received_ns
    meant, tags = clock.to_monotonic(timetags), tags_to_ns(timetags)
    away = meant - received_ns
    dated = (timetags > IMMEDIATELY) & (away >= -LONGEST_AWAY_NS) & (away <= SCHEDULED_NS)
    newest = np.maximum.accumulate(np.where(dated, tags, 0))
    usable = np.flatnonzero(dated & (tags >= newest - OVERTAKEN_NS))
    in_order = usable[np.argsort(timetags[usable], kind="stable")]
    earliest = np.minimum(meant, received_ns)[in_order]
    found = received_ns.copy()
    found[in_order] = np.minimum.accumulate(earliest[::-1])[::-1]
    return found


def scheduled_ahead(received_ns: Nanoseconds, timetags: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which of one sender's tags (N,), none "immediately", are ahead of those that arrived around them, (N,).

    For takes too short to estimate the sender's clock: only tags that some later tag is behind are examined.
    """
    ahead = np.zeros(len(timetags), np.bool_)
    if len(timetags) < 2:
        return ahead
    least_after = np.minimum.accumulate(timetags[::-1])[::-1]
    suspects = np.flatnonzero(timetags[:-1] > least_after[1:])
    delays = received_ns - tags_to_ns(timetags)
    starts = np.flatnonzero(np.diff(received_ns // WITNESS_NS, prepend=-1))
    witnesses = np.minimum.reduceat(delays, starts)
    count = min(2 * NEIGHBOURS + 1, len(witnesses))
    mine = np.searchsorted(starts, suspects, side="right") - 1
    first = np.clip(mine - NEIGHBOURS, 0, len(witnesses) - count)
    place = int(USUAL_QUANTILE * count)
    usual = np.partition(witnesses[first[:, None] + np.arange(count)], place, axis=1)[:, place]
    ahead[suspects] = delays[suspects] < usual - AHEAD_NS
    return ahead


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Slope and intercept of the least squares line."""
    spread = x - x.mean()
    square = float(spread @ spread)
    slope = float(spread @ (y - y.mean())) / square if square > 0 else 0.0
    return slope, float(y.mean()) - slope * float(x.mean())
