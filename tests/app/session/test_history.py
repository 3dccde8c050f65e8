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
from deforum_perform.store.songs.folder import document_in
from deforum_perform.store.songs.store import SongStore
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


def test_a_dragged_slider_is_saved_once_it_rests(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty ticks of a slider save the song and add to the log at the first tick, and once more when it rests; that is
    one step of undo, before and after a restart."""
    lane, parts, saved = hands.lane("zoom", "/k"), hands.performer.parts, []
    save = parts.store.save
    monkeypatch.setattr(parts.store, "save", lambda document: (saved.append(document), save(document)))
    lines = log_path(tmp_path, hands).read_bytes().splitlines()
    for tick in range(50):
        hands.at(1.0 + tick / 25)
        hands.do("lane.change", id=lane, smoothing_s=(tick + 1) / 100)
        parts.library.save_rested(due=True)
    assert len(saved) == 1
    hands.at(10.0)
    parts.library.save_rested(due=True)
    assert parts.saver.drain(30.0)
    assert [document.song.lane(lane).shaping.smoothing_s for document in saved] == [0.01, 0.5]
    assert document_in(tmp_path / "songs" / parts.session.song.id) == saved[-1]
    new = log_path(tmp_path, hands).read_bytes().splitlines()[len(lines) :]
    assert [next(iter(json.loads(line))) for line in new] == ["step", "more"]
    log = read_log(log_path(tmp_path, hands), parts.session.document.info.created_at)
    ((change,),) = log.past[-1].patches
    assert (change.before, change.after) == (0.0, 0.5)
    hands.do("undo")
    assert hands.state_of(lane)["smoothing_s"] == 0.0


def test_a_dragged_playhead_is_saved_once_it_rests(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moves of the playhead write the workspace once they rest, and never the song."""
    parts = hands.performer.parts
    folder = tmp_path / "songs" / parts.session.song.id
    song = (folder / "song.json").stat().st_mtime_ns
    for tick in range(20):
        hands.at(1.0 + tick / 20)
        hands.do("seek", time_s=tick / 10)
        parts.library.save_rested(due=True)
    assert document_in(folder).workspace.start_s == 0.0
    hands.at(10.0)
    parts.library.save_rested(due=True)
    assert parts.saver.drain(30.0)
    assert document_in(folder).workspace.start_s == 1.9
    assert (folder / "song.json").stat().st_mtime_ns == song


def test_a_change_that_reached_only_the_log_can_be_brought_back(hands: Hands, later: Any) -> None:
    """Killed between the log and the song's file, the change is not in the song, and redo makes it."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    folder = log_path(hands.performer.parts.store.root, hands).parent

    def without_the_last(copy: Path) -> None:
        shutil.copy(folder / "song.backup.json", copy / "songs" / folder.name / "song.json")

    again = later(change=without_the_last)
    assert again.performer.session.song.cadence is None
    assert labels(again) == ("Song: frame rate", "Song: cadence")
    again.do("redo")
    assert again.performer.session.song.cadence == 4


def test_a_change_that_did_not_reach_the_log_ends_what_can_be_undone(hands: Hands, later: Any) -> None:
    """Where the song's file is newer than the log, only steps are offered that name what is there."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    log = log_path(hands.performer.parts.store.root, hands)
    kept = log.read_bytes()
    hands.do("song.change", fps=25)
    folder = log.parent.name

    def with_older_log(copy: Path) -> None:
        (copy / "songs" / folder / "history.jsonl").write_bytes(kept)

    again = later(change=with_older_log)
    assert labels(again) == ("Song: cadence", None)
    again.do("undo")
    assert (again.performer.session.song.fps, labels(again)[0]) == (25.0, None)


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
    """Whatever is in the log, the song opens as it was saved, undo leads only through states that it had, and new
    changes are undone after the next start."""
    _, states = worked(hands)
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


def test_the_history_of_another_song_does_nothing(hands: Hands, later: Any) -> None:
    """A log that was copied from another song offers no step that does not fit, and opens the song as it is."""
    worked(hands)
    foreign = log_path(hands.performer.parts.store.root, hands).read_bytes()
    song = hands.do("song.new", name="other")["id"]
    hands.do("song.change", fps=30)
    hands.do("lane.add", field="zoom")
    last = song_of(hands)
    again = later(change=lambda copy: (copy / "songs" / song / "history.jsonl").write_bytes(foreign))
    assert again.performer.session.song.id == song
    assert song_of(again) == last
    assert labels(again)[0] is None
    with pytest.raises(InputError, match="nothing to undo"):
        again.do("undo")


def test_a_log_that_the_disk_refuses_waits(hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """While the log cannot be written the song is saved, the page says so, nothing is lost for undo by opening another
    song, and later all of it is on disk."""
    hands.performer.parts.saver._retry_s = 0.001
    song = hands.performer.session.song.id

    def full(*_arguments: Any) -> None:
        raise storage_error(OSError(28, "No space left on device"), "The undo history")

    with monkeypatch.context() as patch:
        patch.setattr(SongStore, "save_history", full)
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


def test_the_last_change_of_a_damaged_song_can_be_made_again(hands: Hands) -> None:
    """The copy that opens in the place of a damaged song is from before the last change: redo makes that again."""
    hands.do("song.change", fps=24)
    hands.do("song.change", cadence=4)
    song = hands.performer.session.song.id
    path = log_path(hands.performer.parts.store.root, hands).parent / "song.json"
    hands.do("song.new", name="other")
    path.write_text("{")
    hands.do("song.open_backup", id=song)
    assert hands.performer.session.song.cadence is None
    assert labels(hands) == ("Song: frame rate", "Song: cadence")


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
