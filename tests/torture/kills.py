"""A process that is killed again and again, whatever it does, on one folder of songs; after each new start a look."""

from __future__ import annotations

import contextlib
import itertools
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.standalone.programs import PATIENCE_S, Program, Serving
from tests.torture.commands import EDITORS, Commander, Commanding
from tests.torture.folder import Folder
from tests.torture.instrument import Gone, Refused, Served
from tests.torture.ledger import Ledger
from tests.torture.player import Pace, Player, Playing
from tests.torture.verdict import Verdict, Verifier, offered_ids
from tests.webui.forked import Nursery

PHASES = (
    "recording", "stopping", "recovering", "editing", "changing", "importing", "recovering", "duplicating", "idle",
)  # fmt: skip
"""What Perform does when it is killed, in turn; a recording that was cut off is there for each recovering."""

LONG = Pace(events=(400, 400), pause_s=(0.001, 0.004))
SHORT = Pace(events=(5, 60), pause_s=(0.0005, 0.003), gap_s=(0.0, 0.05))
MOST_TAKES = 40


class Changes:
    """Changes of the song ``song_id``, one after the other: those that were answered, and the one that was not."""

    def __init__(self, song_id: str) -> None:
        self.song_id = song_id
        self._answered: dict[str, int] = {}
        self._asked: dict[str, int] = {}

    def make(self, served: Served, number: int) -> None:
        """A change that is not merged with the one before it. Gone."""
        name = ("cadence", "tempo_bpm")[number % 2]
        self._asked = {name: 20 + number % 60}
        served.command("song.change", self._asked)
        self._answered |= self._asked
        self._asked = {}

    def missing(self, state: Mapping[str, Any]) -> list[str]:
        """What of the answered changes is not in the song of the ``state``."""
        there = state["song"]
        return [
            f"{name} is {there[name]} instead of {value}"
            for name, value in self._answered.items()
            if there[name] not in (value, self._asked.get(name))
        ]


class Running:
    """A process on the folder ``root``, and a player."""

    def __init__(self, perform: Serving, ledger: Ledger, chance: random.Random) -> None:
        self.program = perform.program
        self.ledger, self.chance = ledger, chance
        self.served = Served(perform.address, perform.osc_port)
        self.player = Player(ledger, perform.osc_port, chance)
        self.commander = Commander(self.served, ledger, chance)
        self.changes: Changes | None = None
        self._waited = self._waiting_ns()

    def begin(self) -> None:
        """From here on it counts how long the process is held up."""
        self._waited = self._waiting_ns()

    def _waiting_ns(self) -> dict[str, int]:
        """How long each of its threads has waited for a processor so far, if the system provides it (Linux)."""
        paths = Path(f"/proc/{self.program.process.pid}/task").glob("*/schedstat")
        return {path.parent.name: int(path.read_text().split()[1]) for path in paths}

    def kill(self) -> None:
        """End it as a power cut would."""

        def kill() -> None:
            self.program.process.kill()
            self.program.process.wait()

        waited = self._waiting_ns()
        held_up_ns = max((ns - self._waited.get(thread, 0) for thread, ns in waited.items()), default=0)
        self.ledger.kill(kill, held_up_ns)

    def later(self, shortest_s: float, longest_s: float) -> None:
        """Let it work for a moment."""
        threading.Event().wait(self.chance.uniform(shortest_s, longest_s))


@contextlib.contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """``work`` on a thread during the block; it may get no answer."""

    def run() -> None:
        with contextlib.suppress(Gone, Refused):
            work()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    thread.join()


def recording(running: Running) -> None:
    """Killed in a recording."""
    playing = Playing(running.player, 1, LONG)
    playing.start()
    running.later(0.02, 0.9)
    running.kill()
    playing.end()


def stopping(running: Running) -> None:
    """Killed when a recording has just been stopped."""
    Playing(running.player, 1, SHORT).run()
    running.later(0.0, 0.08)
    running.kill()


def idle(running: Running) -> None:
    """Killed when all is saved."""
    Playing(running.player, 1, SHORT).run()
    with contextlib.suppress(Gone):
        running.served.command("monitor.clear", {})
    running.later(0.0, 0.1)
    running.kill()


def editing(running: Running) -> None:
    """Killed while the song is edited and recorded."""
    working = Commanding(running.commander, EDITORS)
    playing = Playing(running.player, 1000, SHORT)
    playing.start()
    running.later(0.1, 0.8)
    running.kill()
    playing.end()
    working.end()


def changing(running: Running) -> None:
    """Killed while the song is changed, as fast as commands are answered."""
    changes = running.changes = Changes(running.served.state()["song"]["id"])

    def change() -> None:
        for number in itertools.count():
            changes.make(running.served, number)

    with beside(change):
        running.later(0.0, 0.6)
        running.kill()


def importing(running: Running) -> None:
    """Killed while a song is imported, shortly after a recording."""
    zipped = running.served.export("zip")
    Playing(running.player, 1, SHORT).run()
    with beside(lambda: running.served.import_song(zipped)):
        running.later(0.0, 0.15)
        running.kill()


def duplicating(running: Running) -> None:
    """Killed while a song is copied, shortly after a recording."""
    song = running.served.state()["song"]["id"]
    Playing(running.player, 1, SHORT).run()
    with beside(lambda: running.served.command("song.duplicate", {"id": song})):
        running.later(0.0, 0.15)
        running.kill()


def recovering(running: Running) -> None:
    """Killed while recordings that were cut off are brought back."""
    offered = offered_ids(running.served.state())

    def recover() -> None:
        for entry in offered:
            running.served.command("recording.recover", {"id": entry})

    with beside(recover):
        running.later(0.0, 0.12)
        running.kill()


ACTIONS: Mapping[str, Callable[[Running], None]] = {
    "recording": recording,
    "stopping": stopping,
    "recovering": recovering,
    "editing": editing,
    "changing": changing,
    "importing": importing,
    "duplicating": duplicating,
    "idle": idle,
}


def started(root: Path, patience_s: float = PATIENCE_S, nursery: Nursery | None = None) -> Program:
    """A process that serves the folder."""
    arguments = ("--port", 0, "--songs", root, "--no-browser", "--osc-port", 0)
    return Program(*arguments, patience_s=patience_s, nursery=nursery)


@contextlib.contextmanager
def running_on(root: Path, ledger: Ledger, chance: random.Random, nursery: Nursery | None = None) -> Iterator[Running]:
    """A process on the folder, which is deleted afterwards."""
    program = started(root, nursery=nursery)
    try:
        running = Running(Serving(program), ledger, chance)
        program.read_on()
        yield running
        running.player.close()
        running.served.close()
    finally:
        program.close()


def kill_again_and_again(
    root: Path,
    seed: int,
    count: int,
    tell: Callable[[str], object] = lambda _: None,
    nursery: Nursery | None = None,
) -> Verdict:
    """``count`` kills, each looked at after the next start; at the end all that was cut off is brought back and looked
    at again."""
    ledger, chance = Ledger(), random.Random(seed)
    verifier, total = Verifier(ledger, Folder(root)), Verdict()
    changes: Changes | None = None
    for turn in range(count):
        phase = PHASES[turn % len(PHASES)]
        with running_on(root, ledger, chance, nursery) as running:
            state = running.served.state()
            note(total, verifier.look(offered_ids(state)), f"kill {turn}, before {phase}", tell)
            if changes is not None:
                note(total, Verdict(lost=missing(running, changes)), f"kill {turn}, before {phase}", tell)
            keep_small(running, state)
            running.begin()
            ACTIONS[phase](running)
            changes = running.changes
    with running_on(root, ledger, chance, nursery) as running:
        note(total, verifier.look(offered_ids(running.served.state())), "the last kill", tell)
        for entry in offered_ids(running.served.state()):
            with contextlib.suppress(Refused):
                running.served.command("recording.recover", {"id": entry})
        last = verifier.look(offered_ids(running.served.state()))
        note(total, last, "all brought back", tell)
    total.recordings, total.kills = ledger.recordings, ledger.kills
    return total


def missing(running: Running, changes: Changes) -> list[str]:
    """What of the changes before the kill is not in their song."""
    running.served.command("song.open", {"id": changes.song_id})
    return changes.missing(running.served.state())


def keep_small(running: Running, state: Mapping[str, Any]) -> None:
    """Continue in a new song if there are many takes, with a lane that writes; delete a song if there are many
    songs."""
    if len(state["songs"]) > MOST_TAKES:
        running.served.command("song.trash", {"id": state["songs"][-1]["id"]})
    if len(state["takes"]) > MOST_TAKES or not state["lanes"]:
        running.served.command("song.new", {"name": "killed"})
        running.served.command("lane.add", {"field": "zoom", "source": "/torture/0"})


def note(total: Verdict, found: Verdict, where: str, tell: Callable[[str], object]) -> None:
    """Add to ``total`` what was found ``where``, each thing the first time only."""
    for kind in ("lost", "doubled", "unreported"):
        known: list[str] = getattr(total, kind)
        for words in getattr(found, kind):
            if not any(words in before for before in known):
                known.append(f"{where}: {words}")
                tell(f"{kind}: {known[-1]}")
    total.reported = max(total.reported, found.reported)
