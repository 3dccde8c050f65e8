"""Whether the computer slept: two clocks, one of which continues during sleep.

Linux: CLOCK_BOOTTIME continues, ``time.monotonic`` stops (clock_getres(2)). macOS: CLOCK_MONOTONIC continues,
``time.monotonic`` (mach_absolute_time) stops. Windows: ``time.monotonic`` continues, QueryUnbiasedInterruptTime stops.
Song time, which is ``time.monotonic``, therefore stops during sleep on Linux and macOS, and continues on Windows.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

SHORTEST_SLEEP_NS = 500_000_000
"""Less than this is how far the clocks may drift or tick apart between two readings."""


@dataclass(frozen=True)
class Sleep:
    """The computer slept for ``seconds``, right after ``at_ns`` (monotonic), when it was last seen awake."""

    at_ns: int
    seconds: float


class SleepWatch:
    """Reports each sleep once. ``slept_ns``: how long the computer has slept since some moment."""

    def __init__(
        self, slept_ns: Callable[[], int] | None = None, clock_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._slept_ns, self._clock_ns = slept_ns or system_slept_ns(), clock_ns
        self._known_ns, self._awake_ns = self._slept_ns(), self._clock_ns()

    def look(self) -> Sleep | None:
        """The sleep since the last call, if there was one."""
        before_ns, awake_ns = self._known_ns, self._awake_ns
        self._known_ns, self._awake_ns = self._slept_ns(), self._clock_ns()
        slept_ns = self._known_ns - before_ns
        return Sleep(awake_ns, slept_ns / 1e9) if slept_ns >= SHORTEST_SLEEP_NS else None


def system_slept_ns() -> Callable[[], int]:
    """How long the computer has slept, apart from a constant; always 0 if the system does not provide it."""
    if sys.platform == "win32":
        return _windows_slept_ns
    boot = getattr(time, "CLOCK_BOOTTIME", None) if sys.platform == "linux" else getattr(time, "CLOCK_MONOTONIC", None)
    if boot is None:
        return _never
    return lambda: time.clock_gettime_ns(boot) - time.monotonic_ns()


def _never() -> int:
    return 0


def _windows_slept_ns() -> int:
    unbiased = ctypes.c_ulonglong()
    library = getattr(ctypes, "windll", None)
    if library is None or not library.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(unbiased)):
        return 0
    return time.monotonic_ns() - unbiased.value * 100
