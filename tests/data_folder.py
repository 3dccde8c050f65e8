"""Where the reference data of the tests is; its README says what made it."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"
