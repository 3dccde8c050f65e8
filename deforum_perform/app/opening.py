"""Which song opens, and what opens in the place of one that is damaged."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..core.errors import DamagedFileError, NotFoundError, StorageError
from ..core.song import Song
from ..store.songs import SongStore
from .notices import Notice

log = logging.getLogger(__name__)

FIRST_SONG = "My first song"
BACKUP = "backup"
"""The notice about a song that was opened from its backup."""
_REMEDY = "Make the last change again. The damaged song stays in the list, with all its recordings."


def opened(store: SongStore, song_id: str, unsaved: Callable[[str], Song | None]) -> tuple[Song, Notice | None]:
    """The song and None; of a damaged one a copy as it was before its last change, and what to say then.

    ``unsaved``: the newest state of a song that is not on disk yet. DamagedFileError where there is no such state
    either.
    """
    try:
        return unsaved(song_id) or store.load(song_id), None
    except DamagedFileError as error:
        try:
            return copied_backup(store, song_id)
        except (NotFoundError, StorageError):
            raise error from None


def copied_backup(store: SongStore, song_id: str) -> tuple[Song, Notice]:
    """A copy of a damaged song as it was before its last change, and what to say; the damaged one stays as it is."""
    name = store.load_backup(song_id).name
    copy = store.duplicate(song_id, f"{name} (before its last change)", backup=True)
    message = f"The file of the song {name} is damaged, so a copy from before its last change was opened."
    return copy, Notice("warn", message, _REMEDY)


def latest_song(store: SongStore, unsaved: Callable[[str], Song | None]) -> tuple[Song, Notice | None]:
    """The song that was changed last, opened as ``opened`` does, or a new one."""
    for entry in sorted(store.list_songs(), key=lambda e: e.modified, reverse=True):
        try:
            return opened(store, entry.id, unsaved)
        except StorageError as error:
            log.warning("%s is left as it is: %s", entry.name, error)
    return store.create(FIRST_SONG), None
