"""Numbers of a settings file or a box of Deforum's tab, read as Deforum reads them: by ``int()`` and ``float()``.

Both also accept text, which hand-edited files and some versions contain: ``int("8")`` and ``int(8.7)`` are 8,
``int("8.0")`` fails, in a render as here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

MAX_READ_CADENCE = 10_000
"""The largest cadence in a settings file: Deforum accepts any, and adds as many frames to the song."""

_MOST_SHOWN = 40


def whole_number(value: object) -> int | None:
    """``int(value)``; None if a render would stop."""
    if not isinstance(value, str | int | float):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def real_number(value: object) -> float | None:
    """``float(value)`` if that is finite; None if a render would stop or could not use it."""
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_cadence(settings: Mapping[str, Any]) -> tuple[int | None, dict[str, str]]:
    """The cadence that a render with ``settings`` uses, 1 to MAX_READ_CADENCE; otherwise None, with its name and the
    reason.

    ``render.py`` of both forks takes ``int()`` of ``diffusion_cadence``, even beyond the end of its slider; below 1
    counts as 1, and the animation mode *Video Input* diffuses every frame. None without a problem if ``settings`` do
    not contain it.
    """
    name = "diffusion_cadence"
    if settings.get("animation_mode") == "Video Input":
        return 1, {}
    if name not in settings:
        return None, {}
    cadence = whole_number(settings[name])
    if cadence is None:
        return None, {name: f"{shown(settings[name])}, not a whole number"}
    if cadence > MAX_READ_CADENCE:
        return None, {name: f"{shown(settings[name])}, more than the {MAX_READ_CADENCE:,} that Perform counts with"}
    return max(1, cadence), {}


def shown(value: object) -> str:
    """Enough of a setting's value to find it, as written in the file."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
