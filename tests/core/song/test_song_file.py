"""A song as JSON: equal after the way there and back, and a damaged one is refused with the place."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.curve.mapping import mapped
from deforum_perform.core.errors import DamagedFileError, PerformError
from deforum_perform.core.song.comp import Cover
from deforum_perform.core.song.lane import new_lane
from deforum_perform.core.song.song import Song, info, with_cover, with_lane, with_take
from deforum_perform.core.song.song_file import FORMAT, song_from_dict, song_to_dict
from deforum_perform.core.units import MAX_FRAMES
from tests.fuzz.examples import a_take
from tests.store.examples import songs


def _song() -> Song:
    song = with_lane(Song("s", "Tide", tempo_bpm=120.0), new_lane("l1", "zoom", "/nts1/cutoff"))
    return with_cover(with_take(song, info(a_take())), "l1", Cover("take-1", "/nts1/cutoff", 0.0, 2.0))


def _data() -> dict:
    return json.loads(json.dumps(song_to_dict(_song())))


@given(songs())
def test_any_song_is_equal_after_json(song: Song) -> None:
    """Whatever the song, writing it as JSON and reading it gives an equal song, with the format's number inside."""
    data = json.loads(json.dumps(song_to_dict(song), allow_nan=False))
    assert data["format"] == FORMAT
    assert song_from_dict(data) == song


def test_names_of_later_versions_are_left_out() -> None:
    """A value that this version does not know is not an error, wherever it stands."""
    data = _data()
    for place in (data, data["lanes"][0], data["takes"][0], data["comp"]["l1"][0]):
        place["colour_of_next_year"] = {"r": 1}
    assert song_from_dict(data) == _song()


def test_what_an_older_version_did_not_write_has_its_default() -> None:
    """A song file with nothing but id and name is a song."""
    assert song_from_dict({"format": 1, "id": "s", "name": "x"}) == Song("s", "x")


def test_a_newer_format_is_refused_with_what_to_do() -> None:
    """A song of a later format is refused with the word to update."""
    with pytest.raises(DamagedFileError, match="Update"):
        song_from_dict({**_data(), "format": FORMAT + 1})


DAMAGE = {
    "song, fps": lambda d: d.update(fps="15"),
    "fps: 0": lambda d: d.update(fps=0),
    "fps: 1000": lambda d: d.update(fps=1000),
    "song, fps: 'True'": lambda d: d.update(fps=True),
    "song, name": lambda d: d.update(name=None),
    "song, set_fps": lambda d: d.update(set_fps=1),
    "length_s": lambda d: d.update(length_s=-1),
    "song, length_s": lambda d: d.update(length_s=10**400),
    "more than": lambda d: d.update(length_s=1e300),
    "cadence": lambda d: d.update(cadence=0),
    "song, cadence": lambda d: d.update(cadence=1.5),
    "a value is missing": lambda d: d.pop("name"),
    "lanes: it is not a list": lambda d: d.update(lanes={}),
    "lane 1: it is not an object": lambda d: d.update(lanes=["zoom"]),
    "lane 1: Deforum has no schedule": lambda d: d["lanes"][0].update(field="warp"),
    "lane 1: Unknown curve 'cubic'": lambda d: d["lanes"][0].update(curve="cubic"),
    "lane 1: The input range": lambda d: d["lanes"][0].update(in_low=1.0),
    "lane 1, in_low": lambda d: d["lanes"][0].update(in_low=None),
    "lane 1, tolerance": lambda d: d["lanes"][0].update(tolerance="fine"),
    "lane 1, source": lambda d: d["lanes"][0].update(source=["/a"]),
    "two lanes": lambda d: d["lanes"].append(copy.deepcopy(d["lanes"][0])),
    "two takes": lambda d: d["takes"].append(copy.deepcopy(d["takes"][0])),
    "take 1, sources": lambda d: d["takes"][0].update(sources=[1]),
    "take 1, number": lambda d: d["takes"][0].update(number="1"),
    "takes: it is not a list": lambda d: d.update(takes=None),
    "comp: it is not a table": lambda d: d.update(comp=[]),
    "comp of lane l1: it is not a list": lambda d: d["comp"].update(l1=1),
    "comp of lane l1, take": lambda d: d["comp"]["l1"][0].update(take=1),
    "comp of lane l1, start_s": lambda d: d["comp"]["l1"][0].update(start_s=float("inf")),
}


@pytest.mark.parametrize("place", DAMAGE)
def test_a_damaged_song_is_refused_with_the_place(place: str) -> None:
    """Each kind of damage is DamagedFileError and names where it is."""
    data = _data()
    DAMAGE[place](data)
    with pytest.raises(DamagedFileError) as caught:
        song_from_dict(data)
    assert place in str(caught.value)


def test_a_pass_beyond_the_last_frame_is_opened() -> None:
    """A pass that ran on after the last frame that can be written has not damaged its song."""
    data = _data()
    data["fps"], data["length_s"] = 240.0, None
    data["takes"][0]["end_s"] = 80_000.0
    song = song_from_dict(data)
    assert (song.seconds, song.frames) == (80_000.0, MAX_FRAMES)


@pytest.mark.parametrize("data", [None, [], "x", 3, {}, {"format": "1"}, {"format": None}, {"format": 1}])
def test_what_is_no_song_is_refused(data: object) -> None:
    """Other JSON than a song's is DamagedFileError."""
    with pytest.raises(DamagedFileError):
        song_from_dict(data)


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data(), _junk)
def test_any_value_anywhere_is_a_song_or_refused(data: st.DataObject, junk: object) -> None:
    """With any value of a song replaced by anything, reading ends in a usable song or in DamagedFileError."""
    changed = _data()
    place = data.draw(st.sampled_from([changed, changed["lanes"][0], changed["takes"][0], changed["comp"]["l1"][0]]))
    place[data.draw(st.sampled_from(sorted(place)))] = junk
    try:
        song = song_from_dict(changed)
    except DamagedFileError:
        return
    assert song.frames >= 1
    for lane in song.lanes:
        assert song.covers(lane.id) is not None
        assert mapped([0.0, 0.5, 1.0], lane).size == 3


def test_faults_are_perform_errors() -> None:
    """The web room can answer every refusal: it is of the one tree."""
    assert issubclass(DamagedFileError, PerformError)
