"""Signals: two columns in order of time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError
from deforum_perform.core.signal import EMPTY, Signal, between, extent, signal

events = st.lists(st.tuples(st.floats(), st.floats()), max_size=20)
tame = st.lists(st.tuples(st.integers(0, 9).map(float), st.integers(-9, 9).map(float)), max_size=20)


def _signal(pairs: list[tuple[float, float]]) -> Signal:
    return signal([t for t, _ in pairs], [v for _, v in pairs])


@given(events)
def test_a_signal_is_sorted_finite_and_stable(pairs: list[tuple[float, float]]) -> None:
    """From any columns: events that are not finite go, the rest is sorted by time, and equal times keep their order."""
    made = _signal(pairs)
    kept = [(t, v) for t, v in pairs if math.isfinite(t) and math.isfinite(v)]
    assert list(zip(made.times_s, made.values, strict=True)) == sorted(kept, key=lambda pair: pair[0])


@pytest.mark.parametrize(("times", "values"), [([1.0], []), ([[1.0]], [[1.0]]), (1.0, 1.0), ([1.0, 2.0], [1.0])])
def test_columns_that_do_not_fit_are_refused(times: object, values: object) -> None:
    """One time for each value, in one dimension, or InputError."""
    with pytest.raises(InputError):
        signal(times, values)
    with pytest.raises(InputError):
        Signal(np.asarray(times), np.asarray(values))


@given(tame, st.integers(-1, 10), st.integers(-1, 10))
def test_between_has_the_events_of_the_half_open_span(pairs: list[tuple[float, float]], start: int, end: int) -> None:
    """An event at the start is inside, one at the end is not, and spans that meet share nothing and lose nothing."""
    made = _signal(pairs)
    part = between(made, start, end)
    assert part.times_s.tolist() == [t for t in made.times_s if start <= t < end]
    if start <= end:
        whole = [between(made, -2, start), part, between(made, end, 11)]
        assert sum(len(s) for s in whole) == len(made)


@given(tame)
def test_extent_is_the_lowest_and_the_highest(pairs: list[tuple[float, float]]) -> None:
    """The extent is that of the values; without events there is none."""
    found = extent(_signal(pairs))
    assert found == ((min(v for _, v in pairs), max(v for _, v in pairs)) if pairs else None)


def test_the_empty_signal_is_empty() -> None:
    """An empty signal has no events and no extent."""
    assert len(EMPTY) == 0
    assert len(between(EMPTY, 0, 1)) == 0
    assert extent(EMPTY) is None
