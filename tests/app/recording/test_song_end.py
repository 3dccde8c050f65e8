"""Where a song begins and ends, and what another frame rate does to what moves by steps per frame."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.commands.labels import LANE_WORDS, SONG_WORDS
from deforum_perform.core.errors import ConflictError, InputError
from deforum_perform.core.song.lane import VALUES
from tests.app.conftest import Hands, osc


def values(hands: Hands, lane: str) -> np.ndarray:
    """What the lane plays, one value a frame."""
    found = hands.performer.curve_bytes(lane)
    assert found is not None
    frames = struct.unpack_from("<I", found[1])[0]
    return np.frombuffer(found[1], "<f4", frames, 8)


def record(hands: Hands, seconds: float) -> None:
    """A recording of a knob that goes from 0 to 1."""
    begin_s = hands.clock[0] / 1e9 + 1
    hands.at(begin_s)
    hands.do("record.start")
    hands.play("/k", *((begin_s + share * seconds, share) for share in (0.0, 0.25, 0.5, 0.75, 0.99)))
    hands.at(begin_s + seconds)
    hands.do("record.stop")


def start(hands: Hands) -> tuple[float, float]:
    """The song's start, and where the playhead is."""
    state = hands.performer.snapshot()
    return state["song"]["start_s"], state["transport"]["position_s"]


# --- the start stays inside the song ------------------------------------------------------------------------------


@pytest.mark.parametrize("length_s", [None, 20.0])
def test_seeking_stays_inside_the_song(hands: Hands, length_s: float | None) -> None:
    """A place after the end becomes the end, and the command says where the playhead is."""
    hands.do("song.change", length_s=length_s)
    end_s = length_s or 60.0
    assert hands.do("seek", time_s=end_s + 5) == {"time_s": end_s}
    assert start(hands) == (end_s, end_s)
    assert hands.do("seek", time_s=3) == {"time_s": 3}
    assert start(hands) == (3, 3)


@pytest.mark.parametrize("changes", [{"start_s": 60.1}, {"start_s": 25, "length_s": 20}])
def test_a_start_after_the_end_is_refused(hands: Hands, changes: dict[str, float]) -> None:
    """Typed, a start after the end is refused with both places, and nothing changes."""
    with pytest.raises(InputError, match=r"start .*after the end of the song.*earlier"):
        hands.do("song.change", **changes)
    assert start(hands) == (0, 0)
    assert hands.performer.session.song.length_s is None


def test_a_song_that_gets_shorter_takes_its_start_along(hands: Hands) -> None:
    """A shorter length, a take in the trash and a shorter version leave no start after the end; undo does not change
    it."""
    hands.do("seek", time_s=40)
    assert hands.do("song.change", length_s=10)["start_s"] == 10
    assert start(hands) == (10, 10)
    hands.do("undo")
    assert start(hands) == (10, 10)
    hands.do("song.change", start_s=0)
    hands.lane("angle", "/k")
    record(hands, 90)
    hands.do("seek", time_s=80)
    take = hands.performer.snapshot()["takes"][0]["id"]
    hands.do("take.trash", id=take)
    assert start(hands) == (60, 60)
    hands.do("take.restore", id=take)
    hands.do("seek", time_s=80)
    hands.do("song.stretch", length_s=9)
    assert start(hands) == (8, 8)


def test_a_recording_starts_inside_a_song_with_a_length(hands: Hands) -> None:
    """A start that is named with Record is refused after the end of a set length; a song without one grows."""
    hands.do("song.change", length_s=20)
    with pytest.raises(InputError, match=r"cannot start at 0:30\.0: the song ends at 0:20\.0"):
        hands.do("record.start", start_s=30)
    assert hands.performer.recorder.current is None
    hands.do("song.change", length_s=None)
    hands.do("record.start", start_s=130)
    assert hands.performer.snapshot()["transport"]["position_s"] == 130


def test_the_playhead_follows_osc_as_far_as_the_song_goes(hands: Hands) -> None:
    """A song without a set length grows to where a sequencer is; one whose length is set ends there, and says so."""
    hands.send(1.0, osc("/perform/seek", 200.0))
    assert start(hands) == (200, 200)
    hands.do("song.change", length_s=20, start_s=0)
    hands.send(2.0, osc("/perform/seek", 200.0))
    assert start(hands) == (20, 20)
    (notice,) = hands.performer.snapshot()["notices"]
    assert "ends at 0:20.0" in notice["message"]


# --- recordings that go on after the end ------------------------------------------------------------------------------


def test_a_recording_may_be_given_its_length_while_it_runs(hands: Hands) -> None:
    """The length, and nothing else, can be changed while a recording continues past the end."""
    hands.do("song.change", length_s=5)
    lane = hands.lane("angle", "/k")
    hands.do("record.start")
    hands.do("song.change", length_s=None)
    for changes in ({"fps": 30}, {"length_s": 9, "fps": 30}, {"start_s": 1}):
        with pytest.raises(ConflictError, match="Perform is recording"):
            hands.do("song.change", **changes)
    hands.play("/k", (1.0, 0.0), (6.0, 1.0))
    hands.at(8.0)
    hands.do("record.stop")
    assert len(values(hands, lane)) == 8 * 15


def test_what_comes_after_the_end_is_kept(hands: Hands) -> None:
    """Frames after a set length are recorded and not written; a longer length writes them."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10)
    hands.do("song.change", length_s=5)
    record(hands, 8)
    assert len(values(hands, lane)) == 5 * 15
    assert hands.performer.snapshot()["takes"][0]["end_s"] == 8
    hands.do("song.change", length_s=8)
    assert values(hands, lane)[-1] == pytest.approx(9.9)


# --- another frame rate -------------------------------------------------------------------------------------------


def moved_in_a_second(hands: Hands, lane: str) -> float:
    """How far the field goes in the second after 2 s: a sum of degrees."""
    fps = round(hands.performer.session.song.fps)
    return float(values(hands, lane)[2 * fps : 3 * fps].sum())


def test_another_frame_rate_says_what_moves_faster(hands: Hands) -> None:
    """Lanes of steps per frame are named with the factor; other lanes, and other changes, are not."""
    hands.lane("angle")
    hands.lane("zoom", form="rate")
    hands.lane("strength_schedule")
    speed = {"lanes": ["Angle"], "factor": 2.0, "from_fps": 15.0}
    assert hands.do("song.change", fps=30) == {"speed": speed}
    assert hands.do("song.change", fps=30) == {}
    assert hands.do("song.change", length_s=20) == {}


def test_the_speed_can_be_kept(hands: Hands) -> None:
    """One command gives every lane of steps per frame the speed it had; Z gives it back."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=-2, out_high=4)
    zoom = hands.lane("zoom", out_low=0.9, out_high=1.2)
    rate = hands.lane("translation_x", form="rate")
    record(hands, 8)
    before, kept = moved_in_a_second(hands, lane), hands.state_of(rate)
    speed = hands.do("song.change", fps=30)["speed"]
    assert moved_in_a_second(hands, lane) == pytest.approx(2 * before)
    hands.do("song.keep_speed", from_fps=speed["from_fps"])
    assert moved_in_a_second(hands, lane) == pytest.approx(before, abs=1e-4)
    assert hands.state_of(zoom)["out_high"] ** 30 == pytest.approx(1.2**15)
    assert hands.state_of(rate)["out_high"] == kept["out_high"]
    assert hands.do("undo")["label"] == "keep the speed of 15 fps"
    assert moved_in_a_second(hands, lane) == pytest.approx(2 * before)


# --- undo ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "arguments", "label"),
    [
        ("song.change", {"fps": 30, "length_s": 9}, "Song: frame rate, length"),
        ("song.change", {"set_distribution": True}, "Song: Deforum's keyframe distribution"),
        ("song.change", {"set_fps": False}, "Song: Deforum's fps"),
        ("song.change", {"sender_time": True}, "Song: time of new takes"),
        ("lane.change", {"in_low": 0.1, "in_high": 0.9}, "Angle: input range"),
        ("lane.change", {"smoothing_s": 0.5}, "Angle: smoothing"),
    ],
)
def test_undo_and_redo_name_what_they_did(hands: Hands, command: str, arguments: dict[str, Any], label: str) -> None:
    """A step is called by the page's words, not by names of the program."""
    lane = hands.lane("angle")
    hands.do(command, **arguments, **({"id": lane} if command == "lane.change" else {}))
    for step in ("undo", "redo"):
        before = hands.performer.revision
        done = hands.do(step)
        assert done["label"] == label
        assert before < done["revision"] <= hands.performer.revision


def test_every_attribute_that_can_change_has_a_word() -> None:
    """No step of undo is called by the name of an attribute."""
    assert set(VALUES) <= set(LANE_WORDS)
    changed = {argument.name for argument in COMMANDS["song.change"].arguments}
    assert changed - {"start_s"} <= set(SONG_WORDS)
