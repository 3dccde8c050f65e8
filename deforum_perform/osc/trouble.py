"""What blocks a thread of the listener, as long as it does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

HOLD_S = 2.0
"""How long after its last report a trouble counts as present. A failing thread tries again far more often."""

LOG_EVERY_S = 60.0

_log = logging.getLogger(__name__)


class Trouble:
    """The last failure, until nothing has failed for two seconds. Thread-safe.

    ``on_start`` is called, on the reporting thread, if there was no trouble before. The log gets a line a minute.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._message: str | None = None
        self._reported_s = self._logged_s = float("-inf")
        self.on_start: Callable[[], None] = lambda: None

    def report(self, message: str, error: BaseException | None = None) -> None:
        """Something failed: ``message`` for the page, ``error`` for the log."""
        with self._lock:
            now_s = self._clock_s()
            is_new = now_s - self._reported_s > HOLD_S
            self._message, self._reported_s = message, now_s
            logs = now_s - self._logged_s > LOG_EVERY_S
            self._logged_s = now_s if logs else self._logged_s
        if logs:
            _log.warning("%s", message, exc_info=error)
        if is_new:
            self.on_start()

    @property
    def message(self) -> str | None:
        """What is failing now, or None."""
        with self._lock:
            return self._message if self._clock_s() - self._reported_s <= HOLD_S else None
