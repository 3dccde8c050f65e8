"""Clips: the newest plays, what is under it is not lost, and a clip can be moved, trimmed and split."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError, NotFoundError
from deforum_perform.core.song.binding import MAX_INPUT, Binding, checked_binding
from deforum_perform.core.song.clip import (
    Clip,
    Clips,
    checked_clip,
    clip_called,
    in_place,
    moved,
    on_top,
    split,
    without_take,
)
from deforum_perform.core.song.overlap import played, replaced

bindings = st.sampled_from([Binding("/x"), Binding("/y")])
stacks = st.lists(
    st.builds(Clip, st.just(""), st.sampled_from("ABC"), bindings, st.integers(0, 12), st.integers(0, 12)), max_size=7
).map(lambda clips: tuple(replace(clip, id=f"clip-{place}") for place, clip in enumerate(clips)))


def painted(laid: Clips) -> list[tuple[str, str] | None]:
    """What plays in each whole second, found by painting one clip after the other."""
    seconds: list[tuple[str, str] | None] = [None] * 12
    for clip in laid:
        for second in range(int(clip.start_s), int(clip.end_s)):
            seconds[second] = (clip.take, clip.source)
    return seconds


@given(stacks)
def test_played_is_what_painting_gives(laid: Clips) -> None:
    """At every moment the clip that was put on top last plays; without one, nothing does."""
    assert painted(played(laid)) == painted(laid)


@given(stacks)
def test_played_pieces_are_in_order_and_do_not_overlap(laid: Clips) -> None:
    """The pieces follow each other in time, none of them empty."""
    pieces = played(laid)
    assert all(p.start_s < p.end_s for p in pieces)
    assert all(a.end_s <= b.start_s for a, b in pairwise(pieces))
    assert played(pieces) == pieces


@given(stacks, st.builds(Clip, st.just("new"), st.just("D"), bindings, st.integers(0, 12), st.integers(0, 12)))
def test_a_clip_can_be_taken_back(laid: Clips, new: Clip) -> None:
    """Removing what was put on top restores what played before."""
    assert played(without_take(on_top(laid, new), "D")) == played(laid)


@given(stacks.filter(bool), st.data())
def test_an_old_clip_on_top_plays_whole(laid: Clips, data: st.DataObject) -> None:
    """Laying a clip that is there already on top lets it play from end to end, and it is kept once, under its id."""
    chosen = data.draw(st.sampled_from(laid))
    again = on_top(laid, replace(chosen, id="another"))
    assert len(again) == len(laid)
    assert again[-1].id in {clip.id for clip in laid}
    sounding = painted(again)[int(chosen.start_s) : int(chosen.end_s)]
    assert all(second == (chosen.take, chosen.source) for second in sounding)


@given(stacks)
def test_without_a_take_none_of_its_clips_is_left(laid: Clips) -> None:
    """Removing a take leaves the clips of the others as they were, in their order."""
    assert without_take(laid, "A") == tuple(c for c in laid if c.take != "A")


@given(stacks)
def test_replaced_is_what_would_play_without_the_take(laid: Clips) -> None:
    """Wherever a take plays and another one would without it, and nowhere else."""
    playing, found = painted(laid), replaced(laid)
    for take in "ABC":
        without = painted(without_take(laid, take))
        wanted = [old if now and now[0] == take else None for now, old in zip(playing, without, strict=True)]
        assert painted(found.get(take, ())) == wanted


@given(st.floats(0, 100), st.floats(0.01, 100), st.floats(0, 1))
def test_the_two_parts_of_a_clip_are_the_whole(start_s: float, length_s: float, share: float) -> None:
    """Split, a clip is two that follow each other, with the fades of the whole at its ends alone."""
    whole = checked_clip(Clip("a", "A", Binding("/x"), start_s, start_s + length_s, fade_in_s=0.001, fade_out_s=0.002))
    at_s = start_s + share * length_s
    try:
        first, second = split(whole, at_s, "b")
    except InputError:
        assert min(at_s - whole.start_s, whole.end_s - at_s) < 0.0011
        return
    assert (first.start_s, first.end_s, second.start_s, second.end_s) == (whole.start_s, at_s, at_s, whole.end_s)
    assert (first.id, second.id) == ("a", "b")
    assert (first.fade_out_s, second.fade_in_s) == (0, 0)
    assert (first.fade_in_s, second.fade_out_s) == (0.001, min(0.002, second.length_s))


def test_a_moved_clip_takes_its_events_along() -> None:
    """Moved 2 s later, a clip begins 2 s later and plays the same events."""
    clip = moved(Clip("a", "A", Binding("/x"), 1.0, 3.0), 2.0)
    assert (clip.start_s, clip.end_s, clip.offset_s, clip.length_s) == (3.0, 5.0, 2.0, 2.0)


def test_a_clip_has_a_length_and_its_fades_fit() -> None:
    """A clip ends after its start; a fade is not below 0 and no longer than the clip."""
    clip = Clip("a", "A", Binding("/x"), 1.0, 3.0, fade_in_s=5.0)
    assert clip.fades
    assert checked_clip(clip).fade_in_s == 2.0
    with pytest.raises(InputError, match="end at least"):
        checked_clip(replace(clip, end_s=1.0))
    with pytest.raises(InputError, match="cannot be below 0"):
        checked_clip(replace(clip, fade_in_s=-1.0))


def test_clips_are_found_and_changed_by_their_id() -> None:
    """A changed clip keeps its place in the stack; an id that is not there is not found."""
    stack = (Clip("a", "A", Binding("/x"), 0.0, 1.0), Clip("b", "B", Binding("/y"), 0.0, 1.0))
    muted = replace(clip_called(stack, "a"), muted=True)
    assert in_place(stack, muted) == (muted, stack[1])
    with pytest.raises(NotFoundError, match="That clip no longer exists"):
        clip_called(stack, "c")


def test_an_empty_input_range_is_refused() -> None:
    """A range has two ends, and neither is so far out that their difference could not be calculated."""
    with pytest.raises(InputError, match="input range is empty"):
        checked_binding(Binding("/x", 1.0, 1.0))
    assert checked_binding(Binding("/x", -1e300, 1.0)).in_low == -MAX_INPUT
