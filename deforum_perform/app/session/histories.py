"""Saving undo histories: what is not on disk yet is kept here, whichever song is open.

A history never delays a song: it is saved beside it, and if that fails, the song is saved anyway.
"""

from __future__ import annotations

import contextlib
import threading
from functools import partial

from ...core.errors import NotFoundError
from ...core.song.document import Document
from ...store.history_file import Log, with_entries
from ...store.songs.store import SongStore
from .history import Unwritten
from .saver import Saver

NOTHING = Unwritten()


class Histories:
    """The undo histories of the songs in ``store``. Every method may be called from any thread."""

    def __init__(self, store: SongStore, saver: Saver) -> None:
        self._store, self._saver = store, saver
        self._unwritten: dict[str, Unwritten] = {}
        self._submitted: set[str] = set()
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def save(self, document: Document, unwritten: Unwritten = NOTHING) -> None:
        """Add to the history of the song soon, including what could not be added before."""
        with self._lock:
            waiting = self._unwritten.get(document.id, NOTHING).and_then(unwritten)
            if not waiting.entries:
                return
            self._unwritten[document.id] = waiting
            if document.id in self._submitted:
                return  # submitted again, it would come after everything submitted meanwhile
            self._submitted.add(document.id)
        key = f"history:{document.id}"
        self._saver.submit(key, partial(self._save, document), key)

    def _save(self, document: Document) -> None:
        with self._writing:
            with self._lock:
                self._submitted.discard(document.id)
                unwritten = self._unwritten.get(document.id, NOTHING)
            if not unwritten.entries:
                return
            with contextlib.suppress(NotFoundError):  # it waits until its song's folder is back
                self._store.save_history(document, unwritten.entries, unwritten.whole)
                with self._lock:
                    self._unwritten[document.id] = self._unwritten[document.id].without(unwritten)

    def load(self, document: Document) -> Log:
        """The history of the song: what is on disk, and what is not yet."""
        with self._writing:
            with self._lock:
                waiting = self._unwritten.get(document.id, NOTHING)
            log = Log()
            if not waiting.whole:
                with contextlib.suppress(NotFoundError):
                    log = self._store.load_history(document)
        return with_entries(log, waiting.entries)
