"""dev.py: the runner of the README's two commands."""

from __future__ import annotations

import sys

import pytest

import dev


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
