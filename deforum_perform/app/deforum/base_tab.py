"""The values in Deforum's tab according to settings: those of an imported file, or of the tab's own boxes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...core.checks import DeforumTab
from ...core.deforum.fields import FIELDS
from ...core.deforum.settings.kinds import MORE_SCHEDULES, NUMBERS
from ...core.deforum.settings.numbers import read_cadence, shown, whole_number

SCHEDULES = (*FIELDS, *sorted(MORE_SCHEDULES))

SEED_BEHAVIORS = ("iter", "fixed", "random", "ladder", "alternate", "schedule")
"""For any other, Deforum uses random seeds (``seed.py``)."""

LARGEST_SEED = 2**64 - 1
"""Of ``torch.manual_seed``."""

_TEXTS = {name: "not a schedule" for name in SCHEDULES if name != "prompts"} | {
    "animation_mode": "not the name of a mode",
    "batch_name": "not a text",
}
_OF_FORKS = ("distribution", "render_mode")
_PARTS = {
    "animation_mode": "animation_mode",
    "cadence": "diffusion_cadence",
    "seed": "seed",
    "seed_behavior": "seed_behavior",
    "sampler": "sampler",
    "scheduler": "scheduler",
    "distribution": "keyframe_distribution",
    "render_mode": "render_mode",
    "depth_warping": "use_depth_warping",
    "depth_maps": "save_depth_maps",
}
"""The parts of a DeforumTab and the settings that contain them."""

_LEFT_OUT = {"diffusion_cadence", "max_frames"}


def tab_of(base: Mapping[str, Any]) -> DeforumTab:
    """The tab with the settings ``base``; values of a type that Deforum cannot use are ``unread``."""
    cadence, unread = read_cadence(base)
    unread |= {name: f"{shown(base[name])}, {problem}" for name in base if (problem := _wrong_kind(name, base[name]))}
    gates = {row.gate for row in FIELDS.values() if row.gate is not None}
    return DeforumTab(
        animation_mode=_word(base.get("animation_mode")),
        cadence=cadence,
        parseq=bool(str(base.get("parseq_manifest") or "").strip()),
        texts={name: _text(base[name]) for name in SCHEDULES if name not in unread and name in base},
        seed=whole_number(base.get("seed")),
        seed_behavior=_word(base.get("seed_behavior")),
        sampler=_word(base.get("sampler")),
        scheduler=_word(base.get("scheduler")),
        distribution=_text(base["keyframe_distribution"]) if "keyframe_distribution" in base else None,
        render_mode=_word(base.get("render_mode")),
        depth_warping=_tick(base.get("use_depth_warping")),
        depth_maps=_tick(base.get("save_depth_maps")),
        gates=frozenset(gate.name for gate in gates if base.get(gate.name) == gate.value),
        unread=unread,
    )


def loaded_into(present: DeforumTab, base: Mapping[str, Any]) -> DeforumTab:
    """The tab once the settings ``base`` are loaded into the ``present`` one: a name that they do not contain keeps its
    value, and one for which this Deforum has no box has no effect."""
    known = present.animation_mode is not None  # otherwise no browser has shown the tab
    kept = {part: getattr(present, part) for part, name in _PARTS.items() if name not in base}
    without = {part: None for part in _OF_FORKS if known and getattr(present, part) is None}
    return replace(tab_of(base), **{**kept, **without})


def _wrong_kind(name: str, value: object) -> str | None:
    """The type that the value of a setting should have, because its box in Deforum's tab needs it; None if it has it.

    Max frames is always written, a null seed is a random one, and the cadence is read separately.
    """
    if name in _TEXTS and not isinstance(value, str):
        return _TEXTS[name]
    if name == "seed_behavior" and value not in SEED_BEHAVIORS:
        return "not a seed behavior"
    if name == "seed" and (value is None or (whole_number(value) or 0) > LARGEST_SEED):
        return None if value is None else f"more than the largest seed, {LARGEST_SEED}"
    if name in NUMBERS - _LEFT_OUT and not isinstance(value, int | float) and whole_number(value) is None:
        return "not a number"
    return None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _tick(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> str:
    """The text in a box for a value of a settings file; prompts are JSON there too."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
