"""Keys whose errors do not add up: both bounds on anything, and the number of keys that this takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench._families import FAMILIES
from deforum_perform.core.deforum.reader import parse_schedule
from deforum_perform.core.deforum.text import keys_to_text
from deforum_perform.core.errors import InputError
from deforum_perform.core.reduction import reduce_keys
from tests.core.reduction.lanes import lanes

Array = NDArray[np.float64]


def _errors(values: Array, keys: tuple[NDArray[np.int64], Array], decimals: int) -> Array:
    """The errors of the text as Deforum reads it."""
    return parse_schedule(keys_to_text(*keys, decimals), values.size) - values


@given(lanes(), st.floats(1e-3, 0.1), st.floats(0.5, 30), st.integers(2, 9), st.booleans())
def test_neither_bound_is_exceeded(values: Array, share: float, factor: float, decimals: int, fast: bool) -> None:
    """After rounding, as Deforum reads the text: each error within the tolerance, each sum of errors within drift."""
    tolerance = max(share * float(np.ptp(values)), 10.0**-decimals)
    keys = reduce_keys(values, tolerance, decimals, fast, drift=factor * tolerance)
    errors = _errors(values, keys, decimals)
    assert np.abs(errors).max() <= tolerance
    assert np.abs(np.cumsum(errors)).max() <= factor * tolerance
    assert keys[1].tolist() == np.round(keys[1], decimals).tolist()


@given(lanes(), st.floats(0.01, 0.5), st.floats(0.5, 30), st.booleans())
def test_the_magnification_of_a_zoom_stays_within_the_bound(
    values: Array, size: float, factor: float, fast: bool
) -> None:
    """For factors, the sum of the errors of the logarithms is within drift, as Deforum reads the text."""
    low, high = float(values.min()), float(values.max())
    zoom = 1 - size / 2 + size * (values - low) / max(high - low, 1e-9)
    tolerance = 0.005 * size
    keys = reduce_keys(zoom, tolerance, 7, fast, drift=factor * tolerance, factors=True)
    read = _errors(zoom, keys, 7) + zoom
    assert np.abs(read - zoom).max() <= tolerance
    assert np.abs(np.cumsum(np.log(read) - np.log(zoom))).max() <= factor * tolerance + 1e-15


@given(lanes(), st.booleans())
def test_bounds_of_zero_are_exact(values: Array, fast: bool) -> None:
    """Values that are printable come back bit by bit if both bounds are 0."""
    values = np.round(values, 4)
    assert _errors(values, reduce_keys(values, 0.0, 4, fast, drift=0.0), 4).tolist() == [0.0] * values.size


def test_at_most_a_quarter_more_keys_on_the_four_families() -> None:
    """With ten times the tolerance as bound: <= 1.25 times the keys in the geometric mean, <= 2.0 at worst."""
    ratios = []
    for make in FAMILIES.values():
        values = make(3_000, 7)
        for tolerance in (0.005, 0.02):
            kept = reduce_keys(values, tolerance, drift=10 * tolerance)
            ratios.append(kept[0].size / reduce_keys(values, tolerance)[0].size)
    assert np.exp(np.mean(np.log(ratios))) <= 1.25
    assert max(ratios) <= 2.0


def test_without_the_bound_the_errors_add_up() -> None:
    """The same lanes leave the bound several times over without it, so the bound makes a difference."""
    values = FAMILIES["held ramps, 7 bit"](3_000, 7)
    assert np.abs(np.cumsum(_errors(values, reduce_keys(values, 0.005), 4))).max() > 3 * 10 * 0.005


@pytest.mark.parametrize("decimals", [4, 6])
def test_rounding_does_not_add_up_in_a_long_hold(decimals: int) -> None:
    """A value that four digits cannot write, held for 30,000 frames, stays within the bound with a few keys."""
    values = np.full(30_000, 64 / 127)
    keys = reduce_keys(values, 0.005, decimals, drift=0.05)
    assert np.abs(np.cumsum(_errors(values, keys, decimals))).max() <= 0.05
    assert keys[0].size <= (40 if decimals == 4 else 2)


def test_a_picture_returns_where_the_knob_returned() -> None:
    """A knob that goes up and comes back as a position ends within the bound of where it began."""
    knob = np.concatenate([FAMILIES["tweaking, 7 bit"](2_000, 3), [0.5] * 50])
    steps = np.diff(knob, prepend=0.5)
    frames, values = reduce_keys(steps, 0.005, 6, drift=0.05)
    assert abs(float(np.interp(np.arange(steps.size), frames, values).sum())) <= 0.05


def test_a_zoom_of_many_frames_takes_few_more_keys() -> None:
    """Over 6,000 frames of a zoom the bound on the magnification takes at most a quarter more keys."""
    zoom = 0.98 + 0.06 * FAMILIES["tweaking, 7 bit"](6_000, 2)
    kept = reduce_keys(zoom, 0.0003, 7, drift=0.003, factors=True)
    assert kept[0].size <= 1.25 * reduce_keys(zoom, 0.0003, 7)[0].size


@pytest.mark.parametrize("drift", [-0.1, float("nan"), float("inf")])
def test_a_bound_that_makes_no_sense_is_refused(drift: float) -> None:
    """A negative bound or one that is not finite is an InputError."""
    with pytest.raises(InputError, match="drift bound"):
        reduce_keys([0.0, 1.0], 0.1, drift=drift)


def test_digits_that_cannot_keep_the_bound_are_refused_with_those_that_can() -> None:
    """Too few digits for the bound are an InputError that names the number of digits that suffices."""
    with pytest.raises(InputError, match="5 decimals suffice"):
        reduce_keys([1 / 3] * 9, 0.001, decimals=3, drift=1e-5)
