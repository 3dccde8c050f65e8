"""Nothing recorded is lost: killed processes, a full disk, a page that comes late."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.app.session.saver import Saver
from deforum_perform.core.errors import NewerFileError, StorageError
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.store.journal import writer as journal_module
from deforum_perform.store.journal.writer import JournalWriter
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, opened, osc
from tests.app.prepared import killed_now
from tests.osc.network import until


def test_a_recording_cut_off_is_offered_and_brought_back_whole(hands: Hands, tmp_path: Path) -> None:
    """From a copy of the folder, as a killed process leaves it, the next start offers the recording and makes its
    take."""
    lane = hands.lane("zoom", "/k")
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4), (3.0, 0.9))
    killed = killed_now(hands, tmp_path)
    later = opened(killed, [0])
    (offered,) = later.snapshot()["unsaved"]
    assert offered["events"] == 3
    assert later.command("recording.recover", {"id": offered["id"]}) == {"take": 1}
    state = later.snapshot()
    assert state["unsaved"] == []
    assert state["takes"][0]["events"] == 3
    assert state["lanes"][0]["clips"][0]["start_s"] == pytest.approx(0.5)
    later.close()
    assert list((killed / "journals").glob("*.journal")) == []

    hands.at(3.5)
    hands.do("record.stop")
    assert hands.state_of(lane)["clips"][0]["start_s"] == pytest.approx(0.5)


def test_a_discarded_recording_is_set_aside_not_deleted(hands: Hands, tmp_path: Path) -> None:
    """Discard takes the offer away and keeps the file."""
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2))
    killed = killed_now(hands, tmp_path)
    later = opened(killed, [0])
    later.command("recording.discard", {"id": later.snapshot()["unsaved"][0]["id"]})
    assert later.snapshot()["unsaved"] == []
    assert len(list(killed.rglob("*.journal"))) == 1
    later.close()


def test_a_full_disk_loses_nothing_and_is_said_at_once(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the disk refuses, the take plays from memory and a notice gives a remedy; with space it is saved."""
    hands.lane("zoom", "/k")
    hands.performer.parts.saver._retry_s = 0.01
    full = [True]
    save = SongStore.save_take

    def refuse(store: SongStore, *arguments: Any) -> None:
        if full[0]:
            raise StorageError("The disk is full.")
        save(store, *arguments)

    monkeypatch.setattr(SongStore, "save_take", refuse)
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))
    hands.do("record.stop")
    state = hands.performer.snapshot()
    (shown,) = [n for n in state["notices"] if n["id"] == "storage"]
    assert shown["message"] == "The disk is full."
    assert "room" not in shown["remedy"]  # the message says what to do
    assert state["lanes"][0]["keys"] > 0
    full[0] = False
    hands.do("lane.add", field="angle")
    assert hands.performer.parts.saver.drain(30.0, patient=True)
    song = hands.performer.session.song
    assert hands.performer.parts.store.load_takes(song.id, song.takes[0].id)[0].events == 2
    assert "storage" not in [n["id"] for n in hands.performer.snapshot()["notices"]]


def test_the_saver_keeps_a_refused_job_before_later_ones() -> None:
    """A take that the disk refused is saved before the song that names it."""
    said: list[str | None] = []
    done: list[str] = []
    tries = [0]

    def take() -> None:
        tries[0] += 1
        if tries[0] < 3:
            raise StorageError(os.strerror(errno.ENOSPC))
        done.append("take")

    saver = Saver(said.append, retry_s=0.001)
    saver.submit("take", take)
    saver.submit("song", lambda: done.append("song"))
    assert saver.drain(30.0, patient=True)
    saver.close()
    assert done == ["take", "song"]
    assert said[0] is not None
    assert said[-1] is None


def test_a_problem_is_reported_before_a_waiting_thread_continues() -> None:
    """A thread that waited for the disk finds the notice there, or removed: it is sent while the saver is still
    busy."""
    reported: list[tuple[str | None, bool]] = []
    errors = [StorageError("The disk is full.")]

    def save() -> None:
        if errors:
            raise errors.pop()

    saver = Saver(lambda message: reported.append((message, saver._running is not None)), retry_s=0.001)
    saver.submit("take", save)
    assert saver.drain(60.0, patient=True)
    assert reported == [("The disk is full.", True), (None, True)]
    saver.close()


def test_a_damaged_song_is_passed_over_at_the_start(hands: Hands, tmp_path: Path) -> None:
    """An unreadable song file is left unchanged and listed with its problem; another song opens."""
    first = hands.performer.session.song.id
    hands.do("song.new", name="second")
    second = hands.performer.session.song.id
    hands.performer.close()
    damaged = tmp_path / "songs" / second / "song.json"
    damaged.write_text("{", "utf-8")
    later = opened(tmp_path, [0])
    assert later.session.song.id == first
    assert [s["problem"] is not None for s in later.song_list()["songs"] if s["id"] == second] == [True]
    assert damaged.read_text("utf-8") == "{"
    later.close()


def test_a_damaged_song_opens_from_its_backup_at_the_start(hands: Hands, tmp_path: Path) -> None:
    """A copy made from the backup and the history opens, the page says so, and the damaged file is left as it is."""
    song_id = hands.performer.session.song.id
    hands.do("song.change", fps=24.0)
    hands.do("song.change", fps=30.0)
    hands.performer.close()
    path = tmp_path / "songs" / song_id / "song.json"
    path.write_text(path.read_text("utf-8").replace("30.0", "31.0"), "utf-8")
    later = opened(tmp_path, [0])
    reported = {notice["id"]: notice for notice in later.snapshot()["notices"]}
    assert (later.session.song.fps, later.session.song.id == song_id) == (30.0, False)
    assert "damaged" in reported["backup"]["message"]
    assert "31.0" in path.read_text("utf-8")
    later.close()


def test_a_song_of_a_newer_version_is_refused_and_not_replaced_by_its_backup(hands: Hands, tmp_path: Path) -> None:
    """It is not damaged and its backup is older: opening it says what to do, and at the start another song opens."""
    song_id = hands.performer.session.song.id
    hands.do("song.change", fps=24.0)
    hands.do("song.change", fps=30.0)
    hands.performer.close()
    path = tmp_path / "songs" / song_id / "song.json"
    newer = json.dumps({**json.loads(path.read_text("utf-8")), "format": 99})
    path.write_text(newer, "utf-8")
    later = opened(tmp_path, [0])
    assert later.session.song.id != song_id
    assert "backup" not in {notice["id"] for notice in later.snapshot()["notices"]}
    with pytest.raises(NewerFileError, match="Update the extension"):
        later.command("song.open", {"id": song_id})
    assert [song["id"] for song in later.song_list()["songs"] if song["problem"]] == [song_id]
    assert len(later.song_list()["songs"]) == 2
    later.command("song.open_backup", {"id": song_id})
    (said,) = [notice["message"] for notice in later.snapshot()["notices"] if notice["id"] == "backup"]
    assert ("newer Perform" in said, "damaged" in said) == (True, False)
    assert path.read_text("utf-8") == newer
    later.close()


def test_controls_are_in_the_journal_too(hands: Hands) -> None:
    """The datagram that started the recording is journaled with the events that arrived in its batch."""
    hands.send(5.0, osc("/perform/record", 1), osc("/k", 0.5))
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=60)
    assert b"/k" in journal.path.read_bytes()


def test_a_damaged_settings_file_keeps_no_song_shut(hands: Hands, tmp_path: Path) -> None:
    """The song opens, at the start too; the page says what is wrong until the file is imported again."""
    settings = {"zoom": "0:(1)"}
    hands.do("settings.import", name="a.txt", settings=settings)
    song_id = hands.performer.session.song.id
    hands.performer.close()
    base_of(tmp_path / "songs" / song_id).write_text("[", "utf-8")
    later = opened(tmp_path, [0])
    reported = {notice["id"]: notice for notice in later.snapshot()["notices"]}
    assert (later.session.song.id, "damaged" in reported["base"]["message"]) == (song_id, True)
    later.command("settings.import", {"name": "a.txt", "settings": settings})
    assert later.snapshot()["notices"] == []
    later.close()


def base_of(folder: Path) -> Path:
    """The one settings file that was imported into the song in ``folder``."""
    (path,) = folder.glob("base_settings/*.json")
    return path


@pytest.mark.parametrize("name", ["song.json", "base"])
def test_a_file_that_cannot_be_read_is_passed_over_at_the_start(hands: Hands, tmp_path: Path, name: str) -> None:
    """Whatever replaces one song's file, Perform starts."""
    hands.do("settings.import", name="a.txt", settings={"zoom": "0:(1)"})
    song = tmp_path / "songs" / hands.performer.session.song.id
    hands.performer.close()
    path = base_of(song) if name == "base" else song / name
    path.unlink()
    path.mkdir()
    later = opened(tmp_path, [0])
    assert (later.session.song.id == song.name) == (name != "song.json")
    later.close()


def test_a_start_that_fails_gives_the_folder_back(tmp_path: Path) -> None:
    """If the songs cannot be opened, the next attempt does not report that another Perform uses them."""
    (tmp_path / "songs").write_text("no folder", "utf-8")
    for _ in range(2):
        with pytest.raises(StorageError, match="songs"):
            open_performer(tmp_path, ListenerChoice(), Standalone())


def journal_of_two_events(hands: Hands) -> JournalWriter:
    """The journal of a recording that has begun, with two events on disk."""
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush()
    return journal


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let a process delete an open file")
def test_a_recording_whose_journal_was_deleted_is_offered_whole(hands: Hands, tmp_path: Path) -> None:
    """The folder of journals deleted while recording: the page says so, and after kill -9 the whole recording is
    offered."""
    journal_of_two_events(hands)
    shutil.rmtree(hands.performer.parts.store.root / "journals")
    until(lambda: any(notice["id"] == "journal_rewritten" for notice in hands.performer.snapshot()["notices"]))
    hands.play("/k", (3.0, 0.9))
    later = opened(killed_now(hands, tmp_path), [0])
    (offered,) = later.snapshot()["unsaved"]
    later.close()
    assert offered["events"] == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let a process delete an open file")
def test_a_recording_whose_deleted_journal_could_not_be_read_says_what_is_missing(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovered from a journal that had to be restarted, the take shows it; stopped in order, it is complete."""
    journal = journal_of_two_events(hands)
    monkeypatch.setattr(journal_module, "_copied", lambda _old, _new: False)
    journal.path.unlink()
    until(lambda: any(notice["id"] == "journal_rewritten" for notice in hands.performer.snapshot()["notices"]))
    hands.play("/k", (3.0, 0.9))
    later = opened(killed_now(hands, tmp_path), [0])
    later.command("recording.recover", {"id": later.snapshot()["unsaved"][0]["id"]})
    (take,) = later.snapshot()["takes"]
    later.close()
    assert (take["events"], [problem["kind"] for problem in take["problems"]]) == (1, ["damaged", "cut_off"])
    hands.do("record.stop")
    (take,) = hands.performer.snapshot()["takes"]
    assert (take["events"], take["problems"]) == (3, [])
