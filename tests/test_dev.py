"""dev.py: the runner of the README's two commands."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

import dev


def lock(folder: Path, text: str, name: str = "lock.txt") -> dev.Environment:
    (folder / name).write_text(text, encoding="utf-8")
    return dev.Environment(folder / "venv", folder / name)


def test_the_fingerprint_follows_included_locks(tmp_path: Path) -> None:
    """A change in a lock, or in a lock it includes, changes the fingerprint: the environment is filled again."""
    lock(tmp_path, "numpy==1.26.2\n", "inner.txt")
    outer = lock(tmp_path, "-r inner.txt\npytest==8.0.0\n").lock
    first = dev.digest(outer)
    assert dev.digest(outer) == first
    lock(tmp_path, "numpy==1.26.4\n", "inner.txt")
    assert dev.digest(outer) != first


def test_commands_keep_compiled_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this Python writes no bytecode, the commands still do: the tests start Python some hundred times."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    command = [sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"]
    assert dev.run(command) == 0


def test_without_ensurepip_pip_comes_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Debian without python3-venv the environment is made without pip, which this Python's pip then adds."""
    asked: list[list[str]] = []

    def works(command: object) -> bool:
        words = [str(word) for word in command]  # type: ignore[attr-defined]
        asked.append(words)
        return not (words[1:3] == ["-m", "venv"] and "--without-pip" not in words)

    monkeypatch.setattr(dev, "works", works)
    environment = lock(tmp_path, "")
    dev.make(environment)
    assert asked[-1][1:] == ["-m", "pip", "--python", str(environment.python), "install", "pip"]


def test_a_python_that_can_do_nothing_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no way to pip is left, the message names the package to install."""
    monkeypatch.setattr(dev, "works", lambda _command: False)
    with pytest.raises(dev.Stop, match="python3-venv"):
        dev.make(lock(tmp_path, ""))


def test_an_environment_that_is_complete_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run installs nothing."""
    environment = lock(tmp_path, "numpy==1.26.2\n")
    environment.folder.mkdir()
    (environment.folder / "installed-lock.txt").write_text(dev.digest(environment.lock), encoding="utf-8")
    monkeypatch.setattr(dev, "works", lambda _command: True)
    monkeypatch.setattr(dev, "run", lambda *_arguments, **_named: pytest.fail("pip was run"))
    assert dev.prepare(environment) == environment.python


def test_a_failed_install_stops_and_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When pip fails, nothing is marked as installed."""
    environment = lock(tmp_path, "numpy==1.26.2\n")
    environment.folder.mkdir()
    monkeypatch.setattr(dev, "works", lambda _command: True)
    monkeypatch.setattr(dev, "run", lambda *_arguments, **_named: 1)
    with pytest.raises(dev.Stop, match="online"):
        dev.prepare(environment)
    assert list(environment.folder.iterdir()) == []


@pytest.mark.parametrize(("said", "new"), [("v20.1.0", True), ("v24.0.0", True), ("v18.19.1", False), ("", False)])
def test_an_old_node_is_not_taken(tmp_path: Path, said: str, new: bool) -> None:
    """Node.js counts from version 20 on; a program that says nothing of its version is none."""
    if os.name == "nt":
        pytest.skip("a stand-in for node is a shell script here")
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {said}\n", encoding="utf-8")
    node.chmod(0o755)
    assert dev.node_is_new(node) is new


@pytest.mark.parametrize(("required", "state"), [("", "skipped"), ("1", "failed")])
def test_without_npm_the_types_of_the_page_are_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, required: str, state: str
) -> None:
    """Where npm is missing the step says so; it is skipped, and fails where tools are required, as in CI."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(dev, "prepare", lambda _environment: tmp_path / "venv" / "bin" / "python")
    monkeypatch.setattr(dev, "find_node", lambda _python: "/usr/bin/node")
    monkeypatch.setattr(dev.shutil, "which", lambda _name: None)
    monkeypatch.setenv("PERFORM_REQUIRE_TOOLS", required)
    outcome = dev.tsc()
    assert (outcome.state, "npm" in outcome.note) == (state, True)


def test_typescript_is_installed_once_for_each_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm runs when package-lock.json has changed, and not again."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    compiler = tmp_path / "node_modules" / "typescript" / "bin" / "tsc"
    compiler.parent.mkdir(parents=True)
    compiler.touch()
    asked: list[object] = []
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(dev, "npm", lambda _node, _python: ["npm"])
    monkeypatch.setattr(dev, "run", lambda command: asked.append(command) or 0)
    for text in ("{}", "{}", '{"a": 1}'):
        (tmp_path / "package-lock.json").write_text(text, encoding="utf-8")
        assert dev.prepare_tsc("node", tmp_path / "bin" / "python") == compiler
    assert len(asked) == 2


def test_pytest_is_counted_from_its_own_report(tmp_path: Path) -> None:
    """The summary's numbers are those of pytest's report; without a report there are none."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3"/></testsuites>', encoding="utf-8"
    )
    assert dev.counts(report) == "3 passed, 3 failed, 3 skipped"
    assert dev.counts(tmp_path / "absent.xml") == ""


def test_the_summary_decides_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """One failed step fails the run and is named; a skipped one says why and does not."""
    good, skipped, bad = dev.Outcome("a", "passed"), dev.Outcome("b", "skipped", "no node"), dev.Outcome("c", "failed")
    assert dev.summary([good, skipped]) == 0
    assert "no node" in capsys.readouterr().out
    assert dev.summary([good, skipped, bad]) == 1
    assert "FAILED: c" in capsys.readouterr().out


def test_steps_beside_each_other_are_told_one_after_the_other(capfd: pytest.CaptureFixture[str]) -> None:
    """Two steps run at the same time, each waiting for the other; the output of each and its commands stays together,
    in the order of the steps, and a step that cannot continue has failed."""
    here, there = threading.Event(), threading.Event()
    echo = [sys.executable, "-c", "import sys; print('out'); print('error', file=sys.stderr)"]

    def first() -> dev.Outcome:
        here.set()
        assert there.wait(60)
        dev.say("first again")
        return dev.judged(0)

    def second() -> dev.Outcome:
        assert here.wait(60)
        there.set()
        return dev.judged(dev.run(echo))

    def third() -> dev.Outcome:
        raise dev.Stop("no disk\nbuy one")

    outcomes = dev.together({"one": first, "two": second, "three": third})
    assert [(done.name, done.state) for done in outcomes] == [("one", "passed"), ("two", "passed"), ("three", "failed")]
    words = [line for line in capfd.readouterr().out.splitlines() if line]
    assert words == ["=== one", "=== first again", "=== two", "out", "error", "=== three", "no disk", "buy one"]


def test_a_lock_too_old_for_this_python_is_skipped(tmp_path: Path) -> None:
    """A host that cannot run on this Python is skipped and says so."""
    environment = dev.Environment(tmp_path / "venv", tmp_path / "lock.txt", newest=(3, 9))
    for outcome in (dev.install(environment), dev.pytest(environment, [])):
        assert (outcome.state, "3.9" in outcome.note) == ("skipped", True)
    assert not environment.folder.exists()


def test_the_host_suites_run_only_the_files_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """`dev.py gradio3` runs tests/webui, with a file only that file, and passes other arguments on."""
    asked: list[list[str]] = []
    monkeypatch.setattr(dev, "pytest", lambda _environment, arguments, host_name: asked.append(list(arguments)))
    dev.host("gradio3")
    dev.host("gradio3", ["-k", "apply"])
    dev.host("gradio3", ["tests/webui/test_apply.py::test_a", "-x"])
    assert asked == [["tests/webui"], ["tests/webui", "-k", "apply"], ["tests/webui/test_apply.py::test_a", "-x"]]


def test_what_cannot_be_fuzzed_names_what_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown target is refused with the existing names, before anything is installed."""
    monkeypatch.setattr(dev, "prepare", lambda _environment: pytest.fail("something was installed"))
    with pytest.raises(dev.Stop, match="packets"):
        dev.fuzz(["packet", "--seconds", "5"])


def test_every_target_is_fuzzed_for_the_time_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name all targets run, one after the other; one that finds an error fails the command."""
    asked: list[list[str]] = []
    monkeypatch.setattr(dev, "prepare", lambda environment: environment.python)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(dev, "run", lambda command: asked.append([*map(str, command[2:])]) or "zips" in command)
    assert dev.fuzz(["--seconds", "5"]) == 1
    assert ["tests.fuzz", "packets", "--seconds", "5"] in asked
    assert len(asked) >= 9
    assert dev.fuzz(["packets"]) == 0


def test_an_unknown_command_shows_the_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Anything but a command prints what can be typed, and fails."""
    monkeypatch.setattr(sys, "argv", ["dev.py", "tset"])
    assert dev.main() == 2
    assert "dev.py test" in capsys.readouterr().out
