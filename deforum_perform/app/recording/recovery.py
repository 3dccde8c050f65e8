"""A recording that no song lists becomes takes again: from its journal, or from its file."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from ...core.errors import DamagedFileError, InputError, NotFoundError, PerformError, StorageError
from ...core.song.document import Document
from ...core.song.retiming import with_found_take
from ...core.song.song import Song
from ...core.song.take import Take
from ...store.journal.writer import read_journal
from ..notices import Notice
from ..publisher import Publisher
from ..session.offers import Offered
from ..session.opening import Opener, copied_backup
from ..session.session import Session
from .ended import Ended, with_recording
from .notices import losses_notice
from .recorder import Add, Recorder, Storage
from .replay import replayed

NOTHING = "Nothing had arrived in that recording before it was cut off. Discard it."

DRAIN_S = 30.0


class Recovery:
    """Recovers recordings. Thread-safe."""

    def __init__(
        self, session: Session, opener: Opener, recorder: Recorder, storage: Storage, publisher: Publisher
    ) -> None:
        self._session, self._opener, self._recorder = session, opener, recorder
        self._storage, self._publisher = storage, publisher

    def recover(self, offered: Offered) -> int:
        """Make what is ``offered`` takes of its song, and open that song; the number of the last one.

        If that song no longer exists, they become takes of "Recovered recordings". InputError if nothing was received,
        DamagedFileError if it cannot be read; then all files stay unchanged.
        """
        found, add, said = self._read(offered)
        if found[0].take.events == 0:
            raise InputError(NOTHING)
        self._opener.open(self._song_of(offered.song_id).id)
        with self._session.lock:
            wanted = {each.take.id for each in found}
            known = [known.number for known in self._session.song.takes if known.id in wanted]
            takes = tuple(each.take for each in found)
            if not known:
                takes = self._recorder.bring_back(found, add)
                self._publisher.notice("recording", said)
            self._recorder.keep(takes, journal=offered.journal)
        self._storage.saver.drain(DRAIN_S)
        return known[-1] if known else takes[-1].number

    def _read(self, offered: Offered) -> tuple[Sequence[Ended], Add, Notice | None]:
        """The takes, how to add them to a song, and notes on them: its journal also says which lanes played them and
        what was lost."""
        takes: tuple[Take, ...] = ()
        said: Notice | None = None
        problem: PerformError | None = None
        add: Add = _with_found
        try:
            if offered.file_in is not None:
                takes = self._storage.store.load_takes(offered.file_in, offered.id)
        except PerformError as error:
            problem = error
        found: Sequence[Ended] = [Ended(take) for take in takes]
        try:
            if offered.journal is not None:
                replays, done = replayed(read_journal(offered.journal))
                add, said = with_recording, losses_notice(done.losses) if done.losses else None
                known = {each.take.id: each for each in replays}
                found = [replace(known.get(take.id, Ended(take)), take=take) for take in takes] or replays
        except PerformError as error:
            problem = error
        if not found:
            raise problem or NotFoundError("That recording no longer exists.")
        return found, add, said

    def _song_of(self, song_id: str) -> Document:
        """The song of a recording: its own, for a damaged one the copy that was or is opened in its place, or the one
        for recordings without a song."""
        if self._session.song.id == song_id:
            return self._session.document
        library, store = self._storage.library, self._storage.store
        self._storage.saver.drain(DRAIN_S)
        try:
            return library.load(song_id)
        except DamagedFileError:
            copy = store.recordings().opened_for(song_id)
            with contextlib.suppress(NotFoundError, StorageError):
                return library.load(copy) if copy else copied_backup(store, song_id)[0]
        except (NotFoundError, InputError):
            pass
        return library.recovered_song()


def _with_found(song: Song, found: Sequence[Ended]) -> Song:
    for each in found:
        song = with_found_take(song, each.take)
    return song
