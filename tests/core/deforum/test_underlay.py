"""What was in Deforum before, under what is played."""

from __future__ import annotations

import numpy as np
import pytest

from deforum_perform.core.errors import ScheduleTextError
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import changed, new_lane
from tests.core.playing import lane_values

CLIP = (Clip("", "t", Binding("/k"), 2.0, 4.0),)
PLAYED = Signal(np.array([2.0, 3.0]), np.array([0.5, 0.9]))


def values(field: str, under: str, blend: str) -> list[float]:
    """Eight frames at 1 fps, played from 2 s to 4 s."""
    lane = changed(new_lane("a", field, "/k"), {"under": under, "blend": blend})
    return lane_values(PLAYED, lane, 1.0, 8, 1, CLIP).round(6).tolist()


def test_replace_leaves_the_schedule_where_nothing_is_played() -> None:
    """The old text remains before and after the clip, the performance is inside it."""
    assert values("angle", "0:(0), 7:(7)", "replace") == [0, 1, 0.5, 0.9, 4, 5, 6, 7]


def test_add_adds_the_distance_from_rest() -> None:
    """A resting knob changes nothing: what is added is how far the value is from the field's rest."""
    assert values("angle", "0:(1)", "add") == [1, 1, 1.5, 1.9, 1, 1, 1, 1]
    assert values("strength_schedule", "0:(0.5)", "add")[2] == pytest.approx(0.5 + 0.5 - 0.65)


def test_multiply_scales_by_the_ratio_to_rest() -> None:
    """Zoom at rest is 1, so the played value is the factor; angle rests at 0, so the value itself is."""
    assert values("zoom", "0:(1.1)", "multiply")[2:4] == pytest.approx([0.55, 0.99])
    assert values("angle", "0:(4)", "multiply")[2:4] == pytest.approx([2.0, 3.6])


def test_formulas_are_read_as_deforum_reads_them() -> None:
    """t and max_f in the text below mean what they mean in a render of this song."""
    assert values("angle", "0:(t*2+max_f)", "replace")[:2] == [7, 9]  # Deforum's max_f is the last frame


def test_the_result_stays_inside_the_hard_limits() -> None:
    """Whatever is added, strength stays in 0..1."""
    assert max(values("strength_schedule", "0:(0.9)", "add")) <= 1.0


@pytest.mark.parametrize("text", ["5:(0)", "0:(1),", "0:(where(t,1,2))", "hello"])
def test_a_text_that_deforum_cannot_read_is_refused_at_the_lane(text: str) -> None:
    """Import names the place instead of failing hours into a render."""
    with pytest.raises(ScheduleTextError) as caught:
        changed(new_lane("a", "angle"), {"under": text})
    assert caught.value.position >= 0
