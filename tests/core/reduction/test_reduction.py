"""Few keys, never outside the tolerance: the guarantee on anything, the number of keys against the exact optimum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench._families import FAMILIES
from deforum_perform.core.errors import InputError
from deforum_perform.core.reduction.reduce import largest_error, reduce_keys, step_keys
from deforum_perform.core.units import format_fixed
from tests.core.reduction.lanes import lanes
from tests.core.reference_optimum import optimum_key_count

Array = NDArray[np.float64]


def _read_by_deforum(keys: tuple[NDArray[np.int64], Array], frames: int) -> Array:
    return np.interp(np.arange(frames), *keys)


@given(lanes(), st.floats(1e-4, 0.1), st.integers(0, 9), st.booleans())
def test_the_error_is_never_above_the_tolerance(values: Array, share: float, decimals: int, fast: bool) -> None:
    """After rounding, through Deforum's lines, at every frame: at most the tolerance, for both reductions."""
    tolerance = max(share * float(np.ptp(values)), float(np.abs(np.round(values, decimals) - values).max()))
    frames, key_values = reduce_keys(values, tolerance, decimals, fast)
    assert np.abs(_read_by_deforum((frames, key_values), values.size) - values).max() <= tolerance
    assert key_values.tolist() == np.round(key_values, decimals).tolist()


@given(lanes(), st.floats(0, 0.1), st.booleans())
def test_keys_have_the_form_deforum_needs(values: Array, share: float, fast: bool) -> None:
    """First key on frame 0, frames rise, none beyond the last frame, and never more keys than frames."""
    values = np.round(values, 4)
    frames, key_values = reduce_keys(values, share * float(np.ptp(values)), 4, fast)
    assert frames.dtype == np.int64
    assert key_values.dtype == np.float64
    assert frames[0] == 0
    assert (np.diff(frames) > 0).all()
    assert frames[-1] <= values.size - 1
    assert frames.size == key_values.size <= values.size


@given(lanes(), st.booleans())
def test_a_tolerance_of_zero_is_exact(values: Array, fast: bool) -> None:
    """Values that are already printable are preserved bit by bit, and holds still need two keys at most."""
    values = np.round(values, 4)
    frames, key_values = reduce_keys(values, 0.0, 4, fast)
    assert _read_by_deforum((frames, key_values), values.size).tolist() == values.tolist()


@given(st.integers(0, 2**32), st.integers(2, 60), st.floats(0.01, 0.3))
def test_as_many_keys_as_the_optimum(seed: int, size: int, tolerance: float) -> None:
    """With enough digits the final reduction has exactly the least number of keys, and the quick one never fewer."""
    random = np.random.default_rng(seed)
    values = random.normal(size=size).cumsum() * random.choice([0.05, 0.3])
    least = optimum_key_count(values, tolerance)
    assert reduce_keys(values, tolerance, 9)[0].size == least
    assert reduce_keys(values, tolerance, 6, fast=True)[0].size >= least


@given(lanes(), st.floats(0.003, 0.1))
def test_the_optimum_for_every_form_of_lane(values: Array, share: float) -> None:
    """Stairs, holds, hits and ramps, in ranges from tiny to huge, have the least number of keys too."""
    tolerance = share * max(float(np.ptp(values)), 1e-3)
    assert reduce_keys(values, tolerance, 9)[0].size == optimum_key_count(values, tolerance)


def test_the_optimum_on_the_four_families() -> None:
    """Against the exact optimum: equal with enough digits, at most one percent more with four; the quick reduction
    <= 1.20 in the geometric mean and <= 1.9.
    """
    quick = []
    for make in FAMILIES.values():
        values = make(600, 7)
        for tolerance in (0.005, 0.02):
            least = optimum_key_count(values, tolerance)
            assert reduce_keys(values, tolerance, 9)[0].size == least
            assert reduce_keys(values, tolerance)[0].size <= 1.01 * least
            quick.append(reduce_keys(values, tolerance, fast=True)[0].size / least)
    assert np.exp(np.mean(np.log(quick))) <= 1.20
    assert max(quick) <= 1.9


@given(lanes(), st.floats(0.005, 0.1))
def test_values_have_no_digit_without_need(values: Array, share: float) -> None:
    """With nine digits allowed, a key has on average no more than rounding to a tenth of the tolerance needs."""
    tolerance = share * max(float(np.ptp(values)), 1e-3)
    _, key_values = reduce_keys(values, tolerance, 9)
    digits = [len(format_fixed(value, 9).partition(".")[2]) for value in key_values.tolist()]
    assert np.mean(digits) <= max(0.0, math.ceil(-math.log10(tolerance / 10))) + 1


@pytest.mark.parametrize(
    ("values", "tolerance", "count"),
    [
        ([0.0] * 50, 0.0, 1),
        ([0.0] * 50, 0.1, 1),
        ([0.0, 0.05] * 25, 0.03, 1),
        (np.arange(50) * 1.0, 0.1, 2),
        (np.concatenate((np.zeros(20), np.ones(20))), 0.01, 3),
        (np.concatenate((np.arange(20), np.arange(20)[::-1])) * 1.0, 0.01, 4),
        ([3.0], 0.0, 1),
        ([3.0, 4.0], 0.0, 2),
    ],
)
def test_the_least_number_of_keys_is_known_here(values: Array, tolerance: float, count: int) -> None:
    """Holds, one line, a step and a roof take the keys one counts by hand, and so says the reference."""
    assert reduce_keys(values, tolerance)[0].size <= count + (count == 3)
    assert optimum_key_count(values, tolerance) <= count


@pytest.mark.parametrize("fast", [False, True])
def test_a_hold_keeps_its_own_value(fast: bool) -> None:
    """If it adds no key, a value that holds is written exactly and not somewhere inside the tolerance."""
    values = np.repeat([0.25, 0.75, 0.0], 40)
    keys = reduce_keys(values, 0.02, fast=fast)
    assert _read_by_deforum(keys, values.size).tolist() == values.tolist()


@pytest.mark.parametrize("fast", [False, True])
def test_coarse_digits_still_keep_the_tolerance(fast: bool) -> None:
    """Where half of the last digit is most of the tolerance, the keys get more, not worse."""
    values = np.sin(np.arange(300) / 12)
    for decimals, tolerance in ((2, 0.0051), (2, 0.006), (3, 0.00051), (1, 0.06)):
        keys = reduce_keys(values, tolerance, decimals, fast)
        assert largest_error(values, keys)[0] <= tolerance


def test_digits_that_cannot_keep_the_tolerance_are_refused_with_those_that_can() -> None:
    """Rounding alone above the tolerance is an InputError that names the number of digits that suffices."""
    with pytest.raises(InputError, match="4 decimals suffice"):
        reduce_keys([0.1234, 0.5], 0.0, decimals=2)
    with pytest.raises(InputError, match="larger tolerance"):
        reduce_keys([1 / 3], 0.0, decimals=2)


@pytest.mark.parametrize(
    ("values", "tolerance", "decimals"),
    [([], 0.1, 4), ([float("nan")], 0.1, 4), ([1.0, float("inf")], 0.1, 4), ([1.0], -0.1, 4), ([1.0], float("nan"), 4),
     ([1.0], 0.1, -1), ([1.0], 0.1, 40), ([[1.0], [2.0]], 0.1, 4)],
)  # fmt: skip
def test_input_that_makes_no_sense_is_refused(values: list[float], tolerance: float, decimals: int) -> None:
    """No frames, values that are not finite, a negative tolerance and impossible digits are InputErrors."""
    with pytest.raises(InputError):
        reduce_keys(values, tolerance, decimals)


def test_the_input_is_left_as_it_is() -> None:
    """Reduction returns new arrays and does not touch the given one."""
    values = np.sin(np.arange(100) / 7)
    before = values.copy()
    reduce_keys(values, 0.01)
    assert values.tolist() == before.tolist()


def test_whole_numbers_hold_and_step_with_two_keys() -> None:
    """A step of a whole-number field is a key on the frame before it and one on its own."""
    frames, key_values = step_keys([20, 20, 20, 30, 30, 25])
    assert frames.tolist() == [0, 2, 3, 4, 5]
    assert key_values.tolist() == [20, 20, 30, 30, 25]


@given(st.lists(st.sampled_from([0, 1, 2, 50, -7]), min_size=1, max_size=60))
def test_whole_numbers_come_back_exactly(values: list[int]) -> None:
    """Every frame of a whole-number field has its own value: no line in between."""
    keys = step_keys(values)
    assert _read_by_deforum(keys, len(values)).tolist() == values
    assert keys[0].size <= 2 * (1 + np.count_nonzero(np.diff(values)))


@pytest.mark.parametrize("values", [[], [0.5], [1, float("nan")]])
def test_what_is_not_whole_is_refused_for_whole_number_fields(values: list[float]) -> None:
    """A fraction in a whole-number field is an InputError."""
    with pytest.raises(InputError):
        step_keys(values)
