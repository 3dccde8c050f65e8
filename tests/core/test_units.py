"""One rounding rule, numbers that Deforum reads, frames and seconds."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.units import (
    MAX_DECIMALS,
    as_number,
    clamp,
    clock_text,
    decimals_for,
    format_fixed,
    frames_in,
    quantise,
)

numbers = st.floats(-1e6, 1e6)


@given(numbers, st.integers(0, MAX_DECIMALS))
def test_numbers_are_written_as_deforum_reads_them(value: float, decimals: int) -> None:
    """Whatever the number: an optional sign, digits, perhaps a point and digits; never an exponent, never ``-0``."""
    text = format_fixed(value, decimals)
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", text)
    assert text != "-0"
    assert len(text.partition(".")[2]) <= decimals


@given(numbers, st.integers(0, MAX_DECIMALS))
def test_what_is_written_is_what_was_rounded(value: float, decimals: int) -> None:
    """The text is the rounded number itself, within half a unit of the last digit of the value."""
    text = format_fixed(value, decimals)
    assert float(text) == float(quantise(value, decimals))
    assert abs(Decimal(text) - Decimal(value)) <= Decimal(10) ** -decimals / 2 + Decimal("1e-9")


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_halves_go_to_even(tenths: int, decimals: int) -> None:
    """Where binary numbers can hold a half exactly it is rounded to the even neighbour."""
    value = tenths + 0.5
    wanted = Decimal(value).quantize(Decimal(1), ROUND_HALF_EVEN)
    assert Decimal(format_fixed(value, 0)) == wanted


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.0, 4, "0"), (-0.00001, 4, "0"), (1e-5, 4, "0"), (5.0, 4, "5"), (100.0, 0, "100"), (1e20, 2, "1" + "0" * 20)],
)
def test_awkward_numbers_have_plain_texts(value: float, decimals: int, text: str) -> None:
    """Zeros, whole numbers and huge numbers keep their digits and get no point or exponent."""
    assert format_fixed(value, decimals) == text


@given(st.lists(numbers, max_size=9), st.integers(0, MAX_DECIMALS))
def test_rounding_is_the_same_for_one_and_for_many(values: list[float], decimals: int) -> None:
    """An array is rounded as each of its numbers is, and rounding twice changes nothing."""
    rounded = quantise(values, decimals)
    assert rounded.tolist() == [float(quantise(v, decimals)) for v in values]
    assert np.array_equal(quantise(rounded, decimals), rounded)
    assert not np.signbit(rounded[rounded == 0]).any()


@given(st.floats(1e-7, 1e3))
def test_digits_leave_room_for_the_tolerance(tolerance: float) -> None:
    """With the digits chosen for a tolerance, rounding alone uses at most a twentieth of it."""
    assert 0.5 * 10.0 ** -decimals_for(tolerance) <= tolerance / 20 * (1 + 1e-9)


def test_no_tolerance_takes_all_digits() -> None:
    """A tolerance of nothing is written with as many digits as there are."""
    assert decimals_for(0.0) == decimals_for(-1.0) == decimals_for(1e-300) == MAX_DECIMALS


@given(numbers, numbers, numbers)
def test_clamp_keeps_inside(value: float, one: float, other: float) -> None:
    """A clamped value is inside the limits, and is the value itself if that was inside."""
    low, high = min(one, other), max(one, other)
    assert low <= clamp(value, low, high) <= high
    assert clamp(value, low, high) == value or not low <= value <= high


@given(st.integers(1, 30_000), st.integers(1, 240), st.sampled_from([1, 1.001, 7]))
def test_whole_frames_are_counted_exactly(frames: int, rate: int, divisor: float) -> None:
    """A piece of exactly n frames has n frames, whatever the rounding of seconds and fps."""
    fps = rate / divisor
    assert frames_in(frames / fps, fps) == frames


@given(st.floats(0, 4000), st.floats(0.5, 240))
def test_no_part_of_a_piece_is_without_a_frame(seconds: float, fps: float) -> None:
    """The frames span the piece, and there is never more than one that is not needed."""
    frames = frames_in(seconds, fps)
    length = Fraction(seconds) * Fraction(fps)
    assert frames >= 1
    assert frames >= length - Fraction(2, 10**6)
    assert frames - 1 < length or frames == 1


@pytest.mark.parametrize("value", [True, None, "1", float("nan"), float("inf"), -(10**400), 10**400, [1], b"1", 1j])
def test_what_is_no_finite_number_is_none(value: object) -> None:
    """True, texts, infinities and integers beyond any float are not numbers, and nothing raises."""
    assert as_number(value) is None


@given(st.integers(-(2**60), 2**60) | numbers)
def test_numbers_are_floats(value: float) -> None:
    """A whole number and a float both come back as a float of the same size."""
    assert as_number(value) == float(value)
    assert isinstance(as_number(value), float)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00.0"), (5.04, "0:05.0"), (59.96, "1:00.0"), (64.5, "1:04.5"), (3600, "60:00.0"), (-1, "0:00.0")],
)
def test_a_time_is_written_as_the_page_writes_it(seconds: float, text: str) -> None:
    """Minutes, seconds and tenths, rounded to the nearest tenth."""
    assert clock_text(seconds) == text
