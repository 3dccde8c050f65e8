"""The Performer: combines the parts, and is the interface for the page, scripts and the host.

The modules needed to open a song and to listen are imported with it; those for a click at the first such click, so that
a WebUI starts sooner.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..core.checks import DeforumTab
from ..core.errors import PerformError
from ..core.listener import ListenerChoice
from ..osc.access.sender_filter import SenderFilter
from ..store.songs.store import SongStore
from .commands.osc_control import OscControl
from .deforum.bases import Bases
from .deforum.curves import Curves
from .deforum.export_choice import EVERYTHING, ExportChoice
from .deforum.exporter import Exporter
from .deforum.link import DeforumLink
from .deforum.schedules import Schedules
from .deforum.tab_settings import TabSettings
from .host import Host
from .learning.learner import Learner
from .listening.inputs import OSC, Inputs
from .listening.monitor import Seen
from .listening.sources import Sources
from .notices import TRIED_AGAIN, Notice
from .parts import Parts
from .publisher import Publisher
from .recording.played import TakeReader
from .recording.reception import Decoding, Reception
from .recording.recorder import Recorder, Storage
from .recording.recovery import Recovery
from .session.histories import Histories
from .session.library import Library
from .session.offers import Offers
from .session.opening import BACKUP, Opener, latest_song
from .session.saver import Saver
from .session.session import Session
from .session.song_list import SongList
from .session.takes import Takes
from .state.live import Counts, LiveCursor, Moving, live_message
from .state.shared import songs_state
from .state.slices import Changes
from .state.snapshot import Snapshots
from .state.types import SongList as SongRows
from .state.types import State
from .ticker import Ticker

if TYPE_CHECKING:
    from .deforum.exports import Export

SAVE_WAIT_S = 20.0


class Performer:
    """Plays, records and stores songs. Every method may be called from any thread.

    ``clock_ns`` is the monotonic clock that the listeners stamp with. Raises PerformError only.
    """

    def __init__(self, store: SongStore, host: Host, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.upload_folder = store.root  # large uploads wait there until they are read
        self.parts = parts = _made_of(store, host, clock_ns)
        self.session, self.recorder, self.publisher = parts.session, parts.recorder, parts.publisher
        self.inputs, self.listening, self.curves = parts.inputs, parts.listening, parts.curves
        self._snapshots = Snapshots(parts)
        self._moving = Moving(parts.session, parts.recorder, parts.sources.monitor)
        self._commands = threading.Lock()
        parts.reception.obeying = OscControl(parts)
        self.ticker = Ticker(parts)
        parts.publisher.on_change = self.ticker.wake
        self.subscribe = parts.publisher.subscribe
        self.notice = parts.publisher.announce_notice
        self.curve_bytes, self.lane_text = parts.curves.curve_bytes, parts.curves.lane_text
        self.check, self.checked, self.apply_plan = parts.curves.check, parts.curves.checked, parts.curves.apply_plan
        self.tab_settings = parts.tab_settings

    # --- state ----------------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Differs after every change of the state."""
        return self.publisher.revision

    def snapshot(self, page: str | None = None) -> State:
        """The whole state, JSON-able (see ``state.snapshot``), as ``page`` shows it."""
        return self._snapshots.present(page)

    def slices(self, revision: int | None, page: str | None = None, view: int | None = None) -> Changes:
        """What of the state has changed since ``revision`` (None: everything), see ``Snapshots.since``."""
        return self._snapshots.since(revision, page, view)

    def song_list(self) -> SongRows:
        """The songs and those in the trash, JSON-able."""
        songs, trashed = self.parts.songs.present()
        return {"songs": songs_state(songs), "trashed": songs_state(trashed)}

    def live(
        self, cursor: LiveCursor | None, page: str | None = None
    ) -> tuple[dict[str, Any] | None, LiveCursor]:
        """What moved since ``cursor`` (None: everything), or None; and the cursor for the next call."""
        counts = Counts(self.inputs.received, self.parts.reception.decoding.malformed, self.inputs.lost)
        now_ns = self.parts.clock_ns()
        self.curves.draw(now_ns)
        with self.session.lock:
            return live_message(self._moving, counts, cursor, now_ns, self.curves.played(now_ns, page))

    # --- commands ---------------------------------------------------------------------------------------------------

    def command(self, name: str, arguments: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a command of the page (see ``app.commands``); its changes are on disk when this returns, if the disk
        works. Frequent changes, as of a dragged slider, are saved a moment later."""
        from .commands.table import run

        with self._commands:
            held = self.parts.library.held
            result = run(self.parts, name, dict(arguments or {}))
            if self.parts.library.held == held:
                self.parts.library.save_dragged()
            self.parts.saver.drain(SAVE_WAIT_S)
        if self.parts.songs.changed():
            self.publisher.touch()
        self.publisher.announce()
        return result

    def _saved(self) -> None:
        """Wait until everything is on disk, if the disk works."""
        self.parts.library.save_rested()
        self.parts.saver.drain(SAVE_WAIT_S)

    # --- Deforum ----------------------------------------------------------------------------------------------------

    def see_deforum(self, tab: DeforumTab, page: str | None = None) -> None:
        """The current values in Deforum's tab, as shown by a browser, identified by its ``page``."""
        self.parts.link.see(tab, page)
        self.publisher.announce()

    def export(self, kind: str, choice: ExportChoice = EVERYTHING) -> Export:
        """The song as ``kind`` (``exports.KINDS``), see ``Exporter.export``; changes are saved to disk first."""
        self._saved()
        return self.parts.exporter.export(kind, choice)

    def settings_text(self, *lanes: str) -> tuple[str, str]:
        """File name and text of a Deforum settings file with the lanes filled in; without any, those that play."""
        made = self.export("settings", ExportChoice(lanes or None))
        return made.name, made.data.decode()

    # --- songs ------------------------------------------------------------------------------------------------------

    def import_song(self, data: bytes | IO[bytes]) -> dict[str, Any]:
        """Make a song from a zip that ``export`` wrote, on this machine or another, and open it; its ``id``."""
        from ..store.exports.zip_file import import_zip

        self.session.require_stopped("import a song")
        song = import_zip(self.parts.store, io.BytesIO(data) if isinstance(data, bytes) else data)
        with self._commands:
            self.parts.opener.open_made(song)
        self.publisher.announce()
        return {"id": song.id}

    def listen(self, host: str, port: int) -> None:
        """Listen on another address; a recording continues, and loses nothing where the system allows it."""
        from .commands.listening import listen

        listen(self.parts, host, port)

    def close(self) -> None:
        """Shut down in order: the listeners first, then the current recording, then everything is saved."""
        parts = self.parts
        parts.inputs.close()
        if parts.recorder.current is not None:
            parts.recorder.stop(parts.clock_ns())
        self.ticker.close()
        parts.library.save_rested()
        parts.saver.close()
        parts.library.close()
        parts.store.unlock()


def _made_of(store: SongStore, host: Host, clock_ns: Callable[[], int]) -> Parts:
    """The parts, each with its dependencies; the song that was open last is open."""
    lock = threading.RLock()
    # counting from the time of day, a page that was open before a restart still sees that the state is newer
    publisher = Publisher(lock, int(time.time() * 1000))
    saver = Saver(lambda message: _report_storage(publisher, message))
    document, notice = latest_song(store, lambda _: None)
    publisher.notice(BACKUP, notice)
    decoding = Decoding(lambda undrained: _forgettable(sources, session, recorder, undrained))
    sources = Sources(decoding.decoder.sources)
    histories = Histories(store)
    session = Session(document, publisher, lambda: sources.version, histories.load(document))
    songs = SongList(store)
    offers = Offers(session, store, publisher)
    offers.forget_empty()
    offers.find()
    session.numbers = offers.take_numbers(document)
    library = Library(session, store, saver, publisher, histories, offers.take_numbers, songs, clock_ns)
    takes = Takes(library.load_takes)
    storage = Storage(store, library, saver, takes)
    recorder = Recorder(session, sources, publisher, storage, clock_ns, offers.find)
    offers.in_use = lambda: recorder.running | library.waiting
    learner = Learner(session, sources, publisher)
    link = DeforumLink(host, publisher)
    bases = Bases(session, store, link, publisher)
    bases.follow()
    library.watch(document)
    session.followers += [recorder.follow, learner.follow, bases.follow, library.follow]
    opener = Opener(session, library, offers, store, publisher, bases.of)
    sender_filter = SenderFilter()
    reception = Reception(session, sources, recorder, learner, sender_filter, publisher, decoding, clock_ns)
    inputs = Inputs(reception, sender_filter, publisher.changing, publisher.publish)
    inputs.add(OSC)
    curves = Curves(session, recorder, takes, Schedules(takes, publisher.publish), link, host, publisher)
    tab_settings = TabSettings()
    return Parts(
        clock_ns=clock_ns,
        host=host,
        store=store,
        publisher=publisher,
        saver=saver,
        session=session,
        library=library,
        takes=takes,
        reader=TakeReader(session, takes),
        songs=songs,
        offers=offers,
        opener=opener,
        sources=sources,
        inputs=inputs,
        recorder=recorder,
        learner=learner,
        reception=reception,
        recovery=Recovery(session, opener, recorder, storage, publisher),
        link=link,
        bases=bases,
        curves=curves,
        tab_settings=tab_settings,
        exporter=Exporter(session, curves, link, bases, tab_settings, library, takes, store, host, publisher),
    )


def _report_storage(publisher: Publisher, message: str | None) -> None:
    """Report why something cannot be saved now; None: everything is."""
    publisher.announce_notice("storage", None if message is None else Notice("error", message, TRIED_AGAIN))


def _forgettable(sources: Sources, session: Session, recorder: Recorder, undrained: AbstractSet[int]) -> list[int]:
    """Indexes of sources that may be removed to make space for others: no lane of the song uses them, the current
    recording does not contain them, and none is of ``undrained``."""
    with session.lock:
        bound = {lane.source for lane in session.song.lanes}
        recorded = recorder.current.sources if recorder.current else set[int]()

        def may_go(index: int, seen: Seen) -> bool:
            return seen.name not in bound and index not in recorded and index not in undrained

        return sources.silent_longest(may_go)


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
    performer.inputs.allow(choice.senders)
    performer.listening.start(choice.host, choice.port)
    return performer
