"""Deforum's argument tables for the stand-in host, from the field table, with the settings around the schedules."""

from __future__ import annotations

from typing import Any

from deforum_perform.core.deforum.fields import FIELDS

UNITS = 5
LOOP = (
    "image_strength_schedule",
    "blendFactorMax",
    "blendFactorSlope",
    "tweening_frames_schedule",
    "color_correction_factor",
)
NOT_IN_FORK = ("pix2pix_img_cfg_scale_schedule",)

ANIMATION: dict[str, dict[str, Any]] = {
    "animation_mode": {
        "label": "Animation mode",
        "type": "radio",
        "choices": ["2D", "3D", "Video Input"],
        "value": "2D",
    },
    "max_frames": {"label": "Max frames", "type": "number", "precision": 0, "value": 120},
    "border": {"label": "Border mode", "type": "radio", "choices": ["replicate", "wrap"], "value": "replicate"},
    "diffusion_cadence": {"label": "Cadence", "type": "slider", "minimum": 1, "maximum": 50, "step": 1, "value": 2},
    "padding_mode": {"label": "Padding mode", "type": "radio", "choices": ["border", "zeros"], "value": "border"},
    "sampling_mode": {"label": "Padding mode", "type": "radio", "choices": ["bicubic", "nearest"], "value": "bicubic"},
}
DISTRIBUTION: dict[str, Any] = {
    "label": "Keyframe distribution.",
    "type": "dropdown",
    "choices": ["Off", "Keyframes Only", "Additive", "Redistributed"],
    "value": "Off",
}
GATES = {
    "enable_perspective_flip": "Enable perspective flip",
    "enable_noise_multiplier_scheduling": "Enable noise multiplier scheduling",
    "enable_steps_scheduling": "Enable steps scheduling",
    "enable_subseed_scheduling": "Enable Subseed scheduling",
    "enable_sampler_scheduling": "Enable sampler scheduling",
    "enable_checkpoint_scheduling": "Enable checkpoint scheduling",
    "enable_clipskip_scheduling": "Enable CLIP skip scheduling",
    "enable_ddim_eta_scheduling": "Enable DDIM ETA scheduling",
    "enable_ancestral_eta_scheduling": "Enable Ancestral ETA scheduling",
    "use_noise_mask": "Use noise mask",
}
RUN: dict[str, dict[str, Any]] = {
    "batch_name": {"label": "Batch name", "type": "textbox", "value": "Deforum_{timestring}"},
    "seed": {"label": "Seed", "type": "number", "precision": 0, "value": -1},
    "seed_behavior": {
        "label": "Seed behavior",
        "type": "radio",
        "choices": ["iter", "fixed", "random", "schedule"],
        "value": "iter",
    },
    "use_mask": {"label": "Use mask", "type": "checkbox", "value": False},
}
PARSEQ: dict[str, dict[str, Any]] = {
    "parseq_manifest": {"label": "Parseq manifest (JSON or URL)", "type": "textbox", "lines": 4, "value": None},
    "parseq_use_deltas": {"label": "Use delta values (recommended)", "type": "checkbox", "value": True},
}
OUTPUT: dict[str, dict[str, Any]] = {
    "skip_video_creation": {"label": "Skip video creation", "type": "checkbox", "value": False},
    "fps": {"label": "FPS", "type": "slider", "minimum": 1, "maximum": 240, "step": 1, "value": 15},
}


def tables(fork: bool, units: int = UNITS) -> dict[str, Any]:
    """The tables as sd-webui-deforum or the Forge fork (``fork``) has them; ``units``: ControlNet units."""
    schedules = {name: row for name, row in _schedules(fork) if not name.startswith("cn_")}
    gates = {name: {"label": label, "type": "checkbox", "value": False} for name, label in GATES.items()}
    loop = {"use_looper": {"label": "Enable guided images mode", "type": "checkbox", "value": False}}
    loop.update({name: schedules.pop(name) for name in LOOP})
    if fork:
        gates["enable_scheduler_scheduling"] = {
            "label": "Enable scheduler scheduling",
            "type": "checkbox",
            "value": False,
        }
        loop["image_keyframe_strength_schedule"] = {**loop["image_strength_schedule"], "value": "0:(0.20)"}
        gates["keyframe_distribution"] = DISTRIBUTION
    schedules["animation_prompts"] = {**schedules.pop("prompts"), "lines": 8}
    return {
        "DeforumAnimArgs": {**ANIMATION, **gates, **schedules},
        "DeforumArgs": RUN,
        "LoopArgs": loop,
        "ParseqArgs": PARSEQ,
        "DeforumOutputArgs": OUTPUT,
        "units": units,
    }


def _schedules(fork: bool) -> Any:
    for name, field in FIELDS.items():
        label = (field.label_forge or field.label) if fork else field.label
        if label and not (fork and name in NOT_IN_FORK):
            shown = "2D" in field.modes
            yield name, {"label": label, "type": "textbox", "value": field.default, "shown": shown}
