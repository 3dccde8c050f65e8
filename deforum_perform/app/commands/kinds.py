"""The types of values that commands take and return: how to read each, its words in messages, its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ...core.errors import InputError
from ...core.units import as_number, clamp

Schema = dict[str, Any]

LONGEST_QUOTED = 40


class Kind(Protocol):
    """The rule for one value."""

    def read(self, name: str, value: object) -> Any:
        """The value of the argument ``name``; InputError says what is needed."""

    @property
    def words(self) -> str:
        """What is needed, such as ``a number from 0 to 10``."""

    @property
    def unit(self) -> str:
        """The unit of a number, or empty."""

    @property
    def schema(self) -> Schema:
        """The same as JSON Schema."""


@dataclass(frozen=True)
class Number:
    """A finite number in ``low..high``. ``clamped``: a number beyond is moved to that end instead of refused."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    clamped: bool = False

    def read(self, name: str, value: object) -> float:
        number = as_number(value)
        if number is None:
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        if self.low is None or self.high is None:
            return number
        if self.clamped:
            return clamp(number, self.low, self.high)
        if not self.low <= number <= self.high:
            raise InputError(f"{name} needs {self.words}, not {number:g}.")
        return number

    @property
    def words(self) -> str:
        return "a number" if self.low is None else f"a number from {self.low:g} to {self.high:g}"

    @property
    def schema(self) -> Schema:
        limited = {} if self.clamped or self.low is None else {"minimum": self.low, "maximum": self.high}
        return {"type": "number", **limited}


@dataclass(frozen=True)
class Whole:
    """A whole number in ``low..high``; ``high`` None: without an upper limit."""

    low: int
    high: int | None
    unit: str = ""

    def read(self, name: str, value: object) -> int:
        number = as_number(value)
        if number is None or number != int(number):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        if number < self.low or (self.high is not None and number > self.high):
            raise InputError(f"{name} needs {self.words}, not {number:g}.")
        return int(number)

    @property
    def words(self) -> str:
        return f"a whole number from {self.low}" + ("" if self.high is None else f" to {self.high}")

    @property
    def schema(self) -> Schema:
        limits = {"minimum": self.low} if self.high is None else {"minimum": self.low, "maximum": self.high}
        return {"type": "integer", **limits}


@dataclass(frozen=True)
class Text:
    """A text; an empty one only if ``empty`` is set."""

    empty: bool = False
    unit: str = ""

    def read(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not (self.empty or value.strip()):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return value

    @property
    def words(self) -> str:
        return "a text" if self.empty else "a text that is not empty"

    @property
    def schema(self) -> Schema:
        return {"type": "string"} if self.empty else {"type": "string", "pattern": r"\S"}


@dataclass(frozen=True)
class Choice:
    """One of a few texts."""

    names: tuple[str, ...]
    unit: str = ""

    def read(self, name: str, value: object) -> str:
        if not isinstance(value, str) or value not in self.names:
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return value

    @property
    def words(self) -> str:
        return f"one of {', '.join(self.names)}"

    @property
    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.names)}


@dataclass(frozen=True)
class Flag:
    """True or false."""

    unit: str = ""

    def read(self, name: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return value

    @property
    def words(self) -> str:
        return "true or false"

    @property
    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Texts:
    """A list of texts."""

    unit: str = ""

    def read(self, name: str, value: object) -> list[str]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return list(value)

    @property
    def words(self) -> str:
        return "a list of texts"

    @property
    def schema(self) -> Schema:
        return {"type": "array", "items": {"type": "string"}}


@dataclass(frozen=True)
class Range:
    """A list of two numbers in ``low..high``: a start and an end. Their order is not checked."""

    low: float
    high: float
    unit: str = ""

    def read(self, name: str, value: object) -> tuple[float, float]:
        numbers = [as_number(item) for item in value] if isinstance(value, list | tuple) else []
        ends = [number for number in numbers if number is not None and self.low <= number <= self.high]
        if len(numbers) != 2 or len(ends) != 2:
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return ends[0], ends[1]

    @property
    def words(self) -> str:
        return f"a list of two numbers from {self.low:g} to {self.high:g}, the start and the end"

    @property
    def schema(self) -> Schema:
        number = {"type": "number", "minimum": self.low, "maximum": self.high}
        return {"type": "array", "items": number, "minItems": 2, "maxItems": 2}


@dataclass(frozen=True)
class SettingsFile:
    """A Deforum settings file: its text, its bytes, or its names and values."""

    unit: str = ""

    def read(self, name: str, value: object) -> str | bytes | Mapping[str, Any]:
        if not isinstance(value, str | bytes | Mapping):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return value

    @property
    def words(self) -> str:
        return "a settings file, as text or as a JSON object"

    @property
    def schema(self) -> Schema:
        return {"anyOf": [{"type": "string"}, {"type": "object"}]}


@dataclass(frozen=True)
class Object:
    """A JSON object with members of its own."""

    unit: str = ""

    def read(self, name: str, value: object) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return value

    @property
    def words(self) -> str:
        return "an object"

    @property
    def schema(self) -> Schema:
        return {"type": "object"}


@dataclass(frozen=True)
class Objects:
    """A list of JSON objects."""

    unit: str = ""

    def read(self, name: str, value: object) -> list[Mapping[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise InputError(f"{name} needs {self.words}, not {quoted(value)}.")
        return value

    @property
    def words(self) -> str:
        return "a list of objects"

    @property
    def schema(self) -> Schema:
        return {"type": "array", "items": {"type": "object"}}


def quoted(value: object) -> str:
    """A value in a message, shortened if it is long."""
    text = "null" if value is None else ascii(value)
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}..."
