"""The nesting depth of a JSON value. Code that walks one is recursive, so files and requests have a limit."""

from __future__ import annotations

MAX_LEVELS = 50
"""Deforum's settings, songs and commands need less than ten."""


def is_too_deep(value: object, levels: int = MAX_LEVELS) -> bool:
    """Whether lists and objects in ``value`` are nested more than ``levels`` deep. Linear, and not recursive."""
    level = [value]
    for _ in range(levels + 1):
        level = [item for each in level for item in _inside(each) if isinstance(item, (dict, list))]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
