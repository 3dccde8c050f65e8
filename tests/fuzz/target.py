"""What a fuzz target is: one function that takes any bytes, and what it starts from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


class Broken(AssertionError):
    """A rule of a target does not hold for this input."""


@dataclass(frozen=True)
class Target:
    """One thing that reads what others wrote.

    ``one_input`` raises nothing for any bytes, or the project has a bug; ``rule`` says what it checks. ``seeds`` are
    good and bad inputs to start from. With ``is_json`` inputs are changed value by value, and ``words`` are texts worth
    inserting. ``max_bytes``: the longest input worth trying.
    """

    rule: str
    one_input: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    is_json: bool = False
    words: Sequence[str] = ()
    max_bytes: int = 1 << 14


def recipe_in(data: bytes) -> dict[str, Any] | None:
    """The JSON object that says how a file is made, so that its checksums are right; None: ``data`` is the file."""
    if not data.startswith(b"{"):
        return None
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def as_bytes(value: Any) -> bytes:
    """A recipe's value as the bytes of a file: texts as they are (a character a byte), all else as JSON."""
    if isinstance(value, str):
        return value.encode("latin-1", "replace")
    return json.dumps(value).encode()


def cut(data: bytes, recipe: dict[str, Any]) -> bytes:
    """``data`` shortened and changed as the recipe's ``cut`` (bytes kept) and ``flip`` ([place, byte] pairs) say."""
    out = bytearray(data)
    for place, byte in pairs(recipe.get("flip")):
        if out:
            out[place % len(out)] = byte % 256
    kept = recipe.get("cut")
    return bytes(out[: kept % (len(out) + 1)] if type(kept) is int else out)


def pairs(value: Any) -> list[tuple[int, int]]:
    """The pairs of whole numbers in ``value``, whatever it is."""
    rows = value if isinstance(value, list) else []
    return [(r[0], r[1]) for r in rows if isinstance(r, list) and len(r) == 2 and all(type(v) is int for v in r)]
