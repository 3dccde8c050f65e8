"""Undo: it takes back decisions about the song and nothing else, and it survives whatever ends the program."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.session.history import History
from deforum_perform.core.errors import InputError
from deforum_perform.core.song.document import new_document
from deforum_perform.core.song.song import Song
from deforum_perform.store.files import storage_error
from deforum_perform.store.history_file import DEPTH, Log, entries_of, log_bytes, log_of, read_log, with_entries
from deforum_perform.store.songs.folder import document_in, song_bytes
from deforum_perform.store.songs.folder import song_of as song_of_bytes
from tests.app.conftest import Hands, opened, osc
from tests.store.examples import songs


def labels(hands: Hands) -> tuple[str | None, str | None]:
    """What undo and redo would do, as the page shows it."""
    state = hands.performer.snapshot()["undo"]
    return state["undo"], state["redo"]


def log_path(root: Path, hands: Hands) -> Path:
    """The log of the open song."""
    return root / "songs" / hands.performer.session.song.id / "history.jsonl"


@pytest.fixture
def later(tmp_path: Path) -> Iterator[Any]:
    """Opens what a process that was killed now would leave behind, in a copy of its folder."""
    begun: list[Hands] = []

    def later(root: Path = tmp_path, change: Any = lambda _copy: None) -> Hands:
        copy = tmp_path.parent / f"{tmp_path.name}-later-{len(begun)}"
        shutil.copytree(root, copy)
        (copy / "lock").unlink(missing_ok=True)
        change(copy)
        clock = [0]
        begun.append(Hands(opened(copy, clock), clock))
        return begun[-1]

    yield later
    for hands in begun:
        hands.performer.close()


def begin(hands: Hands, at_s: float) -> None:
    """A recording of one source, a second long, that is to be stopped."""
    hands.at(at_s)
    hands.do("record.start")
    hands.play("/k", (at_s + 0.2, 0.25), (at_s + 0.6, 0.75))
    hands.at(at_s + 1.0)


# --- what is not an undo step -----------------------------------------------------------------------------------------


def test_undo_leaves_the_name(hands: Hands, tmp_path: Path) -> None:
    """A song that was renamed after a change keeps its new name when the change is undone, on disk too."""
    hands.do("song.change", fps=24)
    hands.do("song.rename", name="Tide")
    hands.do("undo")
    document = hands.performer.session.document
    assert (document.name, document.song.fps) == ("Tide", 15.0)
    assert document_in(tmp_path / "songs" / document.id) == document
    hands.do("redo")
    assert (hands.performer.session.document.name, hands.performer.session.song.fps) == ("Tide", 24.0)


def test_undo_leaves_the_start_and_the_playhead(hands: Hands, tmp_path: Path) -> None:
    """Wherever recording starts by then, typed or moved on the time line: undo and redo of a change do not move it."""
    hands.do("song.change", fps=24)
    for change in (lambda: hands.do("seek", time_s=7.5), lambda: hands.do("song.change", start_s=9.0)):
        change()
        there = (hands.performer.session.document.workspace.start_s, hands.performer.session.transport.position_s)
        for go in ("undo", "redo"):
            hands.do(go)
            session = hands.performer.session
            assert (session.document.workspace.start_s, session.transport.position_s) == there
            assert document_in(tmp_path / "songs" / session.song.id).workspace.start_s == there[0]


def test_arm_mute_and_start_are_no_steps(hands: Hands) -> None:
    """Undo takes back the change of the song before them, however often they were used since, and leaves them."""
    zoom, angle = hands.lane("zoom", "/z"), hands.lane("angle", "/a")
    hands.do("lane.change", id=zoom, curve="s")
    for armed in (False, True, False):
        hands.do("lane.change", id=zoom, armed=armed)
    hands.do("lane.change", id=angle, muted=True)
    hands.do("seek", time_s=3.0)
    hands.do("song.rename", name="Tide")
    assert labels(hands) == ("Zoom: curve", None)
    hands.do("undo")
    assert (hands.state_of(zoom)["curve"], hands.state_of(zoom)["armed"]) == ("linear", False)
    assert hands.state_of(angle)["muted"] is True
    hands.do("lane.arm_all", armed=True)
    assert labels(hands) == ("add Angle", "Zoom: curve")


def test_a_removed_lane_comes_back_as_it_was_set(hands: Hands) -> None:
    """Undo of removing a lane brings its arm and mute back with it, after a restart too."""
    zoom = hands.lane("zoom", "/z", armed=False, muted=True)
    hands.do("lane.remove", id=zoom)
    hands.do("undo")
    assert (hands.state_of(zoom)["armed"], hands.state_of(zoom)["muted"]) == (False, True)


def test_a_song_that_gets_shorter_by_undo_keeps_the_playhead_inside(hands: Hands) -> None:
    """Only where the playhead would lie after the end of the song it goes there."""
    hands.do("song.change", length_s=10)
    hands.do("song.change", length_s=90, fps=20)
    hands.do("seek", time_s=80)
    hands.do("undo")
    assert hands.performer.session.transport.position_s == 10
    hands.do("redo")
    assert hands.performer.session.transport.position_s == 10


def test_a_start_by_osc_is_saved(hands: Hands, tmp_path: Path) -> None:
    """A seek by OSC is in the workspace on disk as one of the page is."""
    hands.send(1.0, osc("/perform/seek", 4.5))
    hands.performer.parts.library.save_rested()
    assert hands.performer.parts.saver.drain(30.0)
    assert document_in(tmp_path / "songs" / hands.performer.session.song.id).workspace.start_s == 4.5


# --- what it survives -------------------------------------------------------------------------------------------------


def worked(hands: Hands) -> tuple[str, list[dict[str, Any]]]:
    """Some work in which a slider, Learn, a recording and a removed lane are steps; what the song was before each."""
    states = []

    def done(command: str, **arguments: Any) -> Any:
        states.append(song_of(hands))
        return hands.do(command, **arguments)

    lane = done("lane.add", field="zoom", source="/k")["id"]
    states.append(song_of(hands))
    for tick in range(5):
        hands.do("lane.change", id=lane, smoothing_s=tick / 10)
    done("song.change", fps=24, cadence=3)
    begin(hands, 1.0)
    done("record.stop")
    done("lane.add", field="angle")
    done("lane.move", id=lane, index=1)
    done("lane.remove", id=lane)
    return lane, states


def song_of(hands: Hands) -> dict[str, Any]:
    """What the song plays: without takes in the trash."""
    state = hands.performer.snapshot()
    lanes = [{**lane, "learning": None} for lane in state["lanes"]]
    takes = [take["id"] for take in state["takes"] if not take["trashed"]]
    return {"song": {**state["song"], "seconds": 0, "frames": 0, "max_frames": 0}, "lanes": lanes, "takes": takes}


def gone_back(hands: Hands) -> list[dict[str, Any]]:
    """All states that undo leads to, the last one first."""
    found = []
    while labels(hands)[0] is not None:
        hands.do("undo")
        found.append(song_of(hands))
    return found


def test_the_history_survives_the_end_of_the_program(hands: Hands, later: Any) -> None:
    """Killed at any moment after a command, the next start undoes every step, one by one, and brings each back."""
    _, states = worked(hands)
    last = song_of(hands)
    again = later()
    assert song_of(again) == last
    assert gone_back(again) == states[::-1]
    third = later(again.performer.parts.store.root)
    while labels(third)[1] is not None:
        third.do("redo")
    assert song_of(third) == last


def test_the_history_survives_another_song(hands: Hands) -> None:
    """Opening another song and coming back loses no step of undo, and none of redo."""
    _, states = worked(hands)
    song = hands.performer.session.song.id
    hands.do("undo")
    before = labels(hands)
    hands.do("song.new", name="other")
    assert labels(hands) == (None, None)
    hands.do("song.change", fps=30)
    hands.do("song.open", id=song)
    assert labels(hands) == before
    hands.do("redo")
    assert gone_back(hands) == states[::-1]


def test_a_thousand_steps_come_back(hands: Hands, later: Any) -> None:
    """A thousand steps are undone after a restart, down to the first."""
    with hands.performer.session.lock:
        for number in range(DEPTH):
            hands.performer.session.edit(f"step {number}", lambda song, n=number: _with_fps(song, 1.0 + n / 10))
    hands.performer.parts.saver.drain(60.0)
    again = later()
    assert again.performer.session.song.fps == 1.0 + (DEPTH - 1) / 10
    for number in reversed(range(DEPTH)):
        assert again.performer.session.go("undo") == f"step {number}"
    assert again.performer.session.song.fps == 15.0
    assert labels(again)[0] is None


def _with_fps(song: Song, fps: float) -> Song:
    return replace(song, fps=fps)


def kinds(path: Path) -> list[str]:
    """What each line of a log is."""
    return [next(iter(json.loads(line))) for line in path.read_bytes().splitlines()]


def test_a_dragged_slider_is_saved_a_moment_later(hands: Hands, tmp_path: Path, later: Any) -> None:
    """Fifty ticks of a slider in two seconds are on disk before half a second has passed, in few lines of the history,
    and in the song's file once they rest; they are one step of undo, before and after a restart."""
    lane, parts = hands.lane("zoom", "/k"), hands.performer.parts
    log, file = log_path(tmp_path, hands), log_path(tmp_path, hands).parent / "song.json"
    before = file.read_bytes()
    lines = kinds(log)
    for tick in range(50):
        hands.at(1.0 + tick / 25)
        hands.do("lane.change", id=lane, smoothing_s=(tick + 1) / 100)
        parts.library.save_rested(due=True)
        assert parts.saver.drain(30.0)
        saved = document_in(file.parent).song.lane(lane).shaping.smoothing_s
        assert (tick + 1) / 100 - saved <= 0.1
    assert file.read_bytes() == before
    hands.at(3.5)
    parts.library.save_rested(due=True)
    assert parts.saver.drain(30.0)
    new = kinds(log)[len(lines) :]
    assert new == ["step", *["more"] * (len(new) - 1)]
    assert len(new) <= 12
    assert song_of(later()) == song_of(hands)
    hands.at(10.0)
    parts.library.save_rested(due=True)
    assert parts.saver.drain(30.0)
    assert song_of_bytes(file.read_bytes(), "It").song == parts.session.song
    steps = read_log(log, parts.session.document.info.created_at)
    ((change,),) = steps.past[-1].patches
    assert (change.before, change.after) == (0.0, 0.5)
    hands.do("undo")
    assert hands.state_of(lane)["smoothing_s"] == 0.0


def test_a_dragged_playhead_is_saved_a_moment_later(hands: Hands, tmp_path: Path) -> None:
    """Moves of the playhead write the workspace a few times a second, and never the song."""
    parts, saved = hands.performer.parts, set()
    folder = tmp_path / "songs" / parts.session.song.id
    song = (folder / "song.json").stat().st_mtime_ns
    for tick in range(20):
        hands.at(1.0 + tick / 20)
        hands.do("seek", time_s=tick / 10)
        parts.library.save_rested(due=True)
        assert parts.saver.drain(30.0)
        saved.add(document_in(folder).workspace.start_s)
        assert tick / 10 - max(saved) <= 0.5
    assert len(saved) <= 7
    hands.at(10.0)
    parts.library.save_rested(due=True)
    assert parts.saver.drain(30.0)
    assert document_in(folder).workspace.start_s == 1.9
    assert (folder / "song.json").stat().st_mtime_ns == song


def test_a_change_is_in_the_song_once_it_is_in_the_log(hands: Hands, tmp_path: Path, later: Any) -> None:
    """Killed before the song's file was saved, the song has the change, and undo and redo know it."""
    hands.do("song.change", fps=24)
    file = log_path(tmp_path, hands).parent / "song.json"
    before = file.read_bytes()
    hands.do("song.change", cadence=4)
    hands.do("song.change", sender_time=True)
    hands.do("undo")
    assert file.read_bytes() == before
    again = later()
    assert again.performer.session.song == hands.performer.session.song
    assert labels(again) == ("Song: cadence", "Song: time of new takes") == labels(hands)
    again.do("undo")
    assert again.performer.session.song.cadence is None


def test_the_file_of_the_song_follows_when_changes_rest(hands: Hands, tmp_path: Path) -> None:
    """Three seconds after the last change, and at the latest after thirty seconds of changes, the song's file contains
    them; another song that is opened, or the end of the program, does not wait for that."""
    parts = hands.performer.parts
    file = log_path(tmp_path, hands).parent / "song.json"

    def cadence() -> int | None:
        assert parts.saver.drain(30.0)
        return song_of_bytes(file.read_bytes(), "It").song.cadence

    hands.do("song.change", fps=24)
    changed_at = []
    for second in range(1, 40):
        hands.at(float(second))
        hands.do("song.change", cadence=second)
        hands.do("lane.add", field="zoom")
        parts.library.save_rested(due=True)
        if cadence() == second:
            changed_at.append(second)
    assert changed_at == [31]
    hands.at(43.0)
    parts.library.save_rested(due=True)
    assert cadence() == 39
    hands.do("song.change", cadence=50)
    assert cadence() == 39
    hands.do("song.new", name="other")
    assert cadence() == 50


def test_a_change_that_did_not_reach_the_log_ends_what_can_be_undone(hands: Hands, later: Any) -> None:
    """Where the song's file is newer than the log, only steps are offered that name what is there."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    log = log_path(hands.performer.parts.store.root, hands)
    kept = log.read_bytes()
    hands.do("song.change", fps=25)
    rest(hands)
    folder = log.parent.name

    def with_older_log(copy: Path) -> None:
        (copy / "songs" / folder / "history.jsonl").write_bytes(kept)

    again = later(change=with_older_log)
    assert labels(again) == ("Song: cadence", None)
    again.do("undo")
    assert (again.performer.session.song.fps, labels(again)[0]) == (25.0, None)


def rest(hands: Hands) -> None:
    """Nothing changes for a while: the song's file is saved."""
    hands.performer.parts.library.save_rested()
    assert hands.performer.parts.saver.drain(60.0)


# --- what cannot harm it ----------------------------------------------------------------------------------------------


def _flipped(data: bytes) -> bytes:
    return bytes([*data[: len(data) // 2], data[len(data) // 2] ^ 1, *data[len(data) // 2 + 1 :]])


DAMAGE = {
    "cut off": lambda data: data[:-30],
    "cut short": lambda data: data[: len(data) // 3],
    "a changed bit": _flipped,
    "empty": lambda data: b"",
    "no log": lambda data: b'{"a": [[[[' * 1000,
    "twice": lambda data: data + data,
    "backwards": lambda data: b"\n".join(reversed(data.split(b"\n"))),
    "of a newer version": lambda data: data.replace(b'{"format":1', b'{"format":9'),
    "zeros": lambda data: data + bytes(5000),
    "gone": None,
}


END_LOST = ("cut short",)
"""Without the end of the log a step can be undone that is not the last one, if what it changed is as it left it."""


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_history_never_changes_the_song(hands: Hands, later: Any, kind: str) -> None:
    """Whatever is in the log, the song opens as its file was saved, undo leads only through states that it had, and new
    changes are undone after the next start."""
    _, states = worked(hands)
    rest(hands)
    last, folder = song_of(hands), hands.performer.session.song.id

    def damage(copy: Path) -> None:
        path = copy / "songs" / folder / "history.jsonl"
        change = DAMAGE[kind]
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(path.read_bytes()))

    again = later(change=damage)
    assert song_of(again) == last
    known = [*states, last]
    found = gone_back(again)
    assert kind in END_LOST or all(state in known for state in found)
    here = song_of(again)
    again.do("song.change", tempo_bpm=77)
    third = later(again.performer.parts.store.root)
    assert labels(third) == ("Song: tempo", None)
    third.do("undo")
    assert song_of(third) == here


READABLE = ("no newline", "zeros", "twice")
"""What leaves every line that was written as it was."""


@pytest.mark.parametrize("kind", [*DAMAGE, "no newline"])
def test_what_only_a_damaged_history_contains_is_never_wrong(hands: Hands, later: Any, kind: str) -> None:
    """Killed before the song's file was saved, with a damaged log, the song opens in a state that it had, which is the
    last one if its lines can be read; a new change is on disk, and undone, after the next start."""
    _, states = worked(hands)
    folder, last = hands.performer.session.song.id, song_of(hands)

    def damage(copy: Path) -> None:
        path = copy / "songs" / folder / "history.jsonl"
        change = DAMAGE.get(kind, lambda data: data + b'{"undo":[]')
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(path.read_bytes()))

    again = later(change=damage)
    opened_as = song_of(again)
    assert opened_as == last if kind in READABLE else opened_as in [*states, last]
    again.do("song.change", tempo_bpm=77)
    third = later(again.performer.parts.store.root)
    assert song_of(third) == song_of(again)
    assert labels(third)[0] == "Song: tempo"
    third.do("undo")
    assert song_of(third) == opened_as


def test_changes_that_cannot_be_read_are_reported(hands: Hands, tmp_path: Path, later: Any) -> None:
    """A damaged line after which others come means that changes are missing: the page says so. A line that was cut off
    was never answered, so nothing is said."""
    hands.do("song.change", fps=24)
    log = log_path(tmp_path, hands)
    before = len(log.read_bytes())
    hands.do("song.change", cadence=4)
    hands.do("song.change", sender_time=True)
    name = log.parent.name

    def changed(change: Any) -> Any:
        def change_log(copy: Path) -> None:
            path = copy / "songs" / name / "history.jsonl"
            path.write_bytes(change(path.read_bytes()))

        return change_log

    flipped = later(change=changed(lambda data: data[: before + 9] + b"?" + data[before + 10 :]))
    notices = {notice["id"]: notice["message"] for notice in flipped.performer.snapshot()["notices"]}
    assert "history is damaged" in notices["backup"]
    assert (flipped.performer.session.song.cadence, flipped.performer.session.song.sender_time) == (None, False)
    cut = later(change=changed(lambda data: data[:-2]))
    assert cut.performer.snapshot()["notices"] == []
    assert (cut.performer.session.song.cadence, cut.performer.session.song.sender_time) == (4, False)


def test_a_log_that_is_deleted_meanwhile_loses_no_later_change(hands: Hands, tmp_path: Path, later: Any) -> None:
    """Deleted, or replaced, the log no longer leads to the song: the next change is saved in the song's file."""
    hands.do("song.change", fps=24)
    for number, damage in enumerate((Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-40]))):
        hands.do("song.change", cadence=number + 1)
        damage(log_path(tmp_path, hands))
        hands.do("song.change", tempo_bpm=100 + number)
        again = later()
        assert again.performer.session.song == hands.performer.session.song
        hands.do("song.change", sender_time=not number)
        assert later().performer.session.song == hands.performer.session.song


def test_a_song_that_was_copied_while_it_changed_is_a_state_that_it_had(hands: Hands, tmp_path: Path) -> None:
    """Copied file by file while Perform saves, in any order, the copy opens in one of the states in between."""
    folder = log_path(tmp_path, hands).parent
    hands.do("song.change", fps=24)
    states, files = [hands.performer.session.song], [tuple(sorted(read_files(folder).items()))]
    for number in range(6):
        hands.do("song.change", cadence=number + 1)
        states.append(hands.performer.session.song)
        files.append(tuple(sorted(read_files(folder).items())))
        hands.do("undo") if number % 2 else rest(hands)
        states.append(hands.performer.session.song)
        files.append(tuple(sorted(read_files(folder).items())))
    copy = tmp_path / "songs" / "copy"
    copy.mkdir()
    for earlier in files:
        for later_files in files:
            for name, data in (*earlier, *later_files[:1]):
                (copy / name).write_bytes(data)
            assert replace(document_in(copy).song, id=folder.name) in states


def read_files(folder: Path) -> dict[str, bytes]:
    """The history and the song's file."""
    return {name: (folder / name).read_bytes() for name in ("history.jsonl", "song.json")}


def test_a_version_that_knows_no_changes_ahead_is_not_answered_by_the_log(hands: Hands, tmp_path: Path) -> None:
    """A song's file that another program wrote, without the line that names it, opens as that program left it."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    rest(hands)
    folder = log_path(tmp_path, hands).parent
    hands.do("song.change", tempo_bpm=77)
    other = replace(hands.performer.session.song, tempo=None, cadence=9)
    (folder / "song.json").write_bytes(song_bytes(replace(hands.performer.session.document, song=other)))
    assert document_in(folder).song == other


def test_the_history_of_another_song_does_nothing(hands: Hands, later: Any) -> None:
    """A log that was copied from another song offers no step that does not fit, and opens the song as it is."""
    worked(hands)
    foreign = log_path(hands.performer.parts.store.root, hands).read_bytes()
    song = hands.do("song.new", name="other")["id"]
    hands.do("song.change", fps=30)
    hands.do("lane.add", field="zoom")
    rest(hands)
    last = song_of(hands)
    again = later(change=lambda copy: (copy / "songs" / song / "history.jsonl").write_bytes(foreign))
    assert again.performer.session.song.id == song
    assert song_of(again) == last
    assert labels(again)[0] is None
    with pytest.raises(InputError, match="nothing to undo"):
        again.do("undo")


def test_a_log_that_the_disk_refuses_waits(hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While the log cannot be written every change is saved in the song's file, the page says so, nothing is lost for
    undo by opening another song, and later all of it is on disk."""
    hands.performer.parts.saver._retry_s = 0.001
    song = hands.performer.session.song.id

    def full(*_arguments: Any) -> None:
        raise storage_error(OSError(28, "No space left on device"), "The undo history")

    with monkeypatch.context() as patch:
        patch.setattr("deforum_perform.store.songs.saved_song.append_log", full)
        patch.setattr("deforum_perform.store.songs.folder.append_log", full)
        patch.setattr("deforum_perform.store.songs.folder.write_log", full)
        hands.do("song.change", fps=24)
        hands.do("song.change", cadence=4)
        assert document_in(tmp_path / "songs" / song).song.cadence == 4
        assert "undo history" in hands.performer.publisher.notices["storage"].message
        hands.do("song.new", name="other")
        hands.do("song.open", id=song)
        assert labels(hands) == ("Song: cadence", None)
        hands.do("undo")
    assert hands.performer.parts.saver.drain(60.0, patient=True)
    log = read_log(log_path(tmp_path, hands), hands.performer.session.document.info.created_at)
    assert [step.label for step in log.past] == ["Song: frame rate"]
    assert [step.label for step in log.future] == ["Song: cadence"]
    assert "storage" not in hands.performer.publisher.notices


# --- where it goes along ----------------------------------------------------------------------------------------------


def test_a_copy_has_the_history(hands: Hands) -> None:
    """A duplicate and an imported zip can be undone as the song can, and have its workspace."""
    lane, states = worked(hands)
    hands.do("undo")
    hands.do("lane.change", id=lane, muted=True)
    expected = [{**state, "song": None} for state in states[-2::-1]]
    made = hands.performer.export("zip")
    for copy in (
        lambda: hands.do("song.duplicate", id=hands.performer.session.song.id),
        lambda: hands.performer.import_song(made.data),
    ):
        copy()
        assert hands.state_of(lane)["muted"] is True
        found = [{**state, "song": None} for state in gone_back(hands)]
        assert [_without_mute(state) for state in found] == [_without_mute(state) for state in expected]
        while labels(hands)[1] is not None:
            hands.do("redo")


def _without_mute(state: dict[str, Any]) -> dict[str, Any]:
    lanes = [{k: v for k, v in lane.items() if k not in ("muted", "curve_id", "problems")} for lane in state["lanes"]]
    return {**state, "lanes": lanes}


def test_a_damaged_song_has_its_last_changes_from_the_log(hands: Hands) -> None:
    """The copy that opens in the place of a damaged song is made from its backup and from the log: it lacks nothing."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    song = hands.performer.session.song.id
    path = log_path(hands.performer.parts.store.root, hands).parent / "song.json"
    hands.do("song.new", name="other")
    path.write_text("{")
    hands.do("song.open_backup", id=song)
    assert (hands.performer.session.song.fps, hands.performer.session.song.cadence) == (24.0, 4)
    assert labels(hands) == ("Song: cadence", None)


# --- any work ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(["edit", "merge", "no step", "undo", "redo", "saved"]), songs()), max_size=8))
def test_undo_and_redo_lead_through_the_states_that_were(steps: list[tuple[str, Song]]) -> None:
    """Whatever is done in whatever order, undo gives the state before a step and redo the one after it; read again from
    its log at any point, the history leads through the same states."""
    history = History(new_document("s", "x"))
    log, states = Log(), [history.song]
    for number, (what, song) in enumerate(steps):
        after = replace(song, id="s", takes=())
        if what in ("edit", "merge", "no step"):
            merge = "slider" if what == "merge" else None
            label = history.undo_label
            history.edit(f"{number}", lambda _song, a=after: a, merge=merge, undoable=what != "no step")
            if history.undo_label == label:
                states = [*states[:-1], history.song]
            else:
                states = [*states, history.song]
        elif what == "undo" and history.undo() is not None:
            states = states[:-1]
            assert history.song == states[-1]
        elif what == "redo" and history.redo() is not None:
            states = [*states, history.song]
        elif what == "saved":
            log = _saved(history, log)
            history = History(history.document, log)
    again = History(history.document, _saved(history, log))
    assert (again.undo_label, again.redo_label) == (history.undo_label, history.redo_label)
    for known in (history, again):
        found = [known.song]
        while known.undo() is not None:
            found.append(known.song)
        assert found == states[::-1]


def _saved(history: History, log: Log) -> Log:
    """The log as it is on disk once what is unwritten was added."""
    unwritten = history.unwritten()
    log = with_entries(Log() if unwritten.whole else log, unwritten.entries)
    return log_of(log_bytes(entries_of(log), "now"), "now")
