"""The recorder: a recording from its start to the resulting takes, and the messages about both."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.curve.mapping import plays_hits
from ...core.deforum.tab import DeforumTab
from ...core.errors import ConflictError, StorageError
from ...core.pace import Pace
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.time.clock_source import ClockSource, InternalClock
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
from ..session.take_numbers import take_words
from ..session.takes import Takes
from ..session.transport import WAITING
from .anchor_notes import AnchorNotes
from .drafts import Draft
from .ended import Ended, ended, with_recording
from .growth import Growth
from .journal_feed import JournalFeed, loss_note
from .last_take import LastTake
from .notices import LARGE_RECORDING, NEARLY_FULL_SONG, NO_TAKE, NOTHING_ARRIVED, losses_notice, recording_notice
from .recording_run import RecordingPlan, RunningRecording

log = logging.getLogger(__name__)

SECOND_NS = 1_000_000_000

Add = Callable[[Song, Sequence[Ended]], Song]
"""Puts takes into a song."""

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
    take is safe on disk. ``clock_from``: the clock source of a recording that starts at a song time (s) and a moment
    (monotonic)."""

    def __init__(
        self,
        session: Session,
        sources: Sources,
        publisher: Publisher,
        storage: Storage,
        clock_ns: Callable[[], int],
        on_left: Callable[[], None] = lambda: None,
        clock_from: Callable[[float, int], ClockSource] = InternalClock,
    ) -> None:
        self.clock_from = clock_from
        self.current: RunningRecording | None = None
        self.growth = Growth()
        self.last_take: LastTake | None = None
        self.feed = JournalFeed()
        self._session, self._sources, self._publisher, self._storage = session, sources, publisher, storage
        self._clock_ns, self._on_left = clock_ns, on_left
        self._losses_shown = Pace(SECOND_NS)
        self._anchors = AnchorNotes()
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
        clock = self.clock_from(start_s, origin_ns)
        start_s = clock.time_s(origin_ns)
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
        self.current, self.growth, self.last_take = RunningRecording(plan, clock), Growth(), None
        self._losses_shown = Pace(SECOND_NS)
        session.record(start_s, origin_ns, clock)
        self._publisher.notice("recording", None)
        self._open_journal(plan)
        return self.current

    def _open_journal(self, plan: RecordingPlan) -> None:
        path = journal_path(self._storage.store.journals, plan.recording_id)
        journal = JournalWriter(
            path, plan.header(), on_problem=self._journal_problem, on_rewritten=self._report_rewritten
        )
        self.feed.begin(journal, plan.origin_ns)
        self._anchors = AnchorNotes()
        self._note_anchors(plan.origin_ns)

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
            self._note_anchors(int(batch.received_ns.max()))
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

    def stop(self, at_ns: int) -> tuple[Take, ...]:
        """Stop the recording, or waiting for one, at the moment ``at_ns`` (monotonic); its takes, one for each round in
        which something was received. Saving continues in the background. A recording that began later is not
        affected."""
        with self._session.lock:
            current, takes = self.current, tuple[Take, ...]()
            if current is not None and at_ns < current.plan.origin_ns:
                return ()
            self._note_anchors(at_ns)
            journal = self.feed.end(at_ns)
            try:
                takes = self._finish(at_ns)
            except Exception:  # out of memory, for example, or an error in the program: what arrived is in the journal
                log.exception("The recording did not become a take")
                self._abandon(journal)
                journal = None
            if takes:
                self.keep(takes, journal)
            elif journal is not None:
                self._storage.saver.submit(f"journal:{journal.path.name}", lambda: _end(journal))
        self._publisher.announce()
        return takes

    def _finish(self, end_ns: int) -> tuple[Take, ...]:
        """End the recording at ``end_ns`` (monotonic); its takes, none if nothing was received."""
        session, done = self._session, self.current
        if done is None:
            session.stop()
            return ()
        end_ns = max(end_ns, done.plan.origin_ns)
        found = ended(done, self._sources.names, end_ns)
        self.current = None
        session.stop()
        self._publisher.notice("size", None)
        session.numbers.give_back(done.plan.recording_id)
        if found[0].take.events == 0:
            self._publisher.notice("recording", NOTHING_ARRIVED)
            return ()
        said = recording_notice(done, end_ns)
        if said is not None:
            self._publisher.notice("recording", said)
        takes, label = self._added(found, with_recording, "")
        self.last_take = LastTake.of(found, takes, label, done)
        return takes

    def _added(self, found: Sequence[Ended], add: Add, verb: str) -> tuple[tuple[Take, ...], str]:
        """Let ``add`` put takes into the song, each under its own number, or the next one if another take has that; the
        takes, and the label of the step."""
        session, numbered = self._session, list[Ended]()
        for each in found:
            number = session.numbers.keep(session.song, each.take.id, each.take.number)
            numbered.append(replace(each, take=replace(each.take, number=number)))
        takes = tuple(each.take for each in numbered)
        label = f"{verb}{take_words([take.number for take in takes])}"
        # saved by ``keep``: a song on disk never lists a take that does not exist
        session.edit(label, lambda song: add(song, numbered), rests=True)
        return takes, label

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

    def keep(self, takes: tuple[Take, ...], journal: JournalWriter | Path | None = None) -> None:
        """Save the recording of new ``takes`` of the open song, then the song, then release the ``journal`` from which
        they were made."""
        for take in takes:
            self._storage.takes.add(take)
        self._storage.library.keep(self._session.document, takes, journal)

    def bring_back(self, found: Sequence[Ended], add: Add) -> tuple[Take, ...]:
        """Let ``add`` put recovered takes into the song; the takes with their numbers here."""
        takes, label = self._added(found, add, "recover ")
        self.last_take = LastTake(takes[-1].id, label)
        return takes

    # --- the journal ----------------------------------------------------------------------------------------------

    def _note_anchors(self, at_ns: int) -> None:
        """Note what the clock source has said up to a moment (monotonic), unless the journal's header says it."""
        playing = self.current
        if playing is not None and not isinstance(playing.clock, InternalClock):
            note = self._anchors.news(playing.clock.anchors(playing.plan.origin_ns, max(at_ns, playing.plan.origin_ns)))
            if note is not None:
                self.feed.note(at_ns, note)

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
