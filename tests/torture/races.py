"""Recordings by OSC while commands are given: both at once, then a look at what is on disk."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from tests.torture.commands import Commander, Commanding
from tests.torture.folder import Folder
from tests.torture.instrument import Instrument
from tests.torture.ledger import Ledger
from tests.torture.player import Pace, Player, Playing
from tests.torture.verdict import Verdict, Verifier, offered_ids

COMMANDERS = 2
RECORDINGS_A_COMMAND = 2.0
"""On a busy machine commands take longer; the recordings then wait for them, so that there is always a race."""

SAVE_S = 60.0
"""How long all that was recorded may take to be on disk, on a busy machine."""


@dataclass(frozen=True)
class Race:
    """What became of it: ``recordings`` that were played, the verdict, and what Perform did not expect itself."""

    recordings: int
    verdict: Verdict
    problems: list[str]
    given: dict[str, int]


def race(instrument: Instrument, root: Path, seed: int, count: int, pace: Pace) -> Race:
    """``count`` recordings against all commands."""
    ledger = Ledger()
    player = Player(ledger, instrument.osc_port, random.Random(seed))
    commanders = [Commander(instrument, ledger, random.Random(seed + k)) for k in range(1, COMMANDERS + 1)]
    at_work = [Commanding(commander) for commander in commanders]

    def may_go_on(done: int) -> bool:
        return done <= RECORDINGS_A_COMMAND * sum(commander.steps for commander in commanders)

    playing = Playing(player, count, pace, may_go_on)
    playing.start()
    playing.join()
    for work in at_work:
        work.end()
    player.close()
    ledger.switch(False, lambda: instrument.command("record.stop", {}))
    verdict = saved(instrument, ledger, root)
    given: dict[str, int] = {}
    for commander in commanders:
        for name, times in commander.given.items():
            given[name] = given.get(name, 0) + times
    return Race(playing.done, verdict, [problem for c in commanders for problem in c.errors], given)


def saved(instrument: Instrument, ledger: Ledger, root: Path) -> Verdict:
    """The verdict once all is on disk; commands do not wait for that for ever."""
    end_s = time.monotonic() + SAVE_S
    while True:
        instrument.command("monitor.clear", {})
        verdict = Verifier(ledger, Folder(root)).look(offered_ids(instrument.state()))
        if verdict.good or time.monotonic() > end_s:
            return verdict
