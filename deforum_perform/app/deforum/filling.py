"""What Apply writes: exactly the chosen lanes' fields, the gates they need, max_frames and, if chosen, fps and the
setting that makes a render use only the cadence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.deforum.fields import field
from ...core.deforum.prompts import prompts_text
from .check import SongCheck
from .prompt_box import merged_box


@dataclass(frozen=True)
class ApplyPlan:
    """Deforum's argument name -> new value; ``result`` is the check for the page."""

    values: dict[str, str | int | float | bool]
    result: dict[str, Any]


def apply_plan(check: SongCheck, set_fps: bool) -> ApplyPlan:
    """What to write for ``check``; lanes that cannot be filled are left out. A prompt lane keeps the content of
    Deforum's Prompts box where it does not play. ScheduleTextError if that box is not JSON."""
    song, tab = check.song, check.tab
    values: dict[str, str | int | float | bool] = {}
    for row in check.fillable:
        text = row.text
        if row.lane.row.kind == "prompt":
            text = prompts_text(merged_box(song, row.lane, text, tab.texts.get("prompts", ""), check.reading))
        values[row.lane.field] = text
    for row in check.fillable:
        for name, text in row.extras.items():
            values.setdefault(name, text)
    gates = [gate for name in list(values) if (gate := field(name).gate) is not None]
    values.update({gate.name: gate.value for gate in gates})
    if values:
        values["max_frames"] = check.max_frames
        if set_fps:
            values["fps"] = int(song.fps) if song.fps == int(song.fps) else song.fps
        if song.set_distribution and tab.keyframes is not None:
            values[tab.keyframes.name] = tab.keyframes.off
    return ApplyPlan(values, check.to_dict())
