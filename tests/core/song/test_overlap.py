"""Overlapping clips: what plays, and what would play without a take, as found piece by piece."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.overlap import played, replaced
from tests.core import reference_overlap as reference

times = st.floats(0, 20) | st.integers(0, 12).map(float) | st.sampled_from([0.1 + 0.2, 0.3, 1 / 3, 2 / 3])
clips = st.builds(
    Clip,
    st.just(""),
    st.sampled_from("ABCD"),
    st.sampled_from([Binding("/x"), Binding("/y")]),
    times,
    times,
    fade_in_s=st.sampled_from([0.0, 0.5]),
)
stacks = st.lists(clips, max_size=30).map(lambda found: tuple(replace(c, id=f"clip-{k}") for k, c in enumerate(found)))


@given(stacks)
def test_what_plays_is_what_laying_piece_by_piece_gives(laid: tuple[Clip, ...]) -> None:
    """Every piece is the same to the last digit, in the same order."""
    assert played(laid) == reference.played(laid)


@given(stacks)
def test_what_a_take_replaced_is_what_laying_piece_by_piece_gives(laid: tuple[Clip, ...]) -> None:
    """Every take has replaced the same pieces, to the last digit and in the same order."""
    assert replaced(laid) == reference.replaced(laid)


def test_the_cost_of_many_clips_is_not_that_of_all_pairs() -> None:
    """Three hundred clips side by side are laid as the same objects."""
    side_by_side = tuple(Clip(f"clip-{k}", f"take-{k}", Binding("/x"), float(k), k + 1.0) for k in range(300))
    assert all(piece is clip for piece, clip in zip(played(side_by_side), side_by_side, strict=True))
    assert replaced(side_by_side) == {}
