"""The only Performer of this process. It outlives Reload UI: the package stays loaded, and so does this module's
state."""

from __future__ import annotations

import atexit
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from threading import RLock, Thread
from typing import TYPE_CHECKING

from ..core.errors import InputError
from ..core.listener import ListenerChoice
from . import options

if TYPE_CHECKING:
    from ..app.performer import Performer
    from ..web.stream import Streams
    from .deforum import WebUI

NEEDED = ("deforum_perform.app.performer", "deforum_perform.webui.tab", "deforum_perform.web.routes")
"""What the tab and the API need, in this order; half a second to import if Python stores no bytecode."""

REMEDY = "Until then only this computer is allowed to send. Set the allowed senders in the OSC panel."
GO_ON = "Start the WebUI again, then reload this page."
GOODBYE_S = 1.0
"""How long the pages have to receive it."""


class Runtime:
    """Makes the Performer at the first request, listens, and closes it when the process ends."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._imports: Thread | None = None
        self._performer: Performer | None = None
        self._streams: Streams | None = None

    @cached_property
    def host(self) -> WebUI:
        """The WebUI as the host of Perform."""
        from .deforum import WebUI

        return WebUI()

    def prepare(self) -> None:
        """Import what will be needed while the host imports its own modules. An error is raised by the first caller
        that needs it."""
        self._imports = Thread(target=_import_needed, name="perform-imports", daemon=True)
        self._imports.start()

    def performer(self) -> Performer:
        """The Performer, made and listening. ConflictError or StorageError if its folder cannot be used."""
        with self._lock:
            if self._performer is None:
                if self._imports is not None:
                    self._imports.join()
                self._performer = self._opened()
                atexit.register(self.close)
            return self._performer

    def _opened(self) -> Performer:
        """Listening according to the flags or the Settings; without allowed senders in the network if they cannot be
        read."""
        from ..app.notices import Notice
        from ..app.performer import open_performer

        problem: InputError | None = None
        try:
            choice = options.listener()
        except InputError as error:
            choice, problem = ListenerChoice(*options.address()), error
        performer = open_performer(options.songs_folder(), choice, self.host)
        if problem is not None:
            performer.notice("listener_choice", Notice("warn", f"The Settings cannot be used: {problem}", REMEDY))
        return performer

    def listen(self) -> None:
        """Listen according to the current flags or Settings; InputError or ListenError if that fails: nothing changes
        then."""
        with self._lock:
            performer = self._performer
        if performer is None:
            return
        performer.command("listener.change", options.listener().to_dict())

    def serves(self, streams: Streams) -> None:
        """The streams of the host's current app: their pages are notified when this process ends."""
        with self._lock:
            self._streams = streams

    def close(self) -> None:
        """Stop the recording in progress, save it, notify the pages and stop listening."""
        with self._lock:
            performer, self._performer = self._performer, None
            streams, self._streams = self._streams, None
        if performer is not None:
            from ..app.goodbye import goodbye

            atexit.unregister(self.close)
            words = goodbye(performer.parts, GO_ON)
            if streams is not None:
                streams.close(words)
                streams.wait_until_empty(GOODBYE_S)
            performer.close()


def _import_needed() -> None:
    with suppress(ImportError):
        for name in NEEDED:
            import_module(name)


RUNTIME = Runtime()
