"""From the kernel's time of day to the monotonic clock.

Linux stamps a datagram on CLOCK_REALTIME, which a user, a time server or a resumed laptop can step. Both clocks are
read together at intervals; their difference is constant between steps (both are slewed alike), so a changed difference
is a step. For a minute after a step, a stamp from before it is recognised by its order: it is between the stamp before
it and now. At all other times a stamp is trusted, even that of a datagram that was overtaken.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

READINGS = 5
BELIEVABLE_READING_NS = 200_000
REMEMBERED_STEPS = 8
SLACK_NS = 5_000_000
LONGEST_TICK_NS = 40_000_000
DRIFT_SPAN_NS = 60_000_000_000
FEWEST_READINGS = 1_000
LONGEST_WAIT_NS = 60_000_000_000
"""How long a datagram may have waited before it is mapped."""


class StampClock(Protocol):
    """Maps a receiver's stamps to the clock of ``time.monotonic_ns``."""

    @property
    def steps(self) -> int:
        """How many steps of the clock behind the stamps were detected."""

    def refresh(self) -> None:
        """Read the clocks again, before stamps are mapped."""

    def to_monotonic(self, stamps_ns: Sequence[int]) -> list[int]:
        """The stamps, in order of arrival, on the monotonic clock."""

    def now_ns(self) -> int:
        """Now on the monotonic clock, with the resolution of mapped stamps."""


def stamp_clock(kernel_stamps: bool) -> StampClock:
    """The clock for stamps of the kernel (CLOCK_REALTIME), or for those of ``time.perf_counter_ns``."""
    return RealtimeMapping() if kernel_stamps else TickMapping()


class Pair(NamedTuple):
    """One reading of both clocks: REALTIME minus monotonic, and its maximum error."""

    difference_ns: int
    uncertainty_ns: int


class RealtimeMapping:
    """Maps CLOCK_REALTIME stamps to ``time.monotonic_ns``, whatever steps CLOCK_REALTIME makes. For one thread."""

    def __init__(
        self,
        realtime_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._realtime_ns, self._monotonic_ns = realtime_ns, monotonic_ns
        self.steps = 0
        self._current = self._read()
        self._earlier: deque[int] = deque(maxlen=REMEMBERED_STEPS)
        self._doubtful_until_ns = 0
        self._oldest_ns = self._last_ns = monotonic_ns() - LONGEST_WAIT_NS

    @property
    def difference_ns(self) -> int:
        """REALTIME minus monotonic, as last read."""
        return self._current.difference_ns

    def now_ns(self) -> int:
        """The monotonic clock, which is fine on all systems whose kernel gives stamps."""
        return self._monotonic_ns()

    def refresh(self) -> None:
        """Read both clocks again; fast (about 1 us), to be called before stamps are mapped."""
        pair = self._read()
        apart = abs(pair.difference_ns - self._current.difference_ns)
        if apart > pair.uncertainty_ns + self._current.uncertainty_ns:
            self._earlier.appendleft(self._current.difference_ns)
            self._current = pair
            self.steps += 1
            self._doubtful_until_ns = self._monotonic_ns() + LONGEST_WAIT_NS
        elif pair.uncertainty_ns < self._current.uncertainty_ns:
            self._current = pair

    def to_monotonic(self, stamps_ns: Sequence[int]) -> list[int]:
        """The stamps, in order of arrival, on the monotonic clock."""
        if not stamps_ns:
            return []
        now = self._monotonic_ns()
        if self._earlier and now > self._doubtful_until_ns:
            self._earlier.clear()
        difference = self._current.difference_ns
        low, high = min(stamps_ns) - difference, max(stamps_ns) - difference
        if low >= self._earliest_ns and high <= now + SLACK_NS:
            self._last_ns = max(self._last_ns, high)
            return [stamp - difference for stamp in stamps_ns]
        return [self._place(stamp, now) for stamp in stamps_ns]

    @property
    def _earliest_ns(self) -> int:
        """The earliest value for the next stamp."""
        return self._last_ns - SLACK_NS if self._earlier else self._oldest_ns

    def _place(self, stamp: int, now: int) -> int:
        """One stamp, by the first difference that puts it between its predecessor and now; otherwise clamped to
        these."""
        for difference in (self._current.difference_ns, *self._earlier):
            mapped = stamp - difference
            if self._earliest_ns <= mapped <= now + SLACK_NS:
                self._last_ns = max(self._last_ns, mapped)
                return mapped
        mapped = stamp - self._current.difference_ns
        self._last_ns = min(max(mapped, self._last_ns), now)
        return self._last_ns

    def _read(self) -> Pair:
        """The tightest of a few readings; stops early with a good one."""
        best = self._read_once()
        for _ in range(READINGS - 1):
            if best.uncertainty_ns <= BELIEVABLE_READING_NS:
                break
            best = min(best, self._read_once(), key=lambda pair: pair.uncertainty_ns)
        return best

    def _read_once(self) -> Pair:
        before = self._monotonic_ns()
        realtime = self._realtime_ns()
        after = self._monotonic_ns()
        return Pair(realtime - (before + after) // 2, (after - before) // 2 + 1_000)


class TickMapping:
    """From ``time.perf_counter_ns`` to ``time.monotonic_ns``, where the latter ticks only 64 times a second (Windows).

    Fine minus coarse is smallest right at a tick: the smallest of many readings is their difference. They may drift, so
    readings older than two spans no longer count.
    """

    steps = 0

    def __init__(
        self,
        fine_ns: Callable[[], int] = time.perf_counter_ns,
        coarse_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._fine_ns, self._coarse_ns = fine_ns, coarse_ns
        before = tick = coarse_ns()
        end = fine_ns() + LONGEST_TICK_NS
        while tick == before and fine_ns() < end:
            tick = coarse_ns()
        self._smallest = self._earlier = min(fine_ns() - coarse_ns() for _ in range(READINGS))
        self._span_ends = fine_ns() + DRIFT_SPAN_NS
        self._readings = 0

    def refresh(self) -> None:
        """Read both clocks again; neither is ever set, but they may drift."""
        now = self._fine_ns()
        apart = now - self._coarse_ns()
        if now >= self._span_ends and self._readings >= FEWEST_READINGS:
            self._earlier, self._smallest = self._smallest, apart
            self._span_ends, self._readings = now + DRIFT_SPAN_NS, 0
        self._smallest = min(self._smallest, apart)
        self._readings += 1

    def to_monotonic(self, stamps_ns: Sequence[int]) -> list[int]:
        """The stamps on the monotonic clock."""
        difference = min(self._smallest, self._earlier)
        return [stamp - difference for stamp in stamps_ns]

    def now_ns(self) -> int:
        """The fine clock, mapped."""
        return self._fine_ns() - min(self._smallest, self._earlier)
