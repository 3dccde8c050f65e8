"""A lane: a source, what it plays on a field, and how. Changing it later changes the schedule of what is recorded.

A lane has parts: the binding (source and input range), the player (a range and a list of choices; the field and the
list determine which one plays), and the shaping. Commands use the same names for the values of all parts, see
``VALUES``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ..deforum.fields import PRESETS, Field
from ..deforum.fields import Range as Span
from ..deforum.fields import field as field_called
from ..deforum.motion import FORMS, moves, range_at, range_in, unit_of
from ..errors import InputError
from ..records import Record, field_types
from ..units import as_number, clamp, odd_range
from .binding import MAX_INPUT, NO_SOURCE, Binding, checked_binding
from .players import (
    FULL_RANGE,
    NO_CHOICES,
    Choices,
    Counter,
    Player,
    Prompts,
    Range,
    check_odd,
    check_range,
    checked_choices,
)
from .shaping import DEFAULT_TOLERANCE, DRIFT_OF_TOLERANCE, PLAIN, Shaping, checked_shaping


@dataclass(frozen=True)
class Lane(Record):
    """One lane of a song, playing the field called ``field``."""

    id: str
    field: str
    binding: Binding = NO_SOURCE
    output: Range = FULL_RANGE
    selection: Choices = NO_CHOICES
    shaping: Shaping = PLAIN

    @property
    def row(self) -> Field:
        """The lane's row of the field table."""
        return field_called(self.field)

    @property
    def source(self) -> str | None:
        """The name of the source that plays it, or None."""
        return self.binding.source

    @property
    def player(self) -> Player:
        """What plays: the range, the choices, or a counter."""
        if self.counts:
            return Counter(self.output.out_low, 2 if self.row.odd else 1, self.selection.hold_s)
        if self.row.kind == "prompt":
            return Prompts(**vars(self.selection))
        return self.selection if self.chooses else self.output

    @property
    def chooses(self) -> bool:
        """Whether the lane plays names or numbers from a list instead of a range."""
        return self.row.kind in ("choice", "prompt") or bool(self.selection.choices)

    @property
    def counts(self) -> bool:
        """Whether every hit of a pad increases the lane's whole number by one."""
        return self.row.kind == "int" and self.selection.pick == "step" and not self.selection.choices

    @property
    def steps_per_frame(self) -> bool:
        """Whether the lane plays a motion by its steps per frame, so that another frame rate changes its speed."""
        return self.output.form == "frame" and moves(self.row) and not self.chooses

    @property
    def preset(self) -> str | None:
        """The preset that the output range equals, or None."""
        ends = (self.output.out_low, self.output.out_high)
        return next((p for p in PRESETS if self.preset_range(p) == ends), None)

    def preset_range(self, preset: str) -> Span | None:
        """The field's range called ``preset`` in the lane's form, or None if the table has none."""
        found = self.row.preset(preset)
        return None if found is None else range_in(self.row, self.output.form, found)

    @property
    def unit(self) -> str:
        """The unit of the output range."""
        return unit_of(self.row, self.output.form)

    @property
    def limits(self) -> Span:
        """The limits of the output range: the field limits, if the lane plays the field's own values."""
        if self.output.form != "frame":
            return (-MAX_INPUT, MAX_INPUT)
        return self.row.hard or (-math.inf, math.inf)

    @property
    def width(self) -> float:
        """The size of the output range, in the lane's unit."""
        return abs(self.output.out_high - self.output.out_low)

    @property
    def error_limit(self) -> float:
        """The tolerance in the lane's unit."""
        return self.shaping.tolerance * self.width

    @property
    def drift_limit(self) -> float | None:
        """The largest sum of the errors in the lane's unit times frames; None without this bound."""
        shaping = self.shaping
        bounded = shaping.exact and shaping.drift > 0 and moves(self.row) and not self.chooses
        return shaping.drift * self.width if bounded else None


PARTS: Mapping[str, type[Record]] = MappingProxyType(
    {"binding": Binding, "output": Range, "selection": Choices, "shaping": Shaping}
)

VALUES: Mapping[str, tuple[str, Any]] = MappingProxyType(
    {name: (part, kind) for part, record in PARTS.items() for name, kind in field_types(record).items()}
)
"""The name of a value in commands and on the page -> the lane's part that contains it, and its type."""


def values_of(lane: Lane) -> dict[str, Any]:
    """The values of all parts, by their names."""
    return {name: getattr(getattr(lane, part), name) for name, (part, _) in VALUES.items()}


def with_values(lane: Lane, **values: Any) -> Lane:
    """The lane with some values of its parts, without validation."""
    return replace(lane, **dict(_parts_with(lane, values)))


def _parts_with(lane: Lane, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in PARTS:
        mine = {name: value for name, value in values.items() if VALUES[name][0] == part}
        if mine:
            yield part, replace(getattr(lane, part), **mine)


def new_lane(lane_id: str, field_name: str, source: str | None = None) -> Lane:
    """A lane with the field's first range or choice. InputError for an unknown field."""
    row = field_called(field_name)
    lane = Lane(lane_id, row.name, Binding(source))
    if not row.is_number:
        choices = (row.rest_text,) if row.rest_text else ()
        return with_values(lane, out_high=0.0, pool="last", tolerance=0.0, choices=choices)
    low, high = row.first_range()
    pool = "strongest" if row.reads == "cadence" else "last"
    drift = DRIFT_OF_TOLERANCE * DEFAULT_TOLERANCE if moves(row) else 0.0
    return with_values(lane, out_low=low, out_high=high, pool=pool, exact=True, drift=drift)


def changed(lane: Lane, changes: Mapping[str, Any]) -> Lane:
    """The lane with ``changes`` (name of a value -> value); InputError names the invalid one."""
    for name in changes:
        if name not in VALUES:
            raise InputError(f"Unknown lane setting {name!r}.")
    values = {name: _typed(name, value) for name, value in changes.items()}
    if "form" in values:
        lane = with_form(lane, values.pop("form"))
    lane = checked(with_values(lane, **values))
    check_odd(lane.selection.choices, lane.row)
    return lane


def with_form(lane: Lane, form: str) -> Lane:
    """The lane in another form, its output range moved to the field's first range there."""
    if form not in FORMS:
        raise InputError(f"Unknown form {form!r}. Choose one of: {', '.join(FORMS)}.")
    if form != "frame" and not moves(lane.row):
        raise InputError(f"{lane.row.title} is not a motion field: its only form is 'frame'.")
    if form == lane.output.form:
        return lane
    low, high = range_in(lane.row, form, lane.row.first_range())
    return with_values(lane, form=form, out_low=low, out_high=high)


def with_speed(lane: Lane, fps: float, new_fps: float) -> Lane:
    """The lane with an output range that moves as fast at ``new_fps`` as its own does at ``fps``."""
    if not lane.steps_per_frame:
        return lane
    low, high = range_at(lane.row, (lane.output.out_low, lane.output.out_high), fps, new_fps)
    return checked(with_values(lane, out_low=low, out_high=high))


def with_preset(lane: Lane, preset: str) -> Lane:
    """The lane with the field's range called ``preset``."""
    found = lane.preset_range(preset)
    if found is None:
        raise InputError(f"{lane.row.title} has no {preset!r} range. Type the two numbers instead.")
    return with_values(lane, out_low=found[0], out_high=found[1])


def checked(lane: Lane) -> Lane:
    """The lane with its output inside the field limits; InputError for an invalid value."""
    row = lane.row
    check_range(lane.output, row)
    lane = replace(
        lane,
        binding=checked_binding(lane.binding),
        selection=checked_choices(lane.selection, row),
        shaping=checked_shaping(lane.shaping),
    )
    low, high = lane.limits
    out_low, out_high = clamp(lane.output.out_low, low, high), clamp(lane.output.out_high, low, high)
    if row.odd:
        out_low, out_high = odd_range(out_low, out_high)
    return with_values(lane, out_low=out_low, out_high=out_high)


def _typed(name: str, value: Any) -> Any:
    """``value`` as the value's own type; InputError for another type or a number that is not finite."""
    kind = VALUES[name][1]
    if name == "source":
        if value is not None and not isinstance(value, str):
            raise InputError("The source must be an OSC address, as text.")
        return value
    if name == "choices":
        if not isinstance(value, (list, tuple)) or not all(isinstance(choice, str) for choice in value):
            raise InputError("The choices must be a list of texts.")
        return tuple(value)
    if kind is float and (number := as_number(value)) is not None:
        return number
    if kind is not float and isinstance(value, kind):
        return value
    wanted = {float: "a number", bool: "true or false", str: "text"}[kind]
    raise InputError(f"{name} needs {wanted}, not {value!r}.")
