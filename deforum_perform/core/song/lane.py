"""A lane: which source plays which field, and how. Changing it later changes the schedule of what is recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from ..deforum.fields import PRESETS, Field, Range, field
from ..deforum.motion import FORMS, moves, range_at, range_in, unit_of
from ..deforum.prompts import check_bank
from ..deforum.selection import PICKS, refused_name
from ..deforum.underlay import BLENDS, underlay
from ..errors import InputError
from ..units import as_number, clamp, odd_range
from .records import Record, field_types

CURVES = ("linear", "exponential", "logarithmic", "s")
POOLS = ("strongest", "mean", "last")
DEFAULT_TOLERANCE = 0.005
MAX_TOLERANCE = 0.25
MAX_SMOOTHING_S = 10.0
MAX_HOLD_S = 600.0
MAX_CHOICES = 200
LONGEST_UNDER = 120
"""A schedule text from Deforum is read over this many frames, Deforum's default, to check that it can be read."""

MAX_INPUT = 1e30
"""Limit of input ranges, so that the difference of two of their values is never infinite."""


@dataclass(frozen=True)
class Lane(Record):
    """One lane of a song.

    ``in_low``, ``in_high`` in the source's unit; ``in_auto``: they still adapt to the values that arrive (until the
    first take, or until they are typed); ``out_low``, ``out_high`` in ``unit``; ``form``: what the knob means for a
    motion field (see ``motion``); ``smoothing_s`` a time constant in seconds; ``pool``: how events inside one frame or
    cadence step become one value; ``tolerance``: the largest error of the keys as a fraction of the output range;
    ``under``: the schedule text that was in Deforum before, or empty; ``blend``: the effect of playing on it (see
    ``underlay``).
    """

    id: str
    field: str
    source: str | None = None
    in_low: float = 0.0
    in_high: float = 1.0
    in_auto: bool = True
    out_low: float = 0.0
    out_high: float = 1.0
    invert: bool = False
    curve: str = "linear"
    smoothing_s: float = 0.0
    pool: str = "last"
    tolerance: float = DEFAULT_TOLERANCE
    form: str = "frame"
    under: str = ""
    blend: str = "replace"
    choices: tuple[str, ...] = ()
    pick: str = "zone"
    hold_s: float = 0.0
    fade_s: float = 0.0
    lines: bool = False

    @property
    def row(self) -> Field:
        """The lane's row of the field table."""
        return field(self.field)

    @property
    def chooses(self) -> bool:
        """Whether the lane plays names or numbers from a list instead of a range."""
        return self.row.kind in ("choice", "prompt") or bool(self.choices)

    @property
    def counts(self) -> bool:
        """Whether every hit of a pad increases the lane's whole number by one."""
        return self.row.kind == "int" and self.pick == "step" and not self.choices

    @property
    def steps_per_frame(self) -> bool:
        """Whether the lane plays a motion by its steps per frame, so that another frame rate changes its speed."""
        return self.form == "frame" and moves(self.row) and not self.chooses

    @property
    def preset(self) -> str | None:
        """The preset that the output range equals, or None."""
        return next((p for p in PRESETS if self.preset_range(p) == (self.out_low, self.out_high)), None)

    def preset_range(self, preset: str) -> Range | None:
        """The field's range called ``preset`` in the lane's form, or None if the table has none."""
        found = self.row.preset(preset)
        return None if found is None else range_in(self.row, self.form, found)

    @property
    def unit(self) -> str:
        """The unit of the output range."""
        return unit_of(self.row, self.form)

    @property
    def limits(self) -> Range:
        """The limits of the output range: the field limits, if the lane plays the field's own values."""
        free = (-math.inf, math.inf) if self.form == "frame" else (-MAX_INPUT, MAX_INPUT)
        return (self.row.hard or free) if self.form == "frame" else free

    @property
    def error_limit(self) -> float:
        """The tolerance in the lane's unit."""
        return self.tolerance * abs(self.out_high - self.out_low)


def new_lane(lane_id: str, field_name: str, source: str | None = None) -> Lane:
    """A lane with the field's first range or choice. InputError for an unknown field."""
    row = field(field_name)
    if not row.is_number:
        choices = (row.rest_text,) if row.rest_text else ()
        return Lane(lane_id, row.name, source, out_high=0.0, pool="last", tolerance=0.0, choices=choices)
    low, high = row.first_range()
    pool = "strongest" if row.reads == "cadence" else "last"
    return Lane(lane_id, row.name, source, out_low=low, out_high=high, pool=pool)


def changed(lane: Lane, changes: dict[str, Any]) -> Lane:
    """The lane with ``changes`` (attribute name -> value); InputError names the one that cannot be used."""
    for name in changes:
        if name not in field_types(Lane) or name in ("id", "field"):
            raise InputError(f"Unknown lane setting {name!r}.")
    values = {name: _typed(name, value) for name, value in changes.items()}
    if "form" in values:
        lane = with_form(lane, values.pop("form"))
    lane = checked(replace(lane, **values))
    _check_odd(lane)
    return lane


def with_form(lane: Lane, form: str) -> Lane:
    """The lane in another form, its output range moved to the field's first range there."""
    if form not in FORMS:
        raise InputError(f"Unknown form {form!r}. Choose one of: {', '.join(FORMS)}.")
    if form != "frame" and not moves(lane.row):
        raise InputError(f"{lane.row.title} is not a motion field: its only form is 'frame'.")
    if form == lane.form:
        return lane
    low, high = range_in(lane.row, form, lane.row.first_range())
    return replace(lane, form=form, out_low=low, out_high=high)


def with_speed(lane: Lane, fps: float, new_fps: float) -> Lane:
    """The lane with an output range that moves as fast at ``new_fps`` as its own does at ``fps``."""
    if not lane.steps_per_frame:
        return lane
    low, high = range_at(lane.row, (lane.out_low, lane.out_high), fps, new_fps)
    return checked(replace(lane, out_low=low, out_high=high))


def with_preset(lane: Lane, preset: str) -> Lane:
    """The lane with the field's range called ``preset``."""
    found = lane.preset_range(preset)
    if found is None:
        raise InputError(f"{lane.row.title} has no {preset!r} range. Type the two numbers instead.")
    return replace(lane, out_low=found[0], out_high=found[1])


def checked(lane: Lane) -> Lane:
    """The lane with its output inside the field limits; InputError for an invalid value."""
    if lane.curve not in CURVES:
        raise InputError(f"Unknown curve {lane.curve!r}. Choose one of: {', '.join(CURVES)}.")
    if lane.pool not in POOLS:
        raise InputError(f"Unknown pooling {lane.pool!r}. Choose one of: {', '.join(POOLS)}.")
    in_low, in_high = clamp(lane.in_low, -MAX_INPUT, MAX_INPUT), clamp(lane.in_high, -MAX_INPUT, MAX_INPUT)
    if in_low == in_high:
        raise InputError("The input range is empty. Move the knob from end to end and press Fit, or type two numbers.")
    if lane.pick not in PICKS:
        raise InputError(f"Unknown way to pick {lane.pick!r}. Choose one of: {', '.join(PICKS)}.")
    _check_choices(lane)
    if lane.blend not in BLENDS:
        raise InputError(f"Unknown blend {lane.blend!r}. Choose one of: {', '.join(BLENDS)}.")
    if lane.under:
        underlay(lane.under, 1, LONGEST_UNDER)
    if lane.form not in FORMS or (lane.form != "frame" and not moves(lane.row)):
        raise InputError(f"{lane.row.title} has no form {lane.form!r}.")
    low, high = lane.limits
    out_low, out_high = clamp(lane.out_low, low, high), clamp(lane.out_high, low, high)
    if lane.row.odd:
        out_low, out_high = odd_range(out_low, out_high)
    return replace(
        lane,
        in_low=in_low,
        in_high=in_high,
        out_low=out_low,
        out_high=out_high,
        smoothing_s=clamp(lane.smoothing_s, 0.0, MAX_SMOOTHING_S),
        hold_s=clamp(lane.hold_s, 0.0, MAX_HOLD_S),
        fade_s=clamp(lane.fade_s, 0.0, MAX_HOLD_S),
        tolerance=clamp(lane.tolerance, 0.0, MAX_TOLERANCE),
    )


def _check_choices(lane: Lane) -> None:
    """InputError for a choice that Deforum would change, or that is not a whole number in a field of whole numbers."""
    if any("\ud800" <= character <= "\udfff" for choice in lane.choices for character in choice):
        raise InputError("A choice contains half a character, which cannot be saved. Type it again.")
    if len(lane.choices) > MAX_CHOICES:
        raise InputError(f"A lane has at most {MAX_CHOICES} choices. Remove some.")
    if lane.choices and lane.row.kind == "float":
        raise InputError(f"{lane.row.title} plays a range, not choices.")
    if lane.row.kind == "prompt":
        check_bank(lane.choices)
        return
    for choice in lane.choices:
        if lane.row.kind == "choice":
            reason = refused_name(choice, of_file=lane.row.names_files)
        else:
            whole = choice.lstrip("+-").isdecimal()
            reason = None if whole else f"{choice!r} is not a whole number. Type one, such as 1234."
        if reason is not None:
            raise InputError(reason)


def _check_odd(lane: Lane) -> None:
    """InputError for a choice that is even if only odd numbers are allowed. In a song file such a choice is kept, and
    the lane plays the odd number next to it."""
    for choice in lane.choices if lane.row.odd else ():
        if int(choice) % 2 == 0:
            raise InputError(
                f"{lane.row.title} takes odd whole numbers only: {choice} would stop the render. Type one such as 5."
            )


def _typed(name: str, value: Any) -> Any:
    """``value`` as the attribute's own type; InputError for another type or a number that is not finite."""
    if name == "source":
        if value is not None and not isinstance(value, str):
            raise InputError("The source must be an OSC address, as text.")
        return value
    if name == "choices":
        if not isinstance(value, (list, tuple)) or not all(isinstance(choice, str) for choice in value):
            raise InputError("The choices must be a list of texts.")
        return tuple(value)
    kind = field_types(Lane)[name]
    if kind is float and (number := as_number(value)) is not None:
        return number
    if kind is not float and isinstance(value, kind):
        return value
    wanted = {float: "a number", bool: "true or false", str: "text"}[kind]
    raise InputError(f"{name} needs {wanted}, not {value!r}.")
