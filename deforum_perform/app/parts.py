"""The parts of Perform, as passed to commands and the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..store.songs.store import SongStore
from .deforum.bases import Bases
from .deforum.curves import Curves
from .deforum.exporter import Exporter
from .deforum.link import DeforumLink
from .deforum.tab_settings import TabSettings
from .host import Host
from .learning.learner import Learner
from .listening.inputs import OSC, Inputs
from .listening.listener import Listening
from .listening.sources import Sources
from .publisher import Publisher
from .recording.played import TakeReader
from .recording.reception import Reception
from .recording.recorder import Recorder
from .recording.recovery import Recovery
from .session.library import Library
from .session.offers import Offers
from .session.opening import Opener
from .session.saver import Saver
from .session.session import Session
from .session.song_list import SongList
from .session.takes import Takes


@dataclass(frozen=True, eq=False)
class Parts:
    """Made once by the ``Performer``. ``clock_ns`` is the monotonic clock that the listeners stamp with."""

    clock_ns: Callable[[], int]
    host: Host
    store: SongStore
    publisher: Publisher
    saver: Saver
    session: Session
    library: Library
    takes: Takes
    reader: TakeReader
    songs: SongList
    offers: Offers
    opener: Opener
    sources: Sources
    inputs: Inputs
    recorder: Recorder
    learner: Learner
    reception: Reception
    recovery: Recovery
    link: DeforumLink
    bases: Bases
    curves: Curves
    tab_settings: TabSettings
    exporter: Exporter

    @property
    def listening(self) -> Listening:
        """The listener that the page shows."""
        return self.inputs[OSC]
