"""What is seen of each source does not depend on how its events were cut into batches."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.listening.monitor import Monitor

EVENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10**6), st.sampled_from([0.0, 0.5, 1.0])), min_size=1)


def received(events: list[tuple[int, int, float]], size: int) -> tuple[Monitor, set[int]]:
    """A monitor that took in the events in batches of ``size``, and which sources moved."""
    monitor, moved = Monitor(), set[int]()
    monitor.name_sources(["/a", "/b", "/c", "/d", "/e"])
    stamps = np.cumsum([step for _, step, _ in events])
    for first in range(0, len(events), size):
        part = events[first : first + size]
        index = np.array([i for i, _, _ in part], np.int32)
        values = np.array([value for _, _, value in part])
        moved |= monitor.receive(index, stamps[first : first + size], values)
    return monitor, moved


@given(EVENTS, st.integers(1, 30))
def test_batches_of_any_size_show_the_same(events: list[tuple[int, int, float]], size: int) -> None:
    """Value, range, count and who moved are those of the events one by one."""
    one, moved_one = received(events, 1)
    many, moved_many = received(events, size)
    assert moved_one == moved_many
    for a, b in zip(one.sources, many.sources, strict=True):
        assert (a.value, a.low, a.high, a.events, a.window_events) == (
            b.value,
            b.low,
            b.high,
            b.events,
            b.window_events,
        )
