"""From datagrams to events and commands: what the listeners received goes to the journal first, then to the recorder,
the sources and Learn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from ...core.pace import Pace
from ...osc.access.sender_filter import SenderFilter
from ...osc.datagrams import Datagrams, Loss
from ...osc.decode.columns import ControlMessage, EventBatch
from ...osc.decode.control import Control, ControlReader
from ...osc.decode.events import EventDecoder
from ..learning.learner import Learner
from ..listening.inputs import OSC
from ..listening.sources import Sources
from ..notices import Notice
from ..publisher import Publisher
from ..session.session import Session
from .notices import TOO_MANY_SOURCES
from .recorder import Recorder
from .recording_run import RunningRecording

CONTROL_REMEDY = "If you sent it, allow /perform/... for the network in the OSC panel."

REPORT_EVERY_NS = 1_000_000_000


class Obeying(Protocol):
    """Runs the commands received by OSC. Called under the session's lock."""

    def obey(self, control: Control) -> RunningRecording | None:
        """Run it; the recording that it started, or None. Errors are shown on the page."""


class Decoding:
    """The decoder of all inputs, and the problems that it found. ``forgettable``: see ``EventDecoder``."""

    def __init__(self, forgettable: Callable[[AbstractSet[int]], list[int]]) -> None:
        self.decoder = EventDecoder(forgettable=forgettable)
        self._refused = 0
        self._shown, self._pace = 0, Pace(REPORT_EVERY_NS)
        self._unplaced = 0

    def decode(self, datagrams: Datagrams) -> EventBatch:
        """The content of the datagrams."""
        self.decoder.feed_many(datagrams.payloads, datagrams.received_ns, datagrams.senders or None)
        return self.decoder.drain()

    @property
    def malformed(self) -> int:
        """Datagrams of which nothing could be read."""
        return sum(self.decoder.malformed.values())

    @property
    def refusals(self) -> dict[str, dict[str, int]]:
        """The problems by kind: with datagrams of which nothing could be read, with partially readable ones, and valid
        OSC that could not be kept."""
        decoder = self.decoder
        return {
            "malformed_kinds": dict(decoder.malformed),
            "irregular_kinds": dict(decoder.irregular),
            "refused_kinds": dict(decoder.refused),
        }

    def newly_refused(self) -> int:
        """How many values were OSC but could not be kept since the last call."""
        refused = sum(self.decoder.refused.values())
        count, self._refused = refused - self._refused, refused
        return count

    def has_unplaced(self) -> bool:
        """Whether a new source could not be added since the last call."""
        refused = self.decoder.refused["too_many_sources"]
        before, self._unplaced = self._unplaced, refused
        return refused != before

    def has_news(self, now_ns: int, later: Callable[[], None]) -> bool:
        """Whether more was refused by kind than the page has shown, true at most once a second; ``later`` is called if
        this must be called again for the rest."""
        refused = sum(sum(kinds.values()) for kinds in self.refusals.values())
        if refused == self._shown:
            return False
        if not self._pace.turn(now_ns):
            later()
            return False
        self._shown = refused
        return True


class Reception:
    """Receives what the listeners deliver. ``take_in`` and ``decode`` are called on their threads, once each for
    everything that arrived."""

    def __init__(
        self,
        session: Session,
        sources: Sources,
        recorder: Recorder,
        learner: Learner,
        sender_filter: SenderFilter,
        publisher: Publisher,
        decoding: Decoding,
        clock_ns: Callable[[], int],
    ) -> None:
        self.decoding = decoding
        self.obeying: Obeying | None = None
        self._session, self._sources, self._recorder, self._learner = session, sources, recorder, learner
        self._filter, self._publisher, self._clock_ns = sender_filter, publisher, clock_ns
        self._controls = ControlReader()
        self._one_at_a_time = threading.Lock()

    def receive(self, datagrams: Datagrams) -> None:
        """Accept what arrived, and decode it."""
        self.decode(self.take_in(datagrams))

    def take_in(self, datagrams: Datagrams, name: str = OSC) -> Datagrams:
        """Add accepted datagrams to the journal as soon as they arrived; they are decoded later. Called on the
        receiving thread of the input ``name``."""
        admitted = self._filter.admit(datagrams)
        if admitted or admitted.losses:
            self._recorder.feed.add(admitted, name)
        return admitted

    def decode(self, datagrams: Datagrams, name: str = OSC) -> None:
        """Process what ``take_in`` returned; called on the delivering thread of the input ``name``."""
        try:
            self._report_refusals()
            if datagrams or datagrams.losses:
                with self._one_at_a_time:
                    self._decode(datagrams)
        finally:
            self._recorder.feed.done(datagrams, name)

    def _decode(self, datagrams: Datagrams) -> None:
        batch = self.decoding.decode(datagrams)
        with self._session.lock:
            self._lose(datagrams)
            self._note_refused(datagrams)
            if self._receive(batch) is not None:
                self._lose(datagrams)  # the new recording may have lost them: the time is unknown
            if self.decoding.has_unplaced():
                self._publisher.notice("sources", TOO_MANY_SOURCES)
            self._recorder.say_large()
        self._publisher.announce()

    def _lose(self, datagrams: Datagrams) -> None:
        for loss in datagrams.losses:
            self._recorder.lose(loss)

    def _note_refused(self, datagrams: Datagrams) -> None:
        """Report values to the recording that were OSC but could not be kept."""
        count, playing = self.decoding.newly_refused(), self._recorder.current
        if count and playing is not None and datagrams.received_ns:
            playing.note(Loss(datagrams.received_ns[-1], count, "refused", since_ns=datagrams.received_ns[0]))

    def _report_refusals(self) -> None:
        """Show the refused senders on the page, at most once a second; the ticker reports the rest."""
        if self._filter.has_news(self._clock_ns()):
            self._publisher.publish()
        elif self._filter.waits:
            self._publisher.on_change()

    def has_news(self, now_ns: int) -> bool:
        """Whether more was refused by kind than the page has shown, see ``Decoding.has_news``."""
        return self.decoding.has_news(now_ns, self._publisher.on_change)

    # --- events and commands --------------------------------------------------------------------------------------

    def _receive(self, batch: EventBatch) -> RunningRecording | None:
        """Events and commands in order: a start counts before the events of its batch, a stop after them. The recording
        that began, or None."""
        begun, received = None, False
        for control in self._controls.read(self._allowed(batch.controls)):
            stops = control.name == "record" and not control.value
            if stops and not received:
                begun, received = self._receive_events(batch) or begun, True
            started = None if self.obeying is None else self.obeying.obey(control)
            begun = started or begun
            if received and started is not None:
                started.receive(batch, self._sources.names)
        if not received:
            begun = self._receive_events(batch) or begun
        return begun

    def _receive_events(self, batch: EventBatch) -> RunningRecording | None:
        """Process what arrived, in order of arrival; the recording that began with it, or None."""
        begun = None
        self._sources.name(batch)
        if len(batch):
            begun = self._recorder.receive(batch)
            moves = self._sources.receive(batch)
            self._learner.receive(batch, moves)
            self._sources.remember(moves)
            self._learner.widen(batch, moves)
        self._sources.receive_texts(batch)
        self._recorder.receive_texts(batch)
        if self._sources.list_changed({lane.source for lane in self._session.song.lanes if lane.source}):
            self._publisher.touch()
        return begun

    def _allowed(self, controls: Sequence[ControlMessage]) -> list[ControlMessage]:
        """The commands whose sender is allowed to give them; the others are reported to the page."""
        found = []
        for control in controls:
            _, _, at_ns, sender = control
            if self._filter.may_control(sender, at_ns):
                found.append(control)
            else:
                who = sender[0] if sender else "A sender"
                message = f"{who} sent a command, but commands from the network are not allowed."
                self._publisher.notice("control", Notice("warn", message, CONTROL_REMEDY))
        return found
