"""What a recording replaced is said at Stop, with a way back, and in the list of takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.conftest import Hands


def record(hands: Hands, origin: float, seconds: float, *plays: tuple[str, float, float]) -> None:
    """One recording in which sources move at the given times, in seconds of it."""
    hands.at(origin)
    hands.do("record.start")
    for source, time_s, value in plays:
        hands.play(source, (origin + time_s, value))
    hands.at(origin + seconds)
    hands.do("record.stop")


def replaced(hands: Hands) -> dict[str, Any] | None:
    """The notice about what the last recording replaced."""
    notices = hands.performer.snapshot()["notices"]
    return next((notice for notice in notices if notice["id"].startswith("replaced-")), None)


def take(hands: Hands, number: int) -> dict[str, Any]:
    """The take in the snapshot."""
    return next(t for t in hands.performer.snapshot()["takes"] if t["number"] == number)


@pytest.fixture
def overdubbed(hands: Hands) -> tuple[Hands, str, str]:
    """Take 1 on two lanes for 60 s; two moves at the start of take 2 replace the rest of one, up to 50 s."""
    zoom, angle = hands.lane("zoom", "/z"), hands.lane("angle", "/a")
    record(hands, 0, 60, ("/z", 1.0, 0.2), ("/a", 2.0, 0.2), ("/z", 30.0, 0.5), ("/a", 31.0, 0.5))
    assert replaced(hands) is None
    record(hands, 100, 50, ("/z", 5.0, 0.21), ("/z", 5.1, 0.22))
    return hands, zoom, angle


def test_stop_says_which_lane_was_replaced_from_where_to_where(overdubbed: tuple[Hands, str, str]) -> None:
    """A notice names the lane and the times, and offers the old one and Undo; the list of takes says it too."""
    hands, zoom, _ = overdubbed
    notice = replaced(hands)
    assert notice is not None
    assert notice["message"] == "Take 2 replaced Zoom from 0:05.0 to 0:50.0."
    assert [(o["label"], o["command"], o["what"]) for o in notice["offers"]] == [
        ("Keep the old one", "lane.remove_take", "Zoom, 0:05.0 to 0:50.0"),
        ("Undo", "undo", "The whole take 2"),
    ]
    (row,) = take(hands, 2)["replaced"]
    assert (row["lane"], row["title"], row["takes"], row["spans"]) == (zoom, "Zoom", [1], [(5.0, 50.0)])
    assert take(hands, 1)["replaced"] == []


def test_undo_is_offered_while_it_takes_back_that_take(overdubbed: tuple[Hands, str, str]) -> None:
    """A recorded take offers Undo as long as Undo means that take."""
    hands, _, _ = overdubbed
    assert "Undo" in [offer["label"] for offer in (replaced(hands) or {})["offers"]]
    hands.lane("angle")
    assert "Undo" not in [offer["label"] for offer in (replaced(hands) or {})["offers"]]


def test_the_old_one_can_be_kept(overdubbed: tuple[Hands, str, str]) -> None:
    """Its button gives the lane back what it played; the notice is over, the take stays, and Undo brings it back."""
    hands, zoom, _ = overdubbed
    before = hands.state_of(zoom)["clips"][0]
    offer = (replaced(hands) or {})["offers"][0]
    hands.do(offer["command"], **offer["arguments"])
    assert hands.state_of(zoom)["clips"] == [before]
    assert replaced(hands) is None
    assert take(hands, 2)["trashed"] is False
    assert take(hands, 2)["replaced"] == []
    hands.do("undo")
    assert "Zoom" in (replaced(hands) or {})["message"]


def test_undo_beside_it_takes_the_whole_take_back(overdubbed: tuple[Hands, str, str]) -> None:
    """It is offered only while the take is what Undo takes back."""
    hands, zoom, angle = overdubbed
    hands.do("lane.change", id=angle, invert=True)
    assert [offer["label"] for offer in (replaced(hands) or {})["offers"]] == ["Keep the old one"]
    hands.do("undo")
    offer = (replaced(hands) or {})["offers"][-1]
    hands.do(offer["command"], **offer["arguments"])
    assert take(hands, 2)["trashed"] is True
    assert replaced(hands) is None
    assert len(hands.state_of(zoom)["clips"]) == 1


def test_several_lanes_have_a_button_each(hands: Hands) -> None:
    """Each lane can keep its old take separately."""
    zoom, angle = hands.lane("zoom", "/z"), hands.lane("angle", "/a")
    record(hands, 0, 20, ("/z", 1.0, 0.2), ("/a", 2.0, 0.2))
    record(hands, 100, 20, ("/z", 5.0, 0.3), ("/a", 6.0, 0.4))
    notice = replaced(hands)
    assert notice is not None
    assert notice["message"] == "Take 2 replaced 2 lanes."
    assert [offer["what"] for offer in notice["offers"][:2]] == ["Zoom, 0:05.0 to 0:20.0", "Angle, 0:06.0 to 0:20.0"]
    hands.do("lane.remove_take", **notice["offers"][0]["arguments"])
    assert (replaced(hands) or {})["message"] == "Take 2 replaced Angle from 0:06.0 to 0:20.0."
    assert [len(hands.state_of(lane)["clips"]) for lane in (zoom, angle)] == [1, 2]


def test_it_is_shown_until_it_is_read_or_the_next_recording_begins(overdubbed: tuple[Hands, str, str]) -> None:
    """Hidden, it stays hidden; the list of takes still says it."""
    hands, _, _ = overdubbed
    hands.do("notice.dismiss", id=(replaced(hands) or {})["id"])
    assert replaced(hands) is None
    assert take(hands, 2)["replaced"]
    record(hands, 200, 5, ("/other", 1.0, 0.5))
    assert replaced(hands) is None


def test_a_take_that_only_adds_says_nothing(hands: Hands) -> None:
    """Where nothing was played before nothing was replaced."""
    hands.lane("zoom", "/z")
    record(hands, 0, 10, ("/z", 1.0, 0.2))
    hands.do("seek", time_s=10.0)
    record(hands, 100, 10, ("/z", 5.0, 0.3))
    assert replaced(hands) is None


def test_opening_another_song_ends_the_notice(overdubbed: tuple[Hands, str, str]) -> None:
    """The notice is about the last recording; the list of takes shows it permanently."""
    hands, _, _ = overdubbed
    song = hands.performer.snapshot()["song"]["id"]
    hands.do("song.new", name="other")
    hands.do("song.open", id=song)
    assert replaced(hands) is None
    assert take(hands, 2)["replaced"]
