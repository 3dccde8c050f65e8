"""Numbers of a settings file or a box of Deforum's tab, read as Deforum reads them: by ``int()`` and ``float()``.

Both take text as well, which is what hand-edited files and some versions hold: ``int("8")`` and ``int(8.7)`` are 8,
``int("8.0")`` fails, in a render as here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from .units import MAX_CADENCE


def whole_number(value: object) -> int | None:
    """``int(value)``; None where a render would stop."""
    if not isinstance(value, str | int | float):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def real_number(value: object) -> float | None:
    """``float(value)`` where that is finite; None where a render would stop, or could not use it."""
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_cadence(settings: Mapping[str, Any]) -> tuple[int | None, dict[str, str]]:
    """The cadence that a render with ``settings`` uses, 1 to MAX_CADENCE; else None, and its name with what it is.

    ``render.py`` of both forks takes ``int()`` of ``diffusion_cadence``; below 1 counts as 1, and the animation mode
    *Video Input* diffuses every frame. None and nothing wrong where ``settings`` do not say.
    """
    name = "diffusion_cadence"
    if settings.get("animation_mode") == "Video Input":
        return 1, {}
    if name not in settings:
        return None, {}
    cadence = whole_number(settings[name])
    if cadence is None or cadence > MAX_CADENCE:
        return None, {name: json.dumps(settings[name], default=repr)[:40]}
    return max(1, cadence), {}
