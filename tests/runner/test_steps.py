"""The outcomes of steps, and their output."""

from __future__ import annotations

import sys
import threading

import pytest

from tests.runner.environments import run
from tests.runner.steps import Outcome, Stop, judged, say, summary, together


def test_the_summary_decides_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """One failed step fails the run and is named; a skipped one says why and does not."""
    good, skipped, bad = Outcome("a", "passed"), Outcome("b", "skipped", "no node"), Outcome("c", "failed")
    assert summary([good, skipped]) == 0
    assert "no node" in capsys.readouterr().out
    assert summary([good, skipped, bad]) == 1
    assert "FAILED: c" in capsys.readouterr().out


def test_steps_beside_each_other_are_reported_one_after_the_other(capfd: pytest.CaptureFixture[str]) -> None:
    """Two steps run at the same time, each waiting for the other; the output of each and its commands stays together,
    in the order of the steps, and a step that cannot continue has failed."""
    here, there = threading.Event(), threading.Event()
    echo = [sys.executable, "-c", "import sys; print('out'); print('error', file=sys.stderr)"]

    def first() -> Outcome:
        here.set()
        assert there.wait(60)
        say("first again")
        return judged(0)

    def second() -> Outcome:
        assert here.wait(60)
        there.set()
        return judged(run(echo))

    def third() -> Outcome:
        raise Stop("no disk\nbuy one")

    outcomes = together({"one": first, "two": second, "three": third})
    assert [(done.name, done.state) for done in outcomes] == [("one", "passed"), ("two", "passed"), ("three", "failed")]
    words = [line for line in capfd.readouterr().out.splitlines() if line]
    assert words == ["=== one", "=== first again", "=== two", "out", "error", "=== three", "no disk", "buy one"]
