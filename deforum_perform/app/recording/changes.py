"""Which part of a long list has changed since it was last read."""

from __future__ import annotations

from collections import deque

KEPT = 64


class Changes:
    """Counts the changes of a list's values and stores the places of the last ones."""

    def __init__(self) -> None:
        self.version = 0
        self._last: deque[tuple[int, int]] = deque(maxlen=KEPT)

    def add(self, first: int, end: int) -> None:
        """The values from ``first`` up to ``end`` (excluded) have changed."""
        self.version += 1
        self._last.append((first, end))

    def since(self, version: int, length: int) -> tuple[int, int]:
        """Where the ``length`` values may have changed since ``version``: from a place up to another (excluded)."""
        count = self.version - version
        if count > len(self._last):
            return 0, length
        news = list(self._last)[len(self._last) - count :]
        return (min(first for first, _ in news), max(end for _, end in news)) if news else (0, 0)
