"""The one Performer of this process. It outlives Reload UI: the package stays loaded, and so does what is kept here."""

from __future__ import annotations

import atexit
from threading import RLock

from ..app.performer import Performer, open_performer
from . import options
from .deforum import WebUI


class Runtime:
    """Makes the Performer when it is first asked for, listens, and closes it when the process ends."""

    def __init__(self) -> None:
        self.host = WebUI()
        self._lock = RLock()
        self._performer: Performer | None = None

    def performer(self) -> Performer:
        """The Performer, made and listening. ConflictError or StorageError where its folder cannot be had."""
        with self._lock:
            if self._performer is None:
                self._performer = open_performer(options.songs_folder(), *options.address(), self.host)
                atexit.register(self.close)
            return self._performer

    def listen(self) -> None:
        """Listen where the flags or the Settings say now; ListenError where that cannot be: nothing changes then."""
        with self._lock:
            performer = self._performer
        if performer is None:
            return
        host, port = options.address()
        performer.command("listener.change", {"host": host, "port": port})

    def close(self) -> None:
        """End the running pass, save it and stop listening."""
        with self._lock:
            performer, self._performer = self._performer, None
        if performer is not None:
            atexit.unregister(self.close)
            performer.close()


RUNTIME = Runtime()
