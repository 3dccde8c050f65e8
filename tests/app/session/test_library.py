"""No take is dropped: whatever keeps it from its song's folder, it is kept until a song on disk names it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from deforum_perform.app.goodbye import goodbye
from deforum_perform.app.session.library import RECOVERED
from deforum_perform.core.song.take import Take
from deforum_perform.store import files
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, opened

WAIT_S = 60.0


class FullDisk:
    """A disk that accepts no byte into the folder of songs until there is ``room``."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.room = False
        sync = os.fsync

        def refuse(handle: int) -> None:
            path = Path(os.readlink(f"/proc/self/fd/{handle}"))
            if not self.room and path.is_relative_to(root / "songs") and path.is_file():
                os.ftruncate(handle, 0)
                raise OSError(errno.ENOSPC, "No space left on device")
            sync(handle)

        patch.setattr(files.os, "fsync", refuse)


@pytest.fixture
def full_disk(hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    """A disk that is full from here on."""
    hands.performer.parts.saver._retry_s = 0.001
    return FullDisk(tmp_path, monkeypatch)


def record(hands: Hands, end: Callable[[], Any] = lambda: None) -> None:
    """A recording of two events; ``end`` happens right before its stop."""
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))
    end()
    hands.do("record.stop")


def drain(hands: Hands, patient: bool = True) -> None:
    """Wait until all is saved that can be, what follows from that too."""
    for _ in range(2):
        assert hands.performer.parts.saver.drain(WAIT_S, patient) or not patient


def on_disk(root: Path, *names: str) -> dict[str, list[int]]:
    """Name of each song -> how many events its takes have, read by another program; of all songs or those named."""
    store = SongStore(root)
    songs = [store.load(entry.id) for entry in store.list_songs() if not names or entry.name in names]
    return {song.name: [store.load_takes(song.id, take.id)[0].events for take in song.song.takes] for song in songs}


def journals(root: Path) -> list[Path]:
    """The journals that are left."""
    return list((root / "journals").glob("*.journal"))


def notices(hands: Hands) -> dict[str, Any]:
    """What the page says, by id."""
    return {notice["id"]: notice for notice in hands.performer.snapshot()["notices"]}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the full disk is detected through /proc")
def test_a_waiting_take_belongs_to_its_song_whatever_is_open(hands: Hands, full_disk: FullDisk, tmp_path: Path) -> None:
    """A take that waits for space stays in its song while another one is open, is there when that is opened again, and
    is saved with it."""
    first = hands.performer.session.document
    full_disk.room = True
    second = hands.do("song.new", name="second")["id"]
    hands.do("song.open", id=first.id)
    full_disk.room = False
    record(hands)
    assert "full" in notices(hands)["storage"]["message"]
    hands.do("song.open", id=second)
    hands.do("song.open", id=first.id)
    assert [take["events"] for take in hands.performer.snapshot()["takes"]] == [2]
    hands.lane("zoom", "/k")
    hands.do("song.open", id=second)
    assert len(journals(tmp_path)) == 1
    full_disk.room = True
    drain(hands)
    assert on_disk(tmp_path) == {first.name: [2], "second": []}
    assert (journals(tmp_path), notices(hands).get("storage")) == ([], None)
    assert len(SongStore(tmp_path).load(first.id).song.lanes) == 1


def test_the_journal_goes_only_when_the_song_on_disk_names_the_take(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A take whose song was not written keeps its journal, and the next start has both or offers it."""
    record(hands)
    assert journals(tmp_path) == []
    monkeypatch.setattr(SongStore, "save", lambda _store, _song: None)
    record(hands)
    assert len(journals(tmp_path)) == 1


def gone(folder: Path) -> None:
    """The song's folder is moved away."""
    folder.rename(folder.parent.parent / "elsewhere")


def a_file(folder: Path) -> None:
    """A file is in place of the folder of takes."""
    shutil.rmtree(folder / "recordings")
    (folder / "recordings").write_text("no folder", "utf-8")


def in_the_trash(folder: Path) -> None:
    """The song's folder is in the trash."""
    (folder.parent.parent / "trash").mkdir()
    folder.rename(folder.parent.parent / "trash" / folder.name)


@pytest.mark.parametrize("happens", [gone, a_file, in_the_trash])
def test_a_take_whose_folder_is_gone_is_recovered(
    hands: Hands, tmp_path: Path, happens: Callable[[Path], None]
) -> None:
    """It goes to the song of recovered recordings at once, the page says so, and nothing is there twice."""
    song = hands.performer.session.document
    record(hands)
    record(hands, lambda: happens(tmp_path / "songs" / song.id))
    drain(hands, patient=False)
    assert on_disk(tmp_path, RECOVERED) == {RECOVERED: [2]}
    assert journals(tmp_path) == []
    (reported,) = [notice for key, notice in notices(hands).items() if key.startswith("recovered-")]
    assert "Take 2 could not be saved" in reported["message"]
    assert reported["remedy"] == f"It is take 1 of the song “{RECOVERED}” now."
    assert len(hands.performer.snapshot()["takes"]) == 2
    offer = reported["offers"][0]
    hands.do(offer["command"], **offer["arguments"])
    assert [take["events"] for take in hands.performer.snapshot()["takes"]] == [2]


def test_recovered_recordings_share_one_song(hands: Hands, tmp_path: Path) -> None:
    """Each gets a unique number, also while that song is open."""
    song = hands.performer.session.song.id
    record(hands, lambda: gone(tmp_path / "songs" / song))
    record(hands)
    drain(hands, patient=False)
    (entry,) = [entry for entry in hands.performer.parts.store.list_songs() if entry.name == RECOVERED]
    assert [take.number for take in hands.performer.parts.store.load(entry.id).song.takes] == [1, 2]


def test_an_error_in_the_program_keeps_the_take_and_its_journal(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A take that cannot be written at all stays in memory and in its journal; the song continues to be saved."""
    hands.performer.parts.saver._retry_s = 0.001
    song, save_take, repaired = hands.performer.session.song.id, SongStore.save_take, Event()

    def bug(store: SongStore, song_id: str, take: Take) -> None:
        if not repaired.is_set() or song_id != song:
            raise ValueError("a bug")
        save_take(store, song_id, take)

    monkeypatch.setattr(SongStore, "save_take", bug)
    record(hands)
    hands.do("lane.add", field="angle", source=None)
    assert "ValueError" in notices(hands)["storage"]["message"]
    assert len(journals(tmp_path)) == 1
    assert len(SongStore(tmp_path).load(song).song.lanes) == 1
    repaired.set()
    drain(hands)
    assert on_disk(tmp_path)[hands.performer.session.document.name] == [2]
    assert (journals(tmp_path), notices(hands).get("storage")) == ([], None)


def test_what_could_not_be_saved_is_left_to_the_next_start(hands: Hands, full_disk: FullDisk, tmp_path: Path) -> None:
    """Closed while the disk is full, Perform leaves the journal whole, and the next start offers it."""
    record(hands)
    hands.performer.close()
    full_disk.room = True
    later = opened(tmp_path, [0])
    (offered,) = later.snapshot()["unsaved"]
    later.command("recording.recover", {"id": offered["id"]})
    later.close()
    assert list(on_disk(tmp_path).values()) == [[2]]
    assert journals(tmp_path) == []


def test_a_recording_that_cannot_become_a_take_is_offered(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An internal error at the stop ends the recording and keeps its journal; the page reports and offers it at once,
    and the next recording works."""

    def bug(*_arguments: Any) -> None:
        raise ValueError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("deforum_perform.app.recording.ended.recording_problems", bug)
        record(hands)
    assert "could not become a take" in notices(hands)["recording"]["message"]
    record(hands)
    drain(hands)
    (offered,) = hands.performer.snapshot()["unsaved"]
    hands.do("recording.recover", id=offered["id"])
    drain(hands)
    assert [(take["number"], take["events"]) for take in hands.performer.snapshot()["takes"]] == [(1, 2), (2, 2)]
    assert journals(tmp_path) == []


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_folder_that_vanishes_stops_no_recording(hands: Hands, tmp_path: Path, when: str) -> None:
    """If all songs are moved away, before or during a recording, it is recorded and kept in a song of a new folder."""
    root = tmp_path / "songs"
    away = tmp_path / "away"
    away.mkdir()

    def vanish() -> None:
        root.rename(away / "songs")
        (tmp_path / "journals").rename(away / "journals")
        root.write_text("a file", "utf-8")

    if when == "before":
        vanish()
    hands.performer.parts.saver._retry_s = 0.001
    record(hands, vanish if when == "during" else lambda: None)
    assert "storage" in notices(hands)
    root.unlink()
    while not on_disk(tmp_path, RECOVERED):
        drain(hands, patient=False)
    drain(hands, patient=False)
    assert on_disk(tmp_path, RECOVERED) == {RECOVERED: [2]}


def test_a_song_trashed_while_the_disk_is_full(hands: Hands, full_disk: FullDisk, tmp_path: Path) -> None:
    """Its waiting take goes to the song of recovered recordings as soon as there is space."""
    first = hands.performer.session.document
    full_disk.room = True
    hands.do("song.new", name="second")
    hands.do("song.open", id=first.id)
    full_disk.room = False
    record(hands)
    hands.do("song.trash", id=first.id)
    full_disk.room = True
    drain(hands)
    assert on_disk(tmp_path) == {"second": [], RECOVERED: [2]}
    assert (journals(tmp_path), notices(hands).get("storage")) == ([], None)
    hands.do("song.restore", id=first.id)
    assert on_disk(tmp_path, first.name) == {first.name: []}


@pytest.mark.parametrize("call", ["fsync", "replace", "SongStore.save"])
@pytest.mark.parametrize(
    "code", ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENOMEM", "EACCES", "EROFS", "ENOENT", "ENOTDIR", "ESTALE"]
)
def test_whatever_the_disk_answers_the_take_is_kept(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: str
) -> None:
    """Whichever error comes from whichever call, the journal stays until the take is in one song, and in no other."""
    hands.performer.parts.saver._retry_s = 0.001
    error = OSError(getattr(errno, code), os.strerror(getattr(errno, code)))

    def refuse(*_arguments: Any) -> None:
        raise files.storage_error(error, "The song") if call == "SongStore.save" else error

    with monkeypatch.context() as patch:
        patch.setattr(SongStore if call == "SongStore.save" else files.os, call.rpartition(".")[2], refuse)
        record(hands)
        assert "storage" in notices(hands)
        assert len(journals(tmp_path)) == 1
        hands.at(5.0)
        hands.do("lane.add", field="angle", source=None)
    drain(hands)
    assert [events for song in on_disk(tmp_path).values() for events in song] == [2]
    assert (journals(tmp_path), notices(hands).get("storage")) == ([], None)


def test_a_song_whose_folder_comes_back_is_saved(hands: Hands, tmp_path: Path) -> None:
    """While it is missing the page says so, and other songs are saved; then the song is as it was last, without the
    take that went to the recovered recordings meanwhile."""
    song = hands.performer.session.document
    record(hands)
    folder = tmp_path / "songs" / song.id
    folder.rename(tmp_path / "away")
    hands.lane("zoom", "/k")
    record(hands)
    hands.do("song.new", name="other")
    assert "is missing" in notices(hands)["song_gone"]["message"]
    assert "storage" not in notices(hands)
    drain(hands)
    (tmp_path / "away").rename(folder)
    hands.performer.parts.library.save_returned()
    drain(hands)
    assert on_disk(tmp_path) == {song.name: [2], RECOVERED: [2], "other": []}
    assert len(SongStore(tmp_path).load(song.id).song.lanes) == 1
    assert "song_gone" not in notices(hands)


def test_the_end_says_where_the_recording_is(hands: Hands, tmp_path: Path) -> None:
    """Closed during a recording whose folder is missing, Perform names the song that contains it."""
    song = hands.performer.session.document
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2))
    gone(tmp_path / "songs" / song.id)
    assert f"saved in the song “{RECOVERED}”" in goodbye(hands.performer.parts, "")
    hands.performer.close()
    assert on_disk(tmp_path, RECOVERED) == {RECOVERED: [1]}
