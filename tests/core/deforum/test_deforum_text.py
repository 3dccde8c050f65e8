"""Writing schedule texts: fixed point, in the order and form Deforum reads."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.reader import parse_schedule
from deforum_perform.core.deforum.text import dense_text, keys_to_text, max_frames_for
from deforum_perform.core.errors import InputError
from deforum_perform.core.units import format_fixed

NUMBERS = st.floats(-1e7, 1e7) | st.floats(-1, 1) | st.integers(-20_000, 20_000) | st.floats(-1e18, 1e18)
VALUES = st.lists(st.floats(-1e7, 1e7) | st.floats(-1, 1) | st.integers(-20_000, 20_000), min_size=1, max_size=60)
KEY = re.compile(r"\d+:\(-?\d+(\.\d+)?\)")


def test_keys_are_written_as_frame_and_bracketed_number() -> None:
    """A text consists of ``frame:(number)`` with a comma and a space between."""
    assert keys_to_text([0, 12, 30], [0.5, 0.75, -1], 4) == "0:(0.5), 12:(0.75), 30:(-1)"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1e-05, 4, "0"),
        (-1e-05, 4, "0"),
        (1e-05, 5, "0.00001"),
        (1e20, 2, "100000000000000000000"),
        (5.0, 4, "5"),
        (-0.0, 0, "0"),
    ],
)
def test_a_number_never_has_an_exponent_a_bare_point_or_a_negative_zero(value: float, decimals: int, text: str) -> None:
    """Deforum takes ``1e-05`` and ``5.`` for formulas that jump, so neither is ever written."""
    assert keys_to_text([0], [value], decimals) == f"0:({text})"
    assert dense_text([value], decimals) == f"0:({text})"


@given(st.dictionaries(st.integers(1, 10**6), NUMBERS, max_size=40), NUMBERS, st.integers(0, 9))
def test_keys_written_by_columns_equal_keys_written_one_by_one(
    later: dict[int, float], first: float, decimals: int
) -> None:
    """The text equals, letter by letter, each frame and each value in fixed point written after the other."""
    keys = [(0, first), *sorted(later.items())]
    plain = ", ".join(f"{frame}:({format_fixed(value, decimals)})" for frame, value in keys)
    assert keys_to_text([frame for frame, _ in keys], [value for _, value in keys], decimals) == plain


@pytest.mark.parametrize("size", [9, 10, 11, 9_999, 10_000, 10_001, 20_003])
def test_frame_numbers_are_right_where_they_get_longer(size: int) -> None:
    """Frames are written without leading zeros on both sides of every power of ten."""
    assert dense_text(np.zeros(size), 2) == ", ".join(f"{frame}:(0)" for frame in range(size))


@given(VALUES, st.integers(0, 9))
def test_every_number_written_is_one_that_deforum_reads_as_a_number(values: list[float], decimals: int) -> None:
    """Each key has the form Deforum's number pattern takes, and gives the rounded value back."""
    text = dense_text(values, decimals)
    assert all(KEY.fullmatch(key) for key in text.split(", "))
    assert parse_schedule(text, len(values)) == pytest.approx(values, abs=0.51 * 10.0**-decimals, rel=1e-12)


@pytest.mark.parametrize(
    ("frames", "values"),
    [
        ([], []),
        ([1], [0.0]),
        ([0, 0], [1, 2]),
        ([0, 5, 4], [1, 2, 3]),
        ([0], [1, 2]),
        ([0], [float("nan")]),
        ([0], [float("inf")]),
    ],
)
def test_keys_that_deforum_could_not_read_are_refused(frames: list[int], values: list[float]) -> None:
    """No key on frame 0, frames that do not rise, and values that are not finite raise InputError."""
    with pytest.raises(InputError):
        keys_to_text(frames, values, 4)


@given(st.integers(1, 5_000), st.integers(1, 50))
def test_max_frames_lets_every_frame_be_written(frames: int, cadence: int) -> None:
    """Deforum writes floor((max_frames-1)/c)*c frames (all for c = 1): never fewer than the song, never a whole step
    more.
    """
    max_frames = max_frames_for(frames, cadence)
    written = max_frames if cadence == 1 else (max_frames - 1) // cadence * cadence
    assert frames <= written < frames + cadence
