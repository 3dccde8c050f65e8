"""What Apply writes: exactly the chosen lanes' fields, the gates they need, max_frames and, if chosen, fps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.fields import field
from ..core.prompts import merged_prompts, parse_prompts, prompts_text
from ..core.underlay import covered_steps
from .proof import LaneProof, Proof


@dataclass(frozen=True)
class ApplyPlan:
    """Deforum's argument name -> new value; ``result`` is the proof for the page."""

    values: dict[str, str | int | float | bool]
    result: dict[str, Any]


def apply_plan(proof: Proof, set_fps: bool, present_prompts: str = "") -> ApplyPlan:
    """What to write for ``proof``; lanes that cannot be filled are left out.

    ``present_prompts``: what stands in Deforum's Prompts box; a prompt lane keeps what it does not play.
    """
    values: dict[str, str | int | float | bool] = {}
    for row in proof.fillable:
        prompts = row.lane.row.kind == "prompt"
        values[row.lane.field] = _prompts(proof, row, present_prompts) if prompts else row.text
    for row in proof.fillable:
        for name, text in row.extras.items():
            values.setdefault(name, text)
    gates = [gate for name in list(values) if (gate := field(name).gate) is not None]
    values.update({gate.name: gate.value for gate in gates})
    if values:
        values["max_frames"] = proof.max_frames
        if set_fps:
            values["fps"] = int(proof.song.fps) if proof.song.fps == int(proof.song.fps) else proof.song.fps
    return ApplyPlan(values, proof.to_dict())


def _prompts(proof: Proof, row: LaneProof, present: str) -> str:
    """The Prompts box with the lane's prompts where it plays. ScheduleTextError if the box is no JSON."""
    song = proof.song
    keys = {int(frame): prompt for frame, prompt in parse_prompts(row.text).items()}
    mask = covered_steps(song.covers(row.lane.id), song.fps, song.frames, proof.cadence)
    box = merged_prompts(parse_prompts(present), keys, mask) if present.strip() else parse_prompts(row.text)
    return prompts_text(box if "0" in box else {"0": keys[0], **box})
