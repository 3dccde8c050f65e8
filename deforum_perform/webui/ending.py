"""Shutdown by a signal. A1111 and Forge exit at once on Ctrl+C (``os._exit``) and on SIGTERM, before any exit handler
runs, so a recording in progress must be saved before they get the signal."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

PATIENCE_S = 10.0
"""How long the shutdown may wait for the disk; what is not saved by then, the journal offers at the next start."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger(__name__)


class Ending:
    """Calls ``close`` before the existing handlers of the host; a second signal goes to them at once."""

    def __init__(self, close: Callable[[], None], patience_s: float = PATIENCE_S) -> None:
        self._close, self._patience_s = close, patience_s
        self._before: dict[int, Any] = {}

    def watch(self) -> None:
        """Install in front of the current handlers, once. Only Python's main thread can; elsewhere nothing changes."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            before = signal.getsignal(number)
            if number not in self._before and before not in (signal.SIG_IGN, None):
                self._before[number] = before
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        before = self._before[number]
        signal.signal(number, before)
        # On a thread of its own: the one that was interrupted may hold a lock that closing needs.
        closing = threading.Thread(target=self._try_to_close, name="perform-ending", daemon=True)
        closing.start()
        closing.join(self._patience_s)
        if callable(before):
            before(number, frame)
        else:
            os.kill(os.getpid(), number)

    def _try_to_close(self) -> None:
        try:
            self._close()
        except Exception:
            # the border to the host: whatever happens here, it must get its signal
            log.exception("Perform could not be closed properly.")
