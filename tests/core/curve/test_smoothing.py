"""Smoothing: no delay on what is written, and a live filter that stays close to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.smoothing import OneEuro, zero_phase

VALUES = st.lists(st.floats(-100, 100), min_size=1, max_size=80)
TIME_CONSTANT_S = st.floats(0.01, 2)


@given(VALUES, TIME_CONSTANT_S)
def test_the_result_stays_inside_the_range(values: list[float], time_constant_s: float) -> None:
    """Smoothing never overshoots: every value is between the lowest and the highest input."""
    smooth = zero_phase(values, 20.0, time_constant_s)
    assert smooth.shape == (len(values),)
    assert min(values) <= smooth.min() <= smooth.max() <= max(values)


@given(st.floats(-100, 100), st.integers(1, 50), TIME_CONSTANT_S)
def test_a_constant_stays_exactly_what_it_is(value: float, frames: int, time_constant_s: float) -> None:
    """A hold is not moved by as much as a bit, at its ends neither."""
    assert zero_phase([value] * frames, 20.0, time_constant_s).tolist() == [value] * frames


@given(VALUES, TIME_CONSTANT_S)
def test_time_turned_round_gives_the_result_turned_round(values: list[float], time_constant_s: float) -> None:
    """Without delay means that forwards and backwards give the same result."""
    smooth, turned = zero_phase(values, 20.0, time_constant_s), zero_phase(values[::-1], 20.0, time_constant_s)[::-1]
    np.testing.assert_allclose(smooth, turned, rtol=0, atol=1e-11)


def test_a_bump_keeps_its_place() -> None:
    """The peak of a symmetric bump stays on its frame and gets lower."""
    bump = np.exp(-(((np.arange(101) - 50) / 6) ** 2))
    smooth = zero_phase(bump, 25.0, 0.2)
    assert smooth.argmax() == 50
    assert smooth[50] < 0.9


def test_the_middle_of_a_step_stays_where_the_step_is() -> None:
    """A step is crossed at half its height between its two frames."""
    smooth = zero_phase(np.repeat([0.0, 1.0], 100), 25.0, 0.3)
    assert smooth[99] < 0.5 < smooth[100]
    assert smooth[99] + smooth[100] == pytest.approx(1.0, abs=1e-3)


def test_the_ends_do_not_droop() -> None:
    """A rise that ends high keeps its height at the end: no pull towards zero."""
    smooth = zero_phase(np.concatenate((np.zeros(50), np.ones(50))), 25.0, 0.2)
    assert smooth[-1] > 0.999


@pytest.mark.parametrize("time_constant_s", [0.0, -1.0])
def test_no_time_constant_changes_nothing(time_constant_s: float) -> None:
    """Zero means off, and gives a copy."""
    values = np.array([1.0, 5.0, 2.0])
    smooth = zero_phase(values, 25.0, time_constant_s)
    assert smooth.tolist() == values.tolist()
    assert smooth is not values


def test_the_live_filter_starts_at_the_first_value_and_reaches_a_rest() -> None:
    """One Euro begins without a jump from zero and settles on a value that holds."""
    live = OneEuro(0.1)
    assert live(0.0, 0.8) == 0.8
    for tick in range(1, 200):
        last = live(tick / 60, 0.3)
    assert last == pytest.approx(0.3, abs=1e-3)


def test_the_live_filter_follows_a_fast_move_more_closely_than_a_slow_filter() -> None:
    """In a full sweep of half a second the live value stays within a tenth of the range; with no speed term it does
    not.
    """

    def worst(live: OneEuro) -> float:
        return max(abs(live(tick / 60, min(tick / 30, 1.0)) - min(tick / 30, 1.0)) for tick in range(60))

    assert worst(OneEuro(0.1)) < 0.1 < worst(OneEuro(0.1, beta=0.0))


def test_live_and_written_agree_closely_on_a_played_curve() -> None:
    """On a slow swing with jitter the live value differs from the written one by less than 5 % of the range."""
    fps, time_constant_s = 60.0, 0.05
    t = np.arange(600) / fps
    jitter = np.random.default_rng(3).normal(0, 0.004, t.size)
    played = 0.5 + 0.4 * np.sin(2 * np.pi * t / 5) + jitter
    live = OneEuro(time_constant_s)
    seen = np.array([live(time_s, value) for time_s, value in zip(t.tolist(), played.tolist())])
    assert np.abs(seen - zero_phase(played, fps, time_constant_s)).max() < 0.05


def test_time_that_stops_or_runs_back_keeps_the_live_value() -> None:
    """Two events of one time do not divide by zero, and the later one does not jump."""
    live = OneEuro(0.1)
    live(1.0, 0.2)
    assert live(1.0, 0.9) == 0.2
    assert live(0.5, 0.9) == 0.2
