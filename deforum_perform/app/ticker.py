"""Background tasks: rates that fall to zero, the end of the song, and the search for fewer keys while idle."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

from ..core.deforum.reading import Reading
from ..core.errors import PerformError
from ..core.song.document import Document
from ..core.song.lane import Lane
from ..core.song.song import Song
from ..osc.datagrams import Loss
from ..osc.receive.sleep import SleepWatch
from .deforum.link import cadence_of
from .learning.learner import LEARN
from .notices import Notice
from .parts import Parts
from .recording.binding import LearnedPlayer
from .session.transport import PLAYING, STOPPED

log = logging.getLogger(__name__)

TICK_S = 0.25
LOOK_S = 2.0
"""How often the songs' folder is read: a song may have been copied into it."""
QUIET_S = 0.6
SLEPT = "slept"
TABS = 4
"""For this many different tabs of browsers the fewest keys are found, those that were shown last."""

READ = 256
"""How many schedules that were read ahead are remembered."""


class Ticker:
    """One thread that sleeps while there is nothing to do except reading the songs' folder at intervals."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._learned = LearnedPlayer(parts.session, parts.sources, parts.learner, parts.reader)
        self._sleep = SleepWatch()
        self._look_at_s = time.monotonic() + LOOK_S
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._read: deque[str] = deque(maxlen=READ)
        self._thread = threading.Thread(target=self._run, name="perform-ticker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something happened: there may be work."""
        self._wake.set()

    def close(self) -> None:
        """End."""
        self._closing.set()
        self._wake.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._closing.is_set():
            busy = self._is_busy()
            woken = self._wake.wait(TICK_S if busy else LOOK_S)
            self._wake.clear()
            if self._closing.wait(TICK_S if woken or busy else 0):
                return
            try:
                if self._look_due():
                    self._look()
                if not (woken or busy):
                    continue
                self._tick()
                self._play_learned()
                self._refine()
            except PerformError as error:
                log.warning("%s", error)
            except Exception:
                # nothing here may end the thread on which the end of the song and the rates depend
                log.exception("A tick failed; Perform continues with the next one.")

    def _is_busy(self) -> bool:
        """Whether there is something to do every quarter of a second."""
        parts = self._parts
        waits = parts.inputs.sender_filter.waits or parts.library.rests
        return parts.sources.monitor.is_active or parts.session.transport.runs or waits

    def _look(self) -> None:
        """Check whether the songs' folder was changed."""
        self._parts.library.save_returned()
        if self._parts.songs.look():
            self._parts.publisher.publish()

    def _play_learned(self) -> None:
        if not self._parts.learner.learned:
            return
        found = self._learned.play()
        if isinstance(found, Notice):
            self._parts.publisher.announce_notice(LEARN, found)
        elif found:
            self._parts.publisher.announce()

    def _look_due(self) -> bool:
        """Whether it is time to read the songs' folder again."""
        now_s = time.monotonic()
        if now_s < self._look_at_s:
            return False
        self._look_at_s = now_s + LOOK_S
        return True

    def _tick(self) -> None:
        parts = self._parts
        now_ns = parts.clock_ns()
        self._see_sleep()
        parts.library.save_rested(due=True)
        with parts.session.lock:
            session = parts.session
            moved = parts.sources.monitor.settle(now_ns)
            tellers = (parts.inputs.sender_filter, parts.inputs, parts.reception)
            if any(teller.has_news(now_ns) for teller in tellers):
                parts.publisher.touch()
                moved = True
            if session.transport.state == PLAYING and session.transport.time_s(now_ns) >= session.song.seconds:
                session.stop()
                moved = True
        if moved:
            parts.publisher.announce()

    def _see_sleep(self) -> None:
        """The computer slept: a recording in progress then shows it."""
        sleep = self._sleep.look()
        if sleep is not None:
            self._parts.recorder.report(Loss(sleep.at_ns, round(sleep.seconds), SLEPT))

    def _refine(self) -> None:
        """Find the fewest keys for lanes that only have those of the fast reduction, one lane at a time, while nothing
        is played."""
        parts, schedules = self._parts, self._parts.curves.schedules
        while not self._closing.is_set():
            with parts.session.lock:
                document, tabs, revision = parts.session.document, parts.link.latest(TABS), parts.publisher.revision
                quiet = parts.session.transport.state == STOPPED
            song, playing = document.song, document.playing
            readings = [parts.curves.reading(song, tab, cadence_of(song, tab), playing) for tab in tabs]
            waiting = [
                (lane, reading)
                for reading in readings
                for lane in song.lanes
                if quiet and _plays(song, lane) and not schedules.is_final(song, lane, reading)
            ]
            if quiet and not waiting and parts.publisher.subscribers:  # a page is open
                self._read_ahead(document, readings[0], revision)
            if not waiting or self._closing.wait(QUIET_S) or parts.publisher.revision != revision:
                return
            if not any(self._refined(song, lane, reading) for lane, reading in waiting):
                return
            parts.publisher.publish()

    def _read_ahead(self, document: Document, reading: Reading, revision: int) -> None:
        """Let the running Deforum read the lanes' schedules, once each, before Check and Apply need them."""
        parts, song = self._parts, document.song
        for lane in document.playing:
            known = parts.curves.schedules.known(song, lane, reading)
            if known is None or known.curve_id in self._read or not lane.row.is_number:
                continue
            if self._closing.is_set() or parts.publisher.revision != revision:
                return
            parts.host.interpolate(known.schedule.text, reading.max_frames(song.frames))
            self._read.append(known.curve_id)

    def _refined(self, song: Song, lane: Lane, reading: Reading) -> bool:
        """Whether the lane's fewest keys were found. One that cannot be played does not block the others; the page says
        why."""
        try:
            self._parts.curves.schedules.of(song, lane, reading, final=True)
        except PerformError as error:
            log.info("%s", error)
            return False
        return True


def _plays(song: Song, lane: Lane) -> bool:
    """Whether the lane has something recorded, and something to choose from if it chooses."""
    return song.plays(lane.id) and (bool(lane.selection.choices) or not lane.chooses)
