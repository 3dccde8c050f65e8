"""The one Performer of this process. It outlives Reload UI: the package stays loaded, and so does what is kept here."""

from __future__ import annotations

import atexit
from threading import RLock

from ..app.goodbye import goodbye
from ..app.notices import Notice
from ..app.performer import Performer, open_performer
from ..core.errors import InputError
from ..core.listener import ListenerChoice
from ..web.stream import Streams
from . import options
from .deforum import WebUI

REMEDY = "Until then only this computer may send. Name the allowed senders where the listener is set."
GO_ON = "Start the WebUI again, then reload this page."
GOODBYE_S = 1.0
"""How long the pages have to hear it."""


class Runtime:
    """Makes the Performer when it is first asked for, listens, and closes it when the process ends."""

    def __init__(self) -> None:
        self.host = WebUI()
        self._lock = RLock()
        self._performer: Performer | None = None
        self._streams: Streams | None = None

    def performer(self) -> Performer:
        """The Performer, made and listening. ConflictError or StorageError where its folder cannot be had."""
        with self._lock:
            if self._performer is None:
                self._performer = self._opened()
                atexit.register(self.close)
            return self._performer

    def _opened(self) -> Performer:
        """Listening as the flags or the Settings say; with nobody allowed in the network where they cannot be read."""
        fault: InputError | None = None
        try:
            choice = options.listener()
        except InputError as error:
            choice, fault = ListenerChoice(*options.address()), error
        performer = open_performer(options.songs_folder(), choice, self.host)
        if fault is not None:
            performer.notice("listener_choice", Notice("warn", f"The Settings cannot be used: {fault}", REMEDY))
        return performer

    def listen(self) -> None:
        """Listen as the flags or the Settings say now; InputError or ListenError where that cannot be: nothing changes
        then."""
        with self._lock:
            performer = self._performer
        if performer is None:
            return
        performer.command("listener.change", options.listener().to_dict())

    def serves(self, streams: Streams) -> None:
        """The streams of the host's present app: their pages are told when this process ends."""
        with self._lock:
            self._streams = streams

    def close(self) -> None:
        """End the running pass, save it, tell the pages and stop listening."""
        with self._lock:
            performer, self._performer = self._performer, None
            streams, self._streams = self._streams, None
        if performer is not None:
            atexit.unregister(self.close)
            words = goodbye(performer, GO_ON)
            if streams is not None:
                streams.close(words)
                streams.wait_until_empty(GOODBYE_S)
            performer.close()


RUNTIME = Runtime()
