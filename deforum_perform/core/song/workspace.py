"""The workspace of a song: what is armed and muted, where recording starts, and the loop and punch ranges. Saved with
the song, not part of undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..errors import InputError
from ..records import Record
from ..units import MAX_SECONDS
from .clip import Stretch

SHORTEST_RANGE_S = 0.01
"""The minimum length of a loop or punch range."""


@dataclass(frozen=True)
class LaneState(Record):
    """The workspace state of a lane. ``armed``: a recording writes it; ``muted``: it is not written to Deforum."""

    armed: bool = True
    muted: bool = False


NEW_LANE = LaneState()


@dataclass(frozen=True)
class Workspace(Record):
    """``start_s``: song time at which recording starts; ``lanes``: lane id -> its state, for lanes that differ from a
    new one; those of removed lanes stay, so that undo restores them too. ``loop``: the range of song time that a loop
    repeats; ``punch``: the range that a punch recording writes; None where not set."""

    start_s: float = 0.0
    lanes: Mapping[str, LaneState] = field(default_factory=dict)
    loop: Stretch | None = None
    punch: Stretch | None = None

    def lane(self, lane_id: str) -> LaneState:
        """The state of the lane."""
        return self.lanes.get(lane_id, NEW_LANE)


def stretched_workspace(workspace: Workspace, scale: float) -> Workspace:
    """The workspace with every song time multiplied by ``scale``; no range becomes too short."""

    def stretched(span: Stretch | None) -> Stretch | None:
        if span is None:
            return None
        start_s = span.start_s * scale
        return Stretch(start_s, max(span.end_s * scale, start_s + 2 * SHORTEST_RANGE_S))

    start_s = workspace.start_s * scale
    return replace(workspace, start_s=start_s, loop=stretched(workspace.loop), punch=stretched(workspace.punch))


def checked_workspace(workspace: Workspace) -> Workspace:
    """The workspace; InputError if a range in it is not one."""
    for name, span in (("loop", workspace.loop), ("punch", workspace.punch)):
        if span is not None and not (0 <= span.start_s <= span.end_s - SHORTEST_RANGE_S <= MAX_SECONDS):
            raise InputError(
                f"The {name} range has to begin at 0 or later, and to end at least {SHORTEST_RANGE_S:g} s after that."
            )
    return workspace
