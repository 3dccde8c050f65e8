"""The one Performer of this process. It outlives Reload UI: the package stays loaded, and so does what is kept here."""

from __future__ import annotations

import atexit
import logging
from threading import RLock

from ..app.performer import Performer
from ..core.errors import PerformError
from ..store.songs import SongStore
from . import options
from .deforum import WebUI

log = logging.getLogger(__name__)


class Runtime:
    """Makes the Performer when it is first asked for, listens, and closes it when the process ends."""

    def __init__(self) -> None:
        self.host = WebUI()
        self._lock = RLock()
        self._performer: Performer | None = None

    def performer(self) -> Performer:
        """The Performer, made and listening."""
        with self._lock:
            if self._performer is None:
                self._performer = Performer(SongStore(options.songs_folder()), self.host)
                atexit.register(self.close)
                self.listen()
            return self._performer

    def listen(self) -> None:
        """Listen where the flags or the Settings say. A port in use is the Performer's to show, never fatal here."""
        with self._lock:
            if self._performer is None:
                return
            host, port = options.address()
            try:
                self._performer.command("listener.change", {"host": host, "port": port})
            except PerformError as error:
                log.warning("Perform: %s", error)

    def close(self) -> None:
        """End the running pass, save it and stop listening."""
        with self._lock:
            performer, self._performer = self._performer, None
        if performer is not None:
            atexit.unregister(self.close)
            performer.close()


RUNTIME = Runtime()
