"""A command never undoes what was recorded meanwhile, and a recording never meets half a command."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.core.errors import ConflictError, InputError
from deforum_perform.store.songs.folder import document_in
from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, opened
from tests.app.interruptions import Interrupted, losses
from tests.app.prepared import killed_folder

Arguments = dict[str, Any]

OTHER_WAY = {
    "check": "it reads",
    "lane.comp": "it reads",
    "listener.allow": "it is of the listener",
    "listener.change": "it is of the listener",
    "listener.forbid": "it is of the listener",
    "settings.export": "it reads",
}
"""Commands that have nothing to do with the song, and why they are not interrupted here."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that every command is tried in."""
    return killed_folder(tmp_path_factory.mktemp("prepared"), "/k")


Begin = Callable[[], Interrupted]


@pytest.fixture
def begin(prepared: Path, tmp_path: Path) -> Iterator[Begin]:
    """Starts a user in a copy of the prepared folder; the last one is left open for the test's end."""
    users: list[Interrupted] = []

    def begin() -> Interrupted:
        root, clock = tmp_path / f"copy {len(users)}", [0]
        shutil.copytree(prepared, root)
        users.append(Interrupted(Hands(opened(root, clock), clock)))
        users[-1].hands.do("song.change", tempo_bpm=120.0)
        users[-1].hands.do("song.change", cadence=5)
        users[-1].hands.do("undo")
        return users[-1]

    yield begin
    for user in users:
        user.performer.close()


def arguments(user: Interrupted) -> Mapping[str, Arguments]:
    """For each command what it needs."""
    state, listed = user.performer.snapshot(), user.performer.song_list()
    song, zoom, angle = state["song"]["id"], state["lanes"][0]["id"], state["lanes"][1]["id"]
    other = next(entry["id"] for entry in listed["songs"] if entry["id"] != song)
    take, offered = {"id": state["takes"][0]["id"]}, {"id": state["unsaved"][0]["id"]}
    return {
        "clip.remove": {"lane": zoom, "id": "clip-1"},
        "clip.change": {"lane": zoom, "id": "clip-1", "fade_in_s": 1.0},
        "clip.split": {"lane": zoom, "id": "clip-1", "at_s": 10.0},
        "edit.add": {"lane": zoom, "start_s": 1.0, "end_s": 2.0, "change": {"kind": "flatten"}},
        "edit.remove": {"lane": zoom, "id": "edit-1"},
        "edit.change": {"lane": zoom, "id": "edit-1", "on": True},
        "lane.add": {"field": "translation_x", "source": "/k"},
        "lane.arm_all": {"armed": True},
        "lane.change": {"id": angle, "source": "/k"},
        "lane.fit_input_range": {"id": zoom},
        "lane.import_schedule": {"id": zoom},
        "lane.learn": {"id": angle},
        "lane.learn_cancel": {},
        "lane.move": {"id": angle, "index": 0},
        "lane.preset": {"id": zoom, "preset": "wild"},
        "lane.remove": {"id": angle},
        "notice.dismiss": {"id": "base"},
        "recording.discard": offered,
        "recording.recover": offered,
        "play.start": {},
        "play.stop": {},
        "record.start": {},
        "record.stop": {},
        "record.wait": {},
        "redo": {},
        "seek": {"time_s": 1.0},
        "settings.clear": {},
        "settings.import": {"name": "another.txt", "settings": {"zoom": "0:(1.25)"}},
        "song.change": {"fps": 24.0},
        "song.duplicate": {"id": song},
        "song.keep_speed": {"from_fps": 30.0},
        "song.new": {"name": "new"},
        "song.open": {"id": other},
        "song.open_backup": {"id": song},
        "song.rename": {"name": "renamed"},
        "song.restore": {"id": listed["trashed"][0]["id"]},
        "song.stretch": {"length_s": 30.0},
        "song.trash": {"id": song},
        "monitor.clear": {},
        "workspace.change": {"loop": [1.0, 4.0]},
        "take.move": {**take, "start_s": 3.0},
        "take.set_unit": {**take, "unit": "seconds"},
        "lane.play_take": {"id": angle, "take": take["id"], "source": "/k"},
        "take.restore": take,
        "lane.remove_take": {"id": zoom, "take": take["id"]},
        "take.set_time": {**take, "time": "arrival"},
        "take.trash": take,
        "undo": {},
    }


def test_every_command_is_interrupted(begin: Begin) -> None:
    """A new command has to be tried here too."""
    assert {*arguments(begin()), *OTHER_WAY} == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - OTHER_WAY.keys()))
def test_a_command_keeps_what_was_recorded_meanwhile(begin: Begin, command: str) -> None:
    """A take at every point at which a command does not hold the lock: each is named once, and no number twice."""
    user = begin()
    try:
        user.do(user.take, command, arguments(user)[command])
    except InputError as error:
        assert (command, str(error)) == ("redo", "There is nothing to redo.")  # a take was recorded since the undo
    user.settle()
    assert user.lock.points > 1
    assert losses(user.performer.parts.store.root, user.recorded) == []


RUNNING = [
    "recording.recover", "record.start", "record.stop", "song.duplicate", "song.new", "song.open", "song.open_backup",
    "song.rename", "song.stretch", "song.trash", "undo",
]  # fmt: skip


@pytest.mark.parametrize("command", RUNNING)
def test_a_recording_that_begins_inside_a_command_stays_whole(begin: Begin, command: str) -> None:
    """Whenever it begins, the command is refused or is over: the recording ends in the song in which it began."""
    begins_at, points = 0, 1
    while begins_at < points:
        user = begin()
        song, act = user.performer.session.song.id, user.starting(begins_at)
        try:
            user.do(act, command, arguments(user)[command])
        except ConflictError:
            assert user.performer.session.song.id == song
        begins_at, points = begins_at + 1, user.lock.points
        user.settle()
        assert losses(user.performer.parts.store.root, user.recorded) == []


def test_opening_the_open_song_does_nothing(begin: Begin) -> None:
    """Whatever is recorded meanwhile: the takes, what can be undone and the playhead stay as they are."""
    user = begin()
    user.hands.do("seek", time_s=2.0)
    song, before = user.performer.session.song, user.performer.snapshot()
    assert user.do(lambda _point: None, "song.open", {"id": song.id}) == {"id": song.id}
    assert user.performer.session.song is song
    assert user.performer.snapshot() == before
    user.do(user.take, "song.open", {"id": song.id})
    user.settle()
    assert user.recorded
    assert losses(user.performer.parts.store.root, user.recorded) == []


def test_an_open_song_can_be_opened_while_it_is_recorded(begin: Begin) -> None:
    """A page that opens the song that is open already does not disturb a recording."""
    user = begin()
    user.start()
    user.hands.do("song.open", id=user.performer.session.song.id)
    user.settle()
    assert losses(user.performer.parts.store.root, user.recorded) == []


@pytest.mark.parametrize("which", ["open", "other"])
def test_a_renamed_song_has_its_name_on_disk_when_the_command_is_answered(begin: Begin, which: str) -> None:
    """Whenever a take is recorded beside the command; and what is recorded afterwards does not bring the old name
    back."""
    user = begin()
    song_id = arguments(user)["song.open"]["id"] if which == "other" else user.performer.session.song.id
    folder = user.performer.parts.store.folder(song_id)
    at_point, points = 0, 1
    while at_point < points:
        name = f"name {at_point}"
        user.do(user.taking(at_point), "song.rename", {"id": song_id, "name": name})
        assert document_in(folder).name == name
        at_point, points = at_point + 1, user.lock.points
    user.take(0)
    user.settle()
    assert document_in(folder).name == name
    assert losses(user.performer.parts.store.root, user.recorded) == []


DISK = [
    "create", "duplicate", "load", "load_base", "load_takes", "names_recording", "rename", "restore",
    "save", "save_base", "save_take", "trash",
]  # fmt: skip


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - OTHER_WAY.keys()))
def test_no_command_holds_the_lock_while_it_reads_or_writes(
    begin: Begin, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow disk does not hold up what arrives: files are read before the song is changed, and written after."""
    user = begin()
    held: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        whole = getattr(SongStore, name)

        def method(*given: Any, **named: Any) -> Any:
            held.extend([name] if user.lock.is_held else [])
            return whole(*given, **named)

        return method

    for name in DISK:
        monkeypatch.setattr(SongStore, name, watched(name))
    user.performer.parts.takes._takes.clear()
    user.do(lambda _point: None, command, arguments(user)[command])
    assert held == []
