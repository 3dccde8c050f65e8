"""The content of a song's file: made of cached parts, and equal to one that is made at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError
from deforum_perform.core.song.document import Document
from deforum_perform.core.song.lane import new_lane, with_values
from deforum_perform.core.song.song import with_lane, without_lane
from deforum_perform.store.checksum import CHECKSUM
from deforum_perform.store.songs import song_text
from deforum_perform.store.songs.folder import song_of
from deforum_perform.store.songs.song_text import SongText
from tests.fuzz.examples import a_document

FIELDS = ("zoom", "angle", "translation_x")


def edited(document: Document, step: tuple[int, float]) -> Document:
    """The document after a change: a lane that is added, changed or removed, or another name."""
    number, value = step
    song, lane_id = document.song, f"lane-{number}"
    if value < 0 and any(lane.id == lane_id for lane in song.lanes):
        return replace(document, song=without_lane(song, lane_id))
    if value > 90:
        return replace(document, info=replace(document.info, name=f"Name {number} \ud800" if number else "Ünïcode"))
    lane = with_values(new_lane(lane_id, FIELDS[number]), smoothing_s=abs(value) / 20)
    return replace(document, song=with_lane(song, lane))


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-10, 100))))
def test_a_song_saved_again_and_again_is_written_as_if_once(steps: list[tuple[int, float]]) -> None:
    """Whatever was kept of earlier states, the content is that of a song written in one go, and gives the song back."""
    text, document = SongText(), a_document()
    for step in steps:
        document = edited(document, step)
        content = text.content(document)
        assert content == SongText().content(document)
        again = song_of(content, "It")
        assert (again.song, again.info) == (document.song, document.info)


def test_only_what_changed_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of one lane writes that lane: no take, no clip and no other lane."""
    written, text, document = [], SongText(), a_document()
    document = edited(edited(document, (0, 1.0)), (1, 1.0))
    text.content(document)
    make = song_text._written

    def seen(value: Any) -> tuple[str, str]:
        written.append(value)
        return make(value)

    monkeypatch.setattr(song_text, "_written", seen)
    text.content(edited(document, (1, 2.0)))
    assert [value["id"] for value in written if isinstance(value, (dict, list))] == ["lane-1"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all numbers and texts in a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in inside:
        yield from places(item, (*path, name))
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield path


WHOLE = json.loads(SongText().content(a_document()))


@pytest.mark.parametrize("path", [path for path in places(WHOLE) if path[0] not in (CHECKSUM, "format")], ids=str)
def test_a_changed_value_is_noticed(path: tuple[Any, ...]) -> None:
    """The checksum includes every value, at whatever depth; a mismatch is reported as damage."""
    values = json.loads(json.dumps(WHOLE))
    place = values
    for name in path[:-1]:
        place = place[name]
    known = place[path[-1]]
    place[path[-1]] = known + "0" if isinstance(known, str) else known + 1
    with pytest.raises(DamagedFileError):
        song_of(json.dumps(values).encode(), "It")


def test_the_checksum_depends_on_values_and_not_on_the_formatting() -> None:
    """A file with other formatting is the same song; so is one without a checksum."""
    document = a_document()
    again = song_of(json.dumps(WHOLE, indent=4, sort_keys=True).encode(), "It")
    bare = song_of(json.dumps({name: value for name, value in WHOLE.items() if name != CHECKSUM}).encode(), "It")
    assert again.song == bare.song == document.song
