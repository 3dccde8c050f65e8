"""Which of Deforum's arguments Perform uses, and the label of each in Deforum's tab.

A label is looked up in the running Deforum's own argument tables first, since forks rename; the table below and the
field table are the fallback.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import isfunction
from typing import Any

from .running import running

ARGUMENT_TABLES = ("DeforumAnimArgs", "DeforumArgs", "LoopArgs", "ParseqArgs", "DeforumOutputArgs")

TEXT, TICK, PICK, COUNT = ("textbox",), ("checkbox",), ("radio", "dropdown"), ("number", "slider")

SETTINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "animation_mode": ("Animation mode", PICK),
    "diffusion_cadence": ("Cadence", COUNT),
    "max_frames": ("Max frames", COUNT),
    "fps": ("FPS", COUNT),
    "parseq_manifest": ("Parseq manifest (JSON or URL)", TEXT),
    "seed": ("Seed", COUNT),
}
OF_FORKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "keyframe_distribution": ("Keyframe distribution.", PICK),
    "render_mode": ("Render Mode", PICK),
    "use_depth_warping": ("Use depth warping", TICK),
    "save_depth_maps": ("Save 3D depth maps", TICK),
}
"""Settings that only some versions of Deforum have: without a box for one, nothing is missing."""

GATES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "seed_behavior": ("Seed behavior", PICK),
    "enable_perspective_flip": ("Enable perspective flip", TICK),
    "enable_noise_multiplier_scheduling": ("Enable noise multiplier scheduling", TICK),
    "enable_steps_scheduling": ("Enable steps scheduling", TICK),
    "enable_subseed_scheduling": ("Enable Subseed scheduling", TICK),
    "enable_sampler_scheduling": ("Enable sampler scheduling", TICK),
    "enable_scheduler_scheduling": ("Enable scheduler scheduling", TICK),
    "enable_checkpoint_scheduling": ("Enable checkpoint scheduling", TICK),
    "enable_clipskip_scheduling": ("Enable CLIP skip scheduling", TICK),
    "enable_ddim_eta_scheduling": ("Enable DDIM ETA scheduling", TICK),
    "enable_ancestral_eta_scheduling": ("Enable Ancestral ETA scheduling", TICK),
    "use_looper": ("Enable guided images mode", TICK),
    "use_mask": ("Use mask", TICK),
    "use_noise_mask": ("Use noise mask", TICK),
}
OF_DEV: Mapping[str, str] = {
    "strength_schedule": "Strength schedule (normal/tween frames)",
    "keyframe_strength_schedule": "Strength schedule (keyframes)",
    "distilled_cfg_scale_schedule": "Distilled CFG schedule (Flux only)",
}
"""Labels of the branch "dev" of sd-forge-deforum that differ from the others by more than an added explanation."""

UNIT_GATE_LABEL = "Enable"
NAMES_OF_BOXES = {"prompts": "animation_prompts"}


@dataclass(frozen=True)
class Wanted:
    """An argument to find: its name, its possible labels, the most likely first, and its possible types of box.

    ``unit``: the ControlNet unit from 1, or 0. ``value``: the initial value of the box in Deforum, or None if unknown.
    ``shared``: Deforum gives the same label to another argument, so only the value identifies the box. ``optional``:
    not every Deforum has it.
    """

    name: str
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    unit: int = 0
    value: Any = None
    shared: bool = False
    optional: bool = False


def running_arguments() -> dict[str, dict[str, Any]]:
    """Name -> {label, value, ...} of the Deforum loaded in this process; empty if there is none."""
    found: dict[str, dict[str, Any]] = {}
    for table in ARGUMENT_TABLES:
        build = running("args", table)
        rows = build() if isfunction(build) else {}
        if isinstance(rows, Mapping):
            found.update({name: row for name, row in rows.items() if isinstance(row, dict)})
    return found


def wanted(arguments: Mapping[str, Mapping[str, Any]]) -> Iterator[Wanted]:
    """Every argument Perform reads or writes, in a fixed order: settings, gates, fields."""
    labels = [row.get("label") for row in arguments.values()]
    for name, known, kinds, unit in _known():
        row = arguments.get(NAMES_OF_BOXES.get(name, name), {})
        label = row.get("label")
        names = tuple(dict.fromkeys(text for text in (label, *known, OF_DEV.get(name)) if text))
        shared = labels.count(label) > 1 if label else False
        yield Wanted(name, names, kinds, unit, row.get("value"), shared, name in OF_FORKS)


def _known() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], int]]:
    from ..core.deforum.fields import FIELDS  # not at the host's start, which waits for this module

    for name, (label, kinds) in {**SETTINGS, **OF_FORKS, **GATES}.items():
        yield name, (label,), kinds, 0
    units = set()
    for field in FIELDS.values():
        unit = int(field.name.split("_")[1]) if field.name.startswith("cn_") else 0
        if unit and unit not in units:
            units.add(unit)
            yield f"cn_{unit}_enabled", (UNIT_GATE_LABEL,), TICK, unit
        yield field.name, (field.label, field.label_forge), TEXT, unit
