"""Patches: they turn one state of a song into another and back, exactly, and refuse any other state."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.saved.patch import (
    ABSENT,
    Change,
    MisfitError,
    difference,
    fits,
    joined,
    patched,
    reversed_patch,
)
from deforum_perform.core.saved.song_file import SONG_READER
from deforum_perform.core.saved.steps import Step, advanced, grown, redone, undone
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import new_lane
from deforum_perform.core.song.song import Song, with_lane, with_take
from deforum_perform.core.song.take_info import info
from tests.fuzz.examples import a_song, a_take
from tests.store.examples import lanes, songs


@given(songs(), songs())
def test_a_patch_leads_there_and_back(one: Song, other: Song) -> None:
    """Whatever two states of a song are, the difference makes one of the other, both ways, and fits only there."""
    other = replace(other, id=one.id)
    patch = difference(one, other)
    assert (patched(one, patch, SONG_READER), patched(other, reversed_patch(patch), SONG_READER)) == (
        replace(other, takes=_in_place(one, other)),
        replace(one, takes=_in_place(other, one)),
    )
    assert fits(one, patch)
    assert fits(other, patch) == (patch == ())


def _in_place(before: Song, after: Song) -> tuple[Any, ...]:
    """The takes of ``after`` where those of ``before`` were: a song sorts them by number itself."""
    known = [take.id for take in before.takes]
    return tuple(sorted(after.takes, key=lambda take: known.index(take.id) if take.id in known else len(known)))


@given(songs(), songs())
def test_a_patch_is_the_same_as_json(one: Song, other: Song) -> None:
    """The values of a patch are those of a song's file: nothing changes on the way to disk and back."""
    for change in difference(one, other):
        values = [value for value in (change.before, change.after) if value is not ABSENT]
        assert json.loads(json.dumps(values, allow_nan=False)) == values


@given(songs(), lanes())
def test_what_stays_is_the_same_object(song: Song, lane: Any) -> None:
    """A patch of one lane leaves every other lane, the takes and the clips as they are."""
    after = with_lane(song, lane)
    made = patched(song, difference(song, after), SONG_READER)
    assert made == after
    assert all(made.lane(other.id) is other for other in song.lanes if other.id != lane.id)
    assert made.takes is song.takes
    assert made.clips is song.clips


def test_an_order_is_a_change_of_its_own() -> None:
    """Moving a lane changes the order; adding one at the end and taking it away again does not name it."""
    song = a_song()
    moved = replace(song, lanes=tuple(reversed(song.lanes)))
    ids = [lane.id for lane in song.lanes]
    assert difference(song, moved) == (Change(("lanes", None), [None, *ids], [None, *ids[::-1]]),)
    added = difference(song, with_lane(song, new_lane("lane-9", "angle")))
    assert [change.path for change in added] == [("lanes", "lane-9")]
    removed = difference(song, replace(song, lanes=song.lanes[1:]))
    assert [change.path for change in removed] == [("lanes", "lane-1"), ("lanes", None)]


def test_an_order_names_only_what_moves() -> None:
    """However long a list is, removing an item from its middle, or moving it, names the few ids around that place."""
    clips = tuple(Clip(f"clip-{n}", "take-1", Binding("/k"), float(n), n + 1.0) for n in range(9))
    song = replace(a_song(), clips={"lane-1": clips})
    removed = replace(song, clips={"lane-1": (*clips[:4], *clips[5:])})
    swapped = replace(song, clips={"lane-1": (*clips[:4], clips[5], clips[4], *clips[6:])})
    path = ("clips", "lane-1", None)
    assert difference(song, removed)[1:] == (Change(path, ["clip-3", "clip-4"], ["clip-3"]),)
    assert difference(song, swapped) == (
        Change(path, ["clip-3", "clip-4", "clip-5"], ["clip-3", "clip-5", "clip-4"]),
    )
    for other in (removed, swapped):
        patch = difference(song, other)
        assert patched(song, patch, SONG_READER) == other
        assert patched(other, reversed_patch(patch), SONG_READER) == song
        assert not fits(other, patch)


def test_an_order_of_all_items_is_read_too() -> None:
    """A history in which an order names every item means the same."""
    song = a_song()
    ids = [lane.id for lane in song.lanes]
    patch = (Change(("lanes", None), ids, ids[::-1]),)
    assert fits(song, patch)
    assert patched(song, patch, SONG_READER) == replace(song, lanes=song.lanes[::-1])


def _set(*path: str | None, before: Any = 0.5, after: Any = 0.25) -> tuple[Change, ...]:
    return (Change(path, before, after),)


@pytest.mark.parametrize(
    "patch",
    [
        _set("lanes", "lane-1", "shaping", "smoothing_s", after="long"),
        _set("lanes", "lane-1", "shaping", "smoothing_s", after=ABSENT),
        _set("lanes", "lane-1", "shaping", "curve", after="cubic"),
        _set("lanes", "lane-1", "id", after="lane-9"),
        _set("lanes", "lane-1", "colour"),
        _set("lanes", "lane-1", "unknown", after=3),
        _set("lanes", "lane-1", "shaping", "smoothing_s", "x"),
        _set("lanes", "lane-9", "shaping", "smoothing_s"),
        _set("lanes", "lane-9", after={"id": "lane-8", "field": "zoom"}),
        _set("lanes", "lane-9", after={"field": "zoom"}),
        _set("lanes", None, after=["lane-9"]),
        _set("lanes", None, after=["lane-1", "lane-9"]),
        _set("lanes", None, after=["lane-1", 3]),
        _set("lanes", None, after=["lane-1"] * 5),
        _set("lanes", None, after=3),
        _set("lanes", None, after=[["lane-1"]] * 5),
        _set("clips", None, after=[]),
        _set("clips", "lane-1", after=[{"take": 3}]),
        _set("fps", after=0.0),
        _set("fps", None),
        _set(None),
        _set("", after=3),
    ],
)
def test_a_patch_that_makes_what_cannot_be_is_refused(patch: tuple[Change, ...]) -> None:
    """No history, however it came about, makes a song that could not be opened."""
    with pytest.raises(MisfitError):
        patched(a_song(), patch, SONG_READER)


def test_patches_of_the_same_values_become_one() -> None:
    """What a slider did in several patches is one; patches of different places, or that add something, stay apart."""
    first, later = _set("fps", before=15.0, after=20.0), _set("fps", before=20.0, after=24.0)
    assert joined(first, later) == (_set("fps", before=15.0, after=24.0),)
    assert joined(first, _set("cadence", before=1, after=2)) == (first, _set("cadence", before=1, after=2))
    swap, other = Change(("lanes", None), ["a", "b", "c"], ["a", "c", "b"]), Change(("lanes", None), ["x", "y"], ["x"])
    assert joined((swap,), (swap.reversed,)) == ((Change(swap.path, swap.before, swap.before),),)
    assert joined((swap,), (other,)) == ((swap,), (other,))
    added = _set("lanes", "x", before=ABSENT, after={"id": "x", "field": "zoom"})
    assert joined(added, added) == (added, added)


# --- steps ------------------------------------------------------------------------------------------------------------


def _step(*states: Song) -> Step:
    """The step that leads through these states."""
    step = Step("test")
    for before, after in pairwise(states):
        step = grown(step, difference(before, after))
    return step


@given(songs(), songs(), songs())
def test_a_step_goes_back_through_what_it_became(first: Song, second: Song, third: Song) -> None:
    """A step of several patches is undone and brought back as a whole; takes it added are in the trash meanwhile."""
    second, third = (replace(song, id=first.id, takes=first.takes) for song in (second, third))
    step = _step(first, second, third)
    assert undone(third, step) == first
    assert redone(first, step) == third


@given(st.sampled_from([1, 2, 5]))
def test_a_take_is_never_undone_away(number: int) -> None:
    """Undo of a recording puts its take into the trash, at its number; redo takes it out."""
    before = with_take(with_take(Song("s"), info(a_take("a", 1))), info(a_take("b", 3)))
    after = with_take(before, info(a_take("new", number)))
    step = _step(before, after)
    back = undone(after, step)
    assert {take.id: take.trashed for take in back.takes} == {"a": False, "b": False, "new": True}
    assert redone(back, step) == after


def test_a_step_for_another_state_is_refused() -> None:
    """Neither way is gone from a state in which a value that the step names is another one."""
    song = a_song()
    step = _step(song, replace(song, fps=20.0))
    for go, other in ((undone, song), (undone, replace(song, fps=19.0)), (redone, replace(song, fps=20.0))):
        with pytest.raises(MisfitError):
            go(other, step)


def test_a_step_never_makes_another_song() -> None:
    """The id of a song is not part of its history."""
    song = a_song()
    with pytest.raises(MisfitError):
        redone(song, Step("test", (_set("id", before="", after="other"),)))


def test_a_change_in_the_history_removes_no_take() -> None:
    """Whatever a history says, a take that it removes is in the trash."""
    song = with_take(Song("s"), info(a_take("a", 1)))
    gone = difference(song, replace(song, takes=()))
    assert advanced(song, gone).takes == (replace(song.takes[0], trashed=True),)
    with pytest.raises(MisfitError):
        advanced(replace(song, takes=()), gone)
