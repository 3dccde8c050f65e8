"""Recordings by OSC against all commands: none is lost, none is there twice."""

from __future__ import annotations

import random
from pathlib import Path

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.core.listener import ListenerChoice
from tests.torture.commands import MAKERS
from tests.torture.instrument import InThisProcess
from tests.torture.player import Pace
from tests.torture.races import race

RECORDINGS = 1000
QUICK = Pace(events=(2, 5), pause_s=(0.0, 0.001), gap_s=(0.0, 0.015))


def test_every_command_takes_part() -> None:
    """A command that is new in the table is given in the races too."""
    assert set(COMMANDS) <= set(MAKERS)


def test_recordings_against_all_commands(tmp_path: Path) -> None:
    """Whatever is asked for while OSC starts and stops recordings, each is saved once, and no number is given twice."""
    seed = random.randrange(10**6)
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    try:
        found = race(InThisProcess(performer), tmp_path, seed, RECORDINGS, QUICK)
    finally:
        performer.close()
    verdict = found.verdict
    assert (verdict.lost, verdict.doubled, verdict.unreported, found.problems) == ([], [], [], []), f"seed {seed}"
    assert found.recordings == RECORDINGS
