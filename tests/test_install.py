"""install.py: what is asked of the host's launcher, and what is never asked."""

from __future__ import annotations

import importlib.util
import re
import runpy
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

INSTALL = Path(__file__).parents[1] / "install.py"


class Launcher(ModuleType):
    """A stand-in for the WebUI's `launch`: records the arguments for pip."""

    def __init__(self) -> None:
        super().__init__("launch")
        self.commands: list[str] = []

    def run_pip(self, command: str, desc: str | None = None) -> None:
        assert desc
        self.commands.append(command)


@pytest.fixture
def launcher(monkeypatch: pytest.MonkeyPatch) -> Launcher:
    module = Launcher()
    monkeypatch.setitem(sys.modules, "launch", module)
    return module


def hide(monkeypatch: pytest.MonkeyPatch, hidden: Iterable[str]) -> None:
    """Makes these modules, and no others of Perform's needs, seem absent."""
    real, gone = importlib.util.find_spec, set(hidden)
    present = real("json")

    def find_spec(name: str, package: str | None = None) -> object:
        if name in {"pythonosc", "psutil"}:
            return None if name in gone else present
        return real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)


def test_a_complete_host_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is missing, pip is not called and the host's launcher is not even imported."""
    hide(monkeypatch, [])
    monkeypatch.setitem(sys.modules, "launch", None)  # importing it would raise
    runpy.run_path(str(INSTALL), run_name="__main__")


@pytest.mark.parametrize(
    ("hidden", "named"),
    [
        (["pythonosc"], ["python-osc"]),
        (["psutil"], ["psutil"]),
        (["pythonosc", "psutil"], ["python-osc", "psutil"]),
    ],
)
def test_only_what_is_missing_is_added(
    monkeypatch: pytest.MonkeyPatch, launcher: Launcher, hidden: list[str], named: list[str]
) -> None:
    """Pip is asked once, for the missing packages alone, and may not bring or move anything else."""
    hide(monkeypatch, hidden)
    runpy.run_path(str(INSTALL), run_name="__main__")
    (command,) = launcher.commands
    assert command.split()[:2] == ["install", "--no-deps"]
    assert [re.split("[<>=]", package)[0] for package in re.findall('"([^"]+)"', command)] == named


def test_importing_it_does_nothing(monkeypatch: pytest.MonkeyPatch, launcher: Launcher) -> None:
    """A fork that imports the file instead of running it sees no side effect."""
    hide(monkeypatch, ["pythonosc", "psutil"])
    runpy.run_path(str(INSTALL), run_name="install")
    assert launcher.commands == []
