"""The comp of a lane: clips with their own binding, mixed by their fades, and edits over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.curve import Context
from deforum_perform.core.curve.pipeline import comp_stages, played_curve, read_curve
from deforum_perform.core.deforum.reading import Reading
from deforum_perform.core.signal import signal
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip, Clips, split
from deforum_perform.core.song.edit import Draw, Edit, Flatten, Point, Quantise, Scale, Shift
from deforum_perform.core.song.lane import Lane, changed, new_lane
from deforum_perform.core.song.take import Take

FPS, FRAMES = 10.0, 120
KNOB = Binding("/k", 0.0, 1.0)
LANE = changed(new_lane("a", "angle", "/k"), {"out_low": 0, "out_high": 100})

values = st.lists(st.floats(0, 1), min_size=2, max_size=12)


def take(name: str, played: list[float], every_s: float = 0.5, start_s: float = 0.0) -> Take:
    """A take whose one source sends these values."""
    times = start_s + np.arange(len(played)) * every_s
    return Take(name, 1, 0.0, 12.0, {"/k": signal(times, played)})


def curve(clips: Clips, takes: list[Take], lane: Lane = LANE, **more: Any) -> np.ndarray:
    """What a render reads at each frame."""
    reading = more.pop("reading", Reading(1))
    context = Context(lane, FPS, FRAMES, reading, clips, takes={t.id: t for t in takes}, **more)
    return read_curve(played_curve(context), context).values


def clip(name: str, start_s: float, end_s: float, binding: Binding = KNOB, **more: Any) -> Clip:
    return Clip(f"clip-{name}", name, binding, start_s, end_s, **more)


OLD, NEW = clip("old", 0.0, 12.0), clip("new", 3.0, 8.0)
SHAPES = [
    LANE,
    changed(LANE, {"smoothing_s": 0.3}),
    changed(LANE, {"pool": "mean", "curve": "s", "invert": True}),
    changed(LANE, {"form": "rate", "out_low": -30, "out_high": 30}),
    changed(LANE, {"under": "0:(7), 60:(20)", "blend": "add"}),
    changed(new_lane("a", "strength_schedule", "/k"), {"pool": "strongest"}),
]


@given(values, values, st.sampled_from(SHAPES), st.floats(0.2, 2), st.floats(0.2, 2))
def test_a_punch_changes_nothing_outside_its_fades(
    before: list[float], punched: list[float], lane: Lane, fade_in_s: float, fade_out_s: float
) -> None:
    """A clip with fades over an older one: every frame outside it is that of the older one, every frame between its
    fades is that of the clip by itself, to the last digit."""
    takes = [take("old", before), take("new", punched, start_s=3.0)]
    punch = replace(NEW, fade_in_s=fade_in_s, fade_out_s=fade_out_s)
    old, new, found = (curve(clips, takes, lane) for clips in ((OLD,), (punch,), (OLD, punch)))
    times_s = np.arange(FRAMES) / FPS
    outside = (times_s <= 3.0) | (times_s >= 8.0)
    whole = (times_s >= 3.0 + fade_in_s) & (times_s < 8.0 - fade_out_s - 1e-9)
    assert (found[outside] == old[outside]).all()
    assert (found[whole] == new[whole]).all()


def test_a_cross_fade_is_a_straight_line_between_the_two() -> None:
    """Half way through a fade of a second both have half."""
    takes = [take("old", [0.2, 0.2]), take("new", [0.6, 0.6], start_s=3.0)]
    found = curve((OLD, replace(NEW, fade_in_s=1.0, fade_out_s=2.0)), takes)
    assert found[[29, 30, 35, 40, 60, 70, 79, 80]] == pytest.approx([20, 20, 40, 60, 60, 40, 22, 20])


def test_a_newer_clip_stays_over_a_fade() -> None:
    """Where a newer clip without a fade is over a fading one, only the newer one plays."""
    takes = [take("old", [0.2, 0.2]), take("new", [0.6, 0.6], start_s=3.0), take("top", [0.9, 0.9], start_s=3.2)]
    found = curve((OLD, replace(NEW, fade_in_s=1.0), clip("top", 3.2, 5.0)), takes)
    assert found[[30, 31, 32, 49]] == pytest.approx([20, 24, 90, 90])
    assert found[55] == pytest.approx(60)


def test_a_fade_from_nothing_begins_at_rest_or_at_the_schedule_below() -> None:
    """With nothing below, a fade begins at the resting value; over a schedule that was there before, at that."""
    takes = [take("new", [0.6, 0.6], start_s=3.0)]
    fading = replace(NEW, fade_in_s=1.0)
    assert curve((fading,), takes)[[30, 35, 40]] == pytest.approx([0, 30, 60])
    under = changed(LANE, {"under": "0:(20)", "blend": "replace"})
    assert curve((fading,), takes, under)[[20, 30, 35, 40, 90]] == pytest.approx([20, 20, 40, 60, 20])


def test_the_last_value_holds_after_a_clip_that_does_not_fade_out() -> None:
    """As after every clip, until something else plays."""
    takes = [take("old", [0.2, 0.2]), take("new", [0.6, 0.6], start_s=3.0)]
    found = curve((clip("old", 0.0, 2.0), replace(NEW, fade_in_s=1.0)), takes)
    assert found[[10, 25, 80, 119]] == pytest.approx([20, 20, 60, 60])


@given(values, st.floats(0.1, 5.9), st.sampled_from(SHAPES))
def test_a_split_clip_plays_as_before(played: list[float], at_s: float, lane: Lane) -> None:
    """Where a clip was split nothing changes."""
    takes = [take("old", played)]
    assert (curve(split(OLD, at_s, "second"), takes, lane) == curve((OLD,), takes, lane)).all()


def test_each_clip_plays_through_its_own_binding() -> None:
    """Two sources of different ranges on one lane: each value is mapped by the range of its own clip."""
    midi = Take("midi", 1, 0.0, 12.0, {"/m": signal([0.0, 1.0], [127.0, 0.0])})
    clips = (clip("midi", 0.0, 3.0, Binding("/m", 0.0, 127.0)), clip("new", 3.0, 8.0))
    found = curve(clips, [midi, take("new", [0.5, 0.5], start_s=3.0)])
    assert found[[5, 15, 35]] == pytest.approx([100, 0, 50])


def test_a_moved_clip_plays_its_events_elsewhere() -> None:
    """With an offset of two seconds the same events come two seconds later."""
    played = take("old", [0.1, 0.5, 0.9])
    before = curve((clip("old", 0.0, 5.0),), [played])
    after = curve((clip("old", 2.0, 7.0, offset_s=2.0),), [played])
    assert (after[20:70] == before[:50]).all()


def test_fades_do_not_mix_choices() -> None:
    """Between two choices there is nothing: a fade of a lane that chooses changes nothing."""
    names = {"choices": ["Euler a", "DDIM", "UniPC"]}
    lane = changed(new_lane("a", "sampler_schedule", "/k"), names)
    takes = [take("old", [0.0, 0.0]), take("new", [1.0, 1.0], start_s=3.0)]
    plain = curve((OLD, NEW), takes, lane)
    assert (curve((OLD, replace(NEW, fade_in_s=1.0)), takes, lane) == plain).all()
    assert set(plain.tolist()) == {0.0, 2.0}


@given(values, st.sampled_from(SHAPES))
def test_edits_change_nothing_outside_their_range(played: list[float], lane: Lane) -> None:
    """An edit is applied to the values at its frames; all others stay, and switched off it does nothing."""
    takes = [take("old", played)]
    plain = curve((OLD,), takes, lane)
    shifted = curve((OLD,), takes, lane, edits=(Edit("e", 2.0, 4.0, Shift(0.125)),))
    outside = np.r_[0:20, 40:FRAMES]
    assert (shifted[outside] == plain[outside]).all()
    off = (Edit("e", 2.0, 4.0, Shift(0.125), on=False),)
    assert (curve((OLD,), takes, lane, edits=off) == plain).all()


def test_edits_stay_inside_the_fields_limits() -> None:
    """Whatever an edit asks for, the field gets what it can take."""
    lane = changed(new_lane("a", "strength_schedule", "/k"), {"pool": "last"})
    found = curve((OLD,), [take("old", [0.5, 0.5])], lane, edits=(Edit("e", 2.0, 4.0, Scale(100.0)),))
    assert lane.row.hard == (0.0, 1.0)
    assert (found[20:40] == 0.0).all()
    assert (found[:20] == found[0]).all()


def test_a_drawn_curve_plays_by_itself() -> None:
    """With nothing recorded, a drawn curve is what is written, over a schedule that was there before too."""
    drawn = (Edit("e", 2.0, 4.0, Draw((Point(2.0, 10.0), Point(4.0, 30.0)))),)
    assert curve((), [], edits=drawn)[[10, 20, 30, 50]] == pytest.approx([0, 10, 20, 0])
    under = changed(LANE, {"under": "0:(5)"})
    assert curve((), [], under, edits=drawn)[[10, 20, 30, 50]] == pytest.approx([5, 10, 20, 5])


def test_a_drawn_choice_is_a_choice() -> None:
    """Drawn on a lane that chooses, values are whole numbers of its list, and never beyond it."""
    lane = changed(new_lane("a", "sampler_schedule", "/k"), {"choices": ["Euler a", "DDIM"]})
    found = curve((OLD,), [take("old", [0.0, 0.0])], lane, edits=(Edit("e", 2.0, 4.0, Flatten(7.0)),))
    assert set(found[20:40].tolist()) == {1.0}
    assert set(found[:20].tolist()) == {0.0}


def test_edits_count_where_a_render_reads_every_few_frames() -> None:
    """The edited values are pooled onto the frames that are read, as played ones are."""
    lane = new_lane("a", "strength_schedule", "/k")
    found = curve(
        (OLD,), [take("old", [0.5, 0.5])], lane, edits=(Edit("e", 2.0, 4.0, Flatten(0.4)),), reading=Reading(5)
    )
    assert found[[20, 22, 39]] == pytest.approx([0.4, 0.4, 0.4])


def test_the_pipeline_of_each_player() -> None:
    """The stages are a list that the lane's player decides."""
    names = [[stage.__name__ for stage in comp_stages(lane)] for lane in (LANE, new_lane("a", "sampler_schedule"))]
    assert [row[1] for row in names] == ["edited_values", "edited_choices"]
    assert curve((OLD,), [take("old", [0.26, 0.26])], edits=(Edit("e", 0.0, 12.0, Quantise(10.0)),))[5] == 30.0
