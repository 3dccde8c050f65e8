"""Numbers of settings, read as Deforum reads them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.settings.numbers import read_cadence, real_number, whole_number

TEXTS = st.text(max_size=6) | st.sampled_from(["8", " 8 ", "8.0", "1e3", "nan"])
JSON = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS


def _called(kind: Any, value: Any) -> Any:
    try:
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        return None


@given(JSON | st.lists(st.integers(), max_size=1))
def test_a_whole_number_is_what_int_makes_of_it(value: object) -> None:
    """Text or number, the value is that of Python's int(), or None where that fails."""
    assert whole_number(value) == _called(int, value)


@given(JSON | st.lists(st.integers(), max_size=1))
def test_a_real_number_is_what_float_makes_of_it(value: object) -> None:
    """Text or number, the value is that of Python's float(), or None where that fails or is not finite."""
    wanted = _called(float, value)
    assert real_number(value) == (wanted if wanted is not None and math.isfinite(wanted) else None)


@pytest.mark.parametrize(
    ("value", "cadence"),
    [
        (8, 8), ("8", 8), (" 8 ", 8), (8.7, 8), (51, 51), (100, 100), (200, 200), ("200", 200), (1, 1), (0, 1), (-4, 1),
        (True, 1), (0.5, 1), (201, 201), ("10000", 10_000),
    ],
)  # fmt: skip
def test_the_cadence_is_what_a_render_uses(value: object, cadence: int) -> None:
    """int() of the setting, also beyond the end of a slider; below 1 a render goes frame by frame."""
    assert read_cadence({"diffusion_cadence": value}) == (cadence, {})


@pytest.mark.parametrize("value", ["fast", "8.0", "", None, [8], 10_001, 10**30, "1e1"])
def test_a_cadence_that_no_render_can_use_is_named(value: object) -> None:
    """What is not a whole number of frames is never replaced without a word."""
    cadence, unread = read_cadence({"diffusion_cadence": value})
    assert cadence is None
    assert list(unread) == ["diffusion_cadence"]


def test_a_missing_cadence_is_not_a_problem() -> None:
    """A file that does not say it, as that of an older version, leaves it open."""
    assert read_cadence({}) == (None, {})


def test_video_input_diffuses_every_frame() -> None:
    """The animation mode Video Input ignores the cadence."""
    assert read_cadence({"animation_mode": "Video Input", "diffusion_cadence": "x"}) == (1, {})
