"""The workspace of a song: what is armed and muted, and where recording starts. Saved with the song, not part of
undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..records import Record


@dataclass(frozen=True)
class LaneState(Record):
    """The workspace state of a lane. ``armed``: a recording writes it; ``muted``: it is not written to Deforum."""

    armed: bool = True
    muted: bool = False


NEW_LANE = LaneState()


@dataclass(frozen=True)
class Workspace(Record):
    """``start_s``: song time at which recording starts; ``lanes``: lane id -> its state, for lanes that differ from a
    new one; those of removed lanes stay, so that undo restores them too."""

    start_s: float = 0.0
    lanes: Mapping[str, LaneState] = field(default_factory=dict)

    def lane(self, lane_id: str) -> LaneState:
        """The state of the lane."""
        return self.lanes.get(lane_id, NEW_LANE)
