"""Reading the arguments of a command: the right type and range, or an InputError that says what is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import InputError
from ...core.units import as_number

Arguments = Mapping[str, Any]


def number(arguments: Arguments, name: str, low: float, high: float) -> float:
    """A finite number in ``low..high``."""
    value = as_number(arguments.get(name))
    if value is None:
        raise InputError(f"{name} needs a number.")
    if not low <= value <= high:
        raise InputError(f"{name} needs a number from {low:g} to {high:g}, not {value:g}.")
    return value


def whole(arguments: Arguments, name: str, low: int, high: int) -> int:
    """A whole number in ``low..high``."""
    value = number(arguments, name, low, high)
    if value != int(value):
        raise InputError(f"{name} needs a whole number, not {value:g}.")
    return int(value)


def text(arguments: Arguments, name: str) -> str:
    """A text that is not empty."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{name} needs a text.")
    return value


def optional_text(arguments: Arguments, name: str) -> str | None:
    """A text, or None where it is left out."""
    return None if arguments.get(name) is None else text(arguments, name)


def flag(arguments: Arguments, name: str) -> bool:
    """True or false."""
    value = arguments.get(name)
    if not isinstance(value, bool):
        raise InputError(f"{name} needs true or false.")
    return value


def texts(arguments: Arguments, name: str) -> list[str] | None:
    """A list of texts, or None where it is left out."""
    value = arguments.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InputError(f"{name} needs a list of texts.")
    return value
