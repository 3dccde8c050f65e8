"""Fades: shares that add up to 1, and no error outside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from deforum_perform.core.curve.mixing import mixed, ramps

columns = nps.arrays(np.float64, 60, elements=st.floats(-1e6, 1e6))
spans = st.tuples(st.floats(0, 4), st.floats(0, 4)).map(sorted)
lengths = st.floats(0, 3).filter(lambda length: length == 0 or length > 1e-6)


@given(columns, columns, spans, lengths, lengths)
def test_a_fade_changes_nothing_outside_it(
    below: np.ndarray, above: np.ndarray, span: list[float], fade_in_s: float, fade_out_s: float
) -> None:
    """Before and after what plays every value is that of below, between its fades that of above, to the last bit."""
    times_s = np.arange(60) / 15
    start_s, end_s = span
    found = mixed(below, above, ramps(times_s, start_s, end_s, fade_in_s, fade_out_s))
    outside = (times_s < start_s - 1e-6) | (times_s >= end_s)
    whole = (times_s >= start_s + fade_in_s) & (times_s <= end_s - fade_out_s) & ~outside & (times_s < end_s - 1e-6)
    assert (found[outside] == below[outside]).all()
    assert (found[whole] == above[whole]).all()
    assert (found >= np.minimum(below, above)).all()
    assert (found <= np.maximum(below, above)).all()


@given(nps.arrays(np.float64, 60, elements=st.floats(0, 1)), st.floats(-1e6, 1e6))
def test_the_shares_add_up_to_one(share: np.ndarray, value: float) -> None:
    """What is the same on both sides stays exactly that through the whole fade."""
    column = np.full(60, value)
    assert (mixed(column, column, share) == value).all()


def test_a_fade_is_a_straight_line() -> None:
    """Half way through the fade each of the two has half."""
    times_s = np.arange(9) / 4
    share = ramps(times_s, 0.5, 2.0, 0.5, 0.25)
    assert share.tolist() == pytest.approx([0, 0, 0, 0.5, 1, 1, 1, 1, 0])


def test_a_fade_ends_on_its_frame() -> None:
    """3 s and a fade of 1.1 s are a little more than frame 41 at 10 fps, and the fade is over on it."""
    assert ramps(np.arange(90) / 10, 3.0, 8.0, 1.1, 1.0)[41] == 1.0


def test_a_border_that_is_a_rounding_error_off_is_on_its_frame() -> None:
    """0.1 three times is a little more than frame 3 at 10 fps, and begins on it."""
    assert ramps(np.arange(5) / 10, 0.1 + 0.1 + 0.1, 0.5, 0.0, 0.0).tolist() == [0, 0, 0, 1, 1]
