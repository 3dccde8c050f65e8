"""Clock sources: where the song is, and the anchors that a recording gets from that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.time.clock_source import ClockSource, InternalClock, ManualClock
from deforum_perform.core.time.time_map import Segment, runs, to_song

moments_ns = st.integers(0, 10**13)
settings_of_a_clock = st.lists(
    st.tuples(moments_ns, st.floats(0, 1e4), st.floats(0.1, 4)), min_size=1, max_size=5, unique_by=lambda s: s[0]
)


@given(st.floats(0, 1e4), moments_ns, moments_ns)
def test_the_internal_clock_goes_on_with_the_computers(position_s: float, origin_ns: int, since_ns: int) -> None:
    """Song time is where it began and what has passed since; the anchors say the same of a recording that began there.
    """
    clock: ClockSource = InternalClock(position_s, origin_ns)
    now_ns = origin_ns + since_ns
    assert clock.time_s(now_ns) == position_s + since_ns / 1e9
    assert float(to_song(clock.anchors(origin_ns, now_ns), since_ns / 1e9)) == clock.time_s(now_ns)


@given(settings_of_a_clock, moments_ns, st.lists(st.integers(0, 10**13)))
def test_the_anchors_of_a_clock_say_what_the_clock_said(
    settings: list[tuple[int, float, float]], origin_ns: int, sinces_ns: list[int]
) -> None:
    """A recording whose clock jumped and changed its rate has each moment where the clock had it."""
    clock: ClockSource = ManualClock(tuple(sorted(settings)))
    end_ns = origin_ns + max(sinces_ns, default=0)
    anchors = clock.anchors(origin_ns, end_ns)
    for since_ns in sinces_ns:
        expected = clock.time_s(origin_ns + since_ns)
        assert float(to_song(anchors, since_ns / 1e9)) == pytest.approx(expected, rel=1e-9, abs=1e-5)


def test_a_loop_gives_a_run_for_each_round() -> None:
    """A clock that went back to the start of a loop twice gives three rounds."""
    clock = ManualClock().set(0, 8.0).set(4_000_000_000, 8.0).set(8_000_000_000, 8.0)
    assert clock.time_s(9_000_000_000) == 9.0
    rounds = runs(clock.anchors(0, 10_000_000_000), 10.0)
    assert [part.segments[0] for part in rounds] == [Segment(0.0, 8.0), Segment(4.0, 8.0), Segment(8.0, 8.0)]
    assert clock.set(4_000_000_000, 0.0).time_s(9_000_000_000) == 5.0
