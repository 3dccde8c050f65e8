"""Lanes: sensible from the start, and nothing typed can make them senseless."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.fields import PRESETS, Field, number_fields
from deforum_perform.core.errors import InputError
from deforum_perform.core.song.lane import (
    Lane,
    changed,
    checked,
    new_lane,
    values_of,
    with_preset,
)
from deforum_perform.core.song.shaping import CURVES, MAX_SMOOTHING_S, MAX_TOLERANCE, POOLS
from tests.store.examples import lanes

number_rows = st.sampled_from(number_fields())
wide = st.floats(-1e12, 1e12)


@given(number_rows)
def test_a_new_lane_is_ready(row: Field) -> None:
    """A new lane has the field's first range, a suitable pooling, and is valid."""
    lane = new_lane("l1", row.name, "/k")
    assert (lane.output.out_low, lane.output.out_high) == row.first_range()
    assert lane.source == "/k"
    assert lane.shaping.pool == ("strongest" if row.reads == "cadence" else "last")
    assert checked(lane) == lane


@pytest.mark.parametrize("name", ["sampler_schedule", "checkpoint_schedule", "mask_schedule", "prompts"])
def test_a_field_of_names_makes_a_lane_that_chooses(name: str) -> None:
    """Names are chosen from a list, never mapped to a range."""
    assert new_lane("l1", name).chooses


@given(lanes(), wide, wide)
def test_no_output_leaves_the_hard_limits(lane: Lane, low: float, high: float) -> None:
    """Whatever is typed as the output range, it ends inside the field's hard limits."""
    lane = changed(lane, {"out_low": low, "out_high": high})
    limits = lane.row.hard
    assert limits is not None
    assert limits[0] <= lane.output.out_low <= limits[1]
    assert limits[0] <= lane.output.out_high <= limits[1]


@given(lanes(), wide, wide)
def test_smoothing_and_tolerance_stay_in_their_limits(lane: Lane, smoothing: float, tolerance: float) -> None:
    """Smoothing ends between 0 and 10 seconds, the tolerance between nothing and a quarter of the range."""
    lane = changed(lane, {"smoothing_s": smoothing, "tolerance": tolerance})
    assert 0 <= lane.shaping.smoothing_s <= MAX_SMOOTHING_S
    assert 0 <= lane.shaping.tolerance <= MAX_TOLERANCE
    assert lane.error_limit == lane.shaping.tolerance * abs(lane.output.out_high - lane.output.out_low)


@given(lanes(), st.floats(-1e6, 1e6))
def test_an_empty_input_range_is_refused(lane: Lane, value: float) -> None:
    """A range without width is refused with what to do about it."""
    with pytest.raises(InputError, match="Fit"):
        changed(lane, {"in_low": value, "in_high": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "x"), ("field", "zoom"), ("row", None), ("__class__", None), ("", 1),
        ("in_low", "0"), ("in_low", None), ("in_low", True), ("in_high", math.inf), ("out_low", math.nan),
        ("out_high", 10**400), ("smoothing_s", [1]), ("tolerance", {}), ("invert", 1), ("armed", True), ("unknown", {}),
        ("curve", "cubic"), ("curve", 1), ("pool", "median"), ("pool", None), ("source", 3), ("in_auto", 0),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(name: str, value: object) -> None:
    """A name that a lane does not have, a value of the wrong kind, or a number that is not finite is InputError."""
    with pytest.raises(InputError):
        changed(new_lane("l1", "zoom"), {name: value})


@given(lanes())
def test_every_attribute_can_be_changed_to_what_it_is(lane: Lane) -> None:
    """Sending a lane its own values changes nothing."""
    assert changed(lane, values_of(lane)) == lane


def test_whole_numbers_count_as_numbers() -> None:
    """JSON's 1 and 1.0 are the same to a lane."""
    assert changed(new_lane("l1", "zoom"), {"in_high": 127}).binding.in_high == 127.0
    assert isinstance(changed(new_lane("l1", "zoom"), {"in_high": 127}).binding.in_high, float)


@given(number_rows, st.sampled_from(PRESETS))
def test_a_preset_is_recognised_until_the_range_changes(row: Field, preset: str) -> None:
    """Choosing a range by name sets it and shows its name; typing another number takes the name away."""
    lane = new_lane("l1", row.name)
    if row.preset(preset) is None:
        with pytest.raises(InputError, match="Type the two numbers"):
            with_preset(lane, preset)
        return
    lane = with_preset(lane, preset)
    assert (lane.output.out_low, lane.output.out_high) == row.preset(preset)
    assert lane.preset is not None
    assert row.preset(lane.preset) == row.preset(preset)
    # an odd share, so that no other preset of the table has this range
    typed = lane.output.out_low + 0.4321 * (lane.output.out_high - lane.output.out_low)
    assert changed(lane, {"out_high": typed}).preset is None


def test_an_unknown_preset_is_refused() -> None:
    """A preset that no field has is InputError."""
    with pytest.raises(InputError):
        with_preset(new_lane("l1", "zoom"), "brutal")


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("pool", POOLS)
def test_every_curve_and_pool_can_be_chosen(curve: str, pool: str) -> None:
    """The names that are offered are the names that are taken."""
    lane = changed(new_lane("l1", "zoom"), {"curve": curve, "pool": pool})
    assert (lane.shaping.curve, lane.shaping.pool) == (curve, pool)
