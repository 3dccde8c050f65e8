"""A song as a zip: whole on another machine, and a hostile zip touches nothing."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import DamagedFileError, PerformError, StorageError
from deforum_perform.core.records import to_dict
from deforum_perform.core.song.document import Document, edited, with_id, with_lane_state
from deforum_perform.core.song.lane import new_lane
from deforum_perform.core.song.song import with_lane, with_take
from deforum_perform.core.song.take_info import TakeInfo, info
from deforum_perform.store.exports.zip_file import export_zip, import_zip
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_take, same_take
from tests.store.examples import NOON

BASE = {"zoom": "0: (1)", "W": 512, "legacy_colormatch": False}


@pytest.fixture
def store(tmp_path: Path) -> SongStore:
    """A store with one song of a lane, two takes (one in the trash) and base settings."""
    store = SongStore(tmp_path / "here", now=lambda: NOON)
    document = store.create("Tide")
    song = with_lane(document.song, new_lane("l1", "zoom", "/nts1/cutoff"))
    for take in (a_take(), a_take("take-2", 2)):
        store.save_take(song.id, take)
        song = with_take(song, replace(info(take), trashed=take.number == 2))
    song = replace(song, base_settings="mine.txt", base_id=store.save_base(song.id, BASE))
    store.save(with_lane_state(replace(document, song=song), "l1", {"muted": True}))
    return store


def _zip(store: SongStore) -> bytes:
    file = io.BytesIO()
    export_zip(store.folder(store.list_songs()[0].id), file)
    return file.getvalue()


def _import(store: SongStore, data: bytes) -> Document:
    return import_zip(store, io.BytesIO(data))


def test_another_machine_gets_everything(store: SongStore, tmp_path: Path) -> None:
    """Lanes, takes (those in the trash too), workspace and base settings arrive under an id of the other machine."""
    there = SongStore(tmp_path / "there")
    song = _import(there, _zip(store))
    mine = store.load(store.list_songs()[0].id)
    assert with_id(song, mine.id) == mine
    assert song.workspace.lane("l1").muted
    assert there.load(song.id) == song
    assert same_take(there.load_takes(song.id, "take-1")[0], a_take())
    assert same_take(there.load_takes(song.id, "take-2")[0], a_take("take-2", 2))
    assert there.load_base(song.song) == BASE


def test_a_settings_file_of_an_older_zip_arrives(store: SongStore, tmp_path: Path) -> None:
    """A zip of 0.1 names no id for its settings file, which may have names of an older Deforum."""

    def older(files: dict[str, bytes]) -> None:
        song = json.loads(files["song.json"])
        del song["song"]["base_id"]
        files["song.json"] = json.dumps(song).encode()
        files["base_settings.json"] = json.dumps({**BASE, "flip_2d_perspective": True}).encode()

    there = SongStore(tmp_path / "there")
    song = _import(there, _rezipped(_zip(store), older))
    assert there.load_base(song.song) == {**BASE, "enable_perspective_flip": True}


def test_a_song_whose_settings_file_is_damaged_is_exported(store: SongStore, tmp_path: Path) -> None:
    """Everything else goes along, and the other machine says what is missing."""
    song = store.load(store.list_songs()[0].id).song
    (store.folder(song.id) / "base_settings" / f"{song.base_id}.json").write_text("[", "utf-8")
    there = SongStore(tmp_path / "there")
    copy = _import(there, _zip(store))
    assert same_take(there.load_takes(copy.id, "take-1")[0], a_take())
    with pytest.raises(DamagedFileError, match="Import it again"):
        there.load_base(copy.song)


def test_importing_twice_makes_two_songs(store: SongStore) -> None:
    """An import never takes the place of a song that is there."""
    data = _zip(store)
    first, second = _import(store, data), _import(store, data)
    assert len({first.id, second.id, *(e.id for e in store.list_songs())}) == 3


def test_a_song_without_base_or_takes_is_exported(tmp_path: Path) -> None:
    """A new song and a song whose take file is missing are both preserved."""
    store = SongStore(tmp_path)
    store.save(edited(store.create("Tide"), lambda song: with_take(song, info(a_take()))))
    copy = _import(store, _zip(store))
    assert [t.id for t in copy.song.takes] == ["take-1"]
    assert store.load_base(copy.song) is None


def _rezipped(data: bytes, change: Callable[[dict[str, bytes]], None], method: int = zipfile.ZIP_STORED) -> bytes:
    """The zip with its files changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


TAKE_2 = "recordings/take-2.npz"


def _with_song(takes: list[dict]) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        data = json.loads(files["song.json"])
        data["song"]["takes"] = takes
        files["song.json"] = json.dumps(data).encode()

    return change


def _take_named(take_id: str) -> dict:
    return to_dict(TakeInfo(take_id, 1, 0.0, 1.0, 0, ()))


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "not a zip": lambda data: b"PK\x03\x04" + bytes(100),
    "cut off": lambda data: data[:-40],
    "no song": lambda data: _rezipped(data, lambda f: f.pop("song.json")),
    "damaged song": lambda data: _rezipped(data, lambda f: f.update({"song.json": b"{"})),
    "newer song": lambda data: _rezipped(data, lambda f: f.update({"song.json": b'{"format": 9}'})),
    "damaged workspace": lambda data: _rezipped(data, lambda f: f.update({"workspace.json": b"{"})),
    "a take that leaves the folder": lambda data: _rezipped(data, _with_song(takes=[_take_named("../../x")])),
    "a take with a device's name": lambda data: _rezipped(data, _with_song(takes=[_take_named("nul")])),
    "damaged take": lambda data: _rezipped(data, lambda f: f.update({TAKE_2: f[TAKE_2][:-50]})),
    "no take at all": lambda data: _rezipped(data, lambda f: f.update({"recordings/take-1.npz": b"MZ"})),
    "base that is not a settings file": lambda data: _rezipped(data, lambda f: f.update({"base_settings.json": b"[]"})),
    "too many": lambda data: _rezipped(data, lambda f: f.update({f"x{n}": b"" for n in range(10_001)})),
    "another compression": lambda data: _rezipped(data, lambda f: None, zipfile.ZIP_LZMA),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_refused_and_touches_nothing(store: SongStore, kind: str) -> None:
    """Whatever is wrong, the import is refused with the reason, and no file is there that was not before."""
    data = HOSTILE[kind](_zip(store))
    before = sorted(store.root.parent.rglob("*"))
    with pytest.raises(DamagedFileError, match=r"\w+"):
        _import(store, data)
    assert sorted(store.root.parent.rglob("*")) == before


def test_names_in_the_zip_never_become_file_names(store: SongStore) -> None:
    """Files beside the song's own, however they are called, are not unpacked; nor are links."""
    link = zipfile.ZipInfo("takes/link.npz")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    def plant(files: dict[str, bytes]) -> None:
        for name in (
            "../evil",
            "/tmp/evil",
            "takes/../../evil.npz",
            "C:\\evil",
            "takes/unknown.npz",
            "song.backup.json",
        ):
            files[name] = b"evil"

    data = io.BytesIO(_rezipped(_zip(store), plant))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    song = _import(store, data.getvalue())
    made = sorted(p.relative_to(store.folder(song.id)).as_posix() for p in store.folder(song.id).rglob("*"))
    base = f"base_settings/{song.song.base_id}.json"
    takes = ["recordings", "recordings/take-1.npz", "recordings/take-2.npz"]
    assert made == ["base_settings", base, *takes, "song.json", "workspace.json"]
    assert not list(store.root.parent.rglob("*evil*"))


def test_one_name_twice_is_refused(store: SongStore) -> None:
    """A zip with two files of one name is ambiguous and refused."""
    data = io.BytesIO(_zip(store))
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("song.json", b"{}")
    with pytest.raises(DamagedFileError, match="twice"):
        _import(store, data.getvalue())


def test_a_bomb_is_refused_by_its_table(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip that would need more space than any song, or one file with an impossible size, is refused unread."""
    data = _zip(store)
    monkeypatch.setattr("deforum_perform.store.exports.zip_file.MAX_ZIP_BYTES", 100)
    with pytest.raises(DamagedFileError, match="needs more than"):
        _import(store, data)
    monkeypatch.undo()
    monkeypatch.setattr("deforum_perform.store.exports.zip_file.MAX_SONG_BYTES", 100)
    with pytest.raises(DamagedFileError, match="declares an impossible size"):
        _import(store, data)


def test_a_full_disk_leaves_nothing_behind(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that the disk refuses half-way leaves no song."""
    data, before = _zip(store), sorted(store.root.rglob("*"))

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deforum_perform.store.files.os.fsync", full)
    with pytest.raises(StorageError, match="disk is full"):
        _import(store, data)
    assert sorted(store.root.rglob("*")) == before


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_damaged_byte_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, place: float, flipped: int
) -> None:
    """A zip with any byte changed is refused with one of Perform's errors, or gives the song and takes it held."""
    store = SongStore(tmp_path_factory.mktemp("perform"))
    song = edited(store.create("Tide"), lambda song: with_take(song, info(a_take())))
    store.save_take(song.id, a_take())
    store.save(song)
    whole = bytearray(_zip(store))
    whole[int(place * len(whole))] ^= flipped
    try:
        found = _import(store, bytes(whole))
    except PerformError:
        assert len(store.list_songs()) == 1
        return
    assert with_id(found, song.id) == song
