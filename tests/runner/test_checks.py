"""The steps of `dev.py test`: what is skipped, what is counted, what runs where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner import checks, programs
from tests.runner.environments import Environment


@pytest.mark.parametrize(("required", "state"), [("", "skipped"), ("1", "failed")])
def test_without_npm_the_types_of_the_page_are_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, required: str, state: str
) -> None:
    """Where npm is missing the step says so; it is skipped, and fails where tools are required, as in CI."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(programs, "ROOT", tmp_path)
    monkeypatch.setattr(programs, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(checks, "prepare", lambda _environment: tmp_path / "venv" / "bin" / "python")
    monkeypatch.setattr(checks, "find_node", lambda _python: "/usr/bin/node")
    monkeypatch.setattr(programs.shutil, "which", lambda _name: None)
    monkeypatch.setenv("PERFORM_REQUIRE_TOOLS", required)
    outcome = checks.tsc()
    assert (outcome.state, "npm" in outcome.note) == (state, True)


def test_pytest_is_counted_from_its_own_report(tmp_path: Path) -> None:
    """The summary's numbers are those of pytest's report; without a report there are none."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3"/></testsuites>', encoding="utf-8"
    )
    assert checks.counts(report) == "3 passed, 3 failed, 3 skipped"
    assert checks.counts(tmp_path / "absent.xml") == ""


def test_a_lock_too_old_for_this_python_is_skipped(tmp_path: Path) -> None:
    """A host that cannot run on this Python is skipped and says so."""
    environment = Environment(tmp_path / "venv", tmp_path / "lock.txt", newest=(3, 9))
    for outcome in (checks.install(environment), checks.pytest(environment, [])):
        assert (outcome.state, "3.9" in outcome.note) == ("skipped", True)
    assert not environment.folder.exists()


def test_the_host_suites_run_only_the_files_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """`dev.py gradio3` runs tests/webui, with a file only that file, and passes other arguments on."""
    asked: list[list[str]] = []
    monkeypatch.setattr(checks, "pytest", lambda _environment, arguments: asked.append(list(arguments)))
    checks.host("gradio3")
    checks.host("gradio3", ["-k", "apply"])
    checks.host("gradio3", ["tests/webui/test_apply.py::test_a", "-x"])
    assert asked == [["tests/webui"], ["tests/webui", "-k", "apply"], ["tests/webui/test_apply.py::test_a", "-x"]]
