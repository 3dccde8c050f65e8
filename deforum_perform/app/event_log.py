"""A log of events that grows: three columns instead of millions of small objects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FIRST_ROWS = 4096


class EventLog:
    """Columns ``sources`` int32, ``received_ns`` int64, ``values`` float64, in order of arrival. Room doubles when
    full."""

    def __init__(self) -> None:
        self._rows = 0
        self._sources = np.empty(FIRST_ROWS, np.int32)
        self._received_ns = np.empty(FIRST_ROWS, np.int64)
        self._values = np.empty(FIRST_ROWS, np.float64)

    def __len__(self) -> int:
        return self._rows

    def extend(self, sources: NDArray[np.int32], received_ns: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Append rows; the three columns have the same length."""
        end = self._rows + len(sources)
        if end > len(self._sources):
            self._grow(end)
        rows = slice(self._rows, end)
        self._sources[rows], self._received_ns[rows], self._values[rows] = sources, received_ns, values
        self._rows = end

    def rows(self, first: int = 0) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
        """The columns from row ``first`` on, as views."""
        part = slice(first, self._rows)
        return self._sources[part], self._received_ns[part], self._values[part]

    def _grow(self, needed: int) -> None:
        room = max(needed, 2 * len(self._sources))
        for name in ("_sources", "_received_ns", "_values"):
            old = getattr(self, name)
            new = np.empty(room, old.dtype)
            new[: self._rows] = old[: self._rows]
            setattr(self, name, new)
