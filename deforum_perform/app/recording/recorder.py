"""The recorder: a recording from its start to the resulting take, and the messages about both."""

from __future__ import annotations

import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.curve.mapping import plays_hits
from ...core.deforum.tab import DeforumTab
from ...core.errors import ConflictError, StorageError
from ...core.pace import Pace
from ...core.song.song import Song
from ...core.song.take import Take
from ...osc.datagrams import Loss
from ...osc.decode.columns import EventBatch
from ...store import limits
from ...store.journal.writer import BEGUN_AGAIN, JournalWriter, journal_path
from ...store.songs.store import SongStore
from ..learning.first_move import first_move_ns
from ..listening.sources import Sources
from ..notices import TRIED_AGAIN, Notice
from ..publisher import Publisher
from ..session.library import Library
from ..session.saver import Saver
from ..session.session import Change, Session
from ..session.takes import Takes
from ..session.transport import WAITING
from .drafts import Draft
from .growth import Growth
from .journal_feed import JournalFeed, loss_note
from .last_take import LastTake
from .notices import LARGE_RECORDING, NEARLY_FULL_SONG, NO_TAKE, NOTHING_ARRIVED, losses_notice, recording_notice
from .problems import recording_problems
from .recording_run import RecordingPlan, RunningRecording, with_recording

log = logging.getLogger(__name__)

SECOND_NS = 1_000_000_000

OF_THE_SONG = ("recording", "song_size")
"""Keys of notices that are about the open song."""


@dataclass(frozen=True)
class Storage:
    """The destinations of recordings: ``takes`` that are in memory, the ``library`` that saves them, the ``saver`` that
    closes their journals, and the ``store`` below them."""

    store: SongStore
    library: Library
    saver: Saver
    takes: Takes


class Recorder:
    """``current``: the recording in progress, or None; ``growth``: its curves; ``last_take``: the take of the last one,
    until its notice was read. It works under the session's lock. ``on_left``: called once a recording that became no
    take is safe on disk."""

    def __init__(
        self,
        session: Session,
        sources: Sources,
        publisher: Publisher,
        storage: Storage,
        clock_ns: Callable[[], int],
        on_left: Callable[[], None] = lambda: None,
    ) -> None:
        self.current: RunningRecording | None = None
        self.growth = Growth()
        self.last_take: LastTake | None = None
        self.feed = JournalFeed()
        self._session, self._sources, self._publisher, self._storage = session, sources, publisher, storage
        self._clock_ns, self._on_left = clock_ns, on_left
        self._losses_shown = Pace(SECOND_NS)
        self._large: RunningRecording | None = None

    @property
    def running(self) -> AbstractSet[str]:
        """The ids of what is recorded now."""
        current = self.current
        return frozenset() if current is None else frozenset({current.plan.recording_id})

    def follow(self, change: Change) -> None:
        """Messages about the previous song are not shown in another one."""
        if change.opened:
            self.last_take = None
            for key in OF_THE_SONG:
                self._publisher.notice(key, None)

    def dismiss(self, key: str) -> None:
        """A notice was read."""
        with self._session.lock:
            if self.last_take is not None and key == self.last_take.key:
                self.last_take = None
                self._publisher.touch()
            self._publisher.notice(key, None)

    # --- the start ------------------------------------------------------------------------------------------------

    def require_room(self) -> None:
        """Report that the song is nearly full; ConflictError if another take might not fit into it."""
        size = self._storage.store.size(self._session.song.id)
        if size > limits.FULL_SONG_BYTES:
            raise ConflictError("This song is full: it has too many takes. Make a new song and record there.")
        self._publisher.announce_notice("song_size", NEARLY_FULL_SONG if size > limits.LARGE_SONG_BYTES else None)

    def start(self, at_ns: int, start_s: float | None = None) -> RunningRecording:
        """Start to record at the moment ``at_ns`` (monotonic), at ``start_s`` of song time or at the playhead."""
        self.require_room()
        with self._session.lock:
            here_s = self._session.transport.time_s(at_ns)
            begun = self._begin(at_ns, here_s if start_s is None else start_s)
        self._publisher.announce()
        return begun

    def wait(self) -> None:
        """Start to record at the first move of an armed lane's source."""
        self.require_room()
        self._session.wait()

    def _begin(self, origin_ns: int, start_s: float) -> RunningRecording:
        """Record from song time ``start_s``, which is the moment ``origin_ns`` (monotonic)."""
        if self.current is not None:
            raise ConflictError("Perform is already recording. Stop first.")
        session, store = self._session, self._storage.store
        armed, recording_id = session.document.armed, store.new_id()
        plan = RecordingPlan(
            recording_id=recording_id,
            song_id=session.song.id,
            number=session.numbers.next(session.song, recording_id),
            start_s=start_s,
            origin_ns=origin_ns,
            recorded_at=store.now_iso(),
            lanes=tuple((lane.id, source) for lane, source in armed),
            known={s.name: s.value for s in self._sources.monitor.sources if isinstance(s.value, float)},
            hits=tuple(lane.id for lane, _ in armed if plays_hits(lane)),
        )
        self.current, self.growth, self.last_take = RunningRecording(plan), Growth(), None
        self._losses_shown = Pace(SECOND_NS)
        session.record(start_s, origin_ns)
        self._publisher.notice("recording", None)
        self._open_journal(plan)
        return self.current

    def _open_journal(self, plan: RecordingPlan) -> None:
        path = journal_path(self._storage.store.journals, plan.recording_id)
        journal = JournalWriter(
            path, plan.header(), on_problem=self._journal_problem, on_rewritten=self._report_rewritten
        )
        self.feed.begin(journal, plan.origin_ns)

    # --- what is received -----------------------------------------------------------------------------------------

    def receive(self, batch: EventBatch) -> RunningRecording | None:
        """Record the events of a batch that has some; the recording that began with one of them, or None."""
        begun = None
        if self._session.transport.state == WAITING:
            first_ns = first_move_ns(self._session.document, batch, self._sources)
            if first_ns is not None:
                begun = self._begin(first_ns, self._session.transport.position_s)
        if self.current is not None:
            self.current.receive(batch, self._sources.names)
        return begun

    def receive_texts(self, batch: EventBatch) -> None:
        """Record the string arguments of a batch."""
        if self.current is not None:
            for index, received_ns, text in batch.texts:
                self.current.receive_text(index, received_ns, text)

    def lose(self, loss: Loss) -> None:
        """Add a loss. The page is notified at once, and then once a second."""
        playing = self.current
        if playing is None or loss.noticed_ns < playing.plan.origin_ns:
            return
        playing.note(loss)
        if self._losses_shown.turn(loss.noticed_ns):
            self._publisher.notice("recording", losses_notice(playing.losses))

    def report(self, loss: Loss) -> None:
        """Losses while recording: they are added to the take, and to its journal."""
        with self._session.lock:
            self.lose(loss)
            self.feed.note(loss.noticed_ns, loss_note(loss))
        self._publisher.announce()

    def say_large(self) -> None:
        """Report once per recording that it has become large."""
        playing = self.current
        if playing is not None and playing is not self._large and len(playing.log) >= limits.LARGE_EVENTS:
            self._large = playing
            self._publisher.notice("size", LARGE_RECORDING)

    def drafts(self, now_ns: int, cadence: int, tab: DeforumTab) -> list[Draft]:
        """The curves of the current recording that are to be computed, see ``Growth.advance``."""
        if self.current is None:
            return []
        session, names = self._session, self._sources.names
        return self.growth.advance(self.current, session.song, cadence, tab, names, session.transport.time_s(now_ns))

    # --- the end --------------------------------------------------------------------------------------------------

    def stop(self, at_ns: int) -> Take | None:
        """Stop the recording, or waiting for one, at the moment ``at_ns`` (monotonic); the take, if there is one.
        Saving continues in the background. A recording that began later is not affected."""
        with self._session.lock:
            current = self.current
            if current is not None and at_ns < current.plan.origin_ns:
                return None
            journal = self.feed.end(at_ns)
            try:
                take = self._finish(at_ns)
            except Exception:  # out of memory, for example, or an error in the program: what arrived is in the journal
                log.exception("The recording did not become a take")
                self._abandon(journal)
                take = journal = None
            if take is not None:
                self.keep(take, journal)
            elif journal is not None:
                self._storage.saver.submit(f"journal:{journal.path.name}", lambda: _end(journal))
        self._publisher.announce()
        return take

    def _finish(self, end_ns: int) -> Take | None:
        """End the recording at ``end_ns`` (monotonic); its take, or None if nothing was received."""
        session, done = self._session, self.current
        if done is None:
            session.stop()
            return None
        end_ns = max(end_ns, done.plan.origin_ns)
        take = done.take(self._sources.names, end_ns)
        self.current = None
        session.stop()
        self._publisher.notice("size", None)
        if take.events == 0:
            session.numbers.give_back(take.id)
            self._publisher.notice("recording", NOTHING_ARRIVED)
            return None
        said = recording_notice(done, end_ns)
        if said is not None:
            self._publisher.notice("recording", said)
        problems = recording_problems(done, self._sources.names, end_ns, take)
        # saved by ``keep``: a song on disk never lists a take that does not exist
        session.edit(f"take {take.number}", lambda song: with_recording(song, take, done, problems), rests=True)
        self.last_take = LastTake.of(take.id, done)
        return take

    def _abandon(self, journal: JournalWriter | None) -> None:
        """End a recording that cannot become a take, and report it: its journal is kept, and offered once it is on
        disk."""
        self.current = None
        self._session.stop()
        self._publisher.notice("recording", NO_TAKE)

        def leave() -> None:
            if journal is not None and not journal.flush():
                raise StorageError(journal.problem or "The journal of a recording could not be written.")
            if journal is not None:
                journal.close(remove=False)
            self._on_left()

        self._storage.saver.submit(f"abandon:{journal.path.name if journal else None}", leave)

    def keep(self, take: Take, journal: JournalWriter | Path | None = None) -> None:
        """Save a new take of the open song, then the song, then release the ``journal`` from which it was made."""
        self._storage.takes.add(take)
        self._storage.library.keep(self._session.document, take, journal)

    def bring_back(self, take: Take, add: Callable[[Song, Take], Song]) -> Take:
        """Let ``add`` put a recovered take into the song; the take with its number here: its own, or the next one if
        another take has that."""
        session = self._session
        take = replace(take, number=session.numbers.keep(session.song, take.id, take.number))
        session.edit(f"recover take {take.number}", lambda song: add(song, take), rests=True)  # saved by ``keep``
        self.last_take = LastTake(take.id)
        return take

    # --- the journal ----------------------------------------------------------------------------------------------

    def _journal_problem(self, message: str | None) -> None:
        notice = None if message is None else Notice("error", message, TRIED_AGAIN)
        self._publisher.announce_notice("journal", notice)

    def _report_rewritten(self, message: str) -> None:
        playing, now_ns = self.current, self._clock_ns()
        if message == BEGUN_AGAIN and playing is not None:  # a take recovered from this journal shows what is missing
            missing = Loss(now_ns, 1, "damaged", since_ns=playing.plan.origin_ns)
            self.feed.note(now_ns, loss_note(missing))
        remedy = "Leave the folder of songs and its folder “journals” unchanged while recording."
        self._publisher.announce_notice("journal_rewritten", Notice("warn", message, remedy))


def _end(journal: JournalWriter) -> None:
    journal.close(remove=True)
