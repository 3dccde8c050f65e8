"""Every command of the command table, with arguments that fit what is there: a user who clicks everywhere."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from typing import Any

from tests.torture.instrument import UNEXPECTED, Gone, Instrument, Refused
from tests.torture.ledger import Ledger
from tests.torture.player import SOURCES, source

MOST_LANES, MOST_TAKES, MOST_SONGS = 4, 20, 8
"""What there is never more of for long, so that every command stays quick."""
MOST_COPIED = 10
LOOK_EVERY = 12
FIELDS = ("zoom", "angle", "translation_x", "strength_schedule", "cfg_scale_schedule", "seed_schedule")
SETTINGS = {"zoom": "0:(1.02)", "angle": "0:(0)", "prompts": {"0": "a tree"}}

Arguments = dict[str, Any]
Maker = Callable[["Commander"], "Arguments | None"]


class Commander:
    """Gives random commands. Not for several threads; several commanders may work on one instrument.

    ``errors``: errors that Perform did not expect itself; ``given``: command -> how often it succeeded; ``steps``: how
    many were sent, successful or not.
    """

    def __init__(self, instrument: Instrument, ledger: Ledger, chance: random.Random) -> None:
        self.instrument, self.ledger, self.chance = instrument, ledger, chance
        self.state: dict[str, Any] = {}
        self.errors: list[str] = []
        self.given: dict[str, int] = {}
        self.zipped = b""
        self.steps = 0

    def step(self, names: tuple[str, ...] = ()) -> str:
        """One command, of ``names`` or of all; its name. Gone."""
        if self.steps % LOOK_EVERY == 0:
            self.state = self.instrument.state()
        self.steps += 1
        name = self._urgent() or self.chance.choice(names or WEIGHTED)
        arguments = MAKERS[name](self)
        if arguments is None:
            return name
        try:
            self.ledger.command(name, lambda: self._give(name, arguments))
            self.given[name] = self.given.get(name, 0) + 1
        except Refused as error:
            if error.code == UNEXPECTED:
                self.errors.append(f"{name} {arguments}: {error}")
        return name

    def _urgent(self) -> str:
        """What keeps the folder small, where that is due."""
        if len(self.state["songs"]) > MOST_SONGS:
            return "song.trash"
        return "song.new" if len(self.state["takes"]) > MOST_TAKES else ""

    def _give(self, name: str, arguments: Arguments) -> None:
        if name == "import":
            self.instrument.import_song(self.zipped)
        elif name.startswith("export."):
            made = self.instrument.export(name.removeprefix("export."))
            self.zipped = made if name == "export.zip" else self.zipped
        elif name in ("record.stop", "play.stop"):
            self.ledger.switch(False, lambda: self.instrument.command(name, arguments))
        elif name == "record.start":
            self.ledger.switch(True, lambda: self.instrument.command(name, arguments))
        else:
            self.instrument.command(name, arguments)

    def lane(self) -> str | None:
        """The id of a lane."""
        return self._id("lanes")

    def take(self) -> str | None:
        """The id of a take."""
        return self._id("takes")

    def _id(self, kind: str) -> str | None:
        rows = self.state[kind]
        return str(self.chance.choice(rows)["id"]) if rows else None

    def song(self, most_takes: int = 10**9) -> str | None:
        """The id of a song without too many takes."""
        rows = [row for row in self.state["songs"] if row["takes"] <= most_takes]
        return str(self.chance.choice(rows)["id"]) if rows else None


def _with(maker: Callable[[Commander], Mapping[str, Any]]) -> Maker:
    """Arguments; no command where one of them is of nothing that is there."""

    def made(user: Commander) -> Arguments | None:
        arguments = dict(maker(user))
        return None if any(value is None for value in arguments.values()) else arguments

    return made


def _lane_change(user: Commander) -> Mapping[str, Any]:
    change: Mapping[str, Any] = user.chance.choice(
        [
            {"source": source(user.chance.randrange(SOURCES))},
            {"out_high": user.chance.uniform(1, 2)},
            {"armed": user.chance.random() < 0.8},
            {"muted": user.chance.random() < 0.2},
            {"curve": "s"},
        ]
    )
    return {"id": user.lane(), **change}


def _lane_add(user: Commander) -> Arguments | None:
    if len(user.state["lanes"]) >= MOST_LANES:
        return None
    return {"field": user.chance.choice(FIELDS), "source": source(user.chance.randrange(SOURCES))}


def _clip(user: Commander) -> Mapping[str, Any]:
    return {"lane": user.lane(), "id": f"clip-{user.chance.randrange(1, 6)}"}


def _edit(user: Commander) -> Mapping[str, Any]:
    return {"lane": user.lane(), "id": f"edit-{user.chance.randrange(1, 4)}"}


def _edit_add(user: Commander) -> Mapping[str, Any]:
    start_s = user.chance.uniform(0, 30)
    change = user.chance.choice([{"kind": "flatten", "value": 1.0}, {"kind": "smooth", "time_constant_s": 0.5}])
    return {"lane": user.lane(), "start_s": start_s, "end_s": start_s + 5, "change": change}


def _offered(user: Commander) -> str | None:
    return user._id("unsaved")


def _trashed(user: Commander) -> str | None:
    return user._id("trashed_songs")


def _listener(user: Commander) -> Mapping[str, Any]:
    return {"host": user.chance.choice(["127.0.0.1", "0.0.0.0"]), "port": user.instrument.osc_port}


def _song_change(user: Commander) -> Mapping[str, Any]:
    change: Mapping[str, Any] = user.chance.choice(
        [{"fps": user.chance.choice([12, 15, 24])}, {"length_s": 90.0}, {"tempo_bpm": 120}, {"cadence": 3}]
    )
    return change


MAKERS: Mapping[str, Maker] = {
    "record.start": _with(lambda _: {"start_s": 0.0}),
    "record.stop": _with(lambda _: {}),
    "record.wait": _with(lambda _: {}),
    "play.start": _with(lambda _: {}),
    "play.stop": _with(lambda _: {}),
    "seek": _with(lambda user: {"time_s": user.chance.uniform(0, 60)}),
    "workspace.change": _with(lambda user: {"loop": [1.0, user.chance.uniform(2, 9)], "punch": [0.5, 1.5]}),
    "monitor.clear": _with(lambda _: {}),
    "notice.dismiss": _with(lambda user: {"id": user._id("notices")}),
    "listener.change": _with(_listener),
    "listener.allow": _with(lambda _: {"sender": "192.0.2.7"}),
    "listener.forbid": _with(lambda _: {"sender": "192.0.2.7"}),
    "lane.add": _lane_add,
    "lane.change": _with(_lane_change),
    "lane.remove": _with(lambda user: {"id": user.lane()}),
    "lane.preset": _with(lambda user: {"id": user.lane(), "preset": "subtle"}),
    "lane.learn": _with(lambda user: {"id": user.lane()}),
    "lane.learn_cancel": _with(lambda _: {}),
    "lane.fit_input_range": _with(lambda user: {"id": user.lane()}),
    "lane.import_schedule": _with(lambda user: {"id": user.lane()}),
    "lane.arm_all": _with(lambda user: {"armed": user.chance.random() < 0.8}),
    "lane.move": _with(lambda user: {"id": user.lane(), "index": 0}),
    "take.trash": _with(lambda user: {"id": user.take()}),
    "take.restore": _with(lambda user: {"id": user.take()}),
    "lane.play_take": _with(lambda user: {"id": user.lane(), "take": user.take()}),
    "take.set_time": _with(lambda user: {"id": user.take(), "time": "arrival"}),
    "lane.remove_take": _with(lambda user: {"id": user.lane(), "take": user.take()}),
    "take.move": _with(lambda user: {"id": user.take(), "start_s": user.chance.uniform(0, 30)}),
    "take.set_unit": _with(lambda user: {"id": user.take(), "unit": user.chance.choice(["seconds", "beats"])}),
    "lane.comp": _with(lambda user: {"id": user.lane()}),
    "clip.change": _with(lambda user: {**_clip(user), "fade_in_s": 0.5, "muted": user.chance.random() < 0.2}),
    "clip.split": _with(lambda user: {**_clip(user), "at_s": user.chance.uniform(0, 30)}),
    "clip.remove": _with(_clip),
    "edit.add": _with(_edit_add),
    "edit.change": _with(lambda user: {**_edit(user), "on": user.chance.random() < 0.8}),
    "edit.remove": _with(_edit),
    "recording.recover": _with(lambda user: {"id": _offered(user)}),
    "recording.discard": _with(lambda user: {"id": _offered(user)}),
    "song.new": _with(lambda user: {"name": f"song {user.chance.randrange(1000)}"}),
    "song.open": _with(lambda user: {"id": user.song()}),
    "song.open_backup": _with(lambda user: {"id": user.song(MOST_COPIED)}),
    "song.rename": _with(lambda user: {"id": user.song(), "name": f"renamed {user.chance.randrange(1000)}"}),
    "song.duplicate": _with(lambda user: {"id": user.song(MOST_COPIED)}),
    "song.trash": _with(lambda user: {"id": user.song()}),
    "song.restore": _with(lambda user: {"id": _trashed(user)}),
    "song.change": _with(_song_change),
    "song.stretch": _with(lambda user: {"length_s": user.chance.uniform(30, 90)}),
    "song.keep_speed": _with(lambda _: {"from_fps": 15}),
    "undo": _with(lambda _: {}),
    "redo": _with(lambda _: {}),
    "settings.import": _with(lambda user: {"name": f"{user.chance.randrange(3)}.txt", "settings": SETTINGS}),
    "settings.clear": _with(lambda _: {}),
    "settings.export": _with(lambda _: {}),
    "check": _with(lambda _: {}),
    "import": lambda user: {} if user.zipped else None,
    "export.zip": lambda user: {} if len(user.state["takes"]) <= MOST_COPIED else None,
    "export.settings": lambda _: {},
}
"""Command -> arguments that fit; None where there is nothing to give it to. Beside the table: imports and exports."""

OPENERS = ("song.open", "song.new", "song.duplicate", "song.trash", "import", "song.open_backup")
EDITORS = (
    "lane.add",
    "lane.change",
    "lane.fit_input_range",
    "lane.play_take",
    "take.trash",
    "take.restore",
    "undo",
    "redo",
    "song.change",
)
RARE = ("recording.discard", "listener.change", "settings.import", "settings.export", "check", "record.wait")
WEIGHTED = tuple(name for name in MAKERS if name not in RARE) * 3 + EDITORS * 3 + OPENERS * 2 + RARE


class Commanding:
    """Commands on a thread of their own, until they are ended or the process does not answer."""

    def __init__(self, commander: Commander, names: tuple[str, ...] = ()) -> None:
        self.commander, self._names = commander, names
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="commanding", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self.commander.step(self._names)
        except Gone:
            return

    def end(self) -> None:
        """No further command; wait for the one that runs."""
        self._ending.set()
        self._thread.join()
