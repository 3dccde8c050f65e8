"""Songs of older formats: each value is where today's format has it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError
from deforum_perform.core.saved.migrations import FORMAT, STEPS, migrated
from deforum_perform.core.saved.song_file import document_from_dict
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.info import SongInfo
from deforum_perform.core.song.retiming import with_map
from deforum_perform.core.song.workspace import LaneState, Workspace
from deforum_perform.core.time.tempo_map import constant_tempo
from deforum_perform.core.time.time_map import Segment, TimeMap

FIRST: dict[str, Any] = {
    "format": 1,
    "id": "s",
    "name": "Tide",
    "fps": 12.0,
    "length_s": 30.0,
    "start_s": 2.5,
    "tempo_bpm": 120.0,
    "cadence": 3,
    "set_fps": False,
    "base_settings": "a.txt",
    "created_at": "2026-01-31T12:00:00+00:00",
    "lanes": [
        {"id": "l1", "field": "zoom", "source": "/k", "armed": False, "muted": True, "out_high": 1.5},
        {"id": "l2", "field": "angle"},
    ],
    "takes": [{"id": "t1", "number": 1, "start_s": 0.0, "end_s": 2.0, "events": 3, "sources": ["/k"]}],
    "comp": {"l1": [{"take": "t1", "source": "/k", "start_s": 0.0, "end_s": 2.0}]},
    "sender_time": True,
    "backup_of": "other",
    "last_take_number": 4,
    "of_a_later_version": [1],
    "checksum": "0",
}


def test_a_song_of_the_first_format_is_split() -> None:
    """Name and dates go to the info, start, arm and mute to the workspace; all else stays in the song."""
    data = copy.deepcopy(FIRST)
    document = document_from_dict(data)
    assert data == FIRST
    assert document.info == SongInfo("Tide", "2026-01-31T12:00:00+00:00", "other", 4)
    assert document.workspace == Workspace(2.5, {"l1": LaneState(armed=False, muted=True)})
    song = document.song
    assert (song.id, song.fps, song.length_s, song.tempo_bpm, song.cadence) == ("s", 12.0, 30.0, 120.0, 3)
    assert (song.set_fps, song.base_settings, song.sender_time) == (False, "a.txt", True)
    assert [(lane.id, lane.field, lane.source, lane.output.out_high) for lane in song.lanes] == [
        ("l1", "zoom", "/k", 1.5),
        ("l2", "angle", None, 1.0),
    ]
    assert [lane.unknown for lane in song.lanes] == [{}, {}]
    assert [(take.id, take.number, take.end_s) for take in song.takes] == [("t1", 1, 2.0)]
    assert [(one.take, one.end_s) for one in song.clips_of("l1")] == [("t1", 2.0)]
    assert song.unknown == {"of_a_later_version": [1]}


def test_the_chain_ends_at_the_present_format() -> None:
    """Every older format has a step, and the steps lead to the present one."""
    assert sorted(STEPS) == list(range(1, FORMAT))
    assert migrated(copy.deepcopy(FIRST))["format"] == FORMAT


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ({"start_s": "0"}, "workspace, start_s"),
        ({"lanes": 3}, "song, lanes"),
        ({"lanes": ["zoom"]}, "song, lanes 1"),
        ({"lanes": [{"id": "l1", "field": "zoom", "armed": 1}]}, "lanes of l1, armed"),
        ({"lanes": [{"id": ["l1"], "field": "zoom"}]}, "song, lanes 1, id"),
        ({"name": None}, "info, name"),
    ],
)
def test_damage_in_an_older_song_is_refused_with_the_place(damage: dict[str, Any], place: str) -> None:
    """A step only moves values: what is wrong is named where today's format has it."""
    with pytest.raises(DamagedFileError, match=place):
        document_from_dict({**FIRST, **damage})


def test_entries_of_comp_become_clips_with_the_range_of_their_lane() -> None:
    """Each has its own source and the lane's input range, in the order in which they lay, without fades."""
    data = copy.deepcopy(FIRST)
    data["lanes"][0].update(in_low=2.0, in_high=64.0, in_auto=False)
    data["comp"]["l1"].append({"take": "t1", "source": "/other", "start_s": 0.5, "end_s": 1.5})
    first, second = document_from_dict(data).song.clips_of("l1")
    assert first == Clip("clip-1", "t1", Binding("/k", 2.0, 64.0, False), 0.0, 2.0)
    assert second == Clip("clip-2", "t1", Binding("/other", 2.0, 64.0, False), 0.5, 1.5)


@given(st.floats(0.01, 100).filter(lambda scale: scale != 1.0), st.floats(0, 1000), st.floats(0, 1000))
def test_a_stretched_song_keeps_every_bit(scale: float, start_s: float, length_s: float) -> None:
    """What was stretched is where it was, to the last digit; its map has the scale, and its time before is kept."""
    data = copy.deepcopy(FIRST)
    end_s = start_s + length_s
    data["takes"][0].update(start_s=start_s, end_s=end_s, scale=scale, time="sender")
    data["comp"]["l1"][0].update(start_s=start_s, end_s=end_s)
    song = document_from_dict(data).song
    take, (clip,) = song.take("t1"), song.clips_of("l1")
    assert (take.start_s, take.end_s, take.time) == (start_s, end_s, "sender")
    assert take.map == TimeMap((Segment(0.0, 0.0, scale),), by="sender")
    assert (clip.start_s, clip.end_s) == (start_s, end_s)
    assert take.recorded is not None
    assert take.recorded.end_s * scale == pytest.approx(end_s, rel=1e-15)
    again = with_map(with_map(song, "t1", TimeMap((Segment(0.0, 5.0),))), "t1", take.map)
    assert again.take("t1").end_s == pytest.approx(end_s, rel=1e-15)


def test_a_tempo_becomes_a_tempo_map() -> None:
    """One tempo for the whole song, or none."""
    assert document_from_dict(copy.deepcopy(FIRST)).song.tempo == constant_tempo(120.0)
    assert document_from_dict({**copy.deepcopy(FIRST), "tempo_bpm": None}).song.tempo is None
