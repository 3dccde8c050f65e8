"""The information about a song besides what it plays: its name and its origin. Not part of undo."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Record


@dataclass(frozen=True)
class SongInfo(Record):
    """``created_at``: ISO 8601 in UTC; ``backup_of``: the id of the damaged song that this one, opened from its backup,
    replaces; ``last_take_number``: the highest number of the takes that were recorded here and are in another song."""

    name: str
    created_at: str = ""
    backup_of: str | None = None
    last_take_number: int = 0
