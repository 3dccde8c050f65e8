"""The commands for clips, edits and moved takes: what they do to what is written, and what they refuse."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from deforum_perform.app.deforum.export_choice import ExportChoice
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.errors import InputError, NotFoundError
from tests.app.conftest import Hands

FPS = 10


def record(hands: Hands, lane_source: str, start_s: float, *values: float) -> None:
    """A recording at ``start_s`` of song time: the first value at once, then one a second, four seconds in all."""
    begins_s = hands.clock[0] / 1e9 + 10
    hands.at(begins_s)
    hands.do("record.start", start_s=start_s)
    hands.play(lane_source, *((begins_s + place + 0.001, value) for place, value in enumerate(values)))
    hands.at(begins_s + 4)
    hands.do("record.stop")


@pytest.fixture
def lane(hands: Hands) -> str:
    """A lane with a take over it all, and a punch in the middle."""
    hands.do("song.change", fps=FPS)
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, out_low=0, out_high=10, tolerance=0.0)
    record(hands, "/k", 0.0, 0.2)
    record(hands, "/k", 1.0, 0.8)
    hands.do("song.change", length_s=8.0)
    return lane


def written(hands: Hands, lane: str) -> np.ndarray:
    """What the exported schedule says at each frame."""
    text = hands.performer.export("text", ExportChoice((lane,))).data.decode().partition("\n")[2]
    return parse_schedule(text.strip(), hands.performer.session.song.frames)


def comp(hands: Hands, lane: str) -> dict[str, Any]:
    """The lane's clips and edits, which are JSON."""
    found = hands.do("lane.comp", id=lane)
    return json.loads(json.dumps(found))


def clip_ids(hands: Hands, lane: str) -> list[str]:
    return [clip["id"] for clip in comp(hands, lane)["clips"]]


def test_a_faded_punch_is_written(hands: Hands, lane: str) -> None:
    """A fade is in the exported schedule; outside it every frame is as before; undo takes it back."""
    before = written(hands, lane)
    assert before[[5, 20, 60]] == pytest.approx([2, 8, 8])
    hands.do("clip.change", lane=lane, id=clip_ids(hands, lane)[1], fade_in_s=1.0)
    after = written(hands, lane)
    assert after[[5, 10, 15, 21, 40]] == pytest.approx([2, 2, 5, 8, 8], abs=0.1)
    hands.do("undo")
    assert (written(hands, lane) == before).all()


def test_a_clip_is_trimmed_moved_muted_and_removed(hands: Hands, lane: str) -> None:
    """Each is one step of undo; a muted clip is still listed; a removed one leaves its take."""
    punch = clip_ids(hands, lane)[1]
    hands.do("clip.change", lane=lane, id=punch, end_s=3.0)
    assert written(hands, lane)[[20, 35]] == pytest.approx([8, 2])
    hands.do("clip.change", lane=lane, id=punch, offset_s=1.0)
    moved = comp(hands, lane)["clips"][1]
    assert (moved["start_s"], moved["end_s"]) == pytest.approx((2.001, 4.0))
    assert written(hands, lane)[[15, 25]] == pytest.approx([2, 8])
    hands.do("clip.change", lane=lane, id=punch, offset_s=0.0)
    assert comp(hands, lane)["clips"][1]["start_s"] == pytest.approx(1.001)
    hands.do("clip.change", lane=lane, id=punch, muted=True)
    assert written(hands, lane).tolist()[10:] == pytest.approx([2.0] * 70)
    assert comp(hands, lane)["clips"][1]["muted"] is True
    hands.do("clip.remove", lane=lane, id=punch)
    assert len(clip_ids(hands, lane)) == 1
    assert len(hands.performer.snapshot()["takes"]) == 2
    for _ in range(2):
        hands.do("undo")
    assert comp(hands, lane)["clips"][1]["muted"] is False


def test_a_split_changes_nothing_until_a_part_is_changed(hands: Hands, lane: str) -> None:
    """The two parts play what the clip played, and each can be changed by itself."""
    before, punch = written(hands, lane), clip_ids(hands, lane)[1]
    new = hands.do("clip.split", lane=lane, id=punch, at_s=3.0)["id"]
    assert (written(hands, lane) == before).all()
    hands.do("clip.change", lane=lane, id=new, muted=True)
    assert written(hands, lane)[[20, 35]] == pytest.approx([8, 2])
    with pytest.raises(InputError, match="inside it"):
        hands.do("clip.split", lane=lane, id=punch, at_s=7.0)


def test_an_edit_is_written_and_can_be_switched_off(hands: Hands, lane: str) -> None:
    """A level over a range is in the export, and nothing outside the range; off, all is as before; removed too."""
    before = written(hands, lane)
    edit = hands.do("edit.add", lane=lane, start_s=2.0, end_s=3.0, change={"kind": "flatten", "value": 5})["id"]
    after = written(hands, lane)
    assert after[20:30] == pytest.approx([5.0] * 10)
    assert (np.delete(after, slice(20, 30)) == np.delete(before, slice(20, 30))).all()
    hands.do("edit.change", lane=lane, id=edit, on=False)
    assert (written(hands, lane) == before).all()
    hands.do("edit.change", lane=lane, id=edit, on=True, change={"kind": "shift", "by": -1.0}, end_s=4.0)
    assert written(hands, lane)[[19, 20, 39, 40]] == pytest.approx([8, 7, 7, 8])
    hands.do("edit.remove", lane=lane, id=edit)
    assert comp(hands, lane)["edits"] == []
    assert (written(hands, lane) == before).all()


def test_a_drawn_lane_is_written_without_a_take(hands: Hands) -> None:
    """A lane on which nothing is recorded is exported and applied with what is drawn on it."""
    hands.do("song.change", fps=FPS, length_s=4.0)
    lane = hands.lane("angle")
    with pytest.raises(InputError, match="lane"):
        hands.performer.export("text", ExportChoice((lane,)))
    points = [{"time_s": 1.0, "value": 0.0}, {"time_s": 2.0, "value": 10.0}]
    hands.do("edit.add", lane=lane, start_s=1.0, end_s=2.0, change={"kind": "draw", "points": points})
    assert written(hands, lane)[[5, 10, 15, 25]] == pytest.approx([0, 0, 5, 0], abs=0.05)
    assert hands.state_of(lane)["curve_id"] is not None
    problems = [problem["code"] for problem in hands.do("check", lanes=[lane])["lanes"][0]["problems"]]
    assert "nothing_recorded" not in problems


def test_a_take_is_moved_and_moved_back(hands: Hands, lane: str) -> None:
    """Moved, a take and its clips are elsewhere; moved back to where it was recorded, the song is the one of before."""
    song, before = hands.performer.session.song, written(hands, lane)
    take = hands.performer.snapshot()["takes"][1]["id"]
    hands.do("take.move", id=take, start_s=3.0)
    assert hands.performer.snapshot()["takes"][1]["start_s"] == 3.0
    assert written(hands, lane)[[20, 35]] == pytest.approx([2, 8])
    hands.do("take.move", id=take, start_s=1.0)
    assert hands.performer.session.song == song
    assert (written(hands, lane) == before).all()


def test_a_take_that_is_tied_to_beats_follows_the_tempo(hands: Hands, lane: str) -> None:
    """At half the tempo the take begins twice as late; untied, it stays there when the tempo changes."""
    take = hands.performer.snapshot()["takes"][1]["id"]
    with pytest.raises(InputError, match="no tempo"):
        hands.do("take.set_unit", id=take, unit="beats")
    hands.do("song.change", tempo_bpm=120)
    hands.do("take.set_unit", id=take, unit="beats")
    hands.do("song.change", tempo_bpm=60)
    assert hands.performer.snapshot()["takes"][1]["start_s"] == pytest.approx(2.0)
    hands.do("take.set_unit", id=take, unit="seconds")
    hands.do("song.change", tempo_bpm=30)
    assert hands.performer.snapshot()["takes"][1]["start_s"] == pytest.approx(2.0)


def test_clips_and_edits_survive_a_restart(hands: Hands, lane: str) -> None:
    """They are saved with the song, and read back equal."""
    hands.do("clip.change", lane=lane, id=clip_ids(hands, lane)[1], fade_in_s=0.5, muted=True)
    for change in ({"kind": "smooth", "time_constant_s": 0.5}, {"kind": "hold", "every": 1.0, "unit": "beats"}):
        hands.do("edit.add", lane=lane, start_s=1.0, end_s=2.0, change=change, fade_s=0.25)
    song = hands.performer.session.song
    assert hands.performer.parts.saver.drain(30.0)
    assert hands.performer.parts.store.load(song.id).song == song


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "Unknown kind of edit 'None'"),
        ({"kind": "guess"}, "Unknown kind of edit 'guess'"),
        ({"kind": "shift"}, "'by' is missing"),
        ({"kind": "shift", "by": "1"}, "at shift, by: '1' is not a number"),
        ({"kind": "shift", "by": 1, "colour": "red"}, "has no value 'colour'"),
        ({"kind": "draw", "points": []}, "from 1 to"),
        ({"kind": "draw", "points": [{"time_s": 1}]}, "'value' is missing"),
        ({"kind": "quantise", "step": 0}, "above 0"),
        ({"kind": "hold", "every": 1, "unit": "bars"}, "holds for at least"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(hands: Hands, lane: str, change: dict[str, Any], message: str) -> None:
    """With the reason, and nothing is changed."""
    song = hands.performer.session.song
    with pytest.raises(InputError, match=message):
        hands.do("edit.add", lane=lane, start_s=1.0, end_s=2.0, change=change)
    assert hands.performer.session.song is song


def test_what_a_lane_cannot_play_is_refused(hands: Hands, lane: str) -> None:
    """A lane that chooses takes no numbers between its choices; ranges end after they begin; ids have to be there."""
    chooses = hands.lane("sampler_schedule", "/k", choices=["Euler a", "DDIM"])
    with pytest.raises(InputError, match="draw, flatten, hold"):
        hands.do("edit.add", lane=chooses, start_s=1.0, end_s=2.0, change={"kind": "scale", "factor": 2})
    hands.do("edit.add", lane=chooses, start_s=1.0, end_s=2.0, change={"kind": "flatten", "value": 1})
    with pytest.raises(InputError, match="after its start"):
        hands.do("edit.add", lane=lane, start_s=2.0, end_s=2.0, change={"kind": "flatten"})
    with pytest.raises(InputError, match="has to end"):
        hands.do("clip.change", lane=lane, id=clip_ids(hands, lane)[0], end_s=0.0)
    with pytest.raises(NotFoundError, match="clip no longer exists"):
        hands.do("clip.change", lane=lane, id="clip-99", muted=True)
    with pytest.raises(NotFoundError, match="edit no longer exists"):
        hands.do("edit.remove", lane=lane, id="edit-99")
    with pytest.raises(NotFoundError):
        hands.do("clip.remove", lane="lane-gone", id="clip-1")
