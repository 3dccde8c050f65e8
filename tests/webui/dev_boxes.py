"""Deforum's tab of the branch "dev" of Tok/sd-forge-deforum, which Forge Neo needs: its tables and its boxes.

As read in ``deforum/config/args.py`` and ``deforum/ui`` (ui_left.py, tabs) of late 2025: no 2D mode, a render mode, and
some boxes with another label than the table gives them, hidden, or without any.
"""

from __future__ import annotations

from typing import Any

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.webui.components import Box
from tests.webui.deforum_arguments import ANIMATION, GATES, LOOP, OUTPUT, PARSEQ, RUN

WITHOUT = {
    "contrast_schedule",
    "pix2pix_img_cfg_scale_schedule",
    *(name for name in FIELDS if name.startswith(("cn_", "hybrid_"))),
}
"""Fields that this Deforum has no box for; its contrast box has no label."""

LABELS = {
    "strength_schedule": "Strength schedule (normal/tween frames)",
    "keyframe_strength_schedule": "Strength schedule (keyframes)",
    "distilled_cfg_scale_schedule": "Distilled CFG schedule (Flux only)",
}
OTHER_LABELS = {
    "animation_mode": "Animation mode (Legacy - Hidden)",
    "keyframe_distribution": "Keyframe Distribution (Auto-Controlled by Render Mode)",
}
"""What the tab calls them, whatever the table says."""


def dev_arguments() -> dict[str, dict[str, Any]]:
    """Name -> row of the tables that are loaded with this Deforum."""
    rows: dict[str, dict[str, Any]] = {
        "render_mode": {
            "label": "Render Mode",
            "type": "radio",
            "choices": ["Classic 3D", "New 3D", "Keyframes Only", "Flux + Interpolation"],
            "value": "New 3D",
        },
        "animation_mode": {
            "label": "Animation mode (Legacy - use Render Mode instead)",
            "type": "radio",
            "choices": ["3D", "Interpolation", "Flux + Interpolation"],
            "value": "3D",
        },
        "keyframe_distribution": {
            "label": "Keyframe distribution.",
            "type": "dropdown",
            "choices": ["Off", "Keyframes Only", "Redistributed Cadence"],
            "value": "Keyframes Only",
        },
        **{name: row for name, row in ANIMATION.items() if name not in ("animation_mode",)},
        **{name: {"label": label, "type": "checkbox", "value": False} for name, label in GATES.items()},
        "enable_scheduler_scheduling": {"label": "Enable scheduler scheduling", "type": "checkbox", "value": False},
        "use_looper": {"label": "Enable guided images mode", "type": "checkbox", "value": False},
        **RUN,
        **PARSEQ,
        **OUTPUT,
    }
    for name, field in FIELDS.items():
        if name not in WITHOUT and name != "prompts":
            label = LABELS.get(name, field.label_forge or field.label)
            rows[name] = {"label": label, "type": "textbox", "value": field.default}
    rows["image_keyframe_strength_schedule"] = {**rows[LOOP[0]], "value": "0:(0.20)"}
    return rows


def dev_boxes() -> list[Box]:
    """The tab's boxes; a component is its argument's name. Prompts have no row in a table."""
    rows = dev_arguments()
    made = [Box(name, OTHER_LABELS.get(name, row["label"]), row["type"], row["value"]) for name, row in rows.items()]
    sliders = [Box(label, label, "slider", 0.5) for label in ("Normal Strength", "Keyframe Strength")]
    prompts = [Box("animation_prompts", "Prompts", "textbox", "{}"), Box("", "Prompts positive", "textbox", "")]
    return [*made, *sliders, *prompts]


def dev_tables() -> dict[str, Any]:
    """The same for the stand-in host: its tables, and the tab's label of a box if that differs."""
    rows = {
        name: {**row, **({"tab_label": OTHER_LABELS[name]} if name in OTHER_LABELS else {})}
        for name, row in dev_arguments().items()
    }
    loop = {name: rows.pop(name) for name in ("use_looper", "image_keyframe_strength_schedule", *LOOP)}
    prompts = {"label": "Prompts", "type": "textbox", "lines": 8, "value": '{"0": "a meadow", "40": "a town"}'}
    groups = {"DeforumArgs": RUN, "ParseqArgs": PARSEQ, "DeforumOutputArgs": OUTPUT}
    anim = {name: row for name, row in rows.items() if not any(name in group for group in groups.values())}
    anim["animation_prompts"] = prompts
    return {"DeforumAnimArgs": anim, "LoopArgs": loop, **groups, "units": 0, "dev": True}
