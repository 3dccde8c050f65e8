"""Edits: what each does to a lane's values, and that none does anything outside its range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from deforum_perform.core.curve.edits import Grid, edited, edited_plays, frames_of
from deforum_perform.core.errors import InputError, NotFoundError
from deforum_perform.core.song.edit import (
    Change,
    Draw,
    Edit,
    Flatten,
    Hold,
    Point,
    Quantise,
    Scale,
    Shift,
    Smooth,
    checked_edit,
    edit_called,
    plays_alone,
    with_edit,
    without_edit,
)
from deforum_perform.core.time.tempo_map import constant_tempo

FRAMES, FPS = 60, 15.0
values = nps.arrays(np.float64, FRAMES, elements=st.floats(-1e3, 1e3))
numbers = st.floats(-1e3, 1e3)
points = st.lists(st.builds(Point, st.floats(0, 4), numbers), min_size=1, max_size=5, unique_by=lambda p: p.time_s).map(
    lambda rows: Draw(tuple(sorted(rows, key=lambda p: p.time_s)))
)
changes: st.SearchStrategy[Change] = st.one_of(
    points,
    st.builds(Scale, st.floats(-4, 4), st.none() | numbers),
    st.builds(Shift, numbers),
    st.builds(Flatten, st.none() | numbers),
    st.builds(Quantise, st.floats(0.01, 100), numbers),
    st.builds(Hold, st.floats(0.01, 4), st.sampled_from(["seconds", "beats"])),
    st.builds(Smooth, st.floats(0.01, 2)),
)
edits = st.builds(
    Edit,
    st.sampled_from("abc"),
    st.floats(0, 2),
    st.floats(2.1, 4),
    changes,
    on=st.booleans(),
    fade_s=st.floats(0, 1),
).map(checked_edit)


def one(change: Change, start_s: float = 1.0, end_s: float = 3.0, **options: Any) -> Edit:
    return Edit("e", start_s, end_s, change, **options)


@given(values, st.lists(edits, max_size=4))
def test_nothing_changes_outside_the_ranges(column: np.ndarray, stack: list[Edit]) -> None:
    """Every frame that is in no range has the value it had, to the last bit, and what was there is not written over."""
    before = column.copy()
    after = edited(column, stack, Grid(FPS))
    free = np.ones(FRAMES, np.bool_)
    for edit in stack:
        free[frames_of(edit, FPS, FRAMES)] = False
    assert (after[free] == before[free]).all()
    assert (column == before).all()
    assert np.isfinite(after).all()


@given(values, st.lists(edits, max_size=4))
def test_edits_that_are_off_do_nothing(column: np.ndarray, stack: list[Edit]) -> None:
    """Switched off, all of them give back what was there."""
    off = [Edit(e.id, e.start_s, e.end_s, e.change, on=False, fade_s=e.fade_s) for e in stack]
    assert (edited(column, off, Grid(FPS)) == column).all()
    assert not plays_alone(tuple(off))


@given(values, edits, edits)
def test_edits_are_a_stack(column: np.ndarray, first: Edit, second: Edit) -> None:
    """Each edit changes what the one before it gives."""
    assert np.array_equal(
        edited(column, [first, second], Grid(FPS)), edited(edited(column, [first], Grid(FPS)), [second], Grid(FPS))
    )


@given(values, edits)
def test_a_fade_begins_and_ends_with_what_was_there(column: np.ndarray, edit: Edit) -> None:
    """At the first frame of an edit with a fade hardly anything of it counts: half a frame's share at most."""
    if edit.fade_s < 0.5 or not edit.on:
        return
    first = frames_of(edit, FPS, FRAMES).start
    with_fade, without = (
        edited(column, [e], Grid(FPS))[first] - column[first]
        for e in (edit, Edit(edit.id, edit.start_s, edit.end_s, edit.change))
    )
    assert abs(with_fade) <= abs(without) / (FPS * edit.fade_s) + 1e-9


def test_a_drawn_curve_goes_through_its_points() -> None:
    """Straight lines join the points; before the first and after the last the value holds."""
    drawn = edited(np.zeros(FRAMES), [one(Draw((Point(1.2, 2.0), Point(2.2, 4.0),)))], Grid(FPS))
    assert drawn[18] == pytest.approx(2.0)
    assert drawn[33] == pytest.approx(4.0)
    assert drawn[24] == pytest.approx(2.8)
    assert drawn[15] == 2.0
    assert drawn[44] == 4.0


def test_each_kind_of_change() -> None:
    """Scale moves away from the resting value, shift adds, flatten levels, quantise goes to multiples, hold holds."""
    ramp = np.arange(FRAMES) / FPS
    inside = slice(15, 45)

    def after(change: Change, **grid: Any) -> np.ndarray:
        return edited(ramp, [one(change)], Grid(FPS, **grid))[inside]

    assert np.allclose(after(Scale(2.0), rest=1.0), 1 + (ramp[inside] - 1) * 2)
    assert np.allclose(after(Scale(0.5, about=2.0)), 2 + (ramp[inside] - 2) / 2)
    assert np.allclose(after(Shift(0.25)), ramp[inside] + 0.25)
    assert np.allclose(after(Flatten()), ramp[inside].mean())
    assert after(Flatten(7.0)).tolist() == [7.0] * 30
    assert set(np.round(after(Quantise(0.5)), 9)) == {1.0, 1.5, 2.0, 2.5, 3.0}
    assert np.unique(after(Hold(1.0))).tolist() == [1.0, 2.0]
    assert np.unique(after(Hold(1.0, "beats"), tempos=constant_tempo(60))).tolist() == [1.0, 2.0]
    assert np.ptp(np.diff(after(Smooth(0.2)))) > 0


def test_only_what_gives_values_plays_where_nothing_is_recorded() -> None:
    """A drawn curve and a level play by themselves; what needs something to change does not."""
    assert plays_alone((one(Draw((Point(1.0, 2.0),))),))
    assert plays_alone((one(Flatten(2.0)),))
    assert not plays_alone((one(Flatten()), one(Shift(1.0))))
    plays = edited_plays(np.zeros(FRAMES), [one(Flatten(2.0), fade_s=1.0)], FPS)
    assert plays[:16].max() == 0
    assert plays[30] == pytest.approx(1.0)
    assert plays[45:].max() == 0


def test_an_edit_is_kept_once_and_found_by_its_id() -> None:
    """A new edit goes on top, a changed one keeps its place, a removed one no longer exists."""
    stack = with_edit(with_edit((), one(Shift(1.0))), Edit("f", 0.0, 1.0, Shift(2.0)))
    changed = with_edit(stack, one(Scale(2.0)))
    assert [edit.id for edit in changed] == ["e", "f"]
    assert edit_called(changed, "e").change == Scale(2.0)
    assert without_edit(changed, "e") == stack[1:]
    with pytest.raises(NotFoundError, match="That edit no longer exists"):
        edit_called(changed, "g")


@pytest.mark.parametrize(
    "wrong",
    [
        one(Shift(1.0), start_s=3.0, end_s=3.0),
        one(Shift(1.0), start_s=-1.0),
        one(Shift(1.0), fade_s=-1.0),
        one(Draw(())),
        one(Draw((Point(2.0, 0.0), Point(1.0, 0.0),))),
        one(Draw((Point(1.0, 1e12),))),
        one(Quantise(0.0)),
        one(Hold(0.0)),
        one(Hold(1.0, "bars")),
        one(Smooth(0.0)),
        one(Scale(1e12)),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(wrong: Edit) -> None:
    """Ranges end after their start, points are in order, steps and times are above 0, numbers are not huge."""
    with pytest.raises(InputError):
        checked_edit(wrong)


def test_a_lane_takes_only_so_many_edits() -> None:
    """The two hundred and first is refused."""
    stack = tuple(Edit(str(i), 0.0, 1.0, Shift(1.0)) for i in range(200))
    with pytest.raises(InputError, match="at most 200 edits"):
        with_edit(stack, one(Shift(1.0)))
