"""What settings say of Deforum's tab: those of an imported file, or of the tab's own boxes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..core.checks import DeforumTab
from ..core.fields import FIELDS
from ..core.settings_numbers import read_cadence, whole_number


def tab_of(base: Mapping[str, Any]) -> DeforumTab:
    """The tab with the settings ``base``; what of them no render could use is ``unread``."""
    cadence, unread = read_cadence(base)
    return DeforumTab(
        animation_mode=_word(base.get("animation_mode")),
        cadence=cadence,
        parseq=bool(str(base.get("parseq_manifest") or "").strip()),
        texts={name: _text(base[name]) for name in FIELDS if name in base},
        seed=whole_number(base.get("seed")),
        seed_behavior=_word(base.get("seed_behavior")),
        distribution=_text(base["keyframe_distribution"]) if "keyframe_distribution" in base else None,
        render_mode=_word(base.get("render_mode")),
        depth_warping=_tick(base.get("use_depth_warping")),
        depth_maps=_tick(base.get("save_depth_maps")),
        unread=unread,
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _tick(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str:
    """What stands in a box for a value of a settings file; prompts are JSON there too."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
