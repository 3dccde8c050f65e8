"""What changes fast is told now and then: turns that come at most so often."""

from __future__ import annotations


class Pace:
    """Gives a turn at most every ``every_ns``, the first one at any time. The clock is its owner's."""

    def __init__(self, every_ns: int) -> None:
        self._every_ns = every_ns
        self._last_ns: int | None = None

    def turn(self, now_ns: int) -> bool:
        """Whether it is time; if so, the next turn comes ``every_ns`` later."""
        if self._last_ns is not None and now_ns - self._last_ns < self._every_ns:
            return False
        self._last_ns = now_ns
        return True
