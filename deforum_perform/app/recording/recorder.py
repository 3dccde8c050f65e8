"""From datagrams to takes: what the listener received goes to the session, the journal, and at the end of a recording
to the disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import ConflictError, PerformError, StorageError
from ...core.pace import Pace
from ...core.song.take import Take
from ...core.units import clock_text
from ...osc.datagrams import Datagrams, Loss
from ...osc.decode.columns import ControlMessage, EventBatch
from ...osc.decode.control import Control, ControlReader
from ...osc.decode.events import EventDecoder
from ...store import limits
from ...store.journal.writer import BEGUN_AGAIN, JournalWriter, journal_path
from ..state.notices import LARGE_RECORDING, NEARLY_FULL_SONG, TOO_MANY_SOURCES, TRIED_AGAIN, Notice
from .journal_feed import JournalFeed, loss_note
from .recording_run import RunningRecording

if TYPE_CHECKING:
    from ..performer import Performer

log = logging.getLogger(__name__)

CONTROL_REMEDY = "If you sent it, allow /perform/... for the network in the OSC panel."

TELL_EVERY_NS = 1_000_000_000

SAVE_EVERY_NS = 1_000_000_000
"""While input ranges adapt, the song is saved at most this often."""


class Recorder:
    """The Performer's input for OSC. It works under the Performer's lock."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self._decoder = EventDecoder(forgettable=self._forgettable)
        self._controls = ControlReader()
        self._feed = JournalFeed()
        self._told, self._pace = 0, Pace(TELL_EVERY_NS)
        self._unplaced = self._refused = 0
        self._large: RunningRecording | None = None
        self._saves, self._save_waits = Pace(SAVE_EVERY_NS), False

    @property
    def names(self) -> list[str]:
        """Source names by index; always the same list."""
        return self._decoder.sources

    @property
    def malformed(self) -> int:
        """Datagrams of which nothing could be read."""
        return sum(self._decoder.malformed.values())

    @property
    def refusals(self) -> dict[str, dict[str, int]]:
        """The problems by kind: with datagrams of which nothing could be read, with partially readable ones, and valid
        OSC that could not be kept."""
        decoder = self._decoder
        return {
            "malformed_kinds": dict(decoder.malformed),
            "irregular_kinds": dict(decoder.irregular),
            "refused_kinds": dict(decoder.refused),
        }

    def receive(self, datagrams: Datagrams) -> None:
        """Accept what arrived, and decode it."""
        self.decode(self.take_in(datagrams))

    def take_in(self, datagrams: Datagrams) -> Datagrams:
        """Add accepted datagrams to the journal as soon as they arrived; they are decoded later. Called on the
        listener's receiving thread."""
        admitted = self._performer.sender_filter.admit(datagrams)
        if admitted or admitted.losses:
            self._feed.add(admitted)
        return admitted

    def decode(self, datagrams: Datagrams) -> None:
        """Process what ``take_in`` returned; called on the listener's delivering thread."""
        try:
            self.tell_refusals()
            if datagrams or datagrams.losses:
                self._decode(datagrams)
        finally:
            self._feed.done(datagrams)

    def _decode(self, datagrams: Datagrams) -> None:
        self._decoder.feed_many(datagrams.payloads, datagrams.received_ns, datagrams.senders or None)
        batch = self._decoder.drain()
        performer, session = self._performer, self._performer.session
        with performer.lock:
            document, playing = session.document, session.current
            self._hear_losses(datagrams)
            self._note_refused(datagrams)
            self._hear(batch)
            if session.current is not playing:
                self._hear_losses(datagrams)  # the new recording may have lost them: the time is unknown
            self._tell_too_many_sources()
            self._tell_large_recording()
            if session.document is not document:
                self._save_waits = True
                self.save_waiting(performer.clock_ns())
        performer.announce()

    def _hear_losses(self, datagrams: Datagrams) -> None:
        for loss in datagrams.losses:
            self._performer.session.hear_loss(loss)

    @property
    def waits(self) -> bool:
        """Whether the song has adapted to what arrived and must be saved."""
        return self._save_waits

    def save_waiting(self, now_ns: int | None = None) -> None:
        """Save the song if it has adapted to what arrived; not too often, or at once without a time."""
        with self._performer.lock:
            if self._save_waits and (now_ns is None or self._saves.turn(now_ns)):
                self._save_waits = False
                self._performer.save_song()

    def report(self, loss: Loss) -> None:
        """Losses while recording: they are added to the take, and to its journal."""
        performer = self._performer
        with performer.lock:
            performer.session.hear_loss(loss)
            self._feed.note(loss.noticed_ns, loss_note(loss))
        performer.announce()

    def _forgettable(self, undrained: AbstractSet[int]) -> list[int]:
        with self._performer.lock:
            return self._performer.session.forgettable(undrained)

    def _tell_too_many_sources(self) -> None:
        """Report a new source that could not be added."""
        refused = self._decoder.refused["too_many_sources"]
        if refused != self._unplaced:
            self._unplaced = refused
            self._performer.session.notice("sources", TOO_MANY_SOURCES)

    def _note_refused(self, datagrams: Datagrams) -> None:
        """Report values to the recording that were OSC but could not be kept."""
        refused = sum(self._decoder.refused.values())
        count, self._refused = refused - self._refused, refused
        playing = self._performer.session.current
        if count and playing is not None and datagrams.received_ns:
            playing.note(Loss(datagrams.received_ns[-1], count, "refused", since_ns=datagrams.received_ns[0]))

    def _tell_large_recording(self) -> None:
        """Report once per recording that it has become large."""
        playing = self._performer.session.current
        if playing is not None and playing is not self._large and len(playing.log) >= limits.LARGE_EVENTS:
            self._large = playing
            self._performer.session.notice("size", LARGE_RECORDING)

    def require_room(self) -> None:
        """Report that the song is nearly full; ConflictError if another take might not fit into it."""
        performer = self._performer
        size = performer.store.size(performer.session.song.id)
        if size > limits.FULL_SONG_BYTES:
            raise ConflictError("This song is full: it has too many takes. Make a new song and record there.")
        performer.notice("song_size", NEARLY_FULL_SONG if size > limits.LARGE_SONG_BYTES else None)

    def tell_refusals(self) -> None:
        """Show the senders that the filter refused on the page, at most once a second; the ticker reports the rest."""
        performer = self._performer
        if performer.sender_filter.has_news(performer.clock_ns()):
            performer.touch()
        elif performer.sender_filter.waits:
            performer.ticker.wake()

    def has_news(self, now_ns: int) -> bool:
        """Whether more was refused by kind than the page has shown, true at most once a second; asks the ticker to
        report the rest."""
        refused = sum(sum(kinds.values()) for kinds in self.refusals.values())
        if refused == self._told:
            return False
        if not self._pace.turn(now_ns):
            self._performer.ticker.wake()
            return False
        self._told = refused
        return True

    def _allowed(self, controls: Sequence[ControlMessage]) -> list[ControlMessage]:
        """The commands whose sender is allowed to give them; the others are reported to the page."""
        performer = self._performer
        found = []
        for control in controls:
            _, _, at_ns, sender = control
            if performer.sender_filter.may_control(sender, at_ns):
                found.append(control)
            else:
                who = sender[0] if sender else "A sender"
                message = f"{who} sent a command, but commands from the network are not allowed."
                performer.session.notice("control", Notice("warn", message, CONTROL_REMEDY))
        return found

    def _hear(self, batch: EventBatch) -> None:
        """Events and commands in order: a start counts before the events of its batch, a stop after them."""
        session, heard = self._performer.session, False
        for control in self._controls.read(self._allowed(batch.controls)):
            stops = control.name == "record" and not control.value
            if stops and not heard:
                self._hear_events(batch)
                heard = True
            self._obey(control)
            if heard and not stops and session.current is not None:
                session.current.hear(batch, self.names)
        if not heard:
            self._hear_events(batch)

    def _hear_events(self, batch: EventBatch) -> None:
        session = self._performer.session
        idle = session.current is None
        session.hear(batch)
        if idle and session.current is not None:
            self._open_journal()

    def _obey(self, control: Control) -> None:
        at_ns, performer = control.received_ns, self._performer
        try:
            if control.name == "record":
                _ = self.start(at_ns) if control.value else self.stop(at_ns)
            elif control.name == "play":
                performer.session.play(at_ns) if control.value else performer.session.stop_playing()
            elif control.name == "seek":
                self._seek(float(control.value), at_ns)
            else:
                performer.act(control.name, {})
        except PerformError as error:
            performer.session.notice("control", Notice("warn", f"/perform/{control.name}: {error}"))

    def _seek(self, time_s: float, at_ns: int) -> None:
        session = self._performer.session
        there_s = session.seek(time_s, at_ns)
        if there_s < time_s:
            message = f"/perform/seek {time_s:g}: the song ends at {clock_text(there_s)}, so the playhead moved there."
            session.notice("control", Notice("warn", message, "Set a longer length for the song, or none."))

    def start(self, at_ns: int, start_s: float | None = None) -> RunningRecording:
        """Start a recording at the moment ``at_ns`` (monotonic), at ``start_s`` of song time or at the playhead."""
        performer = self._performer
        self.require_room()
        with performer.lock:
            here_s = performer.session.transport.time_s(at_ns)
            begun = performer.session.start_recording(at_ns, here_s if start_s is None else start_s)
            self._open_journal()
        performer.announce()
        return begun

    def _open_journal(self) -> None:
        performer = self._performer
        playing = performer.session.current
        if playing is not None:
            path = journal_path(performer.store.journals, playing.plan.recording_id)
            header = playing.plan.header()
            journal = JournalWriter(path, header, on_problem=self._journal_problem, on_rewritten=self._tell_rewritten)
            self._feed.begin(journal, playing.plan.origin_ns)

    def stop(self, at_ns: int) -> Take | None:
        """Stop the recording, or waiting for one, at the moment ``at_ns`` (monotonic); the take, if there is one.
        Saving continues in the background. A recording that began later is not affected."""
        performer = self._performer
        with performer.lock:
            current = performer.session.current
            if current is not None and at_ns < current.plan.origin_ns:
                return None
            journal = self._feed.end(at_ns)
            try:
                take = performer.session.finish_recording(at_ns)
            except Exception:  # out of memory, for example, or an error in the program: what arrived is in the journal
                log.exception("The recording did not become a take")
                self._abandon(journal)
                take = journal = None
            if take is not None:
                self.keep(take, journal)
            elif journal is not None:
                performer.saver.submit(f"journal:{journal.path.name}", lambda: _end(journal))
        performer.announce()
        return take

    def _abandon(self, journal: JournalWriter | None) -> None:
        """End a recording that cannot become a take: its journal is kept, and offered once it is on disk."""
        performer = self._performer
        performer.session.abandon_recording()

        def offer() -> None:
            if journal is not None and not journal.flush():
                raise StorageError(journal.problem or "The journal of a recording could not be written.")
            if journal is not None:
                journal.close(remove=False)
            performer.offers.find()

        performer.saver.submit(f"abandon:{journal.path.name if journal else None}", offer)

    def keep(self, take: Take, journal: JournalWriter | Path | None = None) -> None:
        """Save a new take of the open song, then the song, then release the ``journal`` from which it was made."""
        performer = self._performer
        performer.takes.add(take)
        performer.library.keep(performer.session.document, take, journal)

    def _journal_problem(self, message: str | None) -> None:
        notice = None if message is None else Notice("error", message, TRIED_AGAIN)
        self._performer.notice("journal", notice)

    def _tell_rewritten(self, message: str) -> None:
        playing, now_ns = self._performer.session.current, self._performer.clock_ns()
        if message == BEGUN_AGAIN and playing is not None:  # a take recovered from this journal shows what is missing
            missing = Loss(now_ns, 1, "damaged", since_ns=playing.plan.origin_ns)
            self._feed.note(now_ns, loss_note(missing))
        remedy = "Leave the folder of songs and its folder “journals” unchanged while recording."
        self._performer.notice("journal_rewritten", Notice("warn", message, remedy))


def _end(journal: JournalWriter) -> None:
    journal.close(remove=True)
