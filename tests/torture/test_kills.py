"""A process that is killed at random moments: what was recorded is saved, or offered after the next start."""

from __future__ import annotations

import contextlib
import random
import sys
from pathlib import Path

import pytest

from tests.standalone.programs import program_nursery
from tests.torture.kills import kill_again_and_again

KILLS = 40


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_kills_at_random_moments(tmp_path: Path) -> None:
    """Killed while it is idle, records, stops, edits, imports, copies or recovers, Perform loses no more than the last
    quarter of a second, and has nothing twice."""
    seed = random.randrange(10**6)
    with contextlib.closing(program_nursery()) as nursery:
        verdict = kill_again_and_again(tmp_path, seed, KILLS, nursery=nursery)
    assert (verdict.lost, verdict.doubled, verdict.unreported) == ([], [], []), f"seed {seed}"
    assert verdict.kills == KILLS
