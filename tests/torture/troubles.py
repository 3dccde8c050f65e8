"""Disks that are full, folders that vanish, and a process without free file descriptors, around recordings.

Linux only. A full disk needs permission to mount one, and is left out without it.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.standalone.programs import Serving
from tests.torture.folder import Folder
from tests.torture.instrument import Gone, Refused
from tests.torture.kills import Running, note, started
from tests.torture.ledger import Ledger
from tests.torture.player import Pace
from tests.torture.verdict import Verdict, Verifier, at_once, offered_ids

DISK_BYTES, FILLED_BYTES = 24 << 20, 4096
MOST_SONGS = 12
PATIENCE_S = 20.0
LOOK_S = 0.1
TELL_S = 10.0
"""How long Perform may take to say that something cannot be saved."""

PACE = Pace(events=(20, 40), pause_s=(0.001, 0.004))
BEGINS = ("before the recording", "in the recording", "after the stop")
BETWEEN = ("nothing", "another recording", "another song", "a new song", "trash", "rename", "duplicate", "kill")
OTHER_NOTICES = ("recording", "learn", "listener_choice", "base", "song_size")
"""Notices that are not about the disk."""


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """Make the folder ``place``, a separate disk of 24 MB if one may be mounted; whether it is."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    mounted = False
    with contextlib.suppress(OSError):
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


@dataclass
class Trouble:
    """What goes wrong on ``disk`` for the process ``pid``, and being put right again; ``root``: the folder of songs."""

    disk: Path
    root: Path
    pid: int = 0
    undo: list[Callable[[], object]] = field(default_factory=list)

    def full(self, _song: Path) -> None:
        """No space at all on a disk of ``DISK_BYTES``; a larger one is not filled."""
        filler = self.disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for _ in range(DISK_BYTES // FILLED_BYTES):
                file.write(bytes(FILLED_BYTES))
        self.undo.append(filler.unlink)

    def moved(self, path: Path) -> None:
        """A file or folder is somewhere else for a while."""
        away = self.disk / f"away-{time.monotonic_ns()}"
        path.rename(away)
        self.undo.append(lambda: _put_back(away, path))

    def song(self, song: Path) -> None:
        """The folder of the open song is away."""
        self.moved(song)

    def songs(self, song: Path) -> None:
        """The folder of all songs is away."""
        self.moved(song.parent)

    def everything(self, _song: Path) -> None:
        """The whole folder is away."""
        self.moved(self.root)

    def takes(self, song: Path) -> None:
        """A file is in the place of the folder of takes."""
        self._file_in_place_of(song / "recordings")

    def journals(self, _song: Path) -> None:
        """A file is in the place of the folder of journals."""
        self._file_in_place_of(self.root / "journals")

    def descriptors(self, _song: Path) -> None:
        """The process can open nothing."""
        before = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        used = {int(name) for name in os.listdir(f"/proc/{self.pid}/fd")}
        lowest = next(n for n in range(len(used) + 1) if n not in used)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (lowest, before[1]))

        def give_back() -> None:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(self.pid, resource.RLIMIT_NOFILE, before)

        self.undo.append(give_back)

    def _file_in_place_of(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.moved(folder)
        folder.write_text("no folder", encoding="utf-8")

    def end(self) -> None:
        """All is as it was."""
        while self.undo:
            self.undo.pop()()


def _put_back(away: Path, path: Path) -> None:
    """Put a folder back to its place; what was made there meanwhile goes into it."""
    if path.is_file():
        path.unlink()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        away.rename(path)
        return
    for entry in list(away.iterdir()):
        there = path / entry.name
        if entry.is_dir() and there.is_dir():
            _put_back(entry, there)
        else:
            entry.replace(there)
    away.rmdir()


GONE = "song gone"
"""The folder of the open song is away until all that was recorded is safe, as it will be if it never comes back."""

FULL = "full disk"
NO_DISK = (
    "cases of a full disk: no disk of its own could be mounted. Run the torture as root, outside a container or in a "
    "privileged one, to include them."
)

KINDS: Mapping[str, Callable[[Trouble, Path], None]] = {
    FULL: Trouble.full,
    "song away": Trouble.song,
    GONE: Trouble.song,
    "songs away": Trouble.songs,
    "everything away": Trouble.everything,
    "no folder of takes": Trouble.takes,
    "no folder of journals": Trouble.journals,
    "no descriptors": Trouble.descriptors,
}
MAY_COST = (FULL, "everything away", "no folder of journals", "no descriptors")
"""Where a kill may cost what is only in memory, as Perform has said by then."""


@dataclass(frozen=True)
class Case:
    """What goes wrong, when, and what is done meanwhile."""

    kind: str
    begins: str
    between: str

    def __str__(self) -> str:
        return f"{self.kind} {self.begins}, then {self.between}"


def cases(seed: int, count: int, mounted: bool) -> list[Case]:
    """``count`` of all that are possible, in a random order; ``mounted``: on disks of their own."""
    kinds = [kind for kind in KINDS if mounted or kind != FULL]
    every = [Case(kind, begins, between) for kind in kinds for begins in BEGINS for between in BETWEEN]
    random.Random(seed).shuffle(every)
    return (every * (1 + count // len(every)))[:count]


class Troubled:
    """One folder through many cases, each with a look afterwards."""

    def __init__(self, disk: Path, seed: int, tell: Callable[[str], object]) -> None:
        self._disk, self._root = disk, disk / "perform"
        self._ledger, self._chance, self._tell = Ledger(), random.Random(seed), tell
        self._verifier = Verifier(self._ledger, Folder(self._root))
        self.verdict = Verdict()

    def through(self, todo: list[Case]) -> Verdict:
        """All cases, on one process as long as none kills it."""
        left = list(todo)
        while left:
            program = started(self._root, patience_s=3600)
            try:
                running = Running(Serving(program), self._ledger, self._chance)
                program.read_on()
                self._look(running, "a new start")
                while left and program.process.poll() is None:
                    self._case(running, left.pop(0))
            finally:
                program.close()
        self.verdict.recordings, self.verdict.kills = self._ledger.recordings, self._ledger.kills
        return self.verdict

    def _case(self, running: Running, case: Case) -> None:
        state = self._ready(running)
        before = _troubles(state)
        trouble = Trouble(self._disk, self._root, running.program.process.pid)
        began_ns = time.monotonic_ns()
        try:
            self._record(running, case, lambda: KINDS[case.kind](trouble, self._root / "songs" / state["song"]["id"]))
            _meanwhile(running, case.between, state)
            if case.between == "kill":
                reported = self._says(running, before)
                running.kill()
                if reported and case.kind in MAY_COST:
                    self._ledger.excuse(began_ns)
            elif case.kind == GONE and case.begins != BEGINS[-1]:  # what was saved before is away with the song
                self._rest(running, case, "its folder is missing")
                self._look(running, str(case))
        finally:
            trouble.end()
        if case.between != "kill":
            self._rest(running, case)
            self._look(running, str(case))

    def _ready(self, running: Running) -> Mapping[str, Any]:
        """A song with a lane and few takes, saved."""
        running.served.command("song.new", {"name": "in trouble"})
        running.served.command("lane.add", {"field": "zoom", "source": "/torture/0"})
        state = running.served.state()
        for entry in state["songs"][MOST_SONGS:]:
            with contextlib.suppress(Refused):  # it is also in the trash if it was deleted while it was away
                running.served.command("song.trash", {"id": entry["id"]})
        return state

    def _record(self, running: Running, case: Case, begin: Callable[[], None]) -> None:
        player = running.player
        steps = {"before the recording": 0, "in the recording": 2, "after the stop": 4}[case.begins]
        actions: list[Callable[[], object]] = [
            lambda: player.switch(True),
            lambda: player.events(self._chance.randint(*PACE.events), PACE),
            lambda: player.events(self._chance.randint(*PACE.events), PACE),
            lambda: player.switch(False),
        ]
        for place, action in enumerate([*actions, lambda: None]):
            if place == steps:
                begin()
            action()

    def _says(self, running: Running, before: set[str]) -> bool:
        """Whether the page says before long that something cannot be saved."""
        end_s = time.monotonic() + TELL_S
        while time.monotonic() < end_s:
            with contextlib.suppress(Refused):
                if _troubles(running.served.state()) - before:
                    return True
            _pause()
        return False

    def _rest(self, running: Running, case: Case, may_say: str = "nothing") -> None:
        """Until all is saved, and the page no longer says that it is not; ``may_say``: words that may stay."""
        end_s = time.monotonic() + PATIENCE_S
        found: list[str] = []
        while time.monotonic() < end_s:
            with contextlib.suppress(Refused):
                running.ledger.switch(False, lambda: running.served.command("record.stop", {}))
                state = running.served.state()
                said = [n["message"] for n in state["notices"] if n["id"] in ("storage", "journal")]
                found = [message for message in said if may_say not in message]
                if not found and state["transport"]["state"] == "stopped":
                    return
            _pause()
        self._note(Verdict(unreported=[f"still not saved after {PATIENCE_S:g} s, by {found}"]), str(case))

    def _look(self, running: Running, where: str) -> None:
        self._note(self._verifier.look(offered_ids(running.served.state())), where)

    def _note(self, found: Verdict, where: str) -> None:
        note(self.verdict, found, where, self._tell)


def _troubles(state: Mapping[str, Any]) -> set[str]:
    """The notices that may be about the disk, each time they are shown again."""
    notices = [n for n in state["notices"] if n["level"] != "info" and n["id"] not in OTHER_NOTICES]
    return {f"{n['id']} {n['times']} {n['message']}" for n in notices}


def _pause() -> None:
    threading.Event().wait(LOOK_S)


def _meanwhile(running: Running, between: str, state: Mapping[str, Any]) -> None:
    """What a user does who has not noticed."""
    song = str(state["song"]["id"])
    others = [row["id"] for row in state["songs"] if row["id"] != song and row["problem"] is None]
    commands: Mapping[str, tuple[str, dict[str, Any]]] = {
        "another song": ("song.open", {"id": others[0] if others else song}),
        "a new song": ("song.new", {"name": "in trouble"}),
        "trash": ("song.trash", {"id": song}),
        "rename": ("song.rename", {"name": "renamed"}),
        "duplicate": ("song.duplicate", {"id": song}),
    }
    if between == "another recording":
        running.player.recording(PACE)
    elif between in commands:
        with contextlib.suppress(Refused, Gone):
            running.served.command(*commands[between])


def planned(folder: Path, seed: int, count: int) -> tuple[list[Case], list[str]]:
    """``count`` cases that are possible here, and what is left out, with the reason."""
    with small_disk(folder / "disk") as mounted:
        return cases(seed, count, mounted), [] if mounted else [NO_DISK]


def all_troubles(folder: Path, seed: int, count: int, workers: int, tell: Callable[[str], object]) -> Verdict:
    """``count`` cases, shared by some processes, each on a separate disk if it may be mounted."""
    todo, left_out = planned(folder, seed, count)
    for words in left_out:
        tell(f"left out: {words}")

    def work(worker: int) -> Verdict:
        disk = folder / f"disk-{worker}"
        with small_disk(disk):
            return Troubled(disk, seed + worker, tell).through(todo[worker::workers])

    total = at_once(work, min(workers, count))
    total.left_out += left_out
    return total
