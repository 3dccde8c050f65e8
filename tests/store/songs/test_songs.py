"""Songs on disk: saved at once, never half, never outside their folder, never lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from deforum_perform.core.errors import (
    ConflictError,
    DamagedFileError,
    InputError,
    NotFoundError,
    PerformError,
    StorageError,
)
from deforum_perform.core.song.document import (
    Document,
    edited,
    new_document,
    renamed,
    starting_at,
    with_id,
    with_lane_state,
)
from deforum_perform.core.song.lane import new_lane, with_values
from deforum_perform.core.song.song import Song, with_lane, with_take
from deforum_perform.core.song.take_info import info
from deforum_perform.core.time.tempo_map import constant_tempo
from deforum_perform.store.files import TEMPORARY
from deforum_perform.store.songs import listing
from deforum_perform.store.songs.folder import SONG
from deforum_perform.store.songs.store import SongStore
from tests.fuzz.examples import a_take, same_take
from tests.store.examples import NOON, changed_song, documents
from tests.store.test_ids import HOSTILE

TODAY = {"zoom": "0: (1)", "legacy_colormatch": False}


@pytest.fixture
def store(tmp_path: Path) -> SongStore:
    """A store in an empty folder, at a fixed time."""
    return SongStore(tmp_path / "perform", now=lambda: NOON)


def _files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_a_new_song_is_on_disk_at_once(store: SongStore) -> None:
    """Creating a song writes it; another store on the folder lists and loads the same song."""
    song = store.create("Tide")
    other = SongStore(store.root)
    assert other.load(song.id) == song
    assert [(e.id, e.name, e.takes, e.seconds, e.problem) for e in other.list_songs()] == [
        (song.id, "Tide", 0, song.song.seconds, None)
    ]


def test_an_empty_folder_has_no_songs(store: SongStore) -> None:
    """Asking a folder that does not exist yet lists nothing and makes nothing."""
    assert store.list_songs() == []
    assert store.list_trash() == []
    assert not store.root.exists()


@given(documents)
def test_any_song_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, song: Document) -> None:
    """Whatever the song and its workspace, they are equal after saving and loading by another store."""
    store = SongStore(tmp_path_factory.mktemp("perform"))
    song = with_id(song, store.create("x").id)
    store.save(song)
    assert SongStore(store.root).load(song.id) == song


def test_the_list_follows_every_change(store: SongStore) -> None:
    """The list shows a song's new name and takes after each save, the last changed first."""
    first, second = store.create("First"), store.create("Second")
    for name in ("song.json", "workspace.json"):
        os.utime(store.root / "songs" / second.id / name, (1, 1))
    assert [e.name for e in store.list_songs()] == ["First", "Second"]
    store.save(edited(renamed(first, "Changed"), lambda song: with_take(song, info(a_take()))))
    entry = store.list_songs()[0]
    assert (entry.name, entry.takes, entry.seconds) == ("Changed", 1, 2.0)


def test_a_change_of_the_workspace_counts_for_the_list(store: SongStore) -> None:
    """The song in which a lane was armed last is the last changed one, although its song file is older."""
    first, second = store.create("First"), store.create("Second")
    for path in store.root.glob("songs/*/*.json"):
        os.utime(path, (1, 1))
    store.save(starting_at(first, 2.0))
    assert [e.id for e in store.list_songs()] == [first.id, second.id]
    store.save(starting_at(store.load(second.id), 3.0))
    os.utime(store.root / "songs" / first.id / "workspace.json", (1, 1))
    assert [e.id for e in store.list_songs()] == [second.id, first.id]


def test_renaming_keeps_the_folder(store: SongStore) -> None:
    """A name, whatever it holds, changes the file inside the folder and no path."""
    song = store.create("Tide")
    before = list(_files(store.root))
    assert store.rename(song.id, "../../etc/\x00passwd").name == "../../etc/passwd"
    assert [p for p in _files(store.root) if "backup" not in p] == before
    assert store.load(song.id).name == "../../etc/passwd"


def test_a_copy_has_its_own_id_and_all_takes(store: SongStore) -> None:
    """Duplicating copies lanes, takes and the base; changing the copy leaves the first as it was."""
    song = edited(
        store.create("Tide"), lambda song: with_lane(with_take(song, info(a_take())), new_lane("l1", "zoom", "/k"))
    )
    store.save_take(song.id, a_take())
    song = changed_song(song, base_settings="a.txt", base_id=store.save_base(song.id, TODAY))
    song = with_lane_state(song, "l1", {"armed": False})
    store.save(song)
    before = _files(store.root / "songs" / song.id)
    copy = store.duplicate(song.id, "Ebb")
    assert (copy.name, copy.workspace) == ("Ebb", song.workspace)
    assert with_id(copy, song.id).song == song.song
    assert copy.id != song.id
    assert same_take(store.load_takes(copy.id, "take-1")[0], a_take())
    assert store.load_base(copy.song) == TODAY
    store.rename(copy.id, "Spring")
    assert _files(store.root / "songs" / song.id) == before


def test_a_copy_that_fails_leaves_nothing(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of a copy leaves no half copy, and the song as it was."""
    song = edited(store.create("Tide"), lambda song: with_take(song, info(a_take())))
    store.save_take(song.id, a_take())
    store.save(song)
    before = _files(store.root)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(StorageError, match="disk is full"):
        store.duplicate(song.id, "Ebb")
    assert _files(store.root) == before
    assert [p.name for p in (store.root / "songs").iterdir()] == [song.id]


def test_the_trash_gives_everything_back(store: SongStore) -> None:
    """A song in the trash is out of the list, cannot be loaded, and comes back with its takes."""
    song = store.create("Tide")
    store.save_take(song.id, a_take())
    store.trash(song.id)
    assert store.list_songs() == []
    assert [e.name for e in store.list_trash()] == ["Tide"]
    with pytest.raises(NotFoundError):
        store.load(song.id)
    store.restore(song.id)
    assert store.list_trash() == []
    assert store.load(song.id) == song
    assert same_take(store.load_takes(song.id, "take-1")[0], a_take())


def test_restoring_overwrites_nothing(store: SongStore) -> None:
    """If a song with the same id exists again, restoring says so and moves nothing."""
    song = store.create("Tide")
    store.trash(song.id)
    shutil.copytree(store.root / "trash" / song.id, store.root / "songs" / song.id)
    before = _files(store.root)
    with pytest.raises(ConflictError):
        store.restore(song.id)
    assert _files(store.root) == before


def _calls(store: SongStore, text: object) -> list:
    take = replace(a_take(), id=text)
    good = store.create("Good").id
    return [
        lambda: store.load(text),
        lambda: store.load_backup(text),
        lambda: store.rename(text, "x"),
        lambda: store.duplicate(text, "x"),
        lambda: store.trash(text),
        lambda: store.restore(text),
        lambda: store.save(new_document(text, "x")),
        lambda: store.load_takes(text, "take-1")[0],
        lambda: store.load_takes(good, text)[0],
        lambda: store.save_take(text, a_take()),
        lambda: store.save_take(good, take),
        lambda: store.load_base(Song(text, base_settings="a.txt")),
        lambda: store.save_base(text, {}),
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_ids_reach_no_file(store: SongStore, text: object) -> None:
    """No method lets an id from outside touch a path: each is refused, and no file anywhere changes."""
    outside = store.root.parent / "song.json"
    outside.parent.mkdir(exist_ok=True)
    outside.write_text("{}")
    calls = _calls(store, text)
    before = _files(store.root.parent)
    for call in calls:
        with pytest.raises(InputError):
            call()
    assert _files(store.root.parent) == before


def test_an_unknown_id_is_not_found(store: SongStore) -> None:
    """A well-formed id without a song is NotFoundError, and saving to it makes no folder."""
    for call in _calls(store, "unknown")[:7]:
        with pytest.raises(NotFoundError):
            call()
    assert not (store.root / "songs" / "unknown").exists()


def _with_values(text: str, **values: object) -> dict:
    """What a song file says, with other values of the song."""
    data = json.loads(text)
    return {**data, "song": {**data["song"], **values}}


DAMAGE = {
    "torn": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "not an object": lambda text: "[]",
    "another program's": lambda text: '{"version": 3}',
    "wrong type": lambda text: json.dumps(_with_values(text, fps="fast")),
    "another value": lambda text: json.dumps(_with_values(text, fps=25.0)),
    "endless": lambda text: json.dumps(_with_values(text, length_s=1e300)),
    "newer": lambda text: json.dumps({**json.loads(text), "format": 99}),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_song_is_listed_and_left_alone(store: SongStore, kind: str) -> None:
    """A damaged or newer song file is listed with its problem beside the others, refused when opened, and not
    changed."""
    broken, fine = store.create("Broken"), store.create("Fine")
    path = store.root / "songs" / broken.id / "song.json"
    path.write_text(DAMAGE[kind](path.read_text()))
    before = _files(store.root)
    entries = {e.id: e for e in store.list_songs()}
    assert entries[fine.id].problem is None
    assert entries[broken.id].name == ("newer version" if kind == "newer" else "damaged")
    assert entries[broken.id].problem
    for call in (store.load, lambda i: store.rename(i, "x"), lambda i: store.duplicate(i, "x")):
        with pytest.raises(DamagedFileError):
            call(broken.id)
    assert _files(store.root) == before


def test_the_backup_can_be_opened(store: SongStore) -> None:
    """When song.json is damaged the error offers the backup, which is what the file contained before."""
    song = store.create("Tide")
    store.save(changed_song(song, fps=24.0))
    store.save(changed_song(song, fps=30.0))
    path = store.root / "songs" / song.id / "song.json"
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(DamagedFileError, match="Its backup can be opened"):
        store.load(song.id)
    rescued = store.load_backup(song.id)
    assert rescued.song.fps == 24.0
    store.save(rescued)
    assert store.load(song.id) == rescued


def test_a_damaged_file_never_becomes_the_backup(store: SongStore) -> None:
    """Saving over a damaged file keeps the last good state as the backup."""
    song = store.create("Tide")
    path = store.root / "songs" / song.id / "song.json"
    path.write_text("{")
    store.save(changed_song(song, fps=24.0))
    assert store.load_backup(song.id) == song


def test_one_changed_bit_never_opens_as_another_song(store: SongStore) -> None:
    """Whatever bit of song.json changes, the song is refused or opens exactly as it was saved; the name of the checksum
    itself may become one that is not known."""
    lane = with_values(new_lane("lane-1", "zoom"), source="/k", invert=True, lines=False)
    song = changed_song(store.create("Tide"), lanes=(lane,), fps=24.0, tempo=constant_tempo(120.0), sender_time=True)
    store.save(song)
    path = store.root / "songs" / song.id / "song.json"
    saved = path.read_bytes()
    other = []
    for place in range(0, len(saved) * 8, 3):
        path.write_bytes(_with_bit_changed(saved, place))
        try:
            found = SongStore(store.root).load(song.id)
        except DamagedFileError:
            continue
        other += [place] if replace(found, unknown={}) != song else []
    assert other == []


def _with_bit_changed(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def test_a_song_of_the_first_version_has_no_checksum_and_opens(store: SongStore) -> None:
    """A song.json without a checksum is read as it is; saved again it has one."""
    song = store.create("Tide")
    path = store.root / "songs" / song.id / "song.json"
    document = json.loads(path.read_text("utf-8"))
    del document["checksum"]
    path.write_text(json.dumps(document), "utf-8")
    assert SongStore(store.root).load(song.id) == song
    store.save(changed_song(song, fps=24.0))
    assert "checksum" in json.loads(path.read_text("utf-8"))


def test_an_edited_song_says_how_it_can_be_opened(store: SongStore) -> None:
    """A value changed by hand is refused as damaged, and the reason names the member to remove."""
    song = store.create("Tide")
    path = store.root / "songs" / song.id / "song.json"
    document = _with_values(path.read_text("utf-8"), fps=24.0)
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(DamagedFileError, match='remove the member "checksum"'):
        store.load(song.id)
    del document["checksum"]
    path.write_text(json.dumps(document), "utf-8")
    assert store.load(song.id).song.fps == 24.0


def test_a_changed_settings_file_is_damaged(store: SongStore) -> None:
    """An imported settings file is named by its content, so one changed value is noticed."""
    song = store.create("Tide").song
    song = replace(song, base_settings="a.txt", base_id=store.save_base(song.id, TODAY))
    path = store.root / "songs" / song.id / "base_settings" / f"{song.base_id}.json"
    assert store.load_base(song) is not None
    path.write_text(path.read_text("utf-8").replace("(1)", "(3)"), "utf-8")
    with pytest.raises(DamagedFileError, match="damaged"):
        store.load_base(song)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_refused_save_keeps_the_last_state_and_can_be_repeated(
    store: SongStore, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A save that the disk refuses leaves the old song; the same save works when there is space."""
    song = store.create("Tide")
    changed = starting_at(changed_song(song, fps=24.0), 2.0)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(StorageError):
            store.save(changed)
    assert SongStore(store.root).load(song.id) == song
    store.save(changed)
    assert SongStore(store.root).load(song.id) == changed


def test_an_unchanged_song_is_not_written_again(store: SongStore) -> None:
    """Saving the same state twice writes once, but a missing file is written again."""
    song = store.create("Tide")
    path = store.root / "songs" / song.id / "song.json"
    os.utime(path, (1, 1))
    store.save(song)
    assert path.stat().st_mtime == 1
    path.unlink()
    store.save(song)
    assert path.exists()


def test_base_settings_are_kept_in_order(store: SongStore) -> None:
    """An imported settings file comes back with its names in order."""
    song = store.create("Tide").song
    assert store.load_base(song) is None
    base = {"W": 512, "a": None, "prompts": {"0": "été"}, **TODAY}
    loaded = store.load_base(replace(song, base_settings="a.txt", base_id=store.save_base(song.id, base)))
    assert loaded == base
    assert list(loaded or ()) == list(base)


def test_every_imported_settings_file_is_kept(store: SongStore) -> None:
    """A second file of the same name takes nothing from the first; equal ones share an id."""
    song = replace(store.create("Tide").song, base_settings="a.txt")
    first = replace(song, base_id=store.save_base(song.id, {**TODAY, "zoom": "0: (1)"}))
    second = replace(song, base_id=store.save_base(song.id, {**TODAY, "zoom": "0: (2)"}))
    assert [(store.load_base(each) or {})["zoom"] for each in (first, second)] == ["0: (1)", "0: (2)"]
    assert store.save_base(song.id, {**TODAY, "zoom": "0: (1)"}) == first.base_id


def test_the_settings_file_of_an_older_song_is_read(store: SongStore) -> None:
    """A song of 0.1 has one file and no id for it; its names and values are converted to the current ones."""
    song = replace(store.create("Tide").song, base_settings="a.txt")
    old = {"zoom": "0: (1)", "flip_2d_perspective": True, "legacy_colormatch": False}
    (store.folder(song.id) / "base_settings.json").write_text(json.dumps(old), "utf-8")
    assert store.load_base(song) == {"zoom": "0: (1)", "enable_perspective_flip": True, "legacy_colormatch": False}


@pytest.mark.parametrize("base_id", ["../../song", "", "gone"])
def test_a_settings_file_that_is_not_there_is_missed(store: SongStore, base_id: str) -> None:
    """Whatever a song file says its id is: no file outside the folder is read, and the error names the file."""
    song = replace(store.create("Tide").song, base_settings="a.txt", base_id=base_id)
    with pytest.raises(DamagedFileError, match=r"a\.txt.*Import it again"):
        store.load_base(song)


def test_a_second_process_gets_the_name_of_the_one_that_has_the_folder(store: SongStore) -> None:
    """While one process holds the folder another gets ConflictError with its number; afterwards it may have it."""
    store.lock()
    code = (
        "import sys, pathlib\n"
        "from deforum_perform.core.errors import ConflictError\n"
        "from deforum_perform.store.songs.store import SongStore\n"
        "try: SongStore(pathlib.Path(sys.argv[1])).lock()\n"
        "except ConflictError as error: print(error)\n"
        "else: print('free')\n"
    )

    def ask() -> str:
        return subprocess.run(
            [sys.executable, "-c", code, str(store.root)], capture_output=True, text=True, check=True, timeout=60
        ).stdout

    assert f"process {os.getpid()}" in ask()
    store.lock()
    store.unlock()
    assert ask().strip() == "free"


def test_only_a_take_that_the_file_on_disk_lists_is_named(store: SongStore) -> None:
    """A take counts as listed by what the song's file contains now, also if another program has changed the file."""
    song = store.create("Tide")
    take = a_take()
    store.save_take(song.id, take)
    before = (store.folder(song.id) / "song.json").read_bytes()
    store.save(edited(song, lambda body: with_take(body, info(take))))
    assert store.names_recording(song.id, take.id)
    listed = (store.folder(song.id) / "song.json").read_bytes()
    (store.folder(song.id) / "song.json").write_bytes(before)
    assert not store.names_recording(song.id, take.id)
    (store.folder(song.id) / "song.json").write_bytes(listed)
    assert store.names_recording(song.id, take.id)
    (store.folder(song.id) / "song.json").write_bytes(listed[:-9])
    with pytest.raises(DamagedFileError):
        store.names_recording(song.id, take.id)


def test_locking_clears_what_a_killed_process_left(store: SongStore) -> None:
    """Half files and half folders of a killed process go when the folder is claimed; whole ones stay."""
    song = store.create("Tide")
    store.save_take(song.id, a_take())
    before = _files(store.root / "songs")
    (store.root / "songs" / song.id / "song.json.12ab34cd.tmp").write_text("{")
    (store.root / "songs" / song.id / "recordings" / "take-2.npz.12ab34cd.tmp").write_text("PK")
    (store.root / "songs" / ".new-x" / "recordings").mkdir(parents=True)
    assert len(store.list_songs()) == 1
    store.lock()
    store.unlock()
    assert _files(store.root / "songs") == before
    assert not (store.root / "songs" / ".new-x").exists()


_SAVE_FOR_EVER = """
import sys, pathlib, itertools, dataclasses
from deforum_perform.core.time.tempo_map import constant_tempo
from deforum_perform.store.songs.store import SongStore
store = SongStore(pathlib.Path(sys.argv[1]))
song = store.load(sys.argv[2])
edited = lambda n: dataclasses.replace(song.song, tempo=constant_tempo(float(n)))
for n in itertools.count(1):
    info = dataclasses.replace(song.info, name=str(n) * 50)
    store.save(dataclasses.replace(song, info=info, song=edited(n)))
    print(n, flush=True)
"""


def test_a_killed_process_leaves_the_old_song_or_the_new(store: SongStore) -> None:
    """kill -9 at any moment of saving: the song opens, whole, as the last state that was saved or the one after it."""
    song = store.create("Tide")
    for rounds in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", _SAVE_FOR_EVER, str(store.root), song.id], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(5 + 7 * rounds):
            process.stdout.readline()
        process.kill()
        rest = process.stdout.read().split("\n")
        process.wait(60)
        process.stdout.close()
        found = SongStore(store.root).load(song.id)
        tempo_bpm = found.song.tempo_bpm
        assert found.name == str(int(tempo_bpm or 0)) * 50
        reported = [int(line) for line in rest[:-1] if line]
        assert tempo_bpm is not None
        assert tempo_bpm >= (reported[-1] if reported else 5 + 7 * rounds)
        assert store.load_backup(song.id).name


def test_times_are_utc_and_ids_sort_by_time(tmp_path: Path) -> None:
    """A song made later has an id that sorts later, and its creation is written with the zone."""
    moments = iter([NOON, NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=1)])
    store = SongStore(tmp_path, now=lambda: next(moments))
    first, second = store.create("a"), store.create("b")
    assert first.id < second.id
    assert first.info.created_at == "2026-01-31T12:00:00+00:00"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no such permissions on Windows")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    """If the system denies access, the message is about permissions."""
    tmp_path.chmod(0o500)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may write everywhere
    try:
        with pytest.raises(StorageError, match="permissions"):
            SongStore(tmp_path / "perform").create("x")
    finally:
        os.seteuid(user)
        tmp_path.chmod(0o700)


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    """A root that is a file is a plain StorageError for every call that needs it."""
    (tmp_path / "perform").write_text("")
    store = SongStore(tmp_path / "perform")
    for call in (store.list_songs, lambda: store.create("x"), store.lock):
        with pytest.raises(PerformError):
            call()


def test_a_list_reads_no_song_that_was_just_written(store: SongStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A song that is made, saved, deleted or restored is in the list without reading its file again."""
    first = store.create("First")
    read: list[Path] = []
    entry = listing.read_entry

    def seen(folder: Path, modified: str) -> Any:
        read.append(folder)
        return entry(folder, modified)

    monkeypatch.setattr(listing, "read_entry", seen)
    store.save(renamed(first, "Renamed"))
    store.create("Second")
    assert {song.name for song in store.list_songs()} == {"Renamed", "Second"}
    store.trash(first.id)
    assert [song.name for song in store.list_trash()] == ["Renamed"]
    assert read == []


def test_each_change_of_the_list_changes_its_number(store: SongStore) -> None:
    """Songs that are made, renamed, deleted or restored; a save that the list does not show is none."""
    numbers = [store.listing]
    song = store.create("First")
    numbers.append(store.listing)
    store.save(renamed(song, "Renamed"))
    numbers.append(store.listing)
    store.trash(song.id)
    numbers.append(store.listing)
    store.restore(song.id)
    numbers.append(store.listing)
    assert len(set(numbers)) == len(numbers)
    store.save(edited(store.load(song.id), lambda song: replace(song, tempo=constant_tempo(99.0))))
    store.list_songs()
    assert store.listing == numbers[-1]


@pytest.mark.parametrize("way", ["second name", "no second names", "changed by another program"])
def test_the_backup_is_the_state_before_the_last_change(
    store: SongStore, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """However it is kept: also where the file system has no second names, or the file was changed from outside."""
    document = store.create("A song")
    folder = store.folder(document.id)

    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no")

    if way == "no second names":
        monkeypatch.setattr(os, "link", refused)
    for bpm in (100.0, 110.0, 120.0, 130.0):
        last = store.load(document.id)
        if way == "changed by another program":
            (folder / SONG).write_bytes((folder / SONG).read_bytes() + b"changed")
        store.save(edited(last, lambda song: replace(song, tempo=constant_tempo(bpm))))  # noqa: B023 - called at once
        assert store.load_backup(document.id).song == last.song
        assert store.load(document.id).song.tempo_bpm == bpm
    assert not list(folder.glob(f"*{TEMPORARY}"))
