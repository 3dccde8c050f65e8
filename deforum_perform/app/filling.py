"""What Apply writes: exactly the chosen lanes' fields, the gates they need, max_frames and, if chosen, fps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .proof import Proof


@dataclass(frozen=True)
class ApplyPlan:
    """Deforum's argument name -> new value; ``result`` is the proof for the page."""

    values: dict[str, str | int | float | bool]
    result: dict[str, Any]


def apply_plan(proof: Proof, set_fps: bool) -> ApplyPlan:
    """What to write for ``proof``; lanes that cannot be filled are left out."""
    values: dict[str, str | int | float | bool] = {}
    for row in proof.fillable:
        values[row.lane.field] = row.text
        gate = row.lane.row.gate
        if gate is not None:
            values[gate.name] = gate.value
    if values:
        values["max_frames"] = proof.max_frames
        if set_fps:
            values["fps"] = int(proof.song.fps) if proof.song.fps == int(proof.song.fps) else proof.song.fps
    return ApplyPlan(values, proof.to_dict())
