"""Edits: changes of what a lane plays over a range of the song. Each can be switched off, and nothing is overwritten.

The edits of a lane are a stack: each one changes the result of the one before it. Values are those of the field, one
per frame, after the clips were mixed; see ``core.curve.edits`` for the effect of each kind of change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from ..errors import InputError, NotFoundError
from ..identity import by_identity
from ..records import Record
from ..time.time_map import BEATS, SECONDS, UNITS
from ..units import MAX_SECONDS

MAX_EDITS = 200
MAX_POINTS = 10_000
MAX_VALUE = 1e9
MAX_SMOOTHING_S = 10.0
SHORTEST_EVERY = 1e-3


@dataclass(frozen=True)
class Point(Record):
    """A ``value`` at a song time (s)."""

    time_s: float
    value: float


@dataclass(frozen=True)
class Draw(Record):
    """Straight lines through ``points``, in order of time. Before the first point and after the last one their values
    hold."""

    points: tuple[Point, ...]
    kind: Literal["draw"] = "draw"


@dataclass(frozen=True)
class Scale(Record):
    """Every value ``factor`` times as far from ``about``, or from the field's default value if that is None."""

    factor: float
    about: float | None = None
    kind: Literal["scale"] = "scale"


@dataclass(frozen=True)
class Shift(Record):
    """``by`` added to every value."""

    by: float
    kind: Literal["shift"] = "shift"


@dataclass(frozen=True)
class Flatten(Record):
    """One ``value`` for the whole range, or the mean of the values there if that is None."""

    value: float | None = None
    kind: Literal["flatten"] = "flatten"


@dataclass(frozen=True)
class Quantise(Record):
    """Every value moved to the nearest multiple of ``step``, counted from ``origin``."""

    step: float
    origin: float = 0.0
    kind: Literal["quantise"] = "quantise"


@dataclass(frozen=True)
class Hold(Record):
    """The value changes only every so many seconds or beats of the song, and holds between."""

    every: float
    unit: str = SECONDS
    kind: Literal["hold"] = "hold"


@dataclass(frozen=True)
class Smooth(Record):
    """The values smoothed without delay, with this time constant (s)."""

    time_constant_s: float
    kind: Literal["smooth"] = "smooth"


Change = Draw | Scale | Shift | Flatten | Quantise | Hold | Smooth

KINDS: Mapping[str, type[Change]] = MappingProxyType(
    {change.kind: change for change in (Draw, Scale, Shift, Flatten, Quantise, Hold, Smooth)}
)

OF_CHOICES = (Draw, Flatten, Hold)
"""What can be done to a lane that chooses or counts: the others would produce invalid numbers."""


@dataclass(frozen=True)
class Edit(Record):
    """``change`` of what a lane plays from ``start_s`` to ``end_s`` (song time, s), if it is ``on``. ``fade_s``: the
    length of the fades inside both ends."""

    id: str
    start_s: float
    end_s: float
    change: Change
    on: bool = True
    fade_s: float = 0.0


Edits = tuple[Edit, ...]


@by_identity(512)
def applied(edits: Edits) -> Edits:
    """The edits that are on. The same object for the same ones."""
    return edits if all(edit.on for edit in edits) else tuple(edit for edit in edits if edit.on)


def plays_alone(edits: Edits) -> bool:
    """Whether the edits play something where nothing is recorded."""
    return any(edit.on and _gives_values(edit.change) for edit in edits)


def _gives_values(change: Change) -> bool:
    return isinstance(change, Draw) or (isinstance(change, Flatten) and change.value is not None)


def edit_called(edits: Edits, edit_id: str) -> Edit:
    """The edit with this id; NotFoundError if there is none."""
    for edit in edits:
        if edit.id == edit_id:
            return edit
    raise NotFoundError("That edit no longer exists. Reload the page to see the edits of this lane.")


def with_edit(edits: Edits, edit: Edit) -> Edits:
    """The edits with ``edit`` instead of the one with its id, or on top; InputError if there are too many."""
    edit = checked_edit(edit)
    if any(known.id == edit.id for known in edits):
        return tuple(edit if known.id == edit.id else known for known in edits)
    if len(edits) >= MAX_EDITS:
        raise InputError(f"A lane has at most {MAX_EDITS} edits. Remove one first.")
    return (*edits, edit)


def without_edit(edits: Edits, edit_id: str) -> Edits:
    """The edits without the one that has this id."""
    gone = edit_called(edits, edit_id)
    return tuple(edit for edit in edits if edit is not gone)


def checked_edit(edit: Edit) -> Edit:
    """The edit with a fade that fits into it; InputError if a value cannot be used."""
    if not 0 <= edit.start_s < edit.end_s <= MAX_SECONDS:
        raise InputError("An edit has to end after its start, inside a day.")
    if edit.fade_s < 0:
        raise InputError("The length of a fade cannot be below 0.")
    _check_change(edit.change)
    return replace(edit, fade_s=min(edit.fade_s, (edit.end_s - edit.start_s) / 2))


def _check_change(change: Change) -> None:
    numbers = [value for value in vars(change).values() if isinstance(value, float)]
    if isinstance(change, Draw):
        numbers = [number for point in change.points for number in (point.time_s, point.value)]
        if not 1 <= len(change.points) <= MAX_POINTS:
            raise InputError(f"A drawn curve has from 1 to {MAX_POINTS:,} points.")
        if any(later.time_s <= earlier.time_s for earlier, later in pairwise(change.points)):
            raise InputError("The points of a drawn curve have to be in order of time.")
    if any(abs(number) > MAX_VALUE for number in numbers):
        raise InputError(f"The values of an edit are from {-MAX_VALUE:g} to {MAX_VALUE:g}.")
    if isinstance(change, Quantise) and change.step <= 0:
        raise InputError("The step to quantise to has to be above 0.")
    if isinstance(change, Hold) and (change.every < SHORTEST_EVERY or change.unit not in UNITS):
        raise InputError(f"A value holds for at least {SHORTEST_EVERY:g} {SECONDS} or {BEATS}.")
    if isinstance(change, Smooth) and not 0 < change.time_constant_s <= MAX_SMOOTHING_S:
        raise InputError(f"A time constant is above 0 and at most {MAX_SMOOTHING_S:g} s.")
