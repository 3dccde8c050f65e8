"""The measurements of bench/: their command lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "bench").glob("[!_]*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_every_measurement_explains_its_arguments(name: str) -> None:
    """`dev.py bench NAME --help` prints what the measurement takes and measures nothing."""
    command = [sys.executable, "-m", f"bench.{name}", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout
