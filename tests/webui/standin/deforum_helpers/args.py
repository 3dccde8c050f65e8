"""Deforum's argument tables, as sd-webui-deforum and the branch main of sd-forge-deforum have them."""

from __future__ import annotations

from argument_tables import TABLES


def DeforumAnimArgs():
    return TABLES["DeforumAnimArgs"]


def DeforumArgs():
    return TABLES["DeforumArgs"]


def LoopArgs():
    return TABLES["LoopArgs"]


def ParseqArgs():
    return TABLES["ParseqArgs"]


def DeforumOutputArgs():
    return TABLES["DeforumOutputArgs"]


def get_settings_component_names():
    units = range(1, TABLES["units"] + 1)
    rows = ("enabled", "weight", "guidance_start", "guidance_end", "loopback_mode")
    return [
        *DeforumAnimArgs(),
        *DeforumArgs(),
        *DeforumOutputArgs(),
        *ParseqArgs(),
        *LoopArgs(),
        *(f"cn_{unit}_{name}" for unit in units for name in rows),
    ]
