"""A lane that gets a source that is recorded plays it at once, from whichever control it got it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.recording.binding import LearnedPlayer
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import InputError
from tests.app.conftest import Hands, opened, osc
from tests.osc.network import until


def recorded(hands: Hands, start_s: float, *sources: str) -> None:
    """A recording of four seconds in which the sources go from 0.2 to 0.8."""
    hands.at(start_s)
    hands.do("record.start")
    for place, source in enumerate(sources):
        hands.play(source, (start_s + 1 + place, 0.2), (start_s + 2 + place, 0.8))
    hands.at(start_s + 4)
    hands.do("record.stop")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Callable[[Hands], Hands]]:
    """Opens a user's songs in a Perform that has not received any source yet, as on another machine."""
    others: list[Hands] = []

    def open_again(hands: Hands) -> Hands:
        hands.performer.parts.saver.drain(10)
        hands.performer.parts.store.unlock()
        others.append(Hands(opened(tmp_path, hands.clock), hands.clock))
        return others[-1]

    yield open_again
    for other in others:
        other.performer.close()


def listed(hands: Hands) -> dict[str, dict[str, Any]]:
    """The sources on the page, by name."""
    return {source["name"]: source for source in hands.performer.snapshot()["sources"]}


def takes_of_sources(hands: Hands) -> dict[str, tuple[int, int | None]]:
    """Source -> how many takes contain it, and the number of the first one."""
    return {name: (source["take_count"], source["first_take"]) for name, source in listed(hands).items()}


def test_recorded_sources_are_listed_with_the_live_ones(hands: Hands, elsewhere: Callable[[Hands], Hands]) -> None:
    """Each recorded source is in the list, with the takes that contain it, received or not; trashed takes do not
    count."""
    recorded(hands, 10.0, "/a", "/b")
    recorded(hands, 20.0, "/b")
    assert takes_of_sources(hands) == {"/a": (1, 1), "/b": (2, 1)}
    hands = elsewhere(hands)
    found = listed(hands)
    assert takes_of_sources(hands) == {"/a": (1, 1), "/b": (2, 1)}
    assert all(source["index"] < 0 and source["value"] is None and source["low"] is None for source in found.values())
    assert len({source["index"] for source in found.values()}) == 2
    hands.play("/b", (30.0, 0.5))
    found = listed(hands)
    assert (found["/b"]["index"], found["/b"]["value"], found["/b"]["take_count"]) == (0, 0.5, 2)
    hands.do("take.trash", id=hands.performer.snapshot()["takes"][0]["id"])
    assert takes_of_sources(hands) == {"/b": (1, 2)}


@pytest.mark.parametrize("control", ["new lane", "choose", "type", "learn"])
def test_a_lane_plays_what_is_recorded_at_once(hands: Hands, elsewhere: Callable[[Hands], Hands], control: str) -> None:
    """From the monitor, from the lane's own list, typed, or learned: the lane plays every take that has the source."""
    recorded(hands, 10.0, "/k")
    recorded(hands, 20.0, "/k")
    hands = elsewhere(hands)
    if control == "new lane":
        lane = hands.lane("zoom", "/k")
    else:
        lane = hands.lane("zoom")
        before = hands.performer.snapshot()["undo"]["undo"]
        if control == "learn":
            hands.at(30.0)
            hands.do("lane.learn", id=lane)
            hands.play("/k", (31.0, 0.5))
        else:
            hands.do("lane.change", id=lane, source="k" if control == "type" else "/k")
    until(lambda: hands.state_of(lane)["clips"])
    state = hands.state_of(lane)
    assert state["source"] == "/k"
    assert [one["source"] for one in state["clips"]] == ["/k", "/k"]
    assert (state["in_low"], state["in_high"]) == (0.2, 0.8)
    assert state["curve_id"]
    assert len(set(parse_schedule(hands.performer.lane_text(lane), hands.performer.session.song.frames))) > 1
    hands.do("undo")
    if control != "new lane":
        undone = hands.state_of(lane)
        assert (undone["source"], undone["clips"]) == (None, [])
        assert hands.performer.snapshot()["undo"]["undo"] == before


def test_a_source_that_is_chosen_comes_on_top_of_what_the_lane_plays(hands: Hands) -> None:
    """A lane that plays one source and is given another recorded one plays that; undo gives the first one back."""
    lane = hands.lane("zoom", "/a")
    recorded(hands, 10.0, "/a", "/b")
    before = hands.state_of(lane)
    hands.do("lane.change", id=lane, source="/b")
    after = hands.state_of(lane)
    assert [one["source"] for one in after["clips"]] == ["/a", "/b"]
    assert after["curve_id"] != before["curve_id"]
    hands.do("undo")
    assert hands.state_of(lane)["clips"] == before["clips"]


def test_learn_leaves_what_a_lane_plays(hands: Hands) -> None:
    """Learning another knob for the next recording puts no old moves of that knob on top of what the lane plays."""
    hands.performer.ticker.close()
    lane = hands.lane("zoom", "/a")
    recorded(hands, 10.0, "/a", "/b")
    before = hands.state_of(lane)["clips"]
    hands.at(20.0)
    hands.do("lane.learn", id=lane)
    hands.play("/b", (22.0, 0.5), (23.0, 0.6))
    parts = hands.performer.parts
    assert LearnedPlayer(parts.session, parts.sources, parts.learner, parts.reader).play() is False
    assert (hands.state_of(lane)["source"], hands.state_of(lane)["clips"]) == ("/b", before)


def test_choosing_the_same_source_again_changes_nothing(hands: Hands) -> None:
    """A take that was silenced on a lane stays silent when the lane's own source is chosen."""
    lane = hands.lane("zoom", "/a")
    recorded(hands, 10.0, "/a")
    hands.do("lane.remove_take", id=lane, take=hands.performer.snapshot()["takes"][0]["id"])
    hands.do("lane.change", id=lane, source="/a")
    assert hands.state_of(lane)["clips"] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/a", "/a"),
        (" a ", "/a"),
        ("/xy[1]", "/xy[1]"),
        ("/pad[2]", "/pad\\[2]"),
        ("/pad\\[2]", "/pad\\[2]"),
        ("not/received/yet", "/not/received/yet"),
        ("/not/received[3]", "/not/received[3]"),
    ],
)
def test_a_source_can_be_typed(hands: Hands, typed: str, meant: str) -> None:
    """What is typed means a source that is known, whichever way it is written, or else one that may still send."""
    hands.send(1.0, osc("/a", 0.5), osc("/xy", 0.5, 0.25), osc("/pad[2]", 0.5))
    lane = hands.lane("zoom")
    hands.do("lane.change", id=lane, source=typed)
    assert hands.state_of(lane)["source"] == meant
    assert hands.state_of(hands.lane("angle", typed))["source"] == meant


@pytest.mark.parametrize("typed", ["/", " ", "/a\nb", "/" + "a" * 700])
def test_what_cannot_be_an_address_is_refused(hands: Hands, typed: str) -> None:
    """A text that no sender can use as an address is refused, with an example of one."""
    lane = hands.lane("zoom")
    with pytest.raises(InputError, match=r"/nts1/cutoff|needs a text"):
        hands.do("lane.change", id=lane, source=typed)


def test_recorded_text_cannot_be_bound(hands: Hands, elsewhere: Callable[[Hands], Hands]) -> None:
    """A source that only sent text is listed as text, live or recorded, and refused with the reason."""
    hands.do("record.start")
    hands.send(1.0, osc("/clip", "verse"), osc("/a", 0.5))
    hands.do("record.stop")
    hands = elsewhere(hands)
    assert {name: source["text"] for name, source in listed(hands).items()} == {"/a": False, "/clip": True}
    lane = hands.lane("zoom")
    with pytest.raises(InputError, match="sends text"):
        hands.do("lane.change", id=lane, source="/clip")


def test_a_source_without_a_recording_is_bound_as_ever(hands: Hands) -> None:
    """Only the input range follows it; nothing is played, and the step can be undone."""
    hands.play("/a", (0.0, 0.0), (0.1, 5.0))
    lane = hands.lane("zoom")
    hands.do("lane.change", id=lane, source="/a")
    state = hands.state_of(lane)
    assert (state["source"], state["clips"], state["in_high"]) == ("/a", [], 5.0)
    hands.do("lane.change", id=lane, source=None)
    assert hands.state_of(lane)["source"] is None
