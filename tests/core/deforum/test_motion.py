"""Motion in three forms: steps, speeds and positions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deforum_perform.core.curve.lane_schedule import drift, lane_schedule
from deforum_perform.core.deforum.fields import Field, field, number_fields
from deforum_perform.core.deforum.motion import moves, multiplies, positions, range_at, range_in, steps
from deforum_perform.core.errors import InputError
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.lane import changed, new_lane, with_preset
from tests.core.playing import lane_values

MOTIONS = [row for row in number_fields() if moves(row)]
SPEEDS = arrays(np.float64, st.integers(2, 60), elements=st.floats(-50, 50))
FACTORS = arrays(np.float64, st.integers(2, 60), elements=st.floats(0.1, 8))


@pytest.mark.parametrize("fps", [10.0, 15.0, 24.0, 60.0])
def test_a_speed_goes_as_far_in_a_second_at_every_fps(fps: float) -> None:
    """Rate form: after one second the camera is where the knob said, whatever the frame rate; zoom multiplies."""
    n = int(fps)
    assert positions(steps(np.full(n, 30.0), field("angle"), "rate", fps), field("angle"))[-1] == pytest.approx(30)
    zoomed = positions(steps(np.full(n, 1.5), field("zoom"), "rate", fps), field("zoom"))
    assert zoomed[-1] == pytest.approx(1.5)


@given(SPEEDS)
def test_the_steps_of_a_position_lead_back_to_it(values: np.ndarray) -> None:
    """Position form: the running sum of the steps is the way the knob went, measured from where it began."""
    row = field("translation_x")
    assert positions(steps(values, row, "position", 15.0), row) == pytest.approx(values - values[0], abs=1e-9)


@given(FACTORS)
def test_the_ratios_of_a_magnification_lead_back_to_it(values: np.ndarray) -> None:
    """Position form of zoom: the running product of the ratios is the magnification, relative to the first."""
    row = field("zoom")
    assert positions(steps(values, row, "position", 15.0), row) == pytest.approx(values / values[0], rel=1e-9)


@given(SPEEDS)
def test_the_form_frame_changes_nothing(values: np.ndarray) -> None:
    """The field's own values are unchanged."""
    assert steps(values, field("angle"), "frame", 15.0) == pytest.approx(values)


def test_presets_mean_the_same_movement_in_steps_and_in_speed() -> None:
    """A preset in rate form is the table's range at Deforum's default of 15 frames a second."""
    lane = changed(new_lane("a", "translation_x"), {"form": "rate"})
    assert (lane.output.out_low, lane.output.out_high, lane.unit, lane.preset) == (-120.0, 120.0, "px/s", "standard")
    assert with_preset(lane, "gentle").output.out_high == 30.0
    assert range_in(field("zoom"), "rate", (0.98, 1.04)) == pytest.approx((0.98**15, 1.04**15))


def test_only_motion_has_forms() -> None:
    """Strength is not a motion: another form is refused with the reason."""
    assert not moves(field("strength_schedule"))
    with pytest.raises(InputError, match="not a motion field"):
        changed(new_lane("a", "strength_schedule"), {"form": "rate"})


@pytest.mark.parametrize("name", ["translation_x", "angle", "zoom"])
def test_a_position_stays_within_its_tolerance_to_the_end(name: str) -> None:
    """The errors of many small steps do not add up beyond the lane's tolerance."""
    lane = changed(new_lane("a", name, "/k"), {"form": "position", "tolerance": 0.01})
    rng = np.random.default_rng(4)
    events = Signal(np.arange(600) / 10, np.interp(np.arange(600), np.arange(0, 600, 20), rng.random(30)))
    events = Signal(events.times_s, lane.output.out_low + events.values * (lane.output.out_high - lane.output.out_low))
    values = lane_values(events, lane, 15.0, 900, 1)
    for fast in (True, False):
        schedule = lane_schedule(values, lane, 15.0, fast=fast)
        assert drift(schedule, lane) <= lane.error_limit
        assert len(schedule.key_frames) < 900


def test_a_resting_position_does_not_move_the_camera() -> None:
    """Before the first event and after the last one the camera does not move."""
    lane = changed(new_lane("a", "translation_x", "/k"), {"form": "position"})
    values = lane_values(Signal(np.array([1.0, 2.0]), np.array([40.0, 50.0])), lane, 10.0, 40, 1)
    assert np.flatnonzero(values).tolist() == [20]
    assert values[20] == pytest.approx(10.0)


@given(st.sampled_from(MOTIONS), st.floats(1, 240), st.floats(1, 240), st.floats(0, 1))
def test_a_range_at_another_frame_rate_moves_as_fast(row: Field, fps: float, new_fps: float, share: float) -> None:
    """At its ends a converted range goes as far in a second as before; a sum does so everywhere."""
    low, high = row.first_range()
    new_low, new_high = range_at(row, (low, high), fps, new_fps)
    if multiplies(row):
        assert new_low**new_fps == pytest.approx(low**fps, rel=1e-6)
        assert new_high**new_fps == pytest.approx(high**fps, rel=1e-6)
    else:
        before, after = low + share * (high - low), new_low + share * (new_high - new_low)
        assert after * new_fps == pytest.approx(before * fps, abs=1e-6)
