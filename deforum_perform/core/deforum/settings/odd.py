"""Setting values of another type than Deforum's boxes: numbers as text, text instead of true or false.

"Load All Settings" puts a value into its box unchanged (``settings.py`` of sd-webui-deforum at 32242685 and of
Tok/sd-forge-deforum at 424dd333). A box for a whole number refuses text, and with it the whole file; a slider keeps the
text, and the render stops at it; a checkbox uses its truth value, so the text "False" ticks it. A value that can only
mean one thing is converted here; Check names the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .kinds import NUMBER_SCHEDULES, NUMBERS, SWITCHES, UNIT_SCHEDULES
from .numbers import real_number, shown, whole_number

Say = Callable[[str], None]
Settings = dict[str, Any]

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_MOST_NAMES = 5
_WHOLE = frozenset({"diffusion_cadence", "seed", "max_frames"})
"""Read by ``int()``, which refuses the text "8.0"."""


def numbers_as_schedules(settings: Settings, say: Say) -> Settings:
    """A number instead of a schedule is converted to one, as Deforum's loader does for ControlNet, where true and false
    are numbers as well."""
    found = {name: f"0:({value})" for name, value in settings.items() if _is_number(name, value)}
    found |= {
        name: f"0:({int(value)})"
        for name, value in settings.items()
        if name in UNIT_SCHEDULES and isinstance(value, bool)
    }
    found |= {
        name: f"0:({settings[name].strip()})"
        for name in NUMBER_SCHEDULES & settings.keys()
        if isinstance(settings[name], str) and _NUMBER.fullmatch(settings[name])
    }
    if found:
        names = [name for name in settings if name in found]
        say(f"{_listed(names)}: numbers were converted to schedules, such as {found[names[0]]} for {names[0]}.")
    return {**settings, **found}


def _is_number(name: str, value: object) -> bool:
    return name in NUMBER_SCHEDULES and isinstance(value, int | float) and not isinstance(value, bool)


def texts_as_numbers(settings: Settings, say: Say) -> Settings:
    """Text that is a number is converted to the number, and a null seed to -1, as in Deforum."""
    read = {name: _number(name, value) for name, value in settings.items() if name in NUMBERS}
    found: Settings = {name: number for name, number in read.items() if number is not None}
    if found:
        name, number = next(iter(found.items()))
        say(f"{_listed([*found])}: texts were converted to numbers, such as {number} for {name}.")
    if "seed" in settings and settings["seed"] is None:
        say("seed was null; it is -1 now, a random seed.")
        found["seed"] = -1
    return {**settings, **found}


def _listed(names: list[str]) -> str:
    """The first few names, and how many more."""
    more = len(names) - _MOST_NAMES
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_MOST_NAMES])} and {more} more"


def _number(name: str, value: object) -> int | float | None:
    """The number in a text, read as a render would read it; None if there is none, or if the value is not text."""
    if not isinstance(value, str):
        return None
    whole = whole_number(value)
    return real_number(value) if whole is None and name not in _WHOLE else whole


def truths_as_ticks(settings: Settings, say: Say) -> Settings:
    """A value that is neither true nor false is converted as Deforum converts it: any text is true, "False" too."""
    found = {
        name: bool(value)
        for name, value in settings.items()
        if name in SWITCHES and not isinstance(value, int | float)
    }
    for name, tick in found.items():
        say(f"{name} was {shown(settings[name])}, which Deforum reads as {json.dumps(tick)}.")
    return {**settings, **found}
