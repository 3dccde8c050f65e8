"""Records: frozen dataclasses that are written as JSON and read back by their annotations.

A new record needs no additional code: it derives from ``Record`` and its fields have these types: ``str``, ``int``,
``float``, ``bool``, ``Literal``, another record, ``tuple[X, ...]``, ``tuple[X, Y]``, ``Mapping[str, X]``, ``X | None``,
and a union of records that each have a field ``kind`` with its own ``Literal``.

Other fields in a file were written by a newer version: they are kept in ``unknown`` and written back.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import DamagedFileError, InputError
from .units import as_number

NAMES: Mapping[type, str] = types.MappingProxyType(
    {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Record:
    """A JSON object. ``unknown``: the fields of a newer version, as they were read."""

    unknown: Mapping[str, Any] = field(default_factory=dict, kw_only=True, repr=False, hash=False)


R = TypeVar("R", bound=Record)

Check = Callable[[Any], Any]


def to_dict(record: Record) -> dict[str, Any]:
    """The record as JSON-able values, including the fields of a newer version."""
    return {name: plain(value) for name, value in members(record).items()}


def members(record: Record) -> dict[str, Any]:
    """The values of a record by their names in files, including the fields of a newer version."""
    return {**{name: getattr(record, name) for name in field_types(type(record))}, **record.unknown}


def plain(value: Any) -> Any:
    """A value of a record as JSON-able values."""
    if isinstance(value, Record):
        return to_dict(value)
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value


def field_types(kind: type[Record]) -> Mapping[str, Any]:
    """Field name -> type, in order, without ``unknown``."""
    key: Any = kind  # mypy takes a dataclass's own __hash__ for that of its class
    return _shape(key)[0]


@cache
def _shape(kind: type[Any]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """What ``field_types`` gives, and the names of the fields without a default."""
    hints, own = get_type_hints(kind), [f for f in fields(kind) if f.name != UNKNOWN]
    required = tuple(f.name for f in own if f.default is MISSING and f.default_factory is MISSING)
    return types.MappingProxyType({f.name: hints[f.name] for f in own}), required


class Reader:
    """Reads the records of one kind of file. ``what`` names the file in errors; ``checks``: record type -> a function
    that returns a valid record for one that was read, or raises InputError."""

    def __init__(self, what: str, checks: Mapping[type[Record], Check] | None = None) -> None:
        self._what, self._checks = what, checks or {}

    def record(self, kind: type[R], value: object, place: str) -> R:
        """The record of type ``kind`` in ``value``; DamagedFileError says what is wrong and where."""
        if not isinstance(value, Mapping):
            raise self.damaged(place, "it is not an object.")
        key: Any = kind
        known, required = _shape(key)
        for name in required:
            if name not in value:
                raise self.damaged(place, f"{name!r} is missing.")
        inside = f"{place}, " if place else ""
        values = {name: self.value(known[name], value[name], f"{inside}{name}") for name in known if name in value}
        unknown = {name: item for name, item in value.items() if name not in known}
        return self.checked(kind(**values, unknown=unknown), place)

    def checked(self, record: R, place: str) -> R:
        """The record returned by its check; DamagedFileError if it is invalid."""
        check = self._checks.get(type(record))
        if check is None:
            return record
        try:
            checked: R = check(record)
        except InputError as error:
            raise self.damaged(place, str(error)) from error
        return checked

    def value(self, wanted: Any, value: object, place: str) -> Any:
        """``value`` as the type ``wanted``; whole numbers count as numbers. DamagedFileError as ``record``."""
        if wanted is Any:
            return value
        origin, inner = get_origin(wanted), get_args(wanted)
        if origin in (Union, types.UnionType):
            return self._of_union(inner, value, place)
        if origin is Literal:
            if value not in inner:
                raise self.damaged(place, f"{str(value)[:40]!r} is not one of: {', '.join(map(str, inner))}.")
            return value
        if origin is tuple:
            return self._of_list(inner, value, place)
        if origin is not None and issubclass(origin, Mapping):
            if not isinstance(value, Mapping):
                raise self.damaged(place, "it is not a table.")
            return {str(key): self.value(inner[1], item, f"{place} of {key}") for key, item in value.items()}
        if isinstance(wanted, type) and issubclass(wanted, Record):
            return self.record(wanted, value, place)
        return self._plain(wanted, value, place)

    def _of_list(self, inner: tuple[Any, ...], value: object, place: str) -> tuple[Any, ...]:
        """A tuple of any length whose items are of one type, or of one item for each type."""
        if not isinstance(value, (list, tuple)):
            raise self.damaged(place, "it is not a list.")
        wanted = inner[:1] * len(value) if inner[1:] == (...,) else inner
        if len(value) != len(wanted):
            raise self.damaged(place, f"it has {len(value)} items instead of {len(wanted)}.")
        items = enumerate(zip(wanted, value, strict=True))
        return tuple(self.value(kind, item, f"{place} {i + 1}") for i, (kind, item) in items)

    def _of_union(self, choices: tuple[Any, ...], value: object, place: str) -> Any:
        """A value that may be null, or a record of one of several kinds."""
        if value is None and type(None) in choices:
            return None
        others = [choice for choice in choices if choice is not type(None)]
        if len(others) == 1:
            return self.value(others[0], value, place)
        kinds = {get_args(field_types(choice)["kind"])[0]: choice for choice in others}
        kind = value.get("kind") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in kinds:
            raise self.damaged(place, f"{str(kind)[:40]!r} is not one of: {', '.join(kinds)}.")
        return self.record(kinds[kind], value, place)

    def _plain(self, wanted: Any, value: object, place: str) -> Any:
        if wanted is float and (number := as_number(value)) is not None:
            return number
        if wanted is not float and type(value) is wanted:
            return value
        raise self.damaged(place, f"{str(value)[:40]!r} is not {NAMES[wanted]}.")

    def damaged(self, place: str, why: str) -> DamagedFileError:
        """The error for a problem at ``place``; the caller raises it."""
        return DamagedFileError(f"{self._what} is damaged at {place}: {why}")
