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
    cadence, mode = as_number(base.get("diffusion_cadence")), base.get("animation_mode")
    return DeforumTab(
        animation_mode=mode if isinstance(mode, str) else None,
        cadence=int(cadence) if cadence is not None and 1 <= cadence <= MAX_CADENCE else None,
        parseq=bool(str(base.get("parseq_manifest") or "").strip()),
        texts={name: _text(base[name]) for name in FIELDS if name in base},
    )


def _text(value: object) -> str:
    """What stands in a box for a value of a settings file; prompts are JSON there too."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
