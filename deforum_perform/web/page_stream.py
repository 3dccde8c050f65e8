"""The live stream to one page."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import anyio
from starlette.websockets import WebSocket

from .answers import to_json
from .contract import Performing
from .state_text import NOTHING, StateText
from .wake import Wake

GOING_AWAY = 1001
STATE_INTERVAL_S = 1 / 20
"""The shortest time between two states to one page: a state is large and costs more to make than a live message."""


class PageStream:
    """One websocket: state first, then all live values, then what is new, until the page or the server disconnects.
    Its address may name the ``page`` that it is for.

    Made on the loop that runs it. ``threads`` limits how many pages query the performer at the same time.
    """

    def __init__(
        self,
        websocket: WebSocket,
        performer: Performing,
        states: StateText,
        threads: anyio.CapacityLimiter,
        interval_s: float,
        send_timeout_s: float,
    ) -> None:
        self._websocket, self._performer, self._states, self._threads = websocket, performer, states, threads
        self._interval_s, self._send_timeout_s = interval_s, send_timeout_s
        self._wake = Wake()
        self._goodbye: str | None = None
        self._page = websocket.query_params.get("page")
        self._sent = NOTHING
        self._state_due_s = 0.0
        self._cursor: Any = None
        self.gone = False
        """Whether the page disconnected by itself."""

    async def run(self) -> None:
        """Until the page disconnects, the server says goodbye, or the page stops reading (asyncio.TimeoutError)."""
        unsubscribe = self._performer.subscribe(self._wake.call)
        tasks = {asyncio.ensure_future(self._read()), asyncio.ensure_future(self._write())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            unsubscribe()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self, reason: str) -> None:
        """Say goodbye and end. Any thread."""
        self._goodbye = reason
        self._wake.call()

    async def _read(self) -> None:
        """A page sends nothing except its disconnect."""
        while (await self._websocket.receive())["type"] != "websocket.disconnect":
            continue
        self.gone = True

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        moving, due_s = True, loop.time()
        while self._goodbye is None:
            if not moving:
                await self._wake.wait()
            self._wake.clear()
            texts = await anyio.to_thread.run_sync(self._news, limiter=self._threads)
            for text in texts:
                await self._send(text)
            # Time itself may be what moves, so look once more after each message; silence ends that.
            moving = bool(texts) or self._performer.revision != self._sent.revision
            if moving:
                due_s = max(due_s + self._interval_s, loop.time())
                await asyncio.sleep(due_s - loop.time())
        # what the end itself has changed, such as a recording that was stopped, is still shown
        for text in await anyio.to_thread.run_sync(self._news, True, limiter=self._threads):
            await self._send(text)
        await self._say_goodbye(self._goodbye)

    def _news(self, at_once: bool = False) -> list[str]:
        """The messages that this page has not received, on a thread that may wait for the performer; ``at_once``: the
        state too, however recent the last one is."""
        texts = []
        if self._performer.revision != self._sent.revision and (at_once or time.monotonic() >= self._state_due_s):
            self._sent, state = self._states.newer_than(self._sent, self._page)
            self._state_due_s = time.monotonic() + STATE_INTERVAL_S
            texts += [state] if state is not None else []
        live, self._cursor = self._performer.live(self._cursor, self._page)
        return texts if live is None else [*texts, to_json(live)]

    async def _send(self, text: str) -> None:
        await asyncio.wait_for(self._websocket.send_text(text), self._send_timeout_s)

    async def _say_goodbye(self, reason: str) -> None:
        await self._send(to_json({"type": "bye", "reason": reason}))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._websocket.close(GOING_AWAY), self._send_timeout_s)
