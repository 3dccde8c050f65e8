"""Recordings that no song names are found, offered and made takes again, under the numbers they had."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from deforum_perform.app.session.library import RECOVERED
from deforum_perform.core.errors import ConflictError, DamagedFileError, NotFoundError
from deforum_perform.core.song.song import Song
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, opened

START_S = 1.0


def begin(hands: Hands, *values: float) -> None:
    """Record these values, half a second apart."""
    hands.at(START_S)
    hands.do("record.start")
    hands.play("/k", *((START_S + (step + 1) / 2, value) for step, value in enumerate(values)))


def record(hands: Hands, *values: float) -> None:
    """A recording that became a take."""
    begin(hands, *values)
    hands.do("record.stop")


@contextmanager
def killed(hands: Hands, root: Path, name: str = "killed") -> Iterator[Hands]:
    """Another start on a copy of the songs as a process that is killed now leaves them."""
    journal = hands.performer.recorder.feed.journal
    assert journal is None or journal.flush(timeout_s=60)
    assert hands.performer.parts.saver.drain(60.0)
    if not (root / name).exists():
        shutil.copytree(root, root / name, ignore=shutil.ignore_patterns("killed*", "lock"))
    clock = [0]
    later = Hands(opened(root / name, clock), clock)
    yield later
    later.performer.close()


def offered(hands: Hands) -> list[tuple[int, int, bool]]:
    """Number, events and whether it was cut off, of what the page offers."""
    return [(row["number"], row["events"], row["cut_off"]) for row in hands.performer.snapshot()["unsaved"]]


def takes(hands: Hands) -> list[tuple[int, int]]:
    """Number and events of the takes of the open song."""
    return [(take["number"], take["events"]) for take in hands.performer.snapshot()["takes"]]


def forget_last_take(song: Path) -> None:
    """The song as it was before its last take, as where the process was killed before the song was written."""
    (song / "song.json").write_bytes((song / "song.backup.json").read_bytes())
    (song / "history.jsonl").unlink()


@pytest.mark.parametrize("command", ["recording.recover", "recording.discard"])
def test_a_take_that_its_song_does_not_name_is_offered(hands: Hands, tmp_path: Path, command: str) -> None:
    """It is listed at the start, is recovered under its number, or is set aside; its number is not reused."""
    record(hands, 0.1, 0.2)
    record(hands, 0.1, 0.2, 0.3)
    song_id = hands.performer.session.song.id
    hands.performer.close()
    forget_last_take(tmp_path / "songs" / song_id)
    with killed(hands, tmp_path) as later:
        assert (offered(later), takes(later)) == ([(2, 3, False)], [(1, 2)])
        record(later, 0.5)
        assert takes(later) == [(1, 2), (3, 1)]
        later.do(command, id=later.performer.snapshot()["unsaved"][0]["id"])
        kept = [(2, 3)] if command == "recording.recover" else []
        assert (offered(later), takes(later)) == ([], sorted([(1, 2), (3, 1), *kept]))
        files = sorted(path.parent.name for path in (tmp_path / "killed" / "songs" / song_id).rglob("*.npz"))
        assert files == (["recordings"] * 3 if kept else ["aside", "recordings", "recordings"])
    with killed(hands, tmp_path) as again:
        assert (offered(again), takes(again)) == ([], sorted([(1, 2), (3, 1), *kept]))


def test_a_take_copied_into_the_folder_is_offered_when_its_song_opens(hands: Hands, tmp_path: Path) -> None:
    """Opening a song looks at the disk again."""
    record(hands, 0.1, 0.2)
    first = hands.performer.session.song
    other = hands.do("song.new", name="other")["id"]
    store = SongStore(tmp_path)
    store.save_take(other, replace(store.load_takes(first.id, first.takes[0].id)[0], id="copied"))
    hands.do("song.open", id=first.id)
    assert offered(hands) == [(1, 2, False)]
    hands.do("recording.recover", id="copied")
    assert (hands.performer.session.song.id, takes(hands)) == (other, [(1, 2)])


def test_takes_that_are_named_only_where_they_are_not_are_offered(hands: Hands, tmp_path: Path) -> None:
    """Where the files of two songs were exchanged, each names takes that are in the folder of the other: they are
    offered, and come back."""
    record(hands, 0.1, 0.2)
    first = hands.performer.session.song.id
    second = hands.do("song.new", name="other")["id"]
    record(hands, 0.1, 0.2, 0.3)
    hands.performer.close()
    songs = [tmp_path / "songs" / song / "song.json" for song in (first, second)]
    texts = [path.read_bytes() for path in songs]
    for path, text in zip(songs, reversed(texts), strict=True):
        path.write_bytes(text)
    with killed(hands, tmp_path) as later:
        assert sorted(events for _, events, _ in offered(later)) == [2, 3]
        for row in later.performer.snapshot()["unsaved"]:
            later.do("recording.recover", id=row["id"])
            assert row["events"] in [events for _, events in takes(later)]
        assert offered(later) == []


def stretched_with_its_journal(hands: Hands) -> Song:
    """A stretched song with a saved take, as left by a process that was killed before it deleted the journal."""
    hands.lane("zoom", "/k")
    begin(hands, 0.1, 0.2)
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=60)
    kept = journal.path.read_bytes()
    hands.do("record.stop")
    hands.do("song.change", tempo_bpm=120.0)
    hands.do("song.stretch", tempo_bpm=60.0)
    before = hands.performer.session.song
    hands.performer.close()
    journal.path.write_bytes(kept)
    return before


def test_a_journal_whose_take_is_saved_is_not_offered(hands: Hands, tmp_path: Path) -> None:
    """Killed between saving the song and deleting the journal, nothing is offered: the take was read back, and the
    journal goes. A stretched song stays stretched."""
    before = stretched_with_its_journal(hands)
    with killed(hands, tmp_path) as later:
        assert offered(later) == []
        assert later.performer.session.song == before
        assert list((tmp_path / "killed" / "journals").glob("*.journal")) == []


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_named_take_comes_back_from_its_journal(hands: Hands, tmp_path: Path, damage: str) -> None:
    """If the file of a take cannot be read, its journal is offered, and restores only the file: number, tempo and lanes
    stay. The damaged file is set aside."""
    before = stretched_with_its_journal(hands)
    file = tmp_path / "songs" / before.id / "recordings" / f"{before.takes[0].id}.npz"
    damaged = file.read_bytes()[:-40]
    file.unlink()
    if damage == "damaged":
        file.write_bytes(damaged)
    with killed(hands, tmp_path) as later:
        (row,) = later.performer.snapshot()["unsaved"]
        assert later.do("recording.recover", id=row["id"]) == {"take": 1}
        assert later.performer.session.song == before
        assert offered(later) == []
        store = SongStore(tmp_path / "killed")
        assert store.load_takes(before.id, before.takes[0].id)[0].events == 2
        aside = [path.read_bytes() for path in store.folder(before.id).glob("recordings/aside/*")]
        assert aside == ([damaged] if damage == "damaged" else [])
        assert list(store.journals.glob("*.journal")) == []


def test_a_damaged_file_beside_a_good_journal_loses_nothing(hands: Hands, tmp_path: Path) -> None:
    """A take that its song does not name, whose file is damaged, is made of the journal, with its lanes; the journal
    goes when the new file was read back."""
    hands.lane("zoom", "/k")
    begin(hands, 0.1, 0.2, 0.3)
    current = hands.performer.recorder.current
    assert current is not None
    folder = tmp_path / "songs" / current.plan.song_id / "recordings"
    (folder / f"{current.plan.recording_id}.npz").write_bytes(b"PK damaged")
    with killed(hands, tmp_path) as later:
        (row,) = later.performer.snapshot()["unsaved"]
        assert row["problem"] is None
        assert later.do("recording.recover", id=row["id"]) == {"take": 1}
        assert takes(later) == [(1, 3)]
        assert len(later.performer.snapshot()["lanes"][0]["clips"]) == 1
    with killed(hands, tmp_path) as again:
        assert (offered(again), takes(again)) == ([], [(1, 3)])
        song = again.performer.session.song
        assert again.performer.parts.store.load_takes(song.id, song.takes[0].id)[0].events == 3


def test_recovering_keeps_the_number(hands: Hands, tmp_path: Path) -> None:
    """A recording that was cut off as take 1 becomes take 1, also after another one was recorded meanwhile."""
    begin(hands, 0.1, 0.2)
    with killed(hands, tmp_path) as later:
        record(later, 0.5)
        assert takes(later) == [(2, 1)]
        later.do("recording.recover", id=later.performer.snapshot()["unsaved"][0]["id"])
        assert takes(later) == [(1, 2), (2, 1)]


def test_the_newest_take_of_a_damaged_song_comes_with_its_backup(hands: Hands, tmp_path: Path) -> None:
    """What opens in the place of a damaged song has all its takes, and their numbers are not given again."""
    record(hands, 0.1, 0.2)
    record(hands, 0.1, 0.2, 0.3)
    song_id = hands.performer.session.song.id
    hands.performer.close()
    (tmp_path / "songs" / song_id / "song.json").write_text("{", "utf-8")
    with killed(hands, tmp_path) as later:
        assert later.performer.session.song.id != song_id
        assert (takes(later), offered(later)) == ([(1, 2), (2, 3)], [])
        record(later, 0.5)
        assert takes(later) == [(1, 2), (2, 3), (3, 1)]


def damaged_with_a_cut_off_recording(hands: Hands, tmp_path: Path) -> str:
    """A song whose file is damaged, and a recording of it that was cut off; its id."""
    record(hands, 0.1)
    begin(hands, 0.1, 0.2)
    song_id: str = hands.performer.session.song.id
    with killed(hands, tmp_path) as other:
        other.do("song.new", name="other")
    path = tmp_path / "killed" / "songs" / song_id / "song.json"
    path.write_text("{", "utf-8")
    for older in (path, path.with_name("workspace.json")):
        os.utime(older, (0, 0))  # another song opens at the start
    return song_id


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_recording_of_a_damaged_song_comes_back(hands: Hands, tmp_path: Path, opened_before: bool) -> None:
    """It goes to the copy that was opened in the song's place, or to one that is opened for it."""
    song_id = damaged_with_a_cut_off_recording(hands, tmp_path)
    with killed(hands, tmp_path) as later:
        if opened_before:
            later.do("song.open_backup", id=song_id)
            later.do("song.new", name="another")
        later.do("recording.recover", id=later.performer.snapshot()["unsaved"][0]["id"])
        assert later.performer.session.document.info.backup_of == song_id
        assert takes(later) == [(1, 1), (2, 2)]
        songs = [row["name"] for row in later.performer.song_list()["songs"]]
        assert sum("from its backup" in name for name in songs) == 1


def test_recordings_of_a_song_that_cannot_be_opened_come_back(hands: Hands, tmp_path: Path) -> None:
    """Without a backup too, each of its takes is offered, and they go to the song of recovered recordings."""
    song_id = damaged_with_a_cut_off_recording(hands, tmp_path)
    (tmp_path / "killed" / "songs" / song_id / "song.backup.json").unlink()
    with killed(hands, tmp_path) as later:
        assert sorted(offered(later)) == [(1, 1, False), (2, 2, True)]
        for row in later.performer.snapshot()["unsaved"]:
            later.do("recording.recover", id=row["id"])
        assert later.performer.session.document.name == RECOVERED
        assert (takes(later), offered(later)) == ([(1, 1), (2, 2)], [])


def test_an_unreadable_journal_stays_and_says_why(hands: Hands, tmp_path: Path) -> None:
    """It is offered with the reason and its path; recovering it is refused, and its file stays unchanged."""
    begin(hands, 0.1)
    with killed(hands, tmp_path) as later:
        later.performer.close()
        (path,) = (tmp_path / "killed" / "journals").glob("*.journal")
        path.write_bytes(b"nonsense")
    with killed(hands, tmp_path) as later:
        (row,) = later.performer.snapshot()["unsaved"]
        assert (row["file"], row["events"]) == (f"journals/{path.name}", 0)
        assert "damaged" in row["problem"]
        with pytest.raises(DamagedFileError):
            later.do("recording.recover", id=row["id"])
        assert path.read_bytes() == b"nonsense"
        later.do("recording.discard", id=row["id"])
        assert offered(later) == []


def test_the_running_recording_is_not_offered(hands: Hands) -> None:
    """Neither the recording in progress nor an unknown one can be recovered or discarded."""
    begin(hands, 0.1)
    current = hands.performer.recorder.current
    assert current is not None
    hands.performer.parts.offers.find()
    assert offered(hands) == []
    with pytest.raises(ConflictError):
        hands.do("recording.discard", id=current.plan.recording_id)
    with pytest.raises(NotFoundError):
        hands.do("recording.discard", id="20260101-000000-00000000")
    hands.do("record.stop")
    assert takes(hands) == [(1, 1)]


@pytest.mark.parametrize("stopped", [True, False])
def test_a_recording_that_was_cut_off_before_its_stop_says_so(hands: Hands, tmp_path: Path, stopped: bool) -> None:
    """It is offered as cut off, and the take and a message say that what came after its last event is missing; one
    whose journal holds the stop has lost nothing."""
    begin(hands, 0.1, 0.2)
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    if stopped:
        journal.note(int((START_S + 3) * 1e9), {"end": True})
    with killed(hands, tmp_path) as later:
        (row,) = later.performer.snapshot()["unsaved"]
        assert row["cut_off"] is not stopped
        later.do("recording.recover", id=row["id"])
        (take,) = later.performer.snapshot()["takes"]
        reported = [(problem["kind"], problem["start_s"]) for problem in take["problems"]]
        assert reported == ([] if stopped else [("cut_off", 1.0)])
        said = later.performer.publisher.notices.get("recording")
        assert (said is None) is stopped
        assert said is None or "what came later is missing" in said.message


@pytest.mark.parametrize("damaged", [False, True])
def test_a_killed_recording_in_which_nothing_arrived_is_not_offered(
    hands: Hands, tmp_path: Path, damaged: bool
) -> None:
    """Its journal is deleted at the next start, unless it is damaged: then something may have been in it."""
    begin(hands)
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=60)
    if damaged:
        with journal.path.open("ab") as file:
            file.write(b"?" * 40)
    with killed(hands, tmp_path) as later:
        assert offered(later) == ([(1, 0, True)] if damaged else [])
        assert len(list((tmp_path / "killed" / "journals").glob("*.journal"))) == damaged
    assert journal.path.exists()


def test_a_damaged_journal_gives_all_that_is_good(hands: Hands, tmp_path: Path) -> None:
    """What follows a damaged place is recovered too, and the take shows where something is missing."""
    hands.lane("zoom", "/k")
    begin(hands, 0.1, 0.2, 0.3, 0.4)
    with killed(hands, tmp_path):
        pass
    (path,) = (tmp_path / "killed" / "journals").glob("*.journal")
    data = bytearray(path.read_bytes())
    place = data.index(b"/k\0\0", data.index(b"/k\0\0") + 1)
    data[place] ^= 1
    path.write_bytes(data)
    with killed(hands, tmp_path) as later:
        later.do("recording.recover", id=later.performer.snapshot()["unsaved"][0]["id"])
        (take,) = later.performer.snapshot()["takes"]
        reported = [(problem["kind"], problem["start_s"], problem["end_s"]) for problem in take["problems"]]
        assert (take["events"], reported[0]) == (3, ("damaged", 0.5, 1.5))
        assert "damaged" in later.performer.publisher.notices["recording"].message
        assert len(later.performer.snapshot()["lanes"][0]["clips"]) == 1


def test_a_journal_without_its_beginning_comes_back(hands: Hands, tmp_path: Path) -> None:
    """Where the header is damaged, the song is not known, but what arrived is: it goes to the recovered recordings."""
    begin(hands, 0.1, 0.2, 0.3)
    with killed(hands, tmp_path):
        pass
    (path,) = (tmp_path / "killed" / "journals").glob("*.journal")
    data = bytearray(path.read_bytes())
    data[data.index(b"song_id")] ^= 1
    path.write_bytes(data)
    with killed(hands, tmp_path) as later:
        (row,) = later.performer.snapshot()["unsaved"]
        assert (row["song"], row["problem"], row["events"]) == (None, None, 3)
        assert later.do("recording.recover", id=row["id"]) == {"take": 1}
        assert later.performer.session.document.name == RECOVERED
        assert (takes(later), offered(later)) == ([(1, 3)], [])
