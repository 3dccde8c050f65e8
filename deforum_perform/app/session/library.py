"""Saving songs and recordings: what is not on disk yet is kept here, whichever song is open.

A change of the open song is added to its history at once, a dragged value after a moment; the song's file is saved once
changes rest.

A recording is released only when its song on disk lists it and its file has been read back. If its song's folder is
missing or not writable, it goes to the song "Recovered recordings".
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ...core.errors import ConflictError, NotFoundError, PerformError, StorageError
from ...core.song.document import Document, edited, without_recordings
from ...core.song.song import Song, with_take
from ...core.song.take import Take, recording_id
from ...core.song.take_info import TakeInfo
from ...store.journal.writer import JournalWriter
from ...store.songs.store import SongStore
from ..notices import Notice, Offer
from ..publisher import Publisher
from .histories import NOTHING, Histories
from .resting import Resting
from .saver import Saver
from .session import Change, Session
from .song_list import SongList
from .take_numbers import TakeNumbers, take_words

log = logging.getLogger(__name__)

RECOVERED = "Recovered recordings"
CLOSE_S = 5.0
SAVE_WAIT_S = 30.0
DRAGGED_S = 0.2
"""How long a dragged value is not saved: several become one line of the history."""

REST_S, LONGEST_S = 3.0, 30.0
"""The song's file is saved when it has not changed for so long, or has waited for so long."""


@dataclass(eq=False)
class _Kept:
    """A recording whose takes its song on disk does not list yet. ``infos``: what the song stores about its ``takes``;
    ``place``: the song in whose folder its file is, or None; ``late``: its journal waits for the song to be saved."""

    song_id: str
    song_name: str
    takes: tuple[Take, ...]
    infos: tuple[TakeInfo, ...]
    journal: JournalWriter | Path | None
    place: str | None = None
    late: bool = False

    @property
    def id(self) -> str:
        """The id of the recording."""
        return recording_id(self.takes[0].id)


class Library:
    """Saves songs and takes, the open song after every change of the ``session``. Thread-safe.

    ``numbers``: the take numbers of a song that is not open. ``turn``: held from reading a song that is not open until
    it is open, or changed; acquired before the session's lock.
    """

    def __init__(
        self,
        session: Session,
        store: SongStore,
        saver: Saver,
        publisher: Publisher,
        histories: Histories,
        numbers: Callable[[Document], TakeNumbers],
        listed: SongList,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._session, self._store, self._saver, self._publisher = session, store, saver, publisher
        self.histories, self._numbers, self._listed = histories, numbers, listed
        self._dragged = Resting(clock_ns, DRAGGED_S, DRAGGED_S)
        self._behind = Resting(clock_ns, REST_S, LONGEST_S)
        self._songs: dict[str, Document] = {}
        self._files: dict[str, int] = {}
        self._saves = 0
        self._kept: dict[str, _Kept] = {}
        self._moved: dict[str, str] = {}
        self._gone: set[str] = set()
        self._lock = threading.RLock()
        self.turn = threading.RLock()

    # --- songs ----------------------------------------------------------------------------------------------------

    def follow(self, change: Change) -> None:
        """Save the new state of the open song: at once, or after a moment (see ``Session.edit``)."""
        if change.opened:
            self.watch(change.after)
        elif change.after is change.before:
            return
        elif change.rests:
            with self._lock:
                self._songs[change.after.id] = change.after
                self._dragged.hold(change.after)
        else:
            self.save(change.after, file=change.after.info is not change.before.info)

    def watch(self, document: Document) -> None:
        """Save the file of a song that was just opened once it rests, if only its history has its last changes."""
        with self._lock:
            if self._store.is_behind(document):
                self._behind.hold(document)

    @property
    def rests(self) -> bool:
        """Whether the open song has changes that are saved once they rest."""
        return self._dragged.waits or self._behind.waits

    @property
    def held(self) -> int:
        """How many changes were not saved at once."""
        return self._dragged.held

    def save_dragged(self, *, due: bool = False) -> None:
        """Save the changes that were not saved at once; ``due``: only after a moment."""
        with self._session.lock, self._lock:
            document = self._dragged.take(due=due)
            if document is not None:
                self.save(document, file=False)

    def save_rested(self, *, due: bool = False) -> None:
        """Save everything: the file of the open song too; ``due``: only what rests."""
        with self._session.lock, self._lock:
            self.save_dragged(due=due)
            document = self._behind.take(due=due)
            if document is not None:
                self.save(document)

    def save(self, document: Document, *, file: bool = True) -> None:
        """Save the song soon, in this state or a newer one; ``file``: not only its history, but also its file."""
        session = self._session
        with session.lock, self._lock:
            unwritten = NOTHING
            if document.id == session.song.id:
                document, unwritten = session.document, session.history.unwritten()
                self._dragged.forget(document.id)
            self._saves += 1
            if file:
                self._behind.forget(document.id)
                self._files[document.id] = self._saves
            elif unwritten.entries:
                self._behind.hold(document)
            self._songs[document.id] = document
            job = partial(self._save, document, self.histories.add(document.id, unwritten), self._saves)
            self._saver.submit(f"song:{document.id}", job, document.id)

    def _save(self, document: Document, end: int, number: int) -> None:
        """Save the ``document``, whose changes are those before number ``end``; ``number``: that of this save."""
        song_id = document.id
        with self._lock:
            moved = {moved_id for moved_id, place in self._moved.items() if place != song_id}
            asked = self._files.get(song_id)
        saved = without_recordings(document, moved)
        file = saved is not document or (asked is not None and asked <= number)
        try:
            file = self.histories.save(saved, end, file=file)
        except NotFoundError:
            self._report_gone(document)
            return
        self._report_returned(song_id)
        if self._listed.changed():
            self._publisher.publish()
        with self._lock:
            if asked is not None and asked <= number and self._files.get(song_id) == asked:
                del self._files[song_id]
            if self._songs.get(song_id) is document:
                del self._songs[song_id]
                if file:
                    self._behind.forget(song_id)
            for kept in [kept for kept in self._kept.values() if kept.late and kept.place == song_id]:
                self._end_soon(kept)

    def _report_gone(self, song: Document) -> None:
        """Report that the folder of a song is missing; ``save_returned`` saves it later."""
        with self._lock:
            self._gone.add(song.id)
        message = f"The folder of the song “{song.name}” is missing. Its last changes are only in memory."
        remedy = "Put the folder back among the songs to save them. Until then, recordings are saved in another song."
        self._publisher.announce_notice("song_gone", Notice("error", message, remedy))

    def _report_returned(self, song_id: str) -> None:
        with self._lock:
            was_last = self._gone == {song_id}
            self._gone.discard(song_id)
        if was_last:
            self._publisher.announce_notice("song_gone", None)

    def save_returned(self) -> None:
        """Save the songs whose folder was missing and is back."""
        for song_id in list(self._gone):
            song = self.unsaved(song_id)
            with contextlib.suppress(PerformError):
                if song is not None and self._store.folder(song_id).is_dir():
                    self.save(song)

    def unsaved(self, song_id: str) -> Document | None:
        """The newest state of a song while it is not on disk yet."""
        with self._lock:
            return self._songs.get(song_id)

    def require_saved(self, song_id: str, what: str) -> None:
        """ConflictError while the song, or a take of it, is not on disk: ``what`` would leave out what is missing."""
        self.save_rested()
        song = self.unsaved(song_id)
        if song is not None and not self._saver.drain(SAVE_WAIT_S) and self.unsaved(song_id) is not None:
            raise ConflictError(
                f"The song “{song.name}” has changes or takes that could not be saved yet; a message on the page says "
                f"why. Wait until it disappears, then {what}."
            )

    def load(self, song_id: str) -> Document:
        """The newest state of a song, on disk or not. Errors as ``SongStore.load``."""
        return self.unsaved(song_id) or self._store.load(song_id)

    def edit(self, song_id: str, label: str, fn: Callable[[Song], Song]) -> Song:
        """Replace the newest state of any song with the result of ``fn``, and save that soon; the song."""
        with self.turn:
            loaded = self.load(song_id)
            with self._session.lock:
                if self._session.song.id == song_id:
                    return self._session.edit(label, fn)
                document = edited(self.unsaved(song_id) or loaded, fn)
                self.save(document)
                return document.song

    def arrange(self, song_id: str, fn: Callable[[Document], Document]) -> None:
        """The same for everything except the song, see ``History.arrange``."""
        with self.turn:
            loaded = self.load(song_id)
            with self._session.lock:
                if self._session.song.id == song_id:
                    self._session.arrange(fn)
                else:
                    self.save(fn(self.unsaved(song_id) or loaded))

    # --- recordings -----------------------------------------------------------------------------------------------

    def keep(self, song: Document, takes: tuple[Take, ...], journal: JournalWriter | Path | None) -> None:
        """Save a new recording with these ``takes``, then ``song``, which lists them, then release the ``journal`` from
        which it was made."""
        kept = _Kept(song.id, song.name, takes, tuple(song.song.take(take.id) for take in takes), journal)
        with self._session.lock, self._lock:
            self._kept[kept.id] = kept
            self._saver.submit(f"take:{kept.id}", partial(self._save_recording, kept), song.id)
            self.save(song)
            self._end_soon(kept)

    def load_takes(self, song_id: str, wanted_id: str) -> tuple[Take, ...]:
        """The takes of a recording, on disk or not. Errors as ``SongStore.load_takes``."""
        with self._lock:
            kept, place = self._kept.get(wanted_id), self._moved.get(wanted_id, song_id)
        return self._store.load_takes(place, wanted_id) if kept is None else kept.takes

    def is_moved(self, wanted_id: str) -> bool:
        """Whether the recording was saved in another song than its own."""
        with self._lock:
            return wanted_id in self._moved

    @property
    def waiting(self) -> set[str]:
        """The ids of the recordings that are not safe in their song yet."""
        with self._lock:
            return set(self._kept)

    def _save_recording(self, kept: _Kept) -> None:
        try:
            self._store.save_take(kept.song_id, kept.takes[0])
            kept.place = kept.song_id
        except Exception as error:
            if type(error) is StorageError or isinstance(error, MemoryError):
                raise  # there may be space again soon
            self._recover(kept, error)
        if kept.late:
            self._end_soon(kept)

    def _recover(self, kept: _Kept, error: Exception) -> None:
        """Save a recording that its own song does not accept in the song for recovered recordings, and report it."""
        target = self.recovered_song()
        self._store.save_take(target.id, kept.takes[0])

        def taking(song: Song) -> Song:
            known, session = {take.id for take in song.takes}, self._session
            numbers = session.numbers if session.song.id == song.id else self._numbers(target)
            for info in kept.infos:
                if info.id not in known:
                    song = with_take(song, replace(info, number=numbers.next(song, info.id)))
            return song

        with self._lock:
            self._moved[kept.id] = kept.place = target.id
            kept.late = True
        song = self.edit(target.id, f"recover a take of {kept.song_name}", taking)
        self._save_without(kept)
        log.warning("recording %s is kept in %s: %s", kept.id, RECOVERED, error)
        self._publisher.announce_notice(f"recovered-{kept.id}", _moved_notice(kept, song, error))

    def _save_without(self, kept: _Kept) -> None:
        """Remove a recording from the file of the song that did not accept it, if that file exists."""
        session = self._session
        with self.turn, contextlib.suppress(PerformError):  # no other song is opened meanwhile
            song = None if session.song.id == kept.song_id else self.load(kept.song_id)
            with session.lock:
                self.save(song or session.document)

    def recovered_song(self) -> Document:
        """The song for recordings that their own song does not accept; made when it is needed."""
        known = [entry.id for entry in self._store.list_songs() if entry.name == RECOVERED and entry.problem is None]
        return self.load(known[0]) if known else self._store.create(RECOVERED)

    def _end_soon(self, kept: _Kept) -> None:
        kept.late = False
        group = kept.place or kept.song_id
        self._saver.submit(f"journal:{kept.id}", partial(self._end, kept), group)

    def _end(self, kept: _Kept) -> None:
        """Release the journal once the take is safe; otherwise it stays, and this is tried again when the song is
        saved."""
        if kept.place is None or not self._is_named(kept.place, kept.id):
            kept.late = True
            return
        if isinstance(kept.journal, JournalWriter):
            kept.journal.close(remove=True)
        elif kept.journal is not None:
            kept.journal.unlink(missing_ok=True)
        with self._lock:
            self._kept.pop(kept.id, None)

    def _is_named(self, song_id: str, wanted_id: str) -> bool:
        try:
            return self._store.names_recording(song_id, wanted_id)
        except PerformError as error:
            log.warning("The journal of recording %s stays: %s", wanted_id, error)
            return False

    def close(self) -> None:
        """Close what still writes, after the saver has ended; the next start offers what could not be saved."""
        with self._lock:
            left = [kept.journal for kept in self._kept.values() if isinstance(kept.journal, JournalWriter)]
        for journal in left:
            journal.close(remove=False, timeout_s=CLOSE_S)


def _moved_notice(kept: _Kept, song: Song, error: Exception) -> Notice:
    why = "its folder is missing" if isinstance(error, NotFoundError) else str(error) or type(error).__name__
    there = [song.take(take.id).number for take in kept.takes]
    what = take_words([info.number for info in kept.infos])
    message = f"{what[0].upper()}{what[1:]} could not be saved in the song “{kept.song_name}”: {why.rstrip('.')}."
    remedy = f"{'It is' if len(there) == 1 else 'They are'} {take_words(there)} of the song “{RECOVERED}” now."
    return Notice("warn", message, remedy, (Offer("Open", "song.open", {"id": song.id}, f"“{RECOVERED}”"),))
