"""Saving the changes of songs to their histories: what is not on disk yet is kept here, whichever song is open.

A change is on disk as soon as it is in the history, and the song's file follows once changes rest. If the history
cannot be written, the song's file is saved instead, and the history is completed later.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from functools import reduce

from ...core.errors import NotFoundError, StorageError
from ...core.song.document import Document
from ...store.history_file import Log, with_entries
from ...store.songs.store import SongStore
from .history import Unwritten

NOTHING = Unwritten()


@dataclass
class _Pending:
    """What the history of a song lacks, in order; ``first``: the number of the first of them."""

    first: int = 0
    parts: list[Unwritten] = field(default_factory=list)

    def until(self, end: int) -> Unwritten:
        """All before number ``end``."""
        return reduce(Unwritten.and_then, self.parts[: max(0, end - self.first)], NOTHING)

    def drop_until(self, end: int) -> None:
        """Forget all before number ``end``."""
        del self.parts[: max(0, end - self.first)]
        self.first = max(self.first, end)


class Histories:
    """The histories of the songs in ``store``. Every method may be called from any thread."""

    def __init__(self, store: SongStore) -> None:
        self._store = store
        self._pending: dict[str, _Pending] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def add(self, song_id: str, unwritten: Unwritten) -> int:
        """Keep changes of a song until ``save`` gets the returned number, or a higher one."""
        with self._lock:
            pending = self._pending.setdefault(song_id, _Pending())
            if unwritten.entries:
                pending.parts.append(unwritten)
            return pending.first + len(pending.parts)

    def save(self, document: Document, end: int, *, file: bool) -> bool:
        """Save the workspace, and the changes before number ``end``, which make the song what it is in ``document``;
        ``file``: save the song's file too. Whether the file was saved. Errors as ``SongStore.save``."""
        with self._writing:
            with self._lock:
                unwritten = self._pending.setdefault(document.id, _Pending()).until(end)
            written, problem = False, None
            if not unwritten.whole:
                try:
                    written = self._store.save_changes(document, unwritten.entries)
                except StorageError as error:
                    problem = error
            if written:
                self._drop(document.id, end)
            if file or not written:
                self._store.save(document)
            if problem is not None:
                raise problem
            if not written:
                self._store.save_history(document, unwritten.entries, unwritten.whole)
                self._drop(document.id, end)
            return file or not written

    def _drop(self, song_id: str, end: int) -> None:
        with self._lock:
            self._pending[song_id].drop_until(end)

    def load(self, document: Document) -> Log:
        """The history of the song: what is on disk, and what is not yet."""
        with self._writing:
            with self._lock:
                pending = self._pending.get(document.id, _Pending())
                waiting = pending.until(pending.first + len(pending.parts))
            log = Log()
            if not waiting.whole:
                with contextlib.suppress(NotFoundError):
                    log = self._store.load_history(document)
        return with_entries(log, waiting.entries)
