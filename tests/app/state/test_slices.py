"""Slices of the state: a page that applies the changes has the state, and nothing is sent that did not change."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.state.lanes import placed
from deforum_perform.app.state.slices import MOST_REMOVED, Slices
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from tests.app.conftest import Hands

GROUPS = st.dictionaries(
    st.sampled_from(["one", "two", "three"]), st.dictionaries(st.integers(0, 6), st.integers(0, 2), max_size=5)
)

Step = tuple[dict[str, dict[int, int]], bool, bool]
"""Groups of slices, whether they are of another song, and whether the page that looks seldom looks."""


class Page:
    """The state of a page that applies changes."""

    def __init__(self) -> None:
        self.slices, self.revision = dict[str, Any](), None

    def look(self, slices: Slices) -> None:
        """Apply what is new."""
        changes = slices.since(self.revision)
        assert not set(changes.removed) & set(changes.slices)
        before = {} if changes.full else self.slices
        self.slices = {key: value for key, value in before.items() if key not in changes.removed} | dict(changes.slices)
        self.revision = changes.revision


@given(st.lists(st.tuples(GROUPS, st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_a_page_has_the_state_however_seldom_it_looks(steps: list[Step]) -> None:
    """Whatever changes, is added and removed, a page that applies the changes has the same state as one that gets
    everything."""
    slices, often, seldom = Slices(), Page(), Page()
    for revision, (groups, anew, looks) in enumerate(steps):
        named = {name: {f"{name}:{key}": [value] for key, value in group.items()} for name, group in groups.items()}
        slices.take_in(revision, named, anew=anew)
        whole = {key: value for group in named.values() for key, value in group.items()}
        for page in (often, *([seldom] if looks else [])):
            page.look(slices)
            assert page.slices == whole
    assert slices.values == often.slices


def test_an_equal_value_does_not_travel_and_stays_the_same_object() -> None:
    """A value that was made again and is equal is not a change."""
    slices, first = Slices(), {"id": "a"}
    slices.take_in(1, {"lanes": {"lane:a": first, "lane:b": {"id": "b"}}})
    slices.take_in(2, {"lanes": {"lane:a": {"id": "a"}, "lane:b": {"id": "c"}}})
    assert slices.values["lane:a"] is first
    assert slices.since(1).slices == {"lane:b": {"id": "c"}}


def test_keys_of_removed_slices_are_not_kept_for_ever() -> None:
    """A page with a state from before gets all of the present one."""
    slices = Slices()
    slices.take_in(1, {"takes": {f"take:{n}": n for n in range(MOST_REMOVED + 2)}})
    slices.take_in(2, {"takes": {"take:0": 0}})
    assert slices.since(1).full
    assert slices.since(1).slices == {"take:0": 0}
    assert not slices.since(2).full


CLIPS = st.lists(st.integers(0, 9), unique=True).map(
    lambda numbers: tuple(Clip(f"clip-{n}", f"take {n}", Binding("/a"), 0.0, 1.0) for n in numbers)
)


@given(st.lists(CLIPS, min_size=1, max_size=6))
def test_places_are_in_the_order_of_the_clips(states: list[tuple[Clip, ...]]) -> None:
    """However clips come, go and change places, sorting by place gives them as they are."""
    places: dict[int, Clip] = {}
    for clips in states:
        places = placed(places, clips)
        assert [places[place] for place in sorted(places)] == list(clips)


@given(CLIPS.filter(bool), st.data())
def test_a_clip_that_stays_keeps_its_place(clips: tuple[Clip, ...], data: st.DataObject) -> None:
    """Taking a clip out, putting it back and adding one on top moves no other."""
    before = placed({}, clips)
    gone = data.draw(st.sampled_from(clips))
    without = placed(before, tuple(clip for clip in clips if clip is not gone))
    assert without.items() <= before.items()
    assert placed(without, clips) == before
    assert placed(before, (*clips, Clip("new", "new", Binding("/a"), 0.0, 1.0))).items() >= before.items()


def changed(hands: Hands, command: str, **arguments: Any) -> set[str]:
    """The keys of the slices that a command changes or removes."""
    performer = hands.performer
    revision = performer._snapshots.since(None).revision
    hands.do(command, **arguments)
    changes = performer._snapshots.since(revision)
    return {*changes.slices, *changes.removed}


def test_a_change_of_a_lane_is_one_slice(hands: Hands) -> None:
    """Arming, ranges, clips and undo of one lane change the slices that show them, and no other lane, take or clip."""
    one, other = hands.lane("zoom", "/a"), hands.lane("angle", "/b")
    hands.do("record.start")
    for moment in (1.0, 2.0):
        hands.play("/a", (moment, moment / 4))
        hands.play("/b", (moment, moment / 8))
    hands.at(3.0)
    hands.do("record.stop")
    (take,) = hands.performer.snapshot()["takes"]
    assert changed(hands, "lane.change", id=one, armed=False) == {f"lane:{one}"}
    assert changed(hands, "lane.change", id=one, smoothing_s=0.5) == {f"lane:{one}", "undo"}
    assert changed(hands, "undo") == {f"lane:{one}", "undo"}
    assert changed(hands, "lane.remove_take", id=other, take=take["id"]) == {f"lane:{other}", f"clip:{other}:0", "undo"}
    assert changed(hands, "seek", time_s=1.0) == {"song", "transport"}
