"""The fields of Deforum by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from ..errors import InputError
from .field_row import PRESETS, Field, Gate, Range
from .field_table import ROWS

__all__ = ["CONTROLNET_UNITS", "FIELDS", "PRESETS", "Field", "Gate", "Range", "field", "number_fields"]

CONTROLNET_UNITS = 5


def _expanded(rows: tuple[Field, ...]) -> Iterator[Field]:
    """Each row once; a ControlNet row once for each unit, with its gate."""
    for row in rows:
        if "{i}" not in row.name:
            yield row
            continue
        for unit in range(1, CONTROLNET_UNITS + 1):
            gate = row.gate and Gate(row.gate.name.format(i=unit), row.gate.value)
            heading = f"ControlNet {unit} {row.title.lower()}"
            yield replace(row, name=row.name.format(i=unit), gate=gate, heading=heading)


FIELDS: Mapping[str, Field] = MappingProxyType({row.name: row for row in _expanded(ROWS)})


def field(name: str) -> Field:
    """The field called ``name``; InputError if the table does not have it."""
    try:
        return FIELDS[name]
    except KeyError:
        raise InputError(f"Deforum has no schedule called {name!r}. Choose one from the list.") from None


def number_fields() -> tuple[Field, ...]:
    """The fields that a lane of numbers can play, in the table's order."""
    return tuple(f for f in FIELDS.values() if f.is_number)
