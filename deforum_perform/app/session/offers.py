"""Recordings that no song lists: recordings that were cut off, and takes in a song's folder that its file does not
list.

The page offers to recover or discard each.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.errors import ConflictError, NotFoundError, PerformError
from ...core.song.document import Document
from ...core.song.take import recording_id
from ...store.ids import checked_id
from ...store.journal.writer import JournalEntry, discard_journal, journal_entry, journal_paths
from ...store.recordings.take_folder import RECORDINGS, put_take_aside, summary_in, take_path
from ...store.songs.listing import Recordings
from ...store.songs.store import SongStore
from ..publisher import Publisher
from .session import Session
from .take_numbers import TakeNumbers

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offered:
    """A recording that no song lists. ``song_id``: the song in which it was recorded, or empty if unknown; ``journal``:
    its journal, or None; ``file_in``: the song in whose folder its file is, or None, there in ``folder``; ``number``: 0
    if unknown; ``ended``: it is complete up to its stop; ``problem``: why it cannot be read, or None."""

    id: str
    song_id: str = ""
    journal: Path | None = None
    file_in: str | None = None
    folder: str = RECORDINGS
    number: int = 0
    seconds: float = 0.0
    events: int = 0
    recorded_at: str = ""
    ended: bool = False
    problem: str | None = None

    @property
    def file(self) -> str:
        """Its path in the folder of songs."""
        return f"songs/{self.file_in}/{self.folder}/{self.id}.npz" if self.file_in else f"journals/{self.id}.journal"


class Offers:
    """What is offered to recover. Thread-safe. ``in_use``: the ids of what is recorded now, or waits to be saved."""

    def __init__(self, session: Session, store: SongStore, publisher: Publisher) -> None:
        self._session, self._store, self._publisher = session, store, publisher
        self.in_use: Callable[[], AbstractSet[str]] = frozenset
        self._read: dict[Path, tuple[tuple[int, int], JournalEntry]] = {}
        self.entries: list[Offered] = []

    def forget_empty(self) -> None:
        """Delete the journals of recordings in which nothing arrived. Only before anything is recorded: what is
        recorded now may not have reached its journal yet."""
        with contextlib.suppress(PerformError, OSError):
            for path in journal_paths(self._store.journals):
                if self._entry(path).empty:
                    path.unlink(missing_ok=True)

    def find(self) -> None:
        """Read the disk again, if possible. The journal of a take that is safe in its song is deleted."""
        try:
            self._find()
        except PerformError as error:
            log.warning("Recordings that are in no song could not be listed: %s", error)

    def _find(self) -> None:
        busy = set(self.in_use())
        recordings = self._store.recordings()
        found: dict[str, Offered] = {}
        for path in journal_paths(self._store.journals):
            if path.stem not in busy and not self._is_over(path, recordings):
                found[path.stem] = _of_journal(self._entry(path), path)
        for unnamed, song_id in recordings.unnamed.items():
            found[unnamed] = self._with_file(found.get(unnamed, Offered(unnamed)), song_id)
        with self._session.lock:
            song = self._session.song
            listed = {recording_id(take.id) for take in song.takes}
            named = {found for found in listed if recordings.unnamed.get(found) == song.id}
            busy |= self.in_use() | named
            self.entries = [entry for entry in found.values() if entry.id not in busy]
            self._publisher.touch()

    def _entry(self, path: Path) -> JournalEntry:
        with contextlib.suppress(OSError):
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            known = self._read.get(path)
            if known is None or known[0] != stamp:
                known = self._read[path] = stamp, journal_entry(path)
            return known[1]
        return journal_entry(path)

    def _is_over(self, path: Path, recordings: Recordings) -> bool:
        """Delete the journal if a song lists its take and that can be read back; whether that is so."""
        for song_id in recordings.naming(path.stem):
            with contextlib.suppress(PerformError, OSError):
                if self._store.holds_recording(song_id, path.stem):
                    path.unlink(missing_ok=True)
                    return True
        return False

    def _with_file(self, entry: Offered, song_id: str) -> Offered:
        """``entry`` with the content of the file in the song's folder, which is the whole recording if it can be
        read."""
        entry = replace(entry, file_in=song_id, song_id=entry.song_id or song_id)
        try:
            folder = self._store.folder(song_id)
            entry = replace(entry, folder=take_path(folder, entry.id).parent.name)
            summary = summary_in(folder, entry.id)
        except PerformError as error:
            readable = entry.journal is not None and entry.problem is None
            return entry if readable else replace(entry, problem=str(error))
        return replace(
            entry,
            number=summary.number,
            seconds=summary.seconds,
            events=summary.events,
            recorded_at=summary.recorded_at,
            ended=True,
            problem=None,
        )

    def take_numbers(self, document: Document) -> TakeNumbers:
        """The numbers of the takes of a song, including those that are offered."""
        info = document.info
        mine = [entry for entry in list(self.entries) if entry.song_id in (document.id, info.backup_of)]
        return TakeNumbers(((entry.id, entry.number) for entry in mine), info.last_take_number)

    def get(self, recording_id: str) -> Offered:
        """The offer with this id. ConflictError while it is still recorded or saved."""
        for entry in list(self.entries):
            if entry.id == checked_id(recording_id):
                return entry
        if recording_id in self.in_use():
            raise ConflictError("That recording is still running or being saved. It becomes a take automatically.")
        raise NotFoundError("That recording was already recovered or discarded. Reload the page to see what is left.")

    def discard(self, recording_id: str) -> None:
        """Set a recording aside: it is not offered again, and not lost."""
        entry, store = self.get(recording_id), self._store
        if entry.journal is not None:
            discard_journal(store.journals, entry.id)
        if entry.file_in is not None:
            put_take_aside(store.folder(entry.file_in), entry.id)
        self.find()


def _of_journal(entry: JournalEntry, path: Path) -> Offered:
    number = entry.header.get("number")
    return Offered(
        id=entry.id,
        song_id=str(entry.header.get("song_id", "")),
        journal=path,
        number=number if type(number) is int else 0,
        seconds=(entry.last_ns - entry.first_ns) / 1e9,
        events=entry.datagrams,
        recorded_at=str(entry.header.get("recorded_at", "")),
        ended=entry.ended,
        problem=entry.problem,
    )
