"""Mapping: from the knob to the field, always inside the limits, never backwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.lane_schedule import lane_schedule
from deforum_perform.core.curve.mapping import SHAPES, STEEPNESS, mapped, position
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import InputError
from deforum_perform.core.song.lane import Lane, changed, checked, new_lane, with_values
from deforum_perform.core.song.shaping import CURVES
from tests.store.examples import lanes

inputs = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20)
unit = st.floats(0, 1)


def _plain(curve: str = "linear", **changes: object) -> Lane:
    """A lane from 0..1 to -2..2 degrees a frame."""
    return changed(new_lane("l1", "angle"), {"curve": curve, "out_low": -2, "out_high": 2, **changes})


@given(lanes(), inputs)
def test_the_output_stays_inside_range_and_limits(lane: Lane, values: list[float]) -> None:
    """Whatever the knob sends, the field's value is inside the output range and the hard limits."""
    out = mapped(values, lane)
    limits = lane.row.hard
    assert limits is not None
    assert np.isfinite(out).all()
    assert (out >= limits[0]).all()
    assert (out <= limits[1]).all()
    slack = 0.5 if lane.row.kind == "int" else 0.0
    assert (out >= min(lane.output.out_low, lane.output.out_high) - slack).all()
    assert (out <= max(lane.output.out_low, lane.output.out_high) + slack).all()


_any = st.floats(allow_nan=False, allow_infinity=False)


@given(_any, _any, st.lists(_any, max_size=5))
def test_no_input_range_is_too_wide_or_too_narrow(low: float, high: float, values: list[float]) -> None:
    """With any two different ends that a float can be, and any value, the position is a number from 0 to 1."""
    try:
        lane = _plain(in_low=low, in_high=high)
    except InputError:
        return
    x = position(values, lane.binding)
    assert ((x >= 0) & (x <= 1)).all()


@given(lanes(), inputs)
def test_the_mapping_never_turns_round(lane: Lane, values: list[float]) -> None:
    """Turning the knob one way moves the field one way: up, or down where the lane inverts."""
    values = sorted(values)
    if lane.binding.in_low > lane.binding.in_high:
        values.reverse()
    steps = np.diff(mapped(values, lane))
    rising = (lane.output.out_high >= lane.output.out_low) != lane.shaping.invert
    slack = 1e-9 * max(1.0, abs(lane.output.out_low), abs(lane.output.out_high))
    assert (steps >= -slack).all() if rising else (steps <= slack).all()


@given(lanes())
def test_the_ends_of_the_knob_are_the_ends_of_the_range(lane: Lane) -> None:
    """The input range's ends give the output range's ends, and beyond them nothing moves any more."""
    lane = with_values(replace(lane, field="angle"), out_low=-3.0, out_high=5.0)
    ends = [-3.0, 5.0] if not lane.shaping.invert else [5.0, -3.0]
    assert mapped([lane.binding.in_low, lane.binding.in_high], lane) == pytest.approx(ends, abs=1e-9)
    beyond = (lane.binding.in_high - lane.binding.in_low) * 2
    assert mapped([lane.binding.in_low - beyond, lane.binding.in_high + beyond], lane) == pytest.approx(ends, abs=1e-9)


@given(lanes(), inputs)
def test_inverting_is_turning_the_knob_the_other_way(lane: Lane, values: list[float]) -> None:
    """An inverted lane at x gives what the lane gives at the mirrored position."""
    lane = with_values(lane, invert=False)
    assert position(values, lane.binding, invert=True) == pytest.approx(1 - position(values, lane.binding))


@given(unit)
def test_an_inverted_linear_lane_mirrors_its_output(x: float) -> None:
    """On a straight curve inverting is the same as exchanging the ends of the output range."""
    swapped = _plain(out_low=2, out_high=-2)
    assert mapped([x], _plain(invert=True)) == pytest.approx(mapped([x], swapped), abs=1e-12)


@pytest.mark.parametrize("curve", CURVES)
def test_curves_go_from_0_to_1_and_rise(curve: str) -> None:
    """Every curve begins at 0, ends at 1 and rises in between."""
    x = np.linspace(0, 1, 1001)
    y = SHAPES[curve](x)
    assert y[0] == pytest.approx(0, abs=1e-12)
    assert y[-1] == pytest.approx(1, abs=1e-12)
    assert (np.diff(y) > 0).all()


@given(unit)
def test_the_logarithmic_curve_undoes_the_exponential(x: float) -> None:
    """The two curves are each other's inverse."""
    assert SHAPES["logarithmic"](SHAPES["exponential"](np.array([x])))[0] == pytest.approx(x, abs=1e-9)


@given(unit)
def test_the_curves_are_their_formulas(x: float) -> None:
    """Linear is x, exponential (e**(kx)-1)/(e**k-1), S the smooth step, and S is the same from both ends."""
    here = np.array([x])
    assert SHAPES["linear"](here)[0] == x
    assert SHAPES["exponential"](here)[0] == pytest.approx((np.exp(STEEPNESS * x) - 1) / (np.exp(STEEPNESS) - 1))
    assert SHAPES["s"](here)[0] == pytest.approx(3 * x**2 - 2 * x**3, abs=1e-12)
    assert SHAPES["s"](here)[0] == pytest.approx(1 - SHAPES["s"](1 - here)[0], abs=1e-12)


@given(inputs)
def test_whole_number_fields_get_whole_numbers(values: list[float]) -> None:
    """Steps, layers and seeds are whole and inside their limits."""
    lane = changed(
        new_lane("l1", "clipskip_schedule"), {"out_low": 1.4, "out_high": 11.6, "in_low": -1e9, "in_high": 1e9}
    )
    out = mapped(values, lane)
    assert np.array_equal(out, np.rint(out))
    assert (out >= 1).all()
    assert (out <= 12).all()


@given(lanes(), st.integers(0, 3), st.integers(0, 3))
def test_any_shape_of_values_keeps_its_shape(lane: Lane, rows: int, columns: int) -> None:
    """One value, a row or a table: what comes out has the shape of what went in."""
    assert mapped(np.zeros((rows, columns)), lane).shape == (rows, columns)
    assert mapped(0.5, lane).shape == ()
    assert mapped([0.5], lane)[0] == mapped(0.5, lane)


def _kernel(**changes: object) -> Lane:
    return changed(new_lane("l1", "kernel_schedule"), dict(changes))


@given(st.floats(1, 99), st.floats(1, 99), inputs, st.booleans(), st.sampled_from(sorted(CURVES)))
def test_a_field_of_odd_numbers_gets_odd_numbers_only(
    low: float, high: float, values: list[float], invert: bool, curve: str
) -> None:
    """Whatever range is typed and whatever the knob sends, an anti-blur kernel is odd: an even one stops the render."""
    lane = _kernel(out_low=low, out_high=high, invert=invert, curve=curve)
    out = mapped(values, lane)
    assert (out % 2 == 1).all()
    assert ((out >= 1) & (out <= 99)).all()
    nearest = min(low, high) - 1, max(low, high) + 1
    assert ((out >= nearest[0]) & (out <= nearest[1])).all()


def test_counted_hits_of_a_field_of_odd_numbers_go_up_by_two() -> None:
    """From one odd number to the next, so that no hit gives an even one."""
    lane = _kernel(pick="step", out_low=3, out_high=3)
    assert mapped([0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0], lane).tolist() == [3, 5, 5, 7, 9, 9, 11]


def test_an_even_number_cannot_be_typed_into_a_list_of_odd_ones() -> None:
    """It is refused with the reason; one that is in a song already plays as the odd number next to it."""
    assert _kernel(choices=["3", "9"]).selection.choices == ("3", "9")
    with pytest.raises(InputError, match="odd whole numbers only"):
        _kernel(choices=["3", "4"])
    old = checked(with_values(_kernel(), choices=("3", "4")))
    text = lane_schedule(np.array([0.0, 0.0, 1.0, 1.0]), old, 15.0).text
    assert (parse_schedule(text, 4) % 2 == 1).all()
