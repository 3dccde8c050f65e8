"""Schedules: keys, text and the check by reading back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deforum_perform.core.curve.frames import pool, spread
from deforum_perform.core.deforum.schedule import make_schedule, parse_schedule, read_back
from deforum_perform.core.deforum.text import max_frames_for
from deforum_perform.core.errors import InputError


@given(st.integers(0, 2**32), st.integers(1, 120), st.integers(1, 10), st.floats(1e-4, 0.2), st.booleans())
def test_the_text_read_back_at_the_frames_deforum_reads_is_within_the_tolerance(
    seed: int, size: int, cadence: int, tolerance: float, fast: bool
) -> None:
    """With the max_frames of a render, every cadence frame of the song has its value within the tolerance."""
    values = np.random.default_rng(seed).normal(size=size).cumsum() / 4
    held = spread(pool(values, cadence, "strongest", 0.0), cadence, size)
    schedule = make_schedule(held, tolerance, cadence=cadence, fast=fast)
    read = parse_schedule(schedule.text, max_frames_for(size, cadence))[:size:cadence]
    assert np.abs(read - held[::cadence]).max() <= tolerance
    assert schedule.largest_error == np.abs(read - held[::cadence]).max()
    assert (schedule.key_frames % cadence == 0).all()
    assert schedule.key_frames[-1] < size


@given(st.lists(st.integers(1, 150), min_size=1, max_size=60), st.integers(1, 5))
def test_whole_numbers_are_exact_at_the_frames_deforum_reads(values: list[int], cadence: int) -> None:
    """A whole-number lane reads back exactly, without a point in its text."""
    schedule = make_schedule(values, 0.5, kind="int", cadence=cadence)
    read = parse_schedule(schedule.text, max_frames_for(len(values), cadence))[: len(values)]
    assert read[::cadence].tolist() == values[::cadence]
    assert "." not in schedule.text
    assert (schedule.largest_error, schedule.error_frame) == (0.0, None)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 3e-7])
def test_digits_follow_a_fine_tolerance(tolerance: float) -> None:
    """A tolerance too fine for four digits gets more of them, and no exponent."""
    schedule = make_schedule(1.0 + 1e-2 * np.sin(np.arange(200) / 9), tolerance)
    assert schedule.largest_error <= tolerance
    assert schedule.decimals >= 4
    assert "e" not in schedule.text


def test_a_tolerance_of_zero_writes_the_printable_values_exactly() -> None:
    """Without tolerance the error is only that of rounding to the digits."""
    values = np.sin(np.arange(50) / 9)
    schedule = make_schedule(values, 0.0)
    assert schedule.largest_error == np.abs(np.round(values, 4) - values).max()


def test_the_worst_frame_is_named() -> None:
    """The check reports the largest error and its frame."""
    assert read_back("0:(0), 4:(4)", np.array([0, 1, 2.5, 3, 4.25])) == (0.5, 2)
    assert read_back("0:(0), 4:(4)", np.array([0, 9, 9, 9, 4.25]), cadence=4) == (0.25, 4)
    assert read_back("0:(1)", np.ones(3)) == (0.0, None)


@pytest.mark.parametrize(
    ("kind", "cadence", "values"), [("text", 1, [1.0]), ("float", 0, [1.0]), ("int", 1, [1.5]), ("float", 1, [])]
)
def test_a_schedule_that_makes_no_sense_is_refused(kind: str, cadence: int, values: list[float]) -> None:
    """An unknown kind, no cadence, fractions in a whole-number lane and no frames are InputErrors."""
    with pytest.raises(InputError):
        make_schedule(values, 0.1, kind=kind, cadence=cadence)


@given(
    arrays(np.float64, st.integers(1, 120), elements=st.floats(0, 1)),
    st.floats(0.001, 0.2),
    st.booleans(),
)
def test_no_key_exceeds_the_limits_and_none_leaves_the_tolerance(
    values: np.ndarray, tolerance: float, fast: bool
) -> None:
    """Keys of free values stay inside a field's hard limits, at every frame within the tolerance all the same."""
    schedule = make_schedule(values, tolerance, fast=fast, limits=(0.0, 1.0))
    assert schedule.key_values.min() >= 0.0
    assert schedule.key_values.max() <= 1.0
    assert schedule.largest_error <= tolerance
