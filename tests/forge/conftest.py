"""Checkouts of the Forge fork of Deforum, named by the environment."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from .fork_core import importing, loaded

MAIN, DEV = "PERFORM_FORGE_DEFORUM_DIR", "PERFORM_FORGE_DEFORUM_DEV_DIR"


def checkout(variable: str, within: str) -> Path:
    """The folder ``within`` the checkout that the environment names; the test is skipped where none is named."""
    named = os.environ.get(variable)
    if not named:
        pytest.skip(f"{variable} names no checkout of sd-forge-deforum")
    place = Path(named) / within
    assert place.is_dir(), f"{variable} is {named}, and there is no {within} in it"
    return place


@pytest.fixture(scope="module")
def core() -> Iterator[SimpleNamespace]:
    """The render core of the fork's branch main."""
    with loaded(checkout(MAIN, "scripts/deforum_helpers")) as found:
        yield found


@pytest.fixture
def dev() -> Iterator[None]:
    """The argument tables of the fork's branch dev, loaded as they are where it runs."""
    folder = checkout(DEV, "deforum")
    modules = [name for name in ("arg_defaults", "args") if (folder / "config" / f"{name}.py").exists()]
    with importing("deforum", folder, [f"config.{name}" for name in modules]):
        for name in modules:
            importlib.import_module(f"deforum.config.{name}")
        yield
