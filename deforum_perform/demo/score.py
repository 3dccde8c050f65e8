"""A performance as text, one message per line, as liblo's oscdump writes it: ``seconds.fraction /address types
values``.

Both halves of the time are 8 hexadecimal digits; the fraction counts 2^-32 s. Types are ``f``, ``i`` and ``s``; strings
are in double quotes and contain neither spaces nor quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.errors import DamagedFileError

Argument = float | int | str

FRACTIONS = 2**32
LINE = re.compile(r"([0-9a-f]{8})\.([0-9a-f]{8}) (/\S+) ([fis]+)((?: \S+)+)")


@dataclass(frozen=True)
class Step:
    """One message and when it is sent, in seconds from the start."""

    time_s: float
    address: str
    arguments: tuple[Argument, ...]


def score_text(steps: Iterable[Step]) -> str:
    """The steps as lines."""
    return "".join(f"{_line(step)}\n" for step in steps)


def read_score(text: str) -> list[Step]:
    """The steps in ``text``; DamagedFileError names the first invalid line."""
    return [_step(line, number) for number, line in enumerate(text.splitlines(), start=1)]


def _line(step: Step) -> str:
    ticks = round(step.time_s * FRACTIONS)
    types = "".join({float: "f", int: "i", str: "s"}[type(value)] for value in step.arguments)
    return " ".join(
        [f"{ticks // FRACTIONS:08x}.{ticks % FRACTIONS:08x}", step.address, types, *map(_written, step.arguments)]
    )


def _written(value: Argument) -> str:
    if isinstance(value, float):
        return f"{value:.6f}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _step(line: str, number: int) -> Step:
    found = LINE.fullmatch(line)
    words = found[5].split() if found else []
    if found is None or len(words) != len(found[4]):
        raise DamagedFileError(f"The demo's performance is damaged in line {number}. Install Perform again.")
    try:
        arguments = tuple(_read(kind, word) for kind, word in zip(found[4], words, strict=True))
    except ValueError:
        raise DamagedFileError(f"The demo's performance is damaged in line {number}. Install Perform again.") from None
    return Step(int(found[1], 16) + int(found[2], 16) / FRACTIONS, found[3], arguments)


def _read(kind: str, word: str) -> Argument:
    if kind == "s":
        return word[1:-1]
    return float(word) if kind == "f" else int(word)
