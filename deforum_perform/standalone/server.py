"""The page's server: FastAPI and uvicorn on a thread of their own, so that commands can run beside it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import sys
import threading
from collections.abc import Collection
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI

from ..core.errors import InputError, ListenError
from ..web.access import Access, host_rule
from ..web.contract import Performing
from ..web.modules import PageModules
from ..web.page import PageDocument, page_router
from ..web.routes import install_routes
from ..web.stream import Streams
from .connections import BoundedProtocol, Connections, QuietErrors

PATIENCE_S = 10.0
GOODBYE_S = 2.0
PORTS_TRIED = 100
BACKLOG = 128
"""How many connections may wait to be accepted; asyncio tries this often in a row if that fails."""
LARGEST_MESSAGE_BYTES = 64 * 1024
"""The limit for a page; none of Perform's own sends any."""


class PageServer:
    """Serves the page and the API of ``performer`` at ``host``:``port``."""

    def __init__(self, performer: Performing, host: str, port: int, names: Collection[str] = ()) -> None:
        """Binds at once: ListenError with the next free port if that fails; InputError for an invalid host.

        ``names``: further names under which the server answers.
        """
        self._socket = bound_socket(host, port)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self._app, self.streams = page_app(performer, host, names)
        self._server = _Server(self._app)
        self._thread = threading.Thread(target=self._run, name="perform-page", daemon=True)

    @property
    def url(self) -> str:
        """The page's address for a browser on this computer."""
        host, port = self.address
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Serve; the page can be reached when this returns."""
        self._thread.start()
        self._server.up.wait(PATIENCE_S)

    def close(self, reason: str) -> None:
        """Send ``reason`` to the pages, then end."""
        self.streams.close(reason)
        self.streams.wait_until_empty(GOODBYE_S)
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(PATIENCE_S)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


class _Server(uvicorn.Server):
    """Reports when it can be reached. Signals stay with the program's own thread."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            ws_max_size=LARGEST_MESSAGE_BYTES,
            timeout_graceful_shutdown=3,
            backlog=BACKLOG,
            log_level=logging.ERROR,  # otherwise anyone who sends an invalid request writes into the log
            http=cast("type[asyncio.Protocol]", partial(BoundedProtocol, Connections())),
        )
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(QuietErrors())
        await super().startup(sockets)
        self.up.set()


def page_app(performer: Performing, host: str, names: Collection[str] = ()) -> tuple[FastAPI, Streams]:
    """The page and the API as one app, for a server bound to ``host`` that also answers under ``names``, and its
    streams."""
    app = FastAPI(title="Perform", docs_url=None, redoc_url=None, openapi_url=None)
    access = Access(allows_host=host_rule(host, names), flag="--name")
    modules = PageModules()
    streams = install_routes(app, performer, access, modules)
    app.include_router(page_router(PageDocument(modules), access))
    return app, streams


def bound_socket(host: str, port: int) -> socket.socket:
    """A TCP socket bound to ``host``:``port``; 0 takes any free port."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise InputError(f"The host '{host}' cannot be found. Use --host 127.0.0.1.") from None
    try:
        return _bound(family, place)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise InputError(f"{host} is not an address of this computer. Use --host 127.0.0.1.") from None
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
    free = free_port_after(family, place)
    raise ListenError(f"Another program already uses port {port} of {host}.", host, port, free)


def free_port_after(family: int, place: tuple[object, ...]) -> int | None:
    """The next port of that address that is free now, or None."""
    first = int(str(place[1]))
    for port in range(first + 1, min(first + PORTS_TRIED, 65535) + 1):
        with contextlib.suppress(OSError):
            _bound(family, (place[0], port, *place[2:])).close()
            return port
    return None


def _bound(family: int, place: tuple[object, ...]) -> socket.socket:
    # asyncio sends small answers at once (TCP_NODELAY) only if the protocol is named
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Lets a server start again at once; a second listening one is still refused.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(place)
        found.listen(BACKLOG)
    except BaseException:
        found.close()
        raise
    return found
