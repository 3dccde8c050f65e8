"""What Apply writes: exactly the chosen lanes' fields, the gates they need, max_frames and, if chosen, fps and the
setting that makes a render use only the cadence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.deforum.fields import field
from ...core.deforum.prompts import prompts_text
from .check import SongCheck
from .checks import ASKS, REFUSED, WRITTEN
from .prompt_box import merged_box

Values = dict[str, str | int | float | bool]
"""Deforum's argument name -> new value."""


@dataclass(frozen=True)
class ApplyPlan:
    """The values that Apply writes, empty if it does not write. ``result``: the check for the page, with ``outcome``
    (one of ``checks.OUTCOMES``) and ``checked_again``: whether the user saw an earlier check."""

    values: Values
    result: dict[str, Any]


def apply_plan(check: SongCheck, set_fps: bool, seen: str | None = None, ask: bool = False) -> ApplyPlan:
    """The plan for ``check``, the current one. Nothing is written if the check has a blocking problem.

    ``ask``: nothing is written either if none of the lanes would have an effect. ``seen``: the id of the check that
    the user saw; a confirmation of an earlier check is not valid for a later one.
    """
    again = seen not in (None, check.id)
    outcome = WRITTEN
    if not check.can_apply:
        outcome = REFUSED
    elif not check.acting and (ask or again):
        outcome = ASKS
    values = values_of(check, set_fps) if outcome == WRITTEN else {}
    return ApplyPlan(values, {**check.to_dict(), "outcome": outcome, "checked_again": again})


def values_of(check: SongCheck, set_fps: bool) -> Values:
    """What to write for ``check``; lanes that cannot be filled are left out. A prompt lane keeps the content of
    Deforum's Prompts box where it does not play. ScheduleTextError if that box is not JSON."""
    song, tab = check.song, check.tab
    values: Values = {}
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
    return values
