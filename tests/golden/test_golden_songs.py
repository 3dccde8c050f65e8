"""Songs made before song format 2, by 0.1 and by the code just before: they open, play and export as they did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.data_folder import DATA
from tests.golden.readings import (
    AS_SAVED,
    READINGS,
    SONGS,
    SONGS_OF_0_1,
    as_saved,
    copied,
    kept,
    lanes_of,
    performing,
    read_by,
)


def assert_same(found: dict[str, bytes], wanted: dict[str, bytes], where: str) -> None:
    """The same files with the same bytes; texts are compared first, so that a failure shows where they part."""
    assert found.keys() == wanted.keys()
    for file, data in wanted.items():
        assert found[file].decode().split(",") == data.decode().split(","), f"{where}/{file}"
        assert found[file] == data, f"{where}/{file}"


@pytest.mark.parametrize("name", SONGS)
def test_the_folder_exports_what_it_did(name: str, tmp_path: Path) -> None:
    """Every export of a song's folder is byte for byte the kept one, and nothing in the folder changes."""
    folder, wanted = copied(name, tmp_path), kept(name)[AS_SAVED]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert_same(as_saved(folder, wanted), wanted, AS_SAVED)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", SONGS)
def test_the_song_exports_what_it_did_for_every_reading(name: str, tmp_path: Path) -> None:
    """Opened in Perform, a song exports the kept files at cadence 1 and 5 and with each keyframe distribution."""
    copied(name, tmp_path)
    wanted = kept(name)
    with performing(tmp_path, name) as performer:
        for reading in READINGS:
            assert_same(read_by(performer, reading, wanted[reading]), wanted[reading], reading)


@pytest.mark.parametrize("name", SONGS)
def test_saved_and_opened_again_it_plays_the_same(name: str, tmp_path: Path) -> None:
    """An edit that has nothing to do with what is played, its undo, and opening again change no export."""
    folder, wanted = copied(name, tmp_path), kept(name)
    with performing(tmp_path, name) as performer:
        performer.command("lane.add", {"field": "far_schedule", "source": None})
        assert_same(as_saved(folder, wanted[AS_SAVED]), wanted[AS_SAVED], "saved after an edit")
        performer.command("undo", {})
        performer.command("song.rename", {"id": name, "name": "Another name"})
    assert_same(as_saved(folder, wanted[AS_SAVED]), wanted[AS_SAVED], "saved after an undo")
    with performing(tmp_path, name) as performer:
        assert performer.snapshot()["song"]["name"] == "Another name"
        assert_same(read_by(performer, "cadence-5", wanted["cadence-5"]), wanted["cadence-5"], "opened again")


@pytest.mark.parametrize("name", SONGS_OF_0_1)
def test_songs_of_0_1_play_as_in_0_1(name: str, tmp_path: Path) -> None:
    """A song of 0.1 has the schedules that 0.1 exported, except where an error of 0.1 has been corrected since."""
    copied(name, tmp_path)
    wanted = kept(name)
    corrected = json.loads((DATA / "exports" / "differs_from_0.1.json").read_text(encoding="utf-8"))
    with performing(tmp_path, name) as performer:
        for reading in ("cadence-1", "cadence-5"):
            (found,) = read_by(performer, reading, {"schedules.txt": b""}).values()
            texts = lanes_of(found)
            lanes = lanes_of(wanted[f"by-0.1/{reading}"]["schedules.txt"])
            differs = corrected.get(f"{name} {reading}", [])
            assert {field for field in lanes if texts.get(field) != lanes[field]} == set(differs), reading
