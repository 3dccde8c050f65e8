"""The live stream: what moves, to every open page, at the page's pace.

Each page has a task of its own that asks the performer for what is new since the page's last message, so a slow page
gets less often what a fast one gets at once, and one that stopped reading is disconnected. The listener calls nothing
here except setting a flag. When nothing moves, nothing is sent and no task wakes up.
"""

from __future__ import annotations

import asyncio
import logging
import threading

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..core.errors import PerformError
from .access import Access
from .answers import to_json
from .contract import Performing
from .page_stream import PageStream
from .state_text import StateText

INTERVAL_S = 1 / 40
SEND_TIMEOUT_S = 5.0
MAX_STREAMS = 16
TOO_MANY = "Too many pages are open. Close one of them, then reload this page."

POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013

log = logging.getLogger(__name__)


class Streams:
    """All streams of one app.

    ``interval_s``: the shortest time between two messages to one page; ``send_timeout_s``: how long a page may not read
    before it is disconnected; ``limit``: the maximum number of pages.
    """

    def __init__(
        self,
        performer: Performing,
        access: Access,
        limit: int = MAX_STREAMS,
        interval_s: float = INTERVAL_S,
        send_timeout_s: float = SEND_TIMEOUT_S,
    ) -> None:
        self._performer, self._access = performer, access
        self._limit, self._interval_s, self._send_timeout_s = limit, interval_s, send_timeout_s
        self._states = StateText(performer)
        self._pages: set[PageStream] = set()
        self._lock = threading.Condition()
        self._threads: anyio.CapacityLimiter | None = None

    @property
    def open(self) -> int:
        """How many pages are connected now."""
        with self._lock:
            return len(self._pages)

    async def serve(self, websocket: WebSocket) -> None:
        """One page, from its handshake until it disconnects."""
        try:
            await self._access.check(websocket)
        except PerformError:
            await websocket.close(POLICY_VIOLATION)  # before it is accepted: the handshake is answered with 403
            return
        await websocket.accept()
        page = self._admitted(websocket)
        if page is None:
            await websocket.send_text(to_json({"type": "bye", "reason": TOO_MANY}))
            await websocket.close(TRY_AGAIN_LATER)
            return
        try:
            await page.run()
        except (WebSocketDisconnect, OSError, asyncio.TimeoutError):
            log.debug("A page disconnected without closing its stream.")
        except Exception:
            # The border to HTTP: what a server raises about a page that disconnected is ignored.
            if not page.gone:
                log.exception("A live stream ended by an unexpected error.")
        finally:
            with self._lock:
                self._pages.discard(page)
                self._lock.notify_all()

    def close(self, reason: str) -> None:
        """Say goodbye to every page. From any thread; the pages disconnect a moment later."""
        with self._lock:
            pages = list(self._pages)
        for page in pages:
            page.stop(reason)

    def wait_until_empty(self, timeout_s: float) -> bool:
        """Whether all pages disconnected in time. Not to be called on the event loop's own thread."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._pages, timeout_s)

    def _admitted(self, websocket: WebSocket) -> PageStream | None:
        if self._threads is None:
            # A pool of its own: handlers of the host that fill its pool of threads would delay the stream.
            self._threads = anyio.CapacityLimiter(4)
        page = PageStream(
            websocket, self._performer, self._states, self._threads, self._interval_s, self._send_timeout_s
        )
        with self._lock:
            if len(self._pages) >= self._limit:
                return None
            self._pages.add(page)
        return page
