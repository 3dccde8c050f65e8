"""The comp: the newest clip plays, and what is under it is not lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.song.comp import Cover, on_top, played, replaced, without_take

covers = st.lists(
    st.builds(Cover, st.sampled_from("ABC"), st.sampled_from(["/x", "/y"]), st.integers(0, 12), st.integers(0, 12)),
    max_size=7,
).map(tuple)


def _painted(laid: tuple[Cover, ...]) -> list[tuple[str, str] | None]:
    """What plays in each whole second, found by painting one clip after the other."""
    seconds: list[tuple[str, str] | None] = [None] * 12
    for cover in laid:
        for second in range(int(cover.start_s), int(cover.end_s)):
            seconds[second] = (cover.take, cover.source)
    return seconds


@given(covers)
def test_played_is_what_painting_gives(laid: tuple[Cover, ...]) -> None:
    """At every moment the clip that was put on top last plays; without one, nothing does."""
    assert _painted(played(laid)) == _painted(laid)


@given(covers)
def test_played_pieces_are_in_order_and_do_not_overlap(laid: tuple[Cover, ...]) -> None:
    """The pieces follow each other in time, none of them empty."""
    pieces = played(laid)
    assert all(p.start_s < p.end_s for p in pieces)
    assert all(a.end_s <= b.start_s for a, b in pairwise(pieces))
    assert played(pieces) == pieces


@given(covers, st.builds(Cover, st.just("D"), st.just("/x"), st.integers(0, 12), st.integers(0, 12)))
def test_a_cover_can_be_taken_back(laid: tuple[Cover, ...], new: Cover) -> None:
    """Removing what was put on top restores what played before."""
    assert played(without_take(on_top(laid, new), "D")) == played(laid)


@given(covers.filter(bool), st.data())
def test_an_old_cover_on_top_is_heard_whole(laid: tuple[Cover, ...], data: st.DataObject) -> None:
    """Putting an existing clip on top lets it play from end to end, and it is kept once."""
    chosen = data.draw(st.sampled_from(laid))
    laid = on_top(laid, chosen)
    assert laid.count(chosen) == 1
    heard = _painted(played(laid))[int(chosen.start_s) : int(chosen.end_s)]
    assert all(second == (chosen.take, chosen.source) for second in heard)


@given(covers)
def test_without_a_take_none_of_its_covers_is_left(laid: tuple[Cover, ...]) -> None:
    """Removing a take leaves the clips of the others unchanged, in their order."""
    assert without_take(laid, "A") == tuple(c for c in laid if c.take != "A")


@given(covers)
def test_replaced_is_what_would_be_heard_without_the_take(laid: tuple[Cover, ...]) -> None:
    """Wherever a take plays and another one would without it, and nowhere else."""
    heard, found = _painted(laid), replaced(laid)
    for take in "ABC":
        without = _painted(without_take(laid, take))
        wanted = [old if now and now[0] == take else None for now, old in zip(heard, without, strict=True)]
        assert _painted(found.get(take, ())) == wanted
