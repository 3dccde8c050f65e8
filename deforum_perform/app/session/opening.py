"""Which song opens, and what opens in place of a damaged one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ...core.errors import ConflictError, DamagedFileError, NewerFileError, NotFoundError, PerformError, StorageError
from ...core.song.document import Document
from ...core.song.song import Song
from ...store.songs.folder import workspace_problem_in
from ...store.songs.store import SongStore
from ..notices import Notice
from ..publisher import Publisher
from .library import Library
from .offers import Offers
from .session import Session
from .unreadable import with_unreadable_takes

log = logging.getLogger(__name__)

FIRST_SONG = "My first song"
BACKUP = "backup"
"""The notice about a song that was opened from its backup."""
_CHECK = "Check what you changed last, and change it again."
_SET_AGAIN = "All are armed now. Arm and mute them again; the damaged file is kept as workspace.damaged.json."
_REMEDY = "Check its last changes. The damaged song stays in the list, with all its recordings."
_REMEDY_NEWER = "The backup is older. To open the song itself, which stays in the list, update the extension."


def opened(store: SongStore, song_id: str, unsaved: Callable[[str], Document | None]) -> tuple[Document, Notice | None]:
    """The song and None; for a damaged one, a copy made from its backup, and a notice.

    ``unsaved``: the newest state of a song that is not on disk yet. DamagedFileError if there is no such state either,
    and NewerFileError for a song that a newer Perform saved: its backup is older, and is opened only on request.
    """
    try:
        known = unsaved(song_id)
        return (known, None) if known is not None else loaded(store, song_id)
    except NewerFileError:
        raise
    except DamagedFileError as error:
        try:
            return copied_backup(store, song_id)
        except (NotFoundError, StorageError):
            raise error from None


def loaded(store: SongStore, song_id: str) -> tuple[Document, Notice | None]:
    """The song on disk, and a notice if its last changes or its workspace cannot be read."""
    document, problem = store.load(song_id), workspace_problem_in(store.folder(song_id))
    messages, remedies = [], []
    if store.lost_changes(song_id):
        messages.append(f"The last changes of the song “{document.name}” could not be read: its history is damaged.")
        remedies.append(_CHECK)
    if problem is not None:
        messages.append(f"Which lanes of the song “{document.name}” are armed or muted could not be read: {problem}")
        remedies.append(_SET_AGAIN)
    return document, Notice("warn", " ".join(messages), " ".join(remedies)) if messages else None


def copied_backup(store: SongStore, song_id: str) -> tuple[Document, Notice]:
    """A copy of a song that cannot be opened, made from its backup and its history, and a notice; that song stays
    unchanged."""
    name = store.load_backup(song_id).name
    copy = store.duplicate(song_id, f"{name} (from its backup)", backup=True)
    made = "Perform opened a copy made from its backup."
    if _is_newer(store, song_id):
        return copy, Notice("warn", f"The song “{name}” was saved by a newer Perform. {made}", _REMEDY_NEWER)
    return copy, Notice("warn", f"The file of the song “{name}” is damaged, so {made}", _REMEDY)


def _is_newer(store: SongStore, song_id: str) -> bool:
    try:
        store.load(song_id)
    except NewerFileError:
        return True
    except PerformError:
        pass
    return False


def latest_song(
    store: SongStore, unsaved: Callable[[str], Document | None], without: str = ""
) -> tuple[Document, Notice | None]:
    """The song that was changed last, opened as ``opened`` does, or a new one; not the one with the id ``without``."""
    for entry in sorted(store.list_songs(), key=lambda e: e.modified, reverse=True):
        if entry.id == without:
            continue
        try:
            return opened(store, entry.id, unsaved)
        except StorageError as error:
            log.warning("%s is left as it is: %s", entry.name, error)
    return store.create(FIRST_SONG), None


class Opener:
    """Changes which song is open. While recording, all of it raises ConflictError and the same song stays open, even if
    the recording began while another song was being read.

    ``prepare`` reads what will be needed of a song that is about to be opened, without the lock.
    """

    def __init__(
        self,
        session: Session,
        library: Library,
        offers: Offers,
        store: SongStore,
        publisher: Publisher,
        prepare: Callable[[Song], object],
    ) -> None:
        self._session, self._library, self._offers, self._store = session, library, offers, store
        self._publisher, self._prepare = publisher, prepare

    def open(self, song_id: str) -> None:
        """Open a song, or the backup of a damaged one. The song that is already open stays as it is."""
        if self._session.song.id == song_id:
            return
        with self._library.turn:
            self._open(*opened(self._store, song_id, self._library.unsaved))

    def open_latest(self, without: str) -> None:
        """Open the song that was changed last, or a new one; not the one with the id ``without``."""
        with self._library.turn:
            self._open(*latest_song(self._store, self._library.unsaved, without))

    def open_made(self, song: Document, notice: Notice | None = None) -> None:
        """Open a song that was just made, and report which of its takes could not be copied. If a recording began
        meanwhile, the song is in the list."""
        notice = with_unreadable_takes(notice, self._store.folder(song.id), song.song)
        try:
            with self._library.turn:
                self._open(song, notice)
        except ConflictError as error:
            raise ConflictError(f"{error} The song “{song.name}” was made; it is in the list of songs.") from None

    def _open(self, song: Document, notice: Notice | None) -> None:
        self._prepare(song.song)  # a slow disk does not block threads that wait for the lock
        self._offers.find()
        log = self._library.histories.load(song)
        with self._session.lock:
            self._session.require_stopped("open another song")
            self._library.save_rested()
            self._session.open(song, self._offers.take_numbers(song), log)
            self._publisher.notice(BACKUP, notice)
