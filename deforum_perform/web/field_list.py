"""The field table as the page reads it."""

from __future__ import annotations

from typing import Any

from ..core.deforum.fields import FIELDS, PRESETS, Field
from ..core.song.shaping import CURVES, POOLS

MODES = ("2D", "3D", "Video Input", "Interpolation")


def field_list() -> dict[str, Any]:
    """Every field in table order, and the names of curves and pooling methods."""
    return {"fields": [_row(field) for field in FIELDS.values()], "curves": list(CURVES), "pools": list(POOLS)}


def _row(field: Field) -> dict[str, Any]:
    ranges = {name: field.preset(name) for name in PRESETS}
    return {
        "name": field.name,
        "label": field.title,
        "kind": field.kind,
        "unit": field.unit,
        "rest": field.rest,
        "reads": field.reads,
        "modes": [mode for mode in MODES if mode in field.modes],
        "presets": {name: list(found) if found else None for name, found in ranges.items()},
        "hard": list(field.hard) if field.hard else None,
        "gate": {"name": field.gate.name, "value": field.gate.value} if field.gate else None,
        "note": field.note or None,
    }
