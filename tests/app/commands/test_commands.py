"""Commands: learning, ranges, undo, songs, and the messages for bad input."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.commands.table import run
from deforum_perform.app.deforum.schedules import Schedules
from deforum_perform.app.session.takes import Takes
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import ConflictError, InputError, NotFoundError, PerformError
from tests.app.conftest import Hands, osc


def test_learn_binds_the_next_source_that_moves(hands: Hands) -> None:
    """A repeated value is not a move; the first changed one is bound and its range adapts."""
    hands.play("/still", (0.0, 0.5))
    hands.play("/knob", (0.1, 0.5))
    lane = hands.lane("zoom")
    hands.at(2.0)
    hands.do("lane.learn", id=lane)
    assert hands.state_of(lane)["learning"] is True
    hands.play("/still", (2.1, 0.5))
    hands.play("/knob", (2.2, 20.0), (2.3, 90.0))
    state = hands.state_of(lane)
    assert (state["source"], state["learning"]) == ("/knob", False)
    assert (state["in_low"], state["in_high"]) == (20.0, 90.0)


def test_learning_ends_with_its_lane(hands: Hands) -> None:
    """A lane that is undone, or that another page names when it cancels, learns nothing more; another lane
    continues."""
    first, second = hands.lane("zoom"), hands.lane("angle")
    hands.do("lane.learn", id=second)
    hands.do("lane.learn_cancel", id=first)
    assert hands.state_of(second)["learning"] is True
    hands.do("undo")
    hands.play("/knob", (1.0, 0.2), (1.1, 0.4))
    hands.do("redo")
    assert (hands.state_of(second)["source"], hands.state_of(second)["learning"]) == (None, False)
    hands.do("lane.learn", id=second)
    hands.do("lane.learn_cancel", id=second)
    assert hands.state_of(second)["learning"] is False


def test_learn_ignores_what_moves_by_itself(hands: Hands) -> None:
    """An LFO that was running when Learn was pressed is not bound, unless nothing else moves."""
    lane = hands.lane("zoom")
    hands.play("/lfo", (1.0, 0.1), (1.1, 0.2))
    hands.play("/knob", (1.1, 0.0))
    hands.at(1.2)
    hands.do("lane.learn", id=lane)
    hands.play("/lfo", (1.3, 0.3))
    assert hands.state_of(lane)["source"] is None
    hands.play("/lfo", (2.5, 0.4))
    assert hands.state_of(lane)["source"] == "/lfo"


def test_a_typed_range_stays(hands: Hands) -> None:
    """Once typed, the input range does not adapt until Fit is pressed."""
    hands.play("/k", (0.0, 0.0), (0.1, 10.0))
    lane = hands.lane("zoom", "/k", in_low=2, in_high=8)
    hands.play("/k", (0.2, 20.0))
    assert (hands.state_of(lane)["in_low"], hands.state_of(lane)["in_high"]) == (2.0, 8.0)
    hands.do("lane.fit_input_range", id=lane)
    assert (hands.state_of(lane)["in_low"], hands.state_of(lane)["in_high"]) == (0.0, 20.0)


def test_a_recorded_lane_keeps_its_range(hands: Hands) -> None:
    """After the first take a bump of the knob does not bend what is recorded."""
    lane = hands.lane("zoom", "/k")
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))
    hands.do("record.stop")
    hands.play("/k", (5.0, 0.9))
    assert (hands.state_of(lane)["in_low"], hands.state_of(lane)["in_high"]) == (0.2, 0.4)


def test_two_lanes_of_one_source_both_follow_it(hands: Hands) -> None:
    """One knob may play two fields; both input ranges grow with it."""
    lanes = [hands.lane("zoom", "/k"), hands.lane("angle", "/k")]
    hands.play("/k", (0.0, 20.0), (0.1, 90.0))
    assert [hands.state_of(lane)["in_high"] for lane in lanes] == [90.0, 90.0]


def test_hard_limits_cannot_be_left(hands: Hands) -> None:
    """An output range beyond the field's limits is moved inside them."""
    lane = hands.lane("strength_schedule", out_low=-3, out_high=7)
    assert (hands.state_of(lane)["out_low"], hands.state_of(lane)["out_high"]) == (0.0, 1.0)


def test_text_sources_cannot_drive_a_lane(hands: Hands) -> None:
    """A source that sends strings is listed and refused with the reason."""
    hands.send(0.0, osc("/name", "verse"))
    assert hands.performer.snapshot()["sources"][0]["text"] is True
    with pytest.raises(InputError, match="sends text"):
        hands.do("lane.add", field="zoom", source="/name")


def test_undo_gives_back_the_song_and_never_loses_a_take(hands: Hands) -> None:
    """Undo after a recording moves its take to the trash; redo restores it."""
    lane = hands.lane("zoom", "/k")
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))
    hands.do("record.stop")
    assert hands.performer.snapshot()["undo"]["undo"] == "take 1"
    hands.do("undo")
    assert hands.performer.snapshot()["takes"][0]["trashed"] is True
    assert hands.state_of(lane)["clips"] == []
    hands.do("redo")
    assert hands.performer.snapshot()["takes"][0]["trashed"] is False
    assert len(hands.state_of(lane)["clips"]) == 1


def test_a_dragged_slider_is_one_step_of_undo(hands: Hands) -> None:
    """Changes in a row of the same attribute of the same lane are taken back together."""
    lane = hands.lane("zoom")
    for tolerance in (0.01, 0.02, 0.03):
        hands.do("lane.change", id=lane, tolerance=tolerance)
    hands.do("undo")
    assert hands.state_of(lane)["tolerance"] == 0.005


def test_a_trashed_take_is_silent_until_restored(hands: Hands) -> None:
    """Delete moves to the trash; restore brings the clips back."""
    lane = hands.lane("zoom", "/k")
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))
    hands.do("record.stop")
    take = hands.performer.snapshot()["takes"][0]["id"]
    hands.do("take.trash", id=take)
    assert hands.state_of(lane)["clips"] == []
    hands.do("take.restore", id=take)
    assert len(hands.state_of(lane)["clips"]) == 1
    hands.do("lane.remove_take", id=lane, take=take)
    assert hands.state_of(lane)["clips"] == []
    hands.do("lane.play_take", id=lane, take=take)
    assert hands.state_of(lane)["clips"][0]["take"] == take


def test_songs_are_made_opened_renamed_duplicated_and_trashed(hands: Hands) -> None:
    """The songs' life cycle through commands, with the open song following."""
    first = hands.performer.snapshot()["song"]["id"]
    hands.lane("zoom")
    second = hands.do("song.new", name="Night/../Bus")["id"]
    assert hands.performer.snapshot()["song"]["name"] == "Night/../Bus"
    assert hands.performer.snapshot()["lanes"] == []
    hands.do("song.open", id=first)
    assert len(hands.performer.snapshot()["lanes"]) == 1
    third = hands.do("song.duplicate", id=first)["id"]
    assert len(hands.performer.snapshot()["lanes"]) == 1
    hands.do("song.trash", id=third)
    assert hands.performer.snapshot()["song"]["id"] != third
    hands.do("song.restore", id=third)
    assert {s["id"] for s in hands.performer.song_list()["songs"]} == {first, second, third}


def test_while_recording_the_song_cannot_be_changed(hands: Hands) -> None:
    """Opening, deleting and undo are refused with a remedy; the recording continues."""
    hands.at(1.0)
    hands.do("record.start")
    for name, arguments in (("song.new", {"name": "x"}), ("undo", {}), ("seek", {"time_s": 1})):
        with pytest.raises(ConflictError, match="Stop to"):
            hands.performer.command(name, arguments)
    assert hands.performer.snapshot()["transport"]["state"] == "recording"


BAD: list[tuple[str, dict[str, Any]]] = [
    ("no.such", {}),
    ("lane.add", {}),
    ("lane.add", {"field": "nonsense"}),
    ("lane.import_schedule", {"id": "LANE"}),
    ("lane.change", {"id": "LANE", "curve": "wobbly"}),
    ("lane.change", {"id": "LANE", "choices": ["a"]}),
    ("lane.change", {"id": "LANE", "under": "5:(1)"}),
    ("lane.change", {"id": "LANE", "form": "sideways"}),
    ("lane.change", {"id": "LANE", "in_low": 1, "in_high": 1}),
    ("lane.change", {"id": "LANE", "out_low": float("nan")}),
    ("lane.change", {"id": "LANE", "out_low": "1"}),
    ("lane.change", {"id": "LANE", "field": "angle"}),
    ("lane.change", {"id": "LANE", "colour": 3}),
    ("lane.preset", {"id": "LANE", "preset": "extreme"}),
    ("lane.remove", {"id": "lane-gone"}),
    ("lane.move", {"id": "LANE", "index": 99}),
    ("song.open", {"id": "../../etc/passwd"}),
    ("song.open", {"id": "gone"}),
    ("song.new", {"name": "   "}),
    ("song.change", {"fps": 0}),
    ("song.change", {"fps": 240, "length_s": 86400}),
    ("song.change", {"cadence": 1.5}),
    ("song.change", {"colour": "red"}),
    ("seek", {"time_s": -1}),
    ("take.trash", {"id": "gone"}),
    ("recording.recover", {"id": "gone"}),
    ("recording.discard", {"id": "../song"}),
    ("settings.import", {"name": "x", "settings": {"hello": 1}}),
    ("settings.import", {"name": "x", "settings": "{"}),
    ("undo", {}),
    ("check", {"lanes": "all"}),
    ("listener.change", {"host": "127.0.0.1", "port": 70000}),
]


@pytest.mark.parametrize(("name", "arguments"), BAD, ids=lambda v: v if isinstance(v, str) else json.dumps(v)[:40])
def test_bad_input_is_answered_with_what_to_do_and_changes_nothing(
    hands: Hands, name: str, arguments: dict[str, Any]
) -> None:
    """Every refused command raises one of the tree's errors with a sentence, and the song stays as it was."""
    if name != "undo":
        lane = hands.lane("zoom")
        arguments = {k: lane if v == "LANE" else v for k, v in arguments.items()}
    before = hands.performer.session.song
    with pytest.raises(PerformError) as caught:
        hands.performer.command(name, arguments)
    assert caught.value.status < 500
    assert len(str(caught.value)) > 10
    assert str(caught.value).endswith(".")
    assert hands.performer.session.song == before


def test_every_command_of_the_page_exists() -> None:
    """The page's list of commands has only those of the table."""
    page = Path("page/store/api.js").read_text("utf-8")
    listed = re.search(r"COMMANDS = Object\.freeze\(.*?\[(.*?)\]\)", page, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r'"([^"]+)"', listed[1])) <= set(COMMANDS)


def test_a_song_that_is_gone_says_so(hands: Hands) -> None:
    """A valid but unknown id is NotFoundError, not an internal error."""
    with pytest.raises(NotFoundError, match="Choose another"):
        hands.do("song.open", id="20260101-000000-00000000")


def test_the_curve_of_a_lane_that_is_gone_is_none(hands: Hands) -> None:
    """A page that has not yet received another song gets no error; for a missing recording it does."""
    lane = played(hands)
    assert hands.performer.curve_bytes(lane) is not None
    hands.performer.curves.schedules = Schedules(Takes(hands.performer.parts.store.load_takes))  # nothing is in memory
    for take in hands.performer.parts.store.folder(hands.performer.session.song.id).glob("recordings/*"):
        take.unlink()
    with pytest.raises(NotFoundError, match="recording"):
        hands.performer.curve_bytes(lane)
    hands.do("song.new", name="Another")
    assert hands.performer.curve_bytes(lane) is None


def played(hands: Hands, **lane_changes: Any) -> str:
    """A lane with one recording of ten seconds: 0.2 from 2 s on, 0.8 from 6 s on."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10, tolerance=0, **lane_changes)
    hands.at(100.0)
    hands.do("record.start")
    hands.play("/k", (102.0, 0.2), (106.0, 0.8))
    hands.at(110.0)
    hands.do("record.stop")
    return lane


def test_another_tempo_moves_everything_with_it(hands: Hands) -> None:
    """Twice as fast, the same curve takes half the time; the take itself never changes."""
    hands.do("song.change", fps=1, tempo_bpm=100)
    lane = played(hands)
    before = hands.performer.parts.takes.get(hands.performer.session.song.id, hands.performer.session.song.takes[0].id)
    hands.do("song.stretch", tempo_bpm=200)
    text = hands.performer.lane_text(lane)
    assert parse_schedule(text, hands.performer.session.song.frames).tolist() == [0, 2, 2, 8, 8]
    after = hands.performer.parts.takes.get(hands.performer.session.song.id, hands.performer.session.song.takes[0].id)
    assert after.signals["/k"].times_s.tolist() == before.signals["/k"].times_s.tolist() == [2.0, 6.0]
    hands.do("song.stretch", length_s=10)
    assert hands.performer.snapshot()["song"]["tempo_bpm"] == 100
    assert parse_schedule(hands.performer.lane_text(lane), 10).tolist() == [0, 0, 2, 2, 2, 2, 8, 8, 8, 8]


def test_a_new_lane_in_a_stretched_song_is_where_the_old_one_is(hands: Hands) -> None:
    """What is recorded is played in the song's present time, whenever the lane is made."""
    hands.do("song.change", fps=1, tempo_bpm=100)
    played(hands)
    hands.do("song.stretch", tempo_bpm=200)
    late = hands.lane("zoom", "/k")
    assert hands.state_of(late)["clips"][0]["start_s"] == 1.0


def test_hits_that_plain_sampling_would_lose_are_shown(hands: Hands) -> None:
    """Between two frames that are read, a hit is visible only because it is pooled."""
    lane = hands.lane("strength_schedule", "/pad", in_low=0, in_high=1, out_low=0.65, out_high=0.2)
    hands.do("song.change", fps=10, cadence=5, length_s=6)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/pad", (0.0, 0.0), (2.2, 1.0), (2.3, 0.0), (4.0, 1.0), (4.1, 0.0))
    hands.do("record.stop")
    state = hands.state_of(lane)
    assert state["saved_hits"] == [22]
    assert state["saved_hits_count"] == 1
    hands.do("lane.change", id=lane, pool="last")
    assert hands.state_of(lane)["saved_hits"] == []


def test_a_turning_knob_can_move_in_lines(hands: Hands) -> None:
    """With lines the value between two steps of a moving knob is on the line, and a resting knob still holds."""
    hands.do("song.change", fps=100, length_s=3)
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=127, tolerance=0, lines=True)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (1.0, 0.0), (1.04, 1 / 127), (1.08, 2 / 127), (2.5, 100 / 127))
    hands.do("record.stop")
    values = parse_schedule(hands.performer.lane_text(lane), hands.performer.session.song.frames)
    assert values[[106, 200]].tolist() == [1.5, 2.0]


@pytest.mark.parametrize("command", ["lane.add", "lane.fit_input_range"])
def test_a_take_that_ends_while_a_lane_is_made_stays(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """What changes in the song while a command reads takes from disk is not overwritten by what the command writes."""
    lane = hands.lane("zoom", "/a")
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/a", (1.0, 0.2), (2.0, 0.8))
    hands.do("record.stop")
    takes = hands.performer.parts.takes
    in_song = takes.in_song

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(takes, "in_song", in_song)
        run(hands.performer.parts, "record.start", {})
        hands.play("/a", (3.0, 0.1), (4.0, 0.9))
        run(hands.performer.parts, "record.stop", {})
        return in_song(*arguments)

    monkeypatch.setattr(takes, "in_song", meanwhile)
    hands.do(command, **({"field": "angle", "source": "/a"} if command == "lane.add" else {"id": lane}))
    state = hands.performer.snapshot()
    assert [take["number"] for take in state["takes"]] == [1, 2]
    assert [len({clip["take"] for clip in row["clips"]}) for row in state["lanes"]] == [2] * len(state["lanes"])
    assert state["lanes"][-1]["in_high"] == pytest.approx(0.9)
