"""A recording that no song lists becomes a take again: from its journal, or from its file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial

from ...core.errors import DamagedFileError, InputError, NotFoundError, PerformError, StorageError
from ...core.song.document import Document
from ...core.song.retiming import with_found_take
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.song.take_info import TakeProblem
from ...store.journal.writer import read_journal
from ..notices import Notice
from ..publisher import Publisher
from ..session.offers import Offered
from ..session.opening import Opener, copied_backup
from ..session.session import Session
from .notices import losses_notice
from .recorder import Recorder, Storage
from .recording_run import RunningRecording, with_recording
from .replay import replayed

NOTHING = "Nothing had arrived in that recording before it was cut off. Discard it."

DRAIN_S = 30.0

Add = Callable[[Song, Take], Song]


class Recovery:
    """Recovers recordings. Thread-safe."""

    def __init__(
        self, session: Session, opener: Opener, recorder: Recorder, storage: Storage, publisher: Publisher
    ) -> None:
        self._session, self._opener, self._recorder = session, opener, recorder
        self._storage, self._publisher = storage, publisher

    def recover(self, offered: Offered) -> int:
        """Make what is ``offered`` a take of its song, and open that song; the take's number.

        If that song no longer exists, it becomes one of "Recovered recordings". InputError if it contains no event,
        DamagedFileError if it cannot be read; then all files stay unchanged.
        """
        take, add, said = self._read(offered)
        if take.events == 0:
            raise InputError(NOTHING)
        self._opener.open(self._song_of(offered.song_id).id)
        with self._session.lock:
            known = next((known for known in self._session.song.takes if known.id == take.id), None)
            if known is None:
                take = self._recorder.bring_back(take, add)
                self._publisher.notice("recording", said)
            self._recorder.keep(take, journal=offered.journal)
        self._storage.saver.drain(DRAIN_S)
        return take.number if known is None else known.number

    def _read(self, offered: Offered) -> tuple[Take, Add, Notice | None]:
        """The take, how to add it to a song, and notes on it: its journal also says which lanes played it and what was
        lost."""
        take, add, said, problem = None, with_found_take, None, None
        try:
            if offered.file_in is not None:
                take = self._storage.store.load_take(offered.file_in, offered.id)
        except PerformError as error:
            problem = error
        try:
            if offered.journal is not None:
                replayed_take, done, problems = replayed(read_journal(offered.journal))
                add = partial(_with_recording, done=done, problems=problems)
                said = losses_notice(done.losses) if done.losses else None
                take = replayed_take if take is None else take
        except PerformError as error:
            problem = error
        if take is None:
            raise problem or NotFoundError("That recording no longer exists.")
        return take, add, said

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


def _with_recording(song: Song, take: Take, done: RunningRecording, problems: tuple[TakeProblem, ...]) -> Song:
    return with_recording(song, take, done, problems)
