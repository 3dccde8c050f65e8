"""A real server on a loopback port, and clients for it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import uvicorn
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 60.0


class Served(uvicorn.Server):
    """Says when it can be reached."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextlib.contextmanager
def served(app: Any, **options: Any) -> Iterator[str]:
    """Serve ``app`` and give its address, such as ``127.0.0.1:41234``."""
    bound = socket.create_server(("127.0.0.1", 0))
    server = Served(uvicorn.Config(app, log_config=None, lifespan="off", **options))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        assert server.up.wait(PATIENCE_S), "the server did not start"
        yield "{}:{}".format(*bound.getsockname())
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        bound.close()
        assert not thread.is_alive(), "the server did not end"


def requests_to(url: str, headers: dict[str, str] | None = None) -> httpx.Client:
    """A client of a server on this machine, which waits for a busy one."""
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE_S)


def open_page(address: str, headers: dict[str, str] | None = None) -> ClientConnection:
    """A client of the stream at ``address``. Its socket is made here, so that no proxy of the machine gets between."""
    host, port = address.split(":")
    link = socket.create_connection((host, int(port)), PATIENCE_S)
    link.settimeout(None)
    uri = f"ws://{address}/perform/v1/stream"
    return connect(uri, sock=link, max_size=None, additional_headers=headers, open_timeout=PATIENCE_S)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Until ``condition`` holds; fails after a deadline."""
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, f"did not happen: {what}"
        time.sleep(0.005)
