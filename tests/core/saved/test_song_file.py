"""A song as JSON: equal after the way there and back, and a damaged one is refused with the place."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.mapping import mapped
from deforum_perform.core.errors import DamagedFileError, PerformError
from deforum_perform.core.saved.migrations import FORMAT
from deforum_perform.core.saved.song_file import (
    WORKSPACE_FORMAT,
    document_from_dict,
    song_to_dict,
    workspace_from_dict,
    workspace_to_dict,
)
from deforum_perform.core.song.binding import Binding
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.document import MINOR, Document, new_document
from deforum_perform.core.song.info import SongInfo
from deforum_perform.core.song.lane import new_lane, with_values
from deforum_perform.core.song.song import Song, with_clip, with_lane, with_take
from deforum_perform.core.song.take_info import info
from deforum_perform.core.song.workspace import LaneState, Workspace
from deforum_perform.core.time.tempo_map import constant_tempo
from deforum_perform.core.units import MAX_FRAMES
from tests.fuzz.examples import a_take
from tests.store.examples import documents


def _document() -> Document:
    song = with_lane(Song("s", tempo=constant_tempo(120.0)), new_lane("l1", "zoom", "/nts1/cutoff"))
    song = with_clip(with_take(song, info(a_take())), "l1", Clip("", "take-1", Binding("/nts1/cutoff"), 0.0, 2.0))
    return Document(SongInfo("Tide"), song)


def _data() -> dict:
    return json.loads(json.dumps(song_to_dict(_document())))


@given(documents)
def test_any_song_is_equal_after_json(document: Document) -> None:
    """Whatever the song and its workspace, writing them as JSON and reading gives equal ones, with the formats' numbers
    inside."""
    song = json.loads(json.dumps(song_to_dict(document), allow_nan=False))
    workspace = json.loads(json.dumps(workspace_to_dict(document.workspace), allow_nan=False))
    assert (song["format"], song["minor"], workspace["format"]) == (FORMAT, MINOR, WORKSPACE_FORMAT)
    assert replace(document_from_dict(song), workspace=workspace_from_dict(workspace)) == document


def test_names_of_later_versions_are_kept() -> None:
    """A value that this version does not know is not an error, wherever it is, and is written back."""
    data, later = _data(), {"r": 1}
    data["minor"] = MINOR + 1
    song = data["song"]
    for place in (data, data["info"], song, song["lanes"][0], song["takes"][0], song["clips"]["l1"][0]):
        place["colour_of_next_year"] = later
    document = document_from_dict(data)
    assert document.song.lanes[0].field == "zoom"
    assert json.loads(json.dumps(song_to_dict(document))) == data


def test_names_of_later_versions_survive_changes() -> None:
    """A lane that is changed keeps what this version does not know of it."""
    data = _data()
    data["song"]["lanes"][0]["colour"] = "red"
    data["song"]["lanes"][0]["shaping"]["shade"] = "dark"
    document = document_from_dict(data)
    lane = with_values(document.song.lanes[0], smoothing_s=1.0)
    changed = song_to_dict(replace(document, song=with_lane(document.song, lane)))["song"]["lanes"][0]
    assert (changed["colour"], changed["shaping"]["shade"], changed["shaping"]["smoothing_s"]) == ("red", "dark", 1.0)


def test_names_of_a_later_workspace_are_kept() -> None:
    """The workspace keeps what this version does not know, of its lanes too."""
    data = {"format": WORKSPACE_FORMAT, "start_s": 1.0, "zoomed": True, "lanes": {"l1": {"armed": False, "solo": True}}}
    workspace = workspace_from_dict({**data, "checksum": "0"})
    assert workspace.lane("l1").armed is False
    assert workspace_to_dict(workspace) == {
        **data, "lanes": {"l1": {"armed": False, "muted": False, "solo": True}}, "loop": None, "punch": None,
    }  # fmt: skip


def test_what_an_older_version_did_not_write_has_its_default() -> None:
    """A song file with nothing but id and name is a song, in every format."""
    assert document_from_dict({"format": 1, "id": "s", "name": "x"}) == new_document("s", "x")
    assert document_from_dict({"format": 2, "info": {"name": "x"}, "song": {"id": "s"}}) == new_document("s", "x")
    assert workspace_from_dict({"format": 1}) == Workspace()


def test_a_newer_format_is_refused_with_what_to_do() -> None:
    """A file of a later format is refused with the word to update."""
    with pytest.raises(DamagedFileError, match="Update"):
        document_from_dict({**_data(), "format": FORMAT + 1})
    with pytest.raises(DamagedFileError, match="Update"):
        workspace_from_dict({"format": WORKSPACE_FORMAT + 1})


EDIT = {"id": "edit-1", "start_s": 0.0, "end_s": 1.0, "change": {"kind": "shift", "by": 1.0}}
DAMAGE = {
    "song, fps": lambda d: d.update(fps="15"),
    "fps: 0": lambda d: d.update(fps=0),
    "fps: 1000": lambda d: d.update(fps=1000),
    "song, fps: 'True'": lambda d: d.update(fps=True),
    "song, set_fps": lambda d: d.update(set_fps=1),
    "length_s": lambda d: d.update(length_s=-1),
    "song, length_s": lambda d: d.update(length_s=10**400),
    "more than": lambda d: d.update(length_s=1e300),
    "cadence": lambda d: d.update(cadence=0),
    "song, cadence": lambda d: d.update(cadence=1.5),
    "song: 'id' is missing": lambda d: d.pop("id"),
    "lanes: it is not a list": lambda d: d.update(lanes={}),
    "lanes 1: it is not an object": lambda d: d.update(lanes=["zoom"]),
    "lanes 1: Deforum has no schedule": lambda d: d["lanes"][0].update(field="warp"),
    "lanes 1: Unknown curve 'cubic'": lambda d: d["lanes"][0]["shaping"].update(curve="cubic"),
    "lanes 1, binding: The input range": lambda d: d["lanes"][0]["binding"].update(in_low=1.0),
    "lanes 1, binding, in_low": lambda d: d["lanes"][0]["binding"].update(in_low=None),
    "lanes 1, shaping, tolerance": lambda d: d["lanes"][0]["shaping"].update(tolerance="fine"),
    "lanes 1, binding, source": lambda d: d["lanes"][0]["binding"].update(source=["/a"]),
    "two lanes": lambda d: d["lanes"].append(copy.deepcopy(d["lanes"][0])),
    "two takes": lambda d: d["takes"].append(copy.deepcopy(d["takes"][0])),
    "takes 1, sources": lambda d: d["takes"][0].update(sources=[1]),
    "takes 1, number": lambda d: d["takes"][0].update(number="1"),
    "takes 1, map: A time map is in": lambda d: d["takes"][0]["map"].update(by="later"),
    "takes 1, map: The rate": lambda d: d["takes"][0]["map"]["segments"][0].update(rate=0),
    "tempo: A tempo has to be above 0": lambda d: d["tempo"]["changes"][0].update(bpm=0),
    "edits of l1 1, change: 'guess' is not one of": lambda d: d.update(
        edits={"l1": [{**EDIT, "change": {"kind": "guess"}}]}
    ),
    "edits of l1 1: An edit has to end": lambda d: d.update(edits={"l1": [{**EDIT, "end_s": 0}]}),
    "takes: it is not a list": lambda d: d.update(takes=None),
    "clips: it is not a table": lambda d: d.update(clips=[]),
    "clips of l1: it is not a list": lambda d: d["clips"].update(l1=1),
    "clips of l1 1, take": lambda d: d["clips"]["l1"][0].update(take=1),
    "clips of l1 1, start_s": lambda d: d["clips"]["l1"][0].update(start_s=float("inf")),
}


@pytest.mark.parametrize("place", DAMAGE)
def test_a_damaged_song_is_refused_with_the_place(place: str) -> None:
    """Each kind of damage is DamagedFileError and names where it is."""
    data = _data()
    DAMAGE[place](data["song"])
    with pytest.raises(DamagedFileError) as caught:
        document_from_dict(data)
    assert place in str(caught.value)


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ({"info": {"name": None}}, "info, name"),
        ({"info": None}, "info: it is not an object"),
        ({"song": []}, "song: it is not an object"),
        ({"minor": "1"}, "minor"),
    ],
)
def test_damage_beside_the_song_is_refused_with_the_place(damage: dict, place: str) -> None:
    """What is known of the song is checked as the song is."""
    with pytest.raises(DamagedFileError, match=place):
        document_from_dict({**_data(), **damage})


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ({"start_s": "0"}, "workspace, start_s"),
        ({"lanes": []}, "workspace, lanes: it is not a table"),
        ({"lanes": {"l1": {"armed": 1}}}, "lanes of l1, armed"),
        ({"format": None}, "not a workspace file"),
    ],
)
def test_a_damaged_workspace_is_refused_with_the_place(damage: dict, place: str) -> None:
    """Each kind of damage to a workspace is DamagedFileError and names where it is."""
    with pytest.raises(DamagedFileError, match=place):
        workspace_from_dict({**workspace_to_dict(Workspace(lanes={"l1": LaneState()})), **damage})


def test_a_recording_beyond_the_last_frame_is_opened() -> None:
    """A recording that continued after the last frame that can be written has not damaged its song."""
    data = _data()
    data["song"].update(fps=240.0, length_s=None)
    data["song"]["takes"][0]["end_s"] = 80_000.0
    song = document_from_dict(data).song
    assert (song.seconds, song.frames) == (80_000.0, MAX_FRAMES)


@pytest.mark.parametrize(
    "data", [None, [], "x", 3, {}, {"format": "1"}, {"format": None}, {"format": 0}, {"format": 1}, {"format": 2}]
)
def test_what_is_no_song_is_refused(data: object) -> None:
    """Other JSON than a song's is DamagedFileError."""
    with pytest.raises(DamagedFileError):
        document_from_dict(data)


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data(), _junk)
def test_any_value_anywhere_is_a_song_or_refused(data: st.DataObject, junk: object) -> None:
    """With any value of a song replaced by anything, reading ends in a usable song or in DamagedFileError."""
    changed = _data()
    song = changed["song"]
    places = [changed, changed["info"], song, song["lanes"][0], song["takes"][0], song["clips"]["l1"][0]]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from(sorted(place)))] = junk
    try:
        song = document_from_dict(changed).song
    except DamagedFileError:
        return
    assert song.frames >= 1
    for lane in song.lanes:
        assert song.clips_of(lane.id) is not None
        assert mapped([0.0, 0.5, 1.0], lane).size == 3


def test_damaged_songs_raise_perform_errors() -> None:
    """The web package can answer every refusal: it is part of the error tree."""
    assert issubclass(DamagedFileError, PerformError)
