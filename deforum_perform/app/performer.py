"""The Performer: one session, one lock, and the inputs and outputs: OSC, commands, snapshots, live messages.

The modules needed to open a song and to listen are imported with it; those for a click at the first such click, so that
a WebUI starts sooner.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..core.checks import DeforumTab
from ..core.deforum.reading import Reading
from ..core.errors import NotFoundError, PerformError
from ..core.listener import ListenerChoice, SenderRules
from ..core.song.document import Document
from ..core.song.lane import Lane
from ..core.song.song import Song
from ..osc.access.sender_filter import SenderFilter
from ..store.songs.store import SongStore
from .deforum.bases import Bases
from .deforum.checks import Checks
from .deforum.readings import Readings
from .deforum.schedules import Schedules, Takes, curve_bytes
from .deforum.tab_settings import TabSettings
from .host import Host
from .listening.listener import Listening
from .listening.watchdog import ListenerWatchdog
from .recording.recorder import Recorder
from .session.history import Direction
from .session.library import Library
from .session.offers import Offers
from .session.opening import BACKUP, Opener, latest_song
from .session.saver import Saver
from .session.session import Session
from .session.song_list import SongList
from .state.live import Counts, LiveCursor, live_message
from .state.notices import TRIED_AGAIN, Notice
from .state.snapshot import Snapshots
from .state.types import State
from .ticker import Ticker

if TYPE_CHECKING:
    from .deforum.check import SongCheck
    from .deforum.exports import Export
    from .deforum.filling import ApplyPlan

log = logging.getLogger(__name__)

SAVE_WAIT_S = 20.0


class Performer:
    """Plays, records and stores songs. Every method may be called from any thread.

    ``clock_ns`` is the monotonic clock that the listener stamps with. Raises PerformError only.
    """

    def __init__(self, store: SongStore, host: Host, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.store, self.host, self.clock_ns = store, host, clock_ns
        self.upload_folder = store.root  # large uploads wait there until they are read
        self.lock = threading.RLock()
        self.saver = Saver(self._storage_problem)
        self.library = Library(self)
        self.takes = Takes(self.library.load_take)
        self.schedules = Schedules(self.takes, self.touch)
        self._readings = Readings(self.schedules)
        self.sender_filter = SenderFilter()
        self.recorder = Recorder(self)
        self.listening = Listening(self.recorder.decode, changing=self._changing, taken=self.recorder.take_in)
        self._commands = threading.Lock()
        self.subscribers: list[Callable[[], None]] = []
        self._snapshots = Snapshots(self)
        # counting from the time of day, a page that was open before a restart still sees that the state is newer
        document, notice = latest_song(store, self.library.unsaved)
        log, revision = self.library.histories.load(document), int(time.time() * 1000)
        self.session = Session(document, self.recorder.names, store.new_id, store.now_iso, revision, log)
        self.session.notice(BACKUP, notice)
        self.songs = SongList(store)
        self.offers = Offers(self)
        self.offers.forget_empty()
        self.offers.find()
        self.session.numbers = self.offers.take_numbers(document)
        self.opener = Opener(self)
        self.bases = Bases(self)
        self.tab_settings, self.checks = TabSettings(), Checks()
        self.bases.follow()
        self.ticker = Ticker(self)
        self.watchdog = ListenerWatchdog(self.listening, self.touch, addresses=self.sender_filter.own_addresses)

    @property
    def revision(self) -> int:
        """Differs after every change of the state."""
        return self.session.revision

    @property
    def tab(self) -> DeforumTab | None:
        """What is known of Deforum's tab; None if Deforum is not installed."""
        return self.tab_seen_as(self.session.tab)

    def tab_seen_as(self, seen: DeforumTab) -> DeforumTab | None:
        """What is known of Deforum's tab if a browser showed ``seen`` of it."""
        installed = self.host.deforum()
        if installed is None:
            return None
        return replace(
            seen,
            fields=seen.fields if seen.fields is not None else installed.fields,
            controlnet=seen.controlnet if seen.controlnet is not None else installed.controlnet,
            choices=seen.choices or installed.choices,
            reader_problem=installed.reader_problem,
        )

    def snapshot(self) -> State:
        """The whole state, JSON-able."""
        return self._snapshots.present()

    def live(self, cursor: LiveCursor | None) -> tuple[dict[str, Any] | None, LiveCursor]:
        """What moved since ``cursor`` (None: everything), or None; and the cursor for the next call."""
        counts = Counts(self.listening.received, self.recorder.malformed, self.listening.lost)
        now_ns = self.clock_ns()
        self._draw(now_ns)
        with self.lock:
            played = self._played(now_ns) if self.session.transport.runs else {}
            return live_message(self.session, counts, cursor, now_ns, played)

    def _draw(self, now_ns: int) -> None:
        """Update the curves of the recording in progress. What takes long is done without the lock."""
        with self.lock:
            session = self.session
            growth, drafts, playing = session.growth, session.drafts(now_ns), session.document.playing
        for draft in drafts:
            curve = None
            try:
                reading = self._readings.afresh(draft.song_now, draft.shape.tab, draft.shape.cadence, playing)
                curve = draft.curve(self.takes.of(draft.song, draft.shape.lane.id), reading)
            except PerformError as error:
                log.info("The curve of a lane is not shown while it is recorded: %s", error)
            finally:
                with self.lock:
                    growth.accept(draft, curve)

    def _played(self, now_ns: int) -> dict[str, float]:
        """Lane id -> what it plays at the playhead, for lanes that are not being played live."""
        song, session = self.session.song, self.session
        frame = int(session.transport.time_s(now_ns) * song.fps)
        by_hand = session.current.writing() if session.current else {}
        reading = self._readings.known(song, session.tab, session.cadence, session.document.playing)
        values: dict[str, float] = {}
        if reading is None:
            return values
        for lane in song.lanes:
            if lane.id not in by_hand and song.plays(lane.id):
                known = self.schedules.known(song, lane, reading)
                if known is not None:
                    curve = known.schedule.values
                    values[lane.id] = float(curve[min(frame, len(curve) - 1)])
        return values

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after every change, from any thread, until the returned function is called."""
        with self.lock:
            self.subscribers.append(callback)
        self.ticker.wake()

        def unsubscribe() -> None:
            with self.lock:
                if callback in self.subscribers:
                    self.subscribers.remove(callback)

        return unsubscribe

    def announce(self) -> None:
        """Notify every subscriber of a change."""
        with self.lock:
            callbacks = list(self.subscribers)
        for callback in callbacks:
            callback()
        self.ticker.wake()

    def touch(self) -> None:
        """Something that only the state shows has changed."""
        with self.lock:
            self.session.touch()
        self.announce()

    def notice(self, key: str, notice: Notice | None) -> None:
        """Show a notice, or remove it."""
        with self.lock:
            self.session.notice(key, notice)
        self.announce()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Around a change of the state: no thread sees it with the previous revision."""
        with self.lock:
            yield
            self.session.touch()

    def edit(self, label: str, fn: Callable[[Song], Song], *, merge: str | None = None, undoable: bool = True) -> Song:
        """Replace the current song with the result of ``fn`` (see ``History.edit``), and save that soon; the song.

        This is the only way to change the song. ``fn`` runs under the lock, so it is quick and reads no file: what it
        needs of takes is read before, see ``played.takes_read``.
        """
        with self.lock:
            before = self.session.song
            song = self.session.edit(label, fn, merge=merge, undoable=undoable)
            self.bases.follow()
            if song is not before:
                self.save_song()
        return song

    def go(self, direction: Direction) -> str:
        """Undo or redo a step, and save that soon; its label. InputError where there is none."""
        with self.lock:
            label = self.session.go(direction)
            self.bases.follow()
            self.save_song()
        return label

    def arrange(self, fn: Callable[[Document], Document]) -> None:
        """Replace everything except the song with the result of ``fn`` (see ``History.arrange``), and save that
        soon."""
        with self.lock:
            if self.session.arrange(fn):
                self.save_song()

    def save_song(self) -> None:
        """Save the current song soon."""
        with self.lock:  # no other thread submits a newer song before this one
            self.library.save(self.session.document, self.session.history.unwritten())

    def _storage_problem(self, message: str | None) -> None:
        self.notice("storage", None if message is None else Notice("error", message, TRIED_AGAIN))

    def command(self, name: str, arguments: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a command of the page (see ``app.commands``); its changes are on disk when this returns, if the disk
        works."""
        with self._commands:
            self.recorder.save_waiting()
            result = self.act(name, dict(arguments or {}))
            self.saver.drain(SAVE_WAIT_S)
        if self.songs.changed():
            self.touch()
        self.announce()
        return result

    def act(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """A command without waiting for the disk; commands by OSC use this."""
        from .commands.table import run

        return run(self, name, arguments)

    def curve_bytes(self, lane_id: str) -> tuple[str, bytes] | None:
        """The id of the lane's curve and the curve (see ``schedules.curve_bytes``); None for an unknown lane, as for a
        page that has not yet received another song."""
        try:
            song, reading, (lane,) = self.shown_lanes([lane_id])
            known = self.schedules.of(song, lane, reading)
        except NotFoundError:
            if any(lane.id == lane_id for lane in self.session.song.lanes):
                raise  # what is missing is a recording
            return None
        return known.curve_id, curve_bytes(known.schedule)

    def lane_text(self, lane_id: str) -> str:
        """The lane's schedule as Deforum reads it."""
        song, reading, (lane,) = self.shown_lanes([lane_id])
        return self.schedules.of(song, lane, reading, final=True).schedule.text

    def reading(self, song: Song, tab: DeforumTab, cadence: int, lanes: list[Lane]) -> Reading:
        """How a render reads the song's schedules once ``lanes`` are filled in."""
        return self._readings.of(song, tab, cadence, lanes)

    def shown_lanes(self, lane_ids: list[str]) -> tuple[Song, Reading, list[Lane]]:
        """The song, how it is read as the page shows it, and the requested lanes."""
        with self.lock:
            document, tab, cadence = self.session.document, self.session.tab, self.session.cadence
        song = document.song
        reading = self.reading(song, tab, cadence, document.playing)
        return song, reading, [song.lane(lane_id) for lane_id in lane_ids]

    def chosen_lanes(self, lane_ids: list[str] | None) -> tuple[Song, Reading, list[Lane]]:
        """The song, how it is read with the requested lanes, and these; without a choice all that are not muted and
        play something."""
        with self.lock:
            document, tab, cadence = self.session.document, self.session.tab, self.session.cadence
        song = document.song
        lanes = document.playing if lane_ids is None else [song.lane(lane_id) for lane_id in lane_ids]
        return song, self.reading(song, tab, cadence, lanes), lanes

    def check(self, lane_ids: list[str] | None = None) -> SongCheck:
        """The check of the chosen lanes, with the fewest keys."""
        song, reading, lanes = self.chosen_lanes(lane_ids)
        tab = self.tab or self.session.tab
        return self.checks.of(song, reading, lanes, partial(self.schedules.of, song, final=True), tab, self.host)

    def checked(self, lane_ids: list[str] | None = None) -> dict[str, Any]:
        """The check for the page, with the ``revision`` of the state that was checked or of an older one."""
        return {"revision": self.revision, **self.check(lane_ids).to_dict()}

    def apply_plan(
        self, lane_ids: list[str] | None, set_fps: bool | None = None, seen: str | None = None, ask: bool = False
    ) -> ApplyPlan:
        """What Apply writes into Deforum's tab for the chosen lanes (see ``filling.apply_plan``)."""
        from .deforum.filling import apply_plan

        revision, check = self.revision, self.check(lane_ids)
        plan = apply_plan(check, check.song.set_fps if set_fps is None else set_fps, seen, ask)
        return replace(plan, result={**plan.result, "revision": revision})

    def see_deforum(self, tab: DeforumTab) -> None:
        """The values in Deforum's tab that a browser shows now."""
        with self.lock:
            self.session.see_tab(tab)
        self.announce()

    def settings_text(self, lane_ids: list[str] | None = None) -> tuple[str, str]:
        """File name and text of a Deforum settings file with the lanes filled in."""
        made = self.export("settings", lane_ids)
        return made.name, made.data.decode()

    def export(
        self, kind: str, lane_ids: list[str] | None = None, take_id: str | None = None, tab_id: str | None = None
    ) -> Export:
        """The song as ``kind`` (``exports.KINDS``); changes are saved to disk first. ``tab_id``: ``TabSettings``."""
        from .deforum.exports import exported

        self.recorder.save_waiting()
        self.saver.drain(SAVE_WAIT_S)
        return exported(self, kind, lane_ids, take_id, tab_id)

    def import_song(self, data: bytes | IO[bytes]) -> dict[str, Any]:
        """Make a song from a zip that ``export`` wrote, on this machine or another, and open it; its ``id``."""
        from ..store.exports.zip_file import import_zip

        with self.lock:
            self.session.require_stopped("import a song")
        song = import_zip(self.store, io.BytesIO(data) if isinstance(data, bytes) else data)
        with self._commands:
            self.opener.open_made(song)
        self.announce()
        return {"id": song.id}

    # --- listening --------------------------------------------------------------------------------------------------

    def follow_rules(self, rules: SenderRules) -> None:
        """From the next datagram on, accept the senders that ``rules`` allow."""
        with self._changing():
            self.sender_filter.change(rules)
        self.announce()

    def listen(self, host: str, port: int) -> None:
        """Listen on another address; a recording continues, and loses nothing where the system allows it."""
        gap_s = self.listening.move(host, port)
        if gap_s and self.session.current is not None:
            message = f"While the listener was changed, Perform did not listen for {gap_s:.2f} s of this recording."
            with self.lock:
                self.session.notice("moved", Notice("warn", message, "Play this part again if it matters."))
        self.announce()

    # --- end --------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Shut down in order: the listener first, then the recording in progress, then everything is saved."""
        self.watchdog.close()
        self.listening.close()
        if self.session.current is not None:
            self.recorder.stop(self.clock_ns())
        self.ticker.close()
        self.recorder.save_waiting()
        self.saver.close()
        self.library.close()
        self.store.unlock()


def open_performer(root: Path, choice: ListenerChoice, place: Host) -> Performer:
    """A Performer on the songs below ``root``, listening as set in ``choice``.

    ConflictError or StorageError if the folder cannot be used; a port in use is shown on the page instead.
    """
    store = SongStore(root)
    store.lock()
    try:
        performer = Performer(store, place)
    except PerformError:
        store.unlock()  # the next attempt does not find the folder locked by this process
        raise
    performer.follow_rules(choice.senders)
    performer.listening.start(choice.host, choice.port)
    return performer
