"""The types of the page: lint finds what is misspelt."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

import dev
from tests.runner import checks
from tests.runner.environments import ROOT
from tests.runner.steps import Outcome

TYPOS = {
    ("apply/apply.js", "part.apply.disabled ="): ("part.apply.disabeld =", "disabeld"),
    ("apply/apply.js", "state.host.apply === "): ("state.host.aply === ", "aply"),
    ("lanes/written.js", "lane.curve_id"): ("lane.curveId", "curveId"),
    ("transport/transport.js", 'ctx.send("seek"'): ('ctx.send("seak"', "seak"),
    ("timeline/timeline.js", "ctx.ui.takesScroll"): ("ctx.ui.takeScroll", "takeScroll"),
}
"""Module and text -> the same with a typo, and the word that is wrong: a property of an element, fields of the state,
a command, a part of the page's own data."""


def test_a_typo_fails_lint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A misspelt property, field of the state, command or part of the page's data is an error of tsc, each by name."""
    shutil.copytree(ROOT / "page", tmp_path / "page")
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    for (name, text), (typo, _) in TYPOS.items():
        path = tmp_path / "page" / name
        before = path.read_text(encoding="utf-8")
        assert text in before, (name, text)
        path.write_text(before.replace(text, typo, 1), encoding="utf-8")
    monkeypatch.setattr(checks, "prepare", lambda _environment: Path(sys.executable))
    outcome = checks.tsc(tmp_path)
    if outcome.state == "skipped":
        pytest.skip(outcome.note)
    assert outcome.state == "failed"
    found = re.findall(r"page/(\S+?)\(.*error.*?[\'\"](\w+)[\'\"]", capfd.readouterr().out)
    assert sorted(found) == sorted((name, word) for (name, _), (_, word) in TYPOS.items())


def test_lint_checks_the_types_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """`dev.py lint` runs tsc beside ruff and mypy, and fails where it fails."""
    for name, state in (("ruff", "passed"), ("mypy", "passed"), ("tsc", "failed")):
        monkeypatch.setattr(dev, name, lambda state=state: Outcome("", state))
    assert dev.lint([]) == 1
