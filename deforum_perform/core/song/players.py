"""What a lane makes of its source's position: a number in a range, one of a list of choices, a count, or a prompt."""

from __future__ import annotations

from dataclasses import dataclass

from ..deforum.field_row import Field
from ..deforum.motion import FORMS, moves
from ..deforum.prompts import check_bank
from ..deforum.selection import PICKS, refused_name
from ..errors import InputError
from ..records import Record
from ..units import clamp

MAX_HOLD_S = 600.0
MAX_CHOICES = 200


@dataclass(frozen=True)
class Range(Record):
    """A number between ``out_low`` and ``out_high``, in the lane's unit. ``form``: what the knob means for a motion
    field (see ``motion``)."""

    out_low: float = 0.0
    out_high: float = 1.0
    form: str = "frame"


FULL_RANGE = Range()


@dataclass(frozen=True)
class Choices(Record):
    """One of ``choices``. ``pick``: how the source chooses (see ``selection``); ``hold_s``: the minimum time of a
    choice; ``fade_s``: the fade into the next one, where supported."""

    choices: tuple[str, ...] = ()
    pick: str = "zone"
    hold_s: float = 0.0
    fade_s: float = 0.0


NO_CHOICES = Choices()


@dataclass(frozen=True)
class Prompts(Choices):
    """One of a bank of prompts."""


@dataclass(frozen=True)
class Counter(Record):
    """A whole number that begins at ``first`` and increases by ``step`` with every hit."""

    first: float
    step: int
    hold_s: float


Player = Range | Choices | Counter | Prompts


def check_range(played: Range, row: Field) -> None:
    """InputError for a form that the field does not have."""
    if played.form not in FORMS or (played.form != "frame" and not moves(row)):
        raise InputError(f"{row.title} has no form {played.form!r}.")


def checked_choices(played: Choices, row: Field) -> Choices:
    """The choices with valid times; InputError for a choice that Deforum would change, or that is not a whole number in
    a field of whole numbers."""
    if played.pick not in PICKS:
        raise InputError(f"Unknown way to pick {played.pick!r}. Choose one of: {', '.join(PICKS)}.")
    _check_names(played.choices, row)
    hold_s, fade_s = clamp(played.hold_s, 0.0, MAX_HOLD_S), clamp(played.fade_s, 0.0, MAX_HOLD_S)
    return Choices(played.choices, played.pick, hold_s, fade_s, unknown=played.unknown)


def _check_names(choices: tuple[str, ...], row: Field) -> None:
    if any("\ud800" <= character <= "\udfff" for choice in choices for character in choice):
        raise InputError("A choice contains half a character, which cannot be saved. Type it again.")
    if len(choices) > MAX_CHOICES:
        raise InputError(f"A lane has at most {MAX_CHOICES} choices. Remove some.")
    if choices and row.kind == "float":
        raise InputError(f"{row.title} plays a range, not choices.")
    if row.kind == "prompt":
        check_bank(choices)
        return
    for choice in choices:
        if row.kind == "choice":
            reason = refused_name(choice, of_file=row.names_files)
        else:
            whole = choice.lstrip("+-").isdecimal()
            reason = None if whole else f"{choice!r} is not a whole number. Type one, such as 1234."
        if reason is not None:
            raise InputError(reason)


def check_odd(choices: tuple[str, ...], row: Field) -> None:
    """InputError for a choice that is even if only odd numbers are allowed. In a song file such a choice is kept, and
    the lane plays the odd number next to it."""
    for choice in choices if row.odd else ():
        if int(choice) % 2 == 0:
            raise InputError(
                f"{row.title} takes odd whole numbers only: {choice} would stop the render. Type one such as 5."
            )
