"""Sleep of the computer, with clocks that the tests turn."""

from __future__ import annotations

import sys
import time

import pytest

from deforum_perform.osc.receive.clock import RealtimeMapping
from deforum_perform.osc.receive.sleep import SHORTEST_SLEEP_NS, Sleep, SleepWatch, system_slept_ns

SECOND = 1_000_000_000


class Computer:
    """A machine that can sleep: what its clocks say."""

    def __init__(self) -> None:
        self.awake_ns, self.slept_ns = 100 * SECOND, 3 * SECOND

    def monotonic_ns(self) -> int:
        """Stops during sleep."""
        return self.awake_ns

    def realtime_ns(self) -> int:
        """The time of day, which continues."""
        return 1_700_000_000 * SECOND + self.awake_ns + self.slept_ns

    def watch(self) -> SleepWatch:
        """A reader of the clocks."""
        return SleepWatch(lambda: self.slept_ns, self.monotonic_ns)


def test_a_sleep_is_reported_once_with_when_and_how_long() -> None:
    """A sleep since the last call is reported, at the moment the computer was last awake, and then no more."""
    computer = Computer()
    watch = computer.watch()
    computer.awake_ns += SECOND
    assert watch.look() is None
    computer.slept_ns += 90 * SECOND
    computer.awake_ns += SECOND // 4
    assert watch.look() == Sleep(101 * SECOND, 90.0)
    assert watch.look() is None


def test_clocks_that_drift_are_no_sleep() -> None:
    """Small differences between the clocks add up to nothing."""
    computer = Computer()
    watch = computer.watch()
    for _ in range(1000):
        computer.slept_ns += SHORTEST_SLEEP_NS - 1
        assert watch.look() is None
    computer.slept_ns -= 10 * SECOND
    assert watch.look() is None


def test_song_time_stops_while_the_computer_sleeps() -> None:
    """Events before and after a sleep are as far apart as the computer was awake between them."""
    computer = Computer()
    mapping = RealtimeMapping(computer.realtime_ns, computer.monotonic_ns)
    (before,) = mapping.to_monotonic([computer.realtime_ns()])
    computer.awake_ns += 2 * SECOND
    computer.slept_ns += 3_600 * SECOND
    mapping.refresh()
    (after,) = mapping.to_monotonic([computer.realtime_ns()])
    assert after - before == 2 * SECOND


def test_this_system_reports_sleep() -> None:
    """The system's own clocks can be read, and show no sleep during this test."""
    slept_ns = system_slept_ns()
    assert abs(slept_ns() - slept_ns()) < SHORTEST_SLEEP_NS
    assert SleepWatch().look() is None


@pytest.mark.skipif(sys.platform != "linux", reason="CLOCK_BOOTTIME is Linux's")
def test_linux_compares_the_time_since_the_start_with_the_time_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Linux it is CLOCK_BOOTTIME that continues."""
    read = time.clock_gettime_ns
    later = 7 * SECOND
    monkeypatch.setattr(time, "clock_gettime_ns", lambda clock: read(clock) + later * (clock == time.CLOCK_BOOTTIME))
    watch = SleepWatch()
    assert watch.look() is None
    later += 40 * SECOND
    sleep = watch.look()
    assert sleep is not None
    assert round(sleep.seconds) == 40


def test_a_system_that_does_not_report_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a clock that continues, nothing is reported."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    if sys.platform == "linux":
        assert system_slept_ns()() == 0
