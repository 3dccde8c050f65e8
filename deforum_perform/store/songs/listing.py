"""Songs in lists: what their files list, and the recordings that no song lists."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from ...core.errors import NewerFileError, PerformError
from ...core.identity import by_identity
from ...core.song.document import Document
from ...core.song.retiming import with_found_take
from ...core.song.rounds import takes_of
from ...core.song.take import recording_id
from ...core.song.take_info import TakeInfo
from ..ids import folder_id
from ..recordings.take_folder import recording_ids, recording_in
from .folder import BACKUP, HISTORY, SONG, WORKSPACE, read_replayed, read_song


@dataclass(frozen=True)
class SongEntry:
    """A song in a list. ``modified``: ISO 8601, UTC; ``problem``: why it cannot be opened, or None."""

    id: str
    name: str
    modified: str
    takes: int = 0
    seconds: float = 0.0
    problem: str | None = None


@dataclass(frozen=True)
class Named:
    """The recordings whose takes a song's file lists, or its backup if the file is ``damaged``; ``backup_of``: as in
    ``SongInfo``."""

    recordings: frozenset[str] = frozenset()
    backup_of: str | None = None
    damaged: bool = False


@dataclass(frozen=True)
class Recordings:
    """``songs``: song id -> what it lists, including those in the trash; ``unnamed``: recording id -> the song in whose
    folder its file is, for recordings that no song lists."""

    songs: Mapping[str, Named]
    unnamed: Mapping[str, str]

    def naming(self, wanted_id: str) -> list[str]:
        """The songs whose file lists a take of the recording, or would if it were not damaged."""
        return [song_id for song_id, named in self.songs.items() if wanted_id in named.recordings]

    def opened_for(self, song_id: str) -> str | None:
        """The copy that was opened in place of a damaged song, the last one; or None."""
        copies = [copy for copy, named in self.songs.items() if named.backup_of == song_id and not named.damaged]
        return max(copies, default=None)


Stamp = tuple[int, int]
Stamps = tuple[Stamp, Stamp]


def stamp_of(path: Path) -> Stamp:
    """Time of the last change in nanoseconds, and size; zeros if there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def modified_at(stamp: Stamp) -> str:
    """ISO 8601, UTC."""
    return datetime.fromtimestamp(stamp[0] / 1e9, timezone.utc).isoformat(timespec="milliseconds")


def worked_on(entry: SongEntry, folder: Path) -> SongEntry:
    """``entry`` of the song in ``folder``, with the time of the last change of its workspace if that is later."""
    return replace(entry, modified=max(entry.modified, modified_at(stamp_of(folder / WORKSPACE))))


def stamps_of(folder: Path) -> Stamps:
    """The stamps of the files that the list entry of the song in ``folder`` depends on."""
    return stamp_of(folder / SONG), stamp_of(folder / HISTORY)


def read_entry(folder: Path, modified: str) -> tuple[SongEntry, Named]:
    """The list entry of the song in ``folder``, and the recordings it lists; for a damaged one, those of its backup."""
    song_id = folder_id(folder.name)
    try:
        document = read_replayed(folder)[0].document
    except PerformError as error:
        name = "newer version" if isinstance(error, NewerFileError) else "damaged"
        return SongEntry(song_id, name, modified, problem=str(error)), _named_by_backup(folder, song_id)
    return entry_of(document, modified)


def entry_of(document: Document, modified: str) -> tuple[SongEntry, Named]:
    """The list entry of a song, and the recordings that it lists."""
    song = document.song
    entry = SongEntry(song.id, document.name, modified, len(song.takes) - len(song.trashed), song.seconds)
    return entry, Named(_ids(song.takes), document.info.backup_of)


@by_identity(16)
def _ids(takes: tuple[TakeInfo, ...]) -> frozenset[str]:
    return frozenset(recording_id(take.id) for take in takes)


def _named_by_backup(folder: Path, song_id: str) -> Named:
    with contextlib.suppress(PerformError):
        document, _ = read_song(folder / BACKUP, song_id)
        return Named(_ids(document.song.takes), document.info.backup_of, damaged=True)
    return Named(damaged=True)


class Lists:
    """The list entries of the songs' folders. A file is read when it has changed and was not written here. Not locked:
    its owner is.

    ``changes``: differs whenever a list has changed, apart from the times of the last changes.
    """

    def __init__(self) -> None:
        self.changes = 0
        self._known: dict[Path, tuple[Stamps, SongEntry, Named]] = {}
        self._places: dict[str, frozenset[Path]] = {}

    def look(self, place: str, folders: Iterable[Path]) -> None:
        """Update the folders at a place."""
        found = frozenset(folders)
        if self._places.get(place) != found:
            self._places[place] = found
            self.changes += 1

    def of(self, folder: Path) -> tuple[SongEntry, Named]:
        """The list entry of the song in ``folder``, and the recordings that it lists."""
        stamps, known = stamps_of(folder), self._known.get(folder)
        if known is not None and known[0] == stamps:
            return known[1], known[2]
        return self._keep(folder, stamps, *read_entry(folder, modified_at(max(stamps))))

    def saved(self, folder: Path, document: Document) -> None:
        """Add a song that was just written, without reading it."""
        stamps = stamps_of(folder)
        self._keep(folder, stamps, *entry_of(document, modified_at(max(stamps))))

    def moved(self, folder: Path, target: Path) -> None:
        """A song's folder was moved."""
        if folder in self._known:
            self._known[target] = self._known.pop(folder)

    def _keep(self, folder: Path, stamps: Stamps, entry: SongEntry, named: Named) -> tuple[SongEntry, Named]:
        known = self._known.get(folder)
        if known is None or replace(known[1], modified=entry.modified) != entry:
            self.changes += 1
        self._known[folder] = stamps, entry, named
        return entry, named


def with_all_takes(folder: Path, document: Document) -> Document:
    """``document`` with the takes in its ``folder`` that it does not list, under their former numbers if these are
    free."""
    song, last_number = document.song, document.info.last_take_number
    listed = _ids(song.takes)
    for found in recording_ids(folder):
        if found not in listed:
            with contextlib.suppress(PerformError):
                for take in takes_of(recording_in(folder, found)):
                    song = with_found_take(song, take, last_number)
    return replace(document, song=song)
