"""Motion lanes keep the sum of their errors within a bound, in all forms; lanes of earlier versions as they were."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bench._families import FAMILIES
from deforum_perform.core.curve.lane_schedule import drift, lane_schedule, step_drift
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.motion import drift_between, moves, steps
from deforum_perform.core.deforum.schedule import make_schedule, parse_schedule
from deforum_perform.core.song.lane import Lane, changed, new_lane, with_form, with_values

Array = NDArray[np.float64]
FPS = 15.0
MOTIONS = ["zoom", "angle", "translation_x", "translation_z", "rotation_3d_y", "perspective_flip_theta"]
FORMS = ["frame", "rate", "position"]


@pytest.fixture(scope="module")
def knob() -> Array:
    """A played knob, 0..1."""
    return FAMILIES["held ramps, 7 bit"](1_500, 4)


def _played(lane: Lane, knob: Array) -> Array:
    low, high = lane.output.out_low, lane.output.out_high
    return steps(low + knob * (high - low), lane.row, lane.output.form, FPS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("field", MOTIONS)
def test_the_sum_of_the_errors_stays_within_the_bound(field: str, form: str, knob: Array) -> None:
    """What Deforum reads from a new motion lane is within its drift bound at every frame, and in its tolerance."""
    lane = with_form(new_lane("a", field), form)
    values = _played(lane, knob)
    schedule = lane_schedule(values, lane, FPS)
    bound = step_drift(values, lane, FPS)
    assert bound is not None
    assert drift_between(parse_schedule(schedule.text, values.size), values, lane.row) <= bound
    if form == "position":
        assert drift(schedule, lane) <= lane.error_limit * (1 + 1e-9)


def test_without_the_bound_the_same_lane_drifts(knob: Array) -> None:
    """With drift 0 there is no bound, and the errors of the same lane add up to more than it."""
    lane = new_lane("a", "angle")
    values = _played(lane, knob)
    bound = step_drift(values, lane, FPS) or 0.0
    free = with_values(lane, drift=0.0)
    assert step_drift(values, free, FPS) is None
    assert drift_between(parse_schedule(lane_schedule(values, free, FPS).text, values.size), values, lane.row) > bound


def test_new_motion_lanes_have_ten_times_the_tolerance() -> None:
    """A new lane of a motion bounds its drift by ten tolerances; other new lanes have no such bound."""
    for name, row in FIELDS.items():
        lane = new_lane("a", name)
        assert lane.drift_limit == (pytest.approx(10 * lane.error_limit) if moves(row) else None), name


@pytest.mark.parametrize("field", ["angle", "strength_schedule"])
def test_lanes_of_earlier_versions_keep_their_schedules(field: str, knob: Array) -> None:
    """A lane without the new settings has the keys of the beam search, with four digits."""
    lane = with_values(new_lane("a", field), exact=False, drift=0.0)
    values = _played(lane, knob)
    assert lane_schedule(values, lane, FPS).text == make_schedule(values, lane.error_limit, limits=lane.row.hard).text


@pytest.mark.parametrize("field", ["angle", "strength_schedule", "cfg_scale_schedule"])
def test_exact_lanes_need_fewer_characters(field: str, knob: Array) -> None:
    """Without a drift bound, a new lane has no more keys and fewer characters than one of an earlier version."""
    new = with_values(new_lane("a", field), drift=0.0)
    old = with_values(new, exact=False)
    values = _played(new, knob)
    fewer, more = (lane_schedule(values, lane, FPS) for lane in (new, old))
    assert fewer.key_frames.size <= more.key_frames.size
    assert len(fewer.text) < len(more.text)
    assert fewer.largest_error <= new.error_limit


@pytest.mark.parametrize("drift", [0.0, 0.02, 5.0])
def test_the_bound_can_be_set(drift: float, knob: Array) -> None:
    """A lane's own drift bound is used, whatever its size."""
    lane = changed(new_lane("a", "translation_y"), {"drift": drift})
    values = _played(lane, knob)
    read = parse_schedule(lane_schedule(values, lane, FPS).text, values.size)
    if drift > 0:
        assert drift_between(read, values, lane.row) <= drift * lane.width
