"""A sender's own clock, from the time tags of its bundles.

A tag says when the sender meant an event to be; it is free of the network's and the system's delays, but on a clock
of its own. Delay only ever adds, so the smallest difference between arrival and tag within a stretch of time is the
clocks' offset; how that minimum wanders from stretch to stretch says whether the clock can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IMMEDIATELY = 1
STRETCH_NS = 1_000_000_000
FEWEST_STRETCHES = 5
FEWEST_TAGS = 50
STEADY_NS = 2_000_000
LARGEST_DRIFT = 500e-6
LONGEST_AHEAD_NS = 5_000_000_000

Nanoseconds = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SenderClock:
    """``arrival = tag * (1 + drift) + offset``, seen from ``first_tag_ns`` on; within ``wander_ns`` of that.

    ``steady`` is whether tags on this clock may stand in for arrival times.
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
    """The clock behind one sender's tags (N,) and their arrival (N,), or None where there is too little to judge by.

    Tags that mean "immediately" are left out. A clock is steady if over at least five stretches of a second its offset,
    less a drift of at most 500 ppm, stays within 2 ms. A stretch in which everything came late, or little came at all,
    is vouched for by its neighbours: delay passes, another offset stays.
    """
    real = timetags > IMMEDIATELY
    received, tags = received_ns[real], tags_to_ns(timetags[real])
    if len(tags) < FEWEST_TAGS:
        return None
    delays = received - received[0] - (tags - tags[0])
    stretch = (received - received[0]) // STRETCH_NS
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    if len(starts) < FEWEST_STRETCHES:
        return None
    smallest = np.minimum.reduceat(delays, starts).astype(np.float64)
    smallest = np.minimum(np.minimum(smallest[:-2], smallest[1:-1]), smallest[2:])
    since = (tags[starts[1:-1]] - tags[0]).astype(np.float64)
    drift, base = _line(since, smallest)
    wander = float(np.abs(smallest - base - drift * since).max())
    steady = wander <= STEADY_NS and abs(drift) <= LARGEST_DRIFT
    return SenderClock(int(tags[0]), float(received[0]) + base, drift, wander, steady)


def placed(received_ns: Nanoseconds, timetags: npt.NDArray[np.uint64], clock: SenderClock) -> Nanoseconds:
    """When the events were meant, on the arrival stamps' clock (N,): never later than they arrived, those with a tag
    in the order of their tags.

    The arrival stays where the clock is not steady, where a tag means "immediately", and where it lies further from its
    arrival than five seconds.
    """
    if not clock.steady:
        return received_ns
    meant = clock.to_monotonic(timetags)
    usable = np.flatnonzero((timetags > IMMEDIATELY) & (np.abs(meant - received_ns) <= LONGEST_AHEAD_NS))
    in_order = usable[np.argsort(timetags[usable], kind="stable")]
    earliest = np.minimum(meant, received_ns)[in_order]
    found = received_ns.copy()
    found[in_order] = np.minimum.accumulate(earliest[::-1])[::-1]
    return found


def _line(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of the least squares line."""
    spread = x - x.mean()
    square = float(spread @ spread)
    slope = float(spread @ (y - y.mean())) / square if square > 0 else 0.0
    return slope, float(y.mean()) - slope * float(x.mean())
