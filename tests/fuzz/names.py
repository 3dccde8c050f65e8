"""The targets by name, and the inputs that broke a rule once."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = tuple(
    sorted(path.stem for path in HERE.glob("*.py") if "\nTARGET = Target(" in path.read_text(encoding="utf-8"))
)
"""Every module of this folder that holds a target."""


def found(name: str) -> dict[str, bytes]:
    """File name -> input, of all that broke a rule of this target once and has to hold now."""
    return {path.name: path.read_bytes() for path in sorted((HERE / "found" / name).glob("*"))}
