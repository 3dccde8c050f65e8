"""The troubles of the torture: what they do to the machine they run on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the troubles need Linux", allow_module_level=True)

from tests.torture.troubles import BEGINS, BETWEEN, DISK_BYTES, FULL, KINDS, NO_DISK, Trouble, cases, planned

EVERY = len(KINDS) * len(BEGINS) * len(BETWEEN)


def test_without_a_disk_of_its_own_no_disk_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no disk can be mounted, the cases of a full disk are left out, and that is said."""
    monkeypatch.setenv("PATH", str(tmp_path))  # no `mount` in it
    todo, left_out = planned(tmp_path, 1, EVERY)
    assert {case.kind for case in todo} == {*KINDS} - {FULL}
    assert (len(todo), left_out) == (EVERY, [NO_DISK])
    assert FULL in {case.kind for case in cases(1, EVERY, mounted=True)}


def test_a_larger_disk_is_never_filled(tmp_path: Path) -> None:
    """No more is written to fill a disk than the small one holds, whatever it is written to."""
    trouble = Trouble(tmp_path, tmp_path)
    trouble.full(tmp_path)
    assert (tmp_path / "filler").stat().st_size <= DISK_BYTES
    trouble.end()
    assert not list(tmp_path.iterdir())
