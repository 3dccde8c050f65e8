"""From any thread to a task of an event loop: there is something new."""

from __future__ import annotations

import asyncio


class Wake:
    """A flag that threads set and one task waits for. Made on the task's loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._asked = False

    def call(self) -> None:
        """Set the flag. Any thread; almost free while the task has not yet looked."""
        if self._asked:
            return
        self._asked = True
        try:
            self._loop.call_soon_threadsafe(self._event.set)
        except RuntimeError:
            return  # the loop is closed and with it the task: there is no receiver any more

    async def wait(self) -> None:
        """Until the flag is set."""
        await self._event.wait()

    def clear(self) -> None:
        """Clear the flag; look for what is new after this, never before."""
        self._event.clear()
        self._asked = False
