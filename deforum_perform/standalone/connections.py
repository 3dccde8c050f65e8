"""How many connections the page's server accepts, and for how long one may be idle.

A connection uses a file descriptor, and without one nothing can be recorded or read. Connections are therefore limited
to a part of the process's descriptors, no computer of the network can use all of them, and one that sends no request,
or does not read the response, is closed.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import Any, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol

from ..web.access import is_loopback

MOST = 256
FEWEST = 16
MOST_OF_A_HOST = 64
PART_OF_DESCRIPTORS = 4
HEADERS_S = 10.0
"""How long a request may take to arrive up to the end of its headers."""

READING_S = 30.0
"""How long a browser may read nothing of a pending response."""

LOOK_EVERY_S = 1.0
LOG_EVERY_S = 60.0

log = logging.getLogger(__name__)


class Closable(Protocol):
    """The part of a transport that is used here."""

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""


class Connections:
    """The connections of one server, ``most`` at a time.

    A quarter is reserved for this computer itself, and one host of the network has 64 at most. For the event loop's
    thread.
    """

    def __init__(self, most: int | None = None, most_of_a_host: int = MOST_OF_A_HOST) -> None:
        self._most = most_connections() if most is None else most
        self._most_of_a_host = most_of_a_host
        self._open: dict[Closable, str] = {}

    def admit(self, transport: Closable, host: str) -> bool:
        """Whether a connection of ``host`` is accepted; it counts until its transport closes."""
        self._open = {known: whose for known, whose in self._open.items() if not known.is_closing()}
        own = not host or is_loopback(host)
        others = sum(not is_loopback(whose) for whose in self._open.values())
        if len(self._open) >= self._most:
            return False
        if not own and others >= self._most - self._most // 4:
            return False
        if not own and sum(whose == host for whose in self._open.values()) >= self._most_of_a_host:
            return False
        self._open[transport] = host or "127.0.0.1"
        return True


def most_connections() -> int:
    """A quarter of the file descriptors that the system gives this process, 16 to 256."""
    if sys.platform == "win32":
        return MOST
    import resource  # not available on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MOST if soft == resource.RLIM_INFINITY else soft // PART_OF_DESCRIPTORS
    return max(FEWEST, min(MOST, allowed))


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP, one of ``connections``, that does not wait forever for a request or a reader.

    Bodies have their limits where they are read (``web.uploads``), streams in ``web.stream``.
    """

    def __init__(self, connections: Connections, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._connections = connections
        self._is_stream = False
        self._waits_since_s = self._moved_s = 0.0
        self._unread_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._connections.admit(transport, self.client[0] if self.client else ""):
            transport.abort()
            return
        self._waits_since_s = self._moved_s = self.loop.time()
        self.loop.call_later(LOOK_EVERY_S, self._look)

    def on_response_complete(self) -> None:
        self._waits_since_s = self.loop.time()
        super().on_response_complete()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._is_stream = True
        super().handle_websocket_upgrade(event)

    def _look(self) -> None:
        """Close the connection if the other side has done nothing for too long; otherwise check again later."""
        now_s, unread = self.loop.time(), self.transport.get_write_buffer_size()
        if unread < self._unread_bytes or unread == 0:
            self._moved_s = now_s
        self._unread_bytes = unread
        cycle: Any = self.cycle  # None before the first request
        waits = cycle is None or cycle.response_complete
        no_request = waits and unread == 0 and now_s - self._waits_since_s > HEADERS_S
        if self._is_stream or self._has_ended():
            return
        if no_request or now_s - self._moved_s > READING_S:
            self.transport.abort()
        else:
            self.loop.call_later(LOOK_EVERY_S, self._look)

    def _has_ended(self) -> bool:
        return self.transport.is_closing() and self.transport.get_write_buffer_size() == 0


class QuietErrors:
    """asyncio's handler for background failures: the log gets each kind of failure once a minute.

    Without file descriptors it fails to accept a connection some hundred times a second, each time with a traceback.
    """

    def __init__(self) -> None:
        self._logged_s: dict[str, float] = {}

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log ``context`` as asyncio would, unless a similar one was logged recently."""
        kind = f"{context.get('message')} {type(context.get('exception')).__name__}"
        now_s = time.monotonic()
        if now_s - self._logged_s.get(kind, float("-inf")) > LOG_EVERY_S:
            self._logged_s[kind] = now_s
            loop.default_exception_handler(context)
