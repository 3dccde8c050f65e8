"""Checkouts of the Forge fork of Deforum, named by the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from .fork_core import loaded

MAIN = "PERFORM_FORGE_DEFORUM_DIR"


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
