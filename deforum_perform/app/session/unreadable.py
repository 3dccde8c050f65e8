"""The takes of a song whose file is missing or damaged, in words: a copy is never incomplete without a message."""

from __future__ import annotations

from pathlib import Path

from ...core.errors import PerformError
from ...core.song.song import Song
from ...store.recordings.take_folder import take_in
from ..notices import Notice

REMEDY = "If you have a backup of the original song's folder, put the file back into its folder “takes” and copy again."


def unreadable_takes(folder: Path, song: Song) -> str | None:
    """Which takes of the song in ``folder`` cannot be read, or None. It reads every take, so it takes a while."""
    numbers = [str(take.number) for take in song.takes if not _is_readable(folder, take.id)]
    if not numbers:
        return None
    if len(numbers) == 1:
        return f"Take {numbers[0]} is not in the copy: its recording is missing or damaged."
    return f"Takes {', '.join(numbers)} are not in the copy: their recordings are missing or damaged."


def with_unreadable_takes(notice: Notice | None, folder: Path, song: Song) -> Notice | None:
    """``notice`` about a copy in ``folder``, and which of its takes cannot be read."""
    missing = unreadable_takes(folder, song)
    if missing is None:
        return notice
    if notice is None:
        return Notice("warn", missing, REMEDY)
    return Notice(notice.level, f"{notice.message} {missing}", notice.remedy, notice.offers)


def _is_readable(folder: Path, take_id: str) -> bool:
    try:
        take_in(folder, take_id)
    except PerformError:
        return False
    return True
