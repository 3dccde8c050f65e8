"""The list of songs, and whether it still is as the page knows it: songs may be copied into the folder at any time."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from ...core.errors import StorageError
from ...store.songs.listing import SongEntry
from ...store.songs.store import SongStore


class SongList:
    """The songs and those in the trash. Any thread may ask.

    When a song was changed is no news: it is saved after each change that the page has made.
    """

    def __init__(self, store: SongStore) -> None:
        self._store = store
        self._last = store.list_songs(), store.list_trash()
        self._told = _key(*self._last)

    def present(self) -> tuple[list[SongEntry], list[SongEntry]]:
        """The songs, and those in the trash, for the page: as they were last, where the folder cannot be read now."""
        with contextlib.suppress(StorageError):
            self._last = self._store.list_songs(), self._store.list_trash()
            self._told = _key(*self._last)
        return self._last

    def changed(self) -> bool:
        """Whether the folder holds other songs than the page was told of last. Each change is said once."""
        before = self._told
        with contextlib.suppress(StorageError):
            self._told = _key(self._store.list_songs(), self._store.list_trash())
        return self._told != before


def _key(*places: list[SongEntry]) -> tuple[tuple[SongEntry, ...], ...]:
    return tuple(tuple(sorted((replace(e, modified="") for e in place), key=lambda e: e.id)) for place in places)
