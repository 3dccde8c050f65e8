"""Limits how often fast changes are reported."""

from __future__ import annotations


class Pace:
    """Returns true at most every ``every_ns``, the first time immediately. The clock belongs to the caller."""

    def __init__(self, every_ns: int) -> None:
        self._every_ns = every_ns
        self._last_ns: int | None = None

    def turn(self, now_ns: int) -> bool:
        """Whether it is time; if so, the next time is ``every_ns`` later."""
        if self._last_ns is not None and now_ns - self._last_ns < self._every_ns:
            return False
        self._last_ns = now_ns
        return True
