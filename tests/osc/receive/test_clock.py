"""Kernel stamps on the monotonic clock, with clocks that the tests turn."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.osc.receive.clock import SLACK_NS, RealtimeMapping, TickMapping, stamp_clock

SECOND = 1_000_000_000


@dataclass
class Clocks:
    """Two clocks of one machine; ``step`` sets the time of day."""

    now_ns: int = 100 * SECOND
    difference_ns: int = 1_700_000_000 * SECOND
    reading_ns: int = 0

    def monotonic_ns(self) -> int:
        """The monotonic clock; reading it may take time."""
        self.now_ns += self.reading_ns
        return self.now_ns

    def realtime_ns(self) -> int:
        """The time of day."""
        return self.now_ns + self.difference_ns

    def mapping(self) -> RealtimeMapping:
        """A mapping that reads these clocks."""
        return RealtimeMapping(self.realtime_ns, self.monotonic_ns)


def test_a_stamp_is_mapped_exactly() -> None:
    """Without a step, a stamp is the monotonic time at which it was taken."""
    clocks = Clocks()
    mapping = clocks.mapping()
    clocks.now_ns += 5 * SECOND
    assert mapping.to_monotonic([clocks.realtime_ns() - 3, clocks.realtime_ns()]) == [clocks.now_ns - 3, clocks.now_ns]
    assert mapping.to_monotonic([]) == []


far = st.integers(10 * 60 * SECOND, 10**6 * SECOND)
steps = st.one_of(st.just(0), far, far.map(lambda step: -step))


@given(st.lists(st.tuples(st.integers(SLACK_NS * 2, 60 * SECOND), steps, st.integers(0, 5)), max_size=8))
def test_steps_of_the_time_of_day_move_no_event(history: list[tuple[int, int, int]]) -> None:
    """Stamps from before and after a step, read together after it, lie where they were taken."""
    clocks = Clocks()
    mapping = clocks.mapping()
    for pause_ns, step_ns, before in history:
        stamps, expected = [], []
        for _ in range(before):
            clocks.now_ns += pause_ns // 8
            stamps.append(clocks.realtime_ns())
            expected.append(clocks.now_ns)
        clocks.difference_ns += step_ns
        clocks.now_ns += pause_ns
        stamps.append(clocks.realtime_ns())
        expected.append(clocks.now_ns)
        mapping.refresh()
        assert mapping.to_monotonic(stamps) == expected


def test_a_step_is_counted() -> None:
    """Steps are reported; reading the clocks again without one is not."""
    clocks = Clocks()
    mapping = clocks.mapping()
    mapping.refresh()
    assert mapping.steps == 0
    clocks.difference_ns += SECOND
    mapping.refresh()
    assert mapping.steps == 1


def test_a_slow_reading_is_no_step() -> None:
    """When the interpreter is taken away between the two readings, the doubtful pair changes nothing."""
    clocks = Clocks()
    mapping = clocks.mapping()
    before = mapping.difference_ns
    clocks.reading_ns = 80_000_000
    mapping.refresh()
    assert mapping.steps == 0
    assert mapping.difference_ns == before


def test_a_better_reading_replaces_a_doubtful_one() -> None:
    """A first reading that was disturbed is made good by a later one."""
    clocks = Clocks(reading_ns=50_000_000)
    mapping = clocks.mapping()
    clocks.reading_ns = 0
    mapping.refresh()
    assert mapping.difference_ns == clocks.difference_ns
    assert mapping.steps == 0


@given(st.lists(st.integers(0, 50 * SECOND), min_size=1, max_size=20), st.booleans())
def test_a_stamp_that_was_overtaken_is_believed(ages_ns: list[int], stepped: bool) -> None:
    """Where the time of day was not set within the last minute, stamps keep their time in whatever order they come."""
    clocks = Clocks()
    mapping = clocks.mapping()
    if stepped:
        clocks.difference_ns += 700 * SECOND
        mapping.refresh()
        clocks.now_ns += 120 * SECOND
    mapping.refresh()
    for age_ns in ages_ns:
        assert mapping.to_monotonic([clocks.realtime_ns() - age_ns]) == [clocks.now_ns - age_ns]


def test_a_stamp_that_fits_nowhere_stays_between_its_neighbours() -> None:
    """A stamp no known difference explains is put between the one before it and now, never in the future."""
    clocks = Clocks()
    mapping = clocks.mapping()
    first = mapping.to_monotonic([clocks.realtime_ns()])[0]
    clocks.now_ns += SECOND
    for strange in (clocks.realtime_ns() + 500 * SECOND, clocks.realtime_ns() - 500 * SECOND):
        (placed,) = mapping.to_monotonic([strange])
        assert first <= placed <= clocks.now_ns


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(1, 15_625_000))
def test_a_fine_clock_on_one_that_ticks(start_ns: int, apart_ns: int, tick_ns: int) -> None:
    """Stamps of a fine clock are mapped to within a microsecond onto one that only ticks now and then."""
    now_ns = [start_ns]

    def fine_ns() -> int:
        now_ns[0] += 100 if tick_ns < 1_000_000 else 5_000
        return now_ns[0] + apart_ns

    def coarse_ns() -> int:
        return now_ns[0] // tick_ns * tick_ns

    mapping = TickMapping(fine_ns, coarse_ns)
    mapping.refresh()
    (mapped,) = mapping.to_monotonic([now_ns[0] + apart_ns])
    assert abs(mapped - now_ns[0]) <= max(tick_ns // 1000, 15_000)


@pytest.mark.parametrize("drift", [-100e-6, 0.0, 100e-6])
def test_a_fine_clock_that_drifts(drift: float) -> None:
    """Two clocks that drift apart for an hour stay mapped to within what they drift in two minutes."""
    tick_ns, now_ns = 15_625_000, 1_000 * SECOND

    def fine_ns() -> int:
        return now_ns + round(now_ns * drift)

    def coarse_ns() -> int:
        nonlocal now_ns
        now_ns += 50_000
        return now_ns // tick_ns * tick_ns

    mapping = TickMapping(fine_ns, coarse_ns)
    for _ in range(90_000):
        now_ns += 40_100_000
        mapping.refresh()
    (mapped,) = mapping.to_monotonic([fine_ns()])
    assert abs(mapped - now_ns) <= 121 * SECOND * abs(drift) + tick_ns // 100
    assert mapping.now_ns() == mapped


def test_stamps_of_the_kernel_and_of_python_have_their_clocks() -> None:
    """Kernel stamps are mapped from the time of day, others from the finest clock, and both onto the monotonic one."""
    assert isinstance(stamp_clock(True), RealtimeMapping)
    assert isinstance(stamp_clock(False), TickMapping)
    clocks = Clocks()
    assert clocks.mapping().now_ns() == clocks.now_ns
