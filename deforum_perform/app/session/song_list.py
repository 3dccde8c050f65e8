"""The list of songs, and whether the page has its current state: songs may be copied into the folder at any time."""

from __future__ import annotations

import contextlib

from ...core.errors import StorageError
from ...store.songs.listing import SongEntry
from ...store.songs.store import SongStore


class SongList:
    """The songs and those in the trash. Thread-safe.

    The time of a song's change does not count: it is saved after each change that the page has made.
    """

    def __init__(self, store: SongStore) -> None:
        self._store = store
        self._last = store.list_songs(), store.list_trash()
        self._known = self.revision

    @property
    def revision(self) -> int:
        """Differs whenever the list has changed, as far as is known without reading the disk."""
        return self._store.listing

    def present(self) -> tuple[list[SongEntry], list[SongEntry]]:
        """The songs, and those in the trash, for the page: their last state if the folder cannot be read now."""
        with contextlib.suppress(StorageError):
            self._last = self._store.list_songs(), self._store.list_trash()
        return self._last

    def names(self) -> dict[str, str]:
        """Song id -> name, without those in the trash."""
        return {entry.id: entry.name for entry in self.present()[0]}

    def look(self) -> bool:
        """Read the disk; whether the list has changed, see ``changed``."""
        self.present()
        return self.changed()

    def changed(self) -> bool:
        """Whether the list has changed since the last call. Each change is reported once."""
        before, self._known = self._known, self.revision
        return before != self._known
