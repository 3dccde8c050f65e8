"""A lane that learns another source, with something recorded on it: that plays on as it was recorded."""

from __future__ import annotations

import numpy as np
import pytest

from deforum_perform.core.deforum.schedule import parse_schedule
from tests.app.conftest import Hands


def schedule(hands: Hands, lane: str) -> np.ndarray:
    """What Deforum reads of the lane."""
    performer = hands.performer
    song = performer.session.song
    known = performer.curves.schedules.of(song, song.lane(lane), 1, final=True)
    return parse_schedule(known.schedule.text, song.frames)


def recorded_from_midi(hands: Hands) -> str:
    """A lane that was recorded from a MIDI knob, 0 to 127, in six seconds."""
    hands.do("song.change", fps=10)
    hands.play("/midi", (1.0, 0), (1.5, 127), (2.0, 0))
    lane = hands.lane("angle", "/midi", out_low=-10, out_high=10, tolerance=0.0)
    hands.at(10.0)
    hands.do("record.start")
    hands.play("/midi", *((11.0 + step / 4, (16 - step) * 127 / 16) for step in range(17)))
    hands.at(16.0)
    hands.do("record.stop")
    return lane


def learned(hands: Hands, lane: str, source: str, *moves: tuple[float, float]) -> None:
    hands.at(moves[0][0] - 0.5)
    hands.do("lane.learn", id=lane)
    hands.play(source, *moves)
    assert hands.state_of(lane)["source"] == source


def test_what_was_recorded_plays_on_when_another_source_is_learned(hands: Hands) -> None:
    """A lane recorded from /midi 0..127 that learns /fader 0..1 plays the old take as before, and no warning names the
    wrong source."""
    lane = recorded_from_midi(hands)
    before = schedule(hands, lane)
    assert (before.min(), before.max()) == (-10.0, 10.0)
    learned(hands, lane, "/fader", (20.0, 0.25), (20.5, 0.5), (21.0, 0.75))
    assert (schedule(hands, lane) == before).all()
    state = hands.state_of(lane)
    assert (state["in_low"], state["in_high"]) == (0.25, 0.75)
    assert [problem["code"] for problem in state["problems"]] == []
    assert [(clip["take"] != "", clip["source"]) for clip in state["clips"]] == [(True, "/midi")]


def test_the_new_source_has_its_own_range_beside_the_old_take(hands: Hands) -> None:
    """Recorded from both, each take plays by the range of its own source."""
    lane = recorded_from_midi(hands)
    before = schedule(hands, lane)
    learned(hands, lane, "/fader", (20.0, 0.0), (20.5, 0.5))
    hands.at(30.0)
    hands.do("record.start", start_s=4.0)
    hands.play("/fader", (30.5, 0.25), (31.0, 0.75))
    hands.at(32.0)
    hands.do("record.stop")
    after = schedule(hands, lane)
    assert (after[:45] == before[:45]).all()
    assert after[45:50] == pytest.approx(-10 + 20 / 3, abs=1e-3)
    assert after[50:] == pytest.approx(10.0)
    assert hands.state_of(lane)["problems"] == []


def test_the_warning_names_the_source_that_left_its_range(hands: Hands) -> None:
    """A typed range that is too narrow for the recording is reported with its source, and Fit includes all values."""
    lane = recorded_from_midi(hands)
    hands.do("lane.change", id=lane, in_low=0, in_high=64)
    (problem,) = hands.state_of(lane)["problems"]
    assert problem["code"] == "clipped"
    assert problem["message"].startswith("/midi sent values from 0 to 127")
    learned(hands, lane, "/fader", (20.0, 0.25), (20.5, 0.5))
    (problem,) = hands.state_of(lane)["problems"]
    assert problem["message"].startswith("/midi sent values from 0 to 127")
    hands.do("lane.fit_input_range", id=lane)
    assert hands.state_of(lane)["problems"] == []
    assert schedule(hands, lane).max() == 10.0


def test_a_range_that_is_typed_counts_for_what_is_recorded(hands: Hands) -> None:
    """As long as the lane has the source that was recorded, its input range can be changed afterwards."""
    lane = recorded_from_midi(hands)
    hands.do("lane.change", id=lane, in_low=0, in_high=254)
    assert schedule(hands, lane).max() == pytest.approx(0.0)
    hands.do("undo")
    assert schedule(hands, lane).max() == 10.0


def test_the_old_source_learned_again_has_its_recorded_range(hands: Hands) -> None:
    """A lane that goes back to the source it was recorded from has the range of before, and plays as before."""
    lane = recorded_from_midi(hands)
    before = schedule(hands, lane)
    learned(hands, lane, "/fader", (20.0, 0.25), (20.5, 0.5))
    learned(hands, lane, "/midi", (40.0, 64.0), (40.5, 65.0))
    state = hands.state_of(lane)
    assert (state["in_low"], state["in_high"]) == (0.0, 127.0)
    assert (schedule(hands, lane) == before).all()


def test_a_take_of_another_source_plays_in_its_own_range(hands: Hands) -> None:
    """Put onto a lane of another source, a take plays over the whole range that it contains."""
    first = recorded_from_midi(hands)
    take = hands.performer.snapshot()["takes"][0]["id"]
    other = hands.lane("translation_x", "/fader", in_low=0, in_high=1, out_low=0, out_high=1, tolerance=0.0)
    hands.do("lane.play_take", id=other, take=take, source="/midi")
    found = schedule(hands, other)
    assert (found[10:].min(), found.max()) == (0.0, 1.0)
    assert hands.state_of(first)["source"] == "/midi"
