"""Background tasks: rates that fall to zero, the end of the song, and the search for fewer keys while idle."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from ..core.deforum.reading import Reading
from ..core.errors import PerformError
from ..core.song.document import Document
from ..core.song.lane import Lane
from ..core.song.song import Song
from ..osc.datagrams import Loss
from ..osc.receive.sleep import SleepWatch
from .recording.binding import play_learned
from .recording.transport import PLAYING, STOPPED

if TYPE_CHECKING:
    from .performer import Performer

log = logging.getLogger(__name__)

TICK_S = 0.25
LOOK_S = 2.0
"""How often the songs' folder is read: a song may have been copied into it."""
QUIET_S = 0.6
SLEPT = "slept"
READ = 256
"""How many schedules that were read ahead are remembered."""


class Ticker:
    """One thread that sleeps while there is nothing to do except reading the songs' folder at intervals."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
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
            performer = self._performer
            session = performer.session
            waits = performer.sender_filter.waits or performer.recorder.waits
            busy = session.monitor.is_active or session.transport.runs or waits
            woken = self._wake.wait(TICK_S if busy else LOOK_S)
            self._wake.clear()
            if self._closing.wait(TICK_S if woken or busy else 0):
                return
            try:
                if self._look_due():
                    performer.library.save_returned()
                    if performer.songs.look():
                        performer.touch()
                if not (woken or busy):
                    continue
                self._tick()
                if self._performer.session.learned and play_learned(self._performer):
                    self._performer.announce()
                self._refine()
            except PerformError as error:
                log.warning("%s", error)
            except Exception:
                # nothing here may end the thread on which the end of the song and the rates depend
                log.exception("A tick failed; Perform continues with the next one.")

    def _look_due(self) -> bool:
        """Whether it is time to read the songs' folder again."""
        now_s = time.monotonic()
        if now_s < self._look_at_s:
            return False
        self._look_at_s = now_s + LOOK_S
        return True

    def _tick(self) -> None:
        performer = self._performer
        now_ns = performer.clock_ns()
        self._see_sleep()
        with performer.lock:
            session = performer.session
            moved = session.monitor.settle(now_ns)
            performer.recorder.save_waiting(now_ns)
            tellers = (performer.sender_filter, performer.listening, performer.recorder)
            if any(teller.has_news(now_ns) for teller in tellers):
                session.touch()
                moved = True
            if session.transport.state == PLAYING and session.transport.time_s(now_ns) >= session.song.seconds:
                session.stop()
                moved = True
        if moved:
            performer.announce()

    def _see_sleep(self) -> None:
        """The computer slept: a recording in progress then shows it."""
        sleep = self._sleep.look()
        if sleep is not None:
            self._performer.recorder.report(Loss(sleep.at_ns, round(sleep.seconds), SLEPT))

    def _refine(self) -> None:
        """Find the fewest keys for lanes that only have those of the fast reduction, one lane at a time, while nothing
        is played."""
        performer = self._performer
        while not self._closing.is_set():
            with performer.lock:
                session = performer.session
                document, tab, cadence, revision = session.document, session.tab, session.cadence, session.revision
                quiet = session.transport.state == STOPPED
            song = document.song
            reading = performer.reading(song, tab, cadence, document.playing)
            waiting = [
                lane
                for lane in song.lanes
                if quiet and _plays(song, lane) and not performer.schedules.is_final(song, lane, reading)
            ]
            if quiet and not waiting and performer.subscribers:  # a page is open
                self._read_ahead(document, reading, revision)
            if not waiting or self._closing.wait(QUIET_S) or performer.session.revision != revision:
                return
            if not any(self._refined(song, lane, reading) for lane in waiting):
                return
            performer.touch()

    def _read_ahead(self, document: Document, reading: Reading, revision: int) -> None:
        """Let the running Deforum read the lanes' schedules, once each, before Check and Apply need them."""
        performer, song = self._performer, document.song
        for lane in document.playing:
            known = performer.schedules.known(song, lane, reading)
            if known is None or known.curve_id in self._read or not lane.row.is_number:
                continue
            if self._closing.is_set() or performer.session.revision != revision:
                return
            performer.host.interpolate(known.schedule.text, reading.max_frames(song.frames))
            self._read.append(known.curve_id)

    def _refined(self, song: Song, lane: Lane, reading: Reading) -> bool:
        """Whether the lane's fewest keys were found. One that cannot be played does not block the others; the page says
        why."""
        try:
            self._performer.schedules.of(song, lane, reading, final=True)
        except PerformError as error:
            log.info("%s", error)
            return False
        return True


def _plays(song: Song, lane: Lane) -> bool:
    """Whether the lane has something recorded, and something to choose from if it chooses."""
    return song.plays(lane.id) and (bool(lane.selection.choices) or not lane.chooses)
