"""What an imported Deforum settings file says of the tab it was saved from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..core.checks import DeforumTab
from ..core.fields import FIELDS
from ..core.units import MAX_CADENCE, as_number


def tab_of(base: Mapping[str, Any]) -> DeforumTab:
    """The tab; what the file says of it that no tab could is left out."""
    cadence = as_number(base.get("diffusion_cadence"))
    return DeforumTab(
        animation_mode=_word(base.get("animation_mode")),
        cadence=int(cadence) if cadence is not None and 1 <= cadence <= MAX_CADENCE else None,
        parseq=bool(str(base.get("parseq_manifest") or "").strip()),
        texts={name: _text(base[name]) for name in FIELDS if name in base},
        seed=_whole(base.get("seed")),
        seed_behavior=_word(base.get("seed_behavior")),
        distribution=_word(base.get("keyframe_distribution")),
        render_mode=_word(base.get("render_mode")),
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    """A whole number as Deforum's ``int()`` reads it; None for what it could not read."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    """What stands in a box for a value of a settings file; prompts are JSON there too."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
