"""Fields of odd whole numbers: cv2 stops a render at an even anti-blur kernel, so none is ever written."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.lane_schedule import lane_schedule
from deforum_perform.core.curve.mapping import mapped
from deforum_perform.core.deforum.fields import FIELDS, Field
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import changed, new_lane
from deforum_perform.core.units import nearest_odd, odd_range
from tests.core.playing import lane_values

ODD = [row for row in FIELDS.values() if row.odd]
FPS, FRAMES = 10.0, 40
CLIPS = (Clip("", "t", Binding("/k"), 0.5, 3.0),)

moves = st.lists(st.tuples(st.floats(0, 4), st.floats(0, 1)), min_size=1, max_size=30)
shaping = st.fixed_dictionaries(
    {
        "pool": st.sampled_from(["strongest", "mean", "last"]),
        "smoothing_s": st.sampled_from([0.0, 0.3]),
        "invert": st.booleans(),
        "under": st.sampled_from(["", "0:(3), 39:(9)", "0:(4)", "0:(5+3*sin(t))"]),
        "blend": st.sampled_from(["replace", "add", "multiply"]),
    }
)


def test_the_kernel_is_such_a_field() -> None:
    """Its limits, its ranges and the value it rests at are odd."""
    assert "kernel_schedule" in [row.name for row in ODD]
    for row in ODD:
        numbers = [row.rest, *(row.hard or ()), *(row.gentle or ()), *(row.standard or ()), *(row.wild or ())]
        assert all(number % 2 == 1 for number in numbers), row.name


@given(st.sampled_from(ODD), shaping, moves, st.integers(1, 7))
def test_deforum_reads_an_odd_number_at_every_frame(
    row: Field, shape: dict[str, object], played: list[tuple[float, float]], cadence: int
) -> None:
    """Whatever the lane's shape and the schedule under it, no frame between its keys has an even number."""
    lane = changed(new_lane("l1", row.name, "/k"), dict(shape))
    times = np.array(sorted(time_s for time_s, _ in played))
    events = Signal(times, mapped(np.array([value for _, value in played]), lane))
    values = lane_values(events, lane, FPS, FRAMES, cadence, CLIPS)
    text = lane_schedule(values, lane, FPS, cadence=cadence).text
    read = parse_schedule(text, FRAMES)
    assert (read % 2 == 1).all()
    assert (read[::cadence] == values[::cadence]).all()


@given(st.floats(-1e6, 1e6))
def test_the_nearest_odd_number(value: float) -> None:
    """It is odd, and at most one away."""
    odd = float(nearest_odd(value))
    assert odd % 2 == 1
    assert abs(odd - value) <= 1


@given(st.floats(1, 99), st.floats(1, 99))
def test_a_range_is_moved_inwards_to_odd_ends(low: float, high: float) -> None:
    """Both ends are odd, inside what was typed where it holds an odd number, and as much upside down as before."""
    first, second = odd_range(low, high)
    assert first % 2 == second % 2 == 1
    assert (first <= second) == (low <= high) or first == second
    inside = [n for n in range(1, 100, 2) if min(low, high) <= n <= max(low, high)]
    if inside:
        assert {min(first, second), max(first, second)} == {inside[0], inside[-1]}
