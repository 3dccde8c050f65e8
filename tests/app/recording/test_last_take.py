"""A take that no lane plays is said, with a button for each lane that could, for as long as that is so."""

from __future__ import annotations

from typing import Any

from tests.app.conftest import Hands


def record(hands: Hands, origin: float, *sources: str) -> None:
    """One recording of 4 s in which the sources move."""
    hands.at(origin)
    hands.do("record.start")
    for source in sources:
        hands.play(source, (origin + 1.0, 0.2), (origin + 2.0, 0.7))
    hands.at(origin + 4.0)
    hands.do("record.stop")


def unplayed(hands: Hands) -> dict[str, Any] | None:
    """The notice that no lane plays the last take."""
    notices = hands.performer.snapshot()["notices"]
    return next((notice for notice in notices if notice["id"].startswith("unplayed-")), None)


def test_lanes_that_have_a_source_of_the_take_are_offered(hands: Hands) -> None:
    """Where no lane with a source was armed, each lane with a source of the take has a button that plays it there."""
    zoom = hands.lane("zoom", "/z", armed=False)
    hands.lane("angle", "/not-moved", armed=False)
    record(hands, 0, "/z", "/other")
    notice = unplayed(hands) or {}
    assert notice["message"] == "Take 1 is not played: no lane with a source was armed."
    assert [(offer["label"], offer["what"]) for offer in notice["offers"]] == [("Play take 1 on Zoom", "/z")]
    offer = notice["offers"][0]
    hands.do(offer["command"], **offer["arguments"])
    assert len(hands.state_of(zoom)["clips"]) == 1
    assert unplayed(hands) is None


def test_without_such_a_lane_the_next_step_is_said(hands: Hands) -> None:
    """A lane that is made for a source of the take plays it, and the notice is over; Undo brings both back."""
    record(hands, 0, "/z")
    notice = unplayed(hands) or {}
    assert notice["offers"] == []
    assert "monitor" in notice["remedy"]
    hands.do("lane.add", field="zoom", source="/z")
    assert unplayed(hands) is None
    hands.do("undo")
    assert unplayed(hands) is not None


def test_armed_lanes_that_did_not_move_are_not_offered(hands: Hands) -> None:
    """Their sources did nothing in the take; other lanes' sources may have."""
    hands.lane("zoom", "/still")
    hands.lane("angle", "/a", armed=False)
    record(hands, 0, "/a")
    notice = unplayed(hands) or {}
    assert notice["message"] == "Take 1 is not played: no armed lane's source moved."
    assert [offer["label"] for offer in notice["offers"]] == ["Play take 1 on Angle"]


def test_the_notice_ends_with_what_it_is_about(hands: Hands) -> None:
    """Hidden, with its take in the trash, at the next recording, and with another song, there is no message."""
    for number, end in enumerate(("hide", "trash", "record", "song"), start=1):
        hands.do("song.new", name=end)
        record(hands, number * 100.0, "/z")
        notice = unplayed(hands)
        assert notice is not None
        if end == "hide":
            hands.do("notice.dismiss", id=notice["id"])
        elif end == "trash":
            hands.do("take.trash", id=hands.performer.snapshot()["takes"][0]["id"])
        elif end == "record":
            hands.do("record.start")
        else:
            hands.do("song.new", name="other")
        assert unplayed(hands) is None, end
        if end == "record":
            hands.do("record.stop")


def test_what_was_said_of_a_song_ends_with_it(hands: Hands) -> None:
    """Another song does not show what happened in a recording of the previous song."""
    hands.do("record.start")
    hands.do("record.stop")
    assert [notice["id"] for notice in hands.performer.snapshot()["notices"]] == ["recording"]
    hands.do("song.new", name="other")
    assert hands.performer.snapshot()["notices"] == []
