"""The virtual environments: when they are filled again, and what happens without pip."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.runner import environments


def lock(folder: Path, text: str, name: str = "lock.txt") -> environments.Environment:
    (folder / name).write_text(text, encoding="utf-8")
    return environments.Environment(folder / "venv", folder / name)


def test_the_fingerprint_follows_included_locks(tmp_path: Path) -> None:
    """A change in a lock, or in a lock it includes, changes the fingerprint: the environment is filled again."""
    lock(tmp_path, "numpy==1.26.2\n", "inner.txt")
    outer = lock(tmp_path, "-r inner.txt\npytest==8.0.0\n").lock
    first = environments.digest(outer)
    assert environments.digest(outer) == first
    lock(tmp_path, "numpy==1.26.4\n", "inner.txt")
    assert environments.digest(outer) != first


def test_commands_keep_compiled_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this Python writes no bytecode, the commands still do: the tests start Python some hundred times."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    command = [sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"]
    assert environments.run(command) == 0


def test_without_ensurepip_pip_comes_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Debian without python3-venv the environment is made without pip, which this Python's pip then adds."""
    asked: list[list[str]] = []

    def works(command: object) -> bool:
        words = [str(word) for word in command]  # type: ignore[attr-defined]
        asked.append(words)
        return not (words[1:3] == ["-m", "venv"] and "--without-pip" not in words)

    monkeypatch.setattr(environments, "works", works)
    environment = lock(tmp_path, "")
    environments.make(environment)
    assert asked[-1][1:] == ["-m", "pip", "--python", str(environment.python), "install", "pip"]


def test_a_python_that_can_do_nothing_gets_a_list_of_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no way to pip is left, the message names the package to install."""
    monkeypatch.setattr(environments, "works", lambda _command: False)
    with pytest.raises(environments.Stop, match="python3-venv"):
        environments.make(lock(tmp_path, ""))


def test_an_environment_that_is_complete_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run installs nothing."""
    environment = lock(tmp_path, "numpy==1.26.2\n")
    environment.folder.mkdir()
    (environment.folder / "installed-lock.txt").write_text(environments.digest(environment.lock), encoding="utf-8")
    monkeypatch.setattr(environments, "works", lambda _command: True)
    monkeypatch.setattr(environments, "run", lambda *_arguments, **_named: pytest.fail("pip was run"))
    assert environments.prepare(environment) == environment.python


def test_a_failed_install_stops_and_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When pip fails, nothing is marked as installed."""
    environment = lock(tmp_path, "numpy==1.26.2\n")
    environment.folder.mkdir()
    monkeypatch.setattr(environments, "works", lambda _command: True)
    monkeypatch.setattr(environments, "run", lambda *_arguments, **_named: 1)
    with pytest.raises(environments.Stop, match="online"):
        environments.prepare(environment)
    assert list(environment.folder.iterdir()) == []
