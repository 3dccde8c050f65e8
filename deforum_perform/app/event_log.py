"""A log of events that grows: a few columns instead of millions of small objects."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FIRST_ROWS = 4096


class Rows(NamedTuple):
    """Columns of one length, in order of arrival; ``senders`` are -1 where nobody said who sent."""

    sources: NDArray[np.int32]
    received_ns: NDArray[np.int64]
    values: NDArray[np.float64]
    senders: NDArray[np.int32]


class EventLog:
    """Rows in order of arrival. Room doubles when it is full."""

    def __init__(self) -> None:
        self._length = 0
        self._columns = _room(FIRST_ROWS)

    def __len__(self) -> int:
        return self._length

    def extend(self, rows: Rows) -> None:
        """Append rows."""
        end = self._length + len(rows.sources)
        if end > len(self._columns.sources):
            grown = _room(max(end, 2 * len(self._columns.sources)))
            _put(grown, self.rows(), slice(self._length))
            self._columns = grown
        _put(self._columns, rows, slice(self._length, end))
        self._length = end

    def rows(self, first: int = 0) -> Rows:
        """The rows from ``first`` on, as views."""
        part, own = slice(first, self._length), self._columns
        return Rows(own.sources[part], own.received_ns[part], own.values[part], own.senders[part])


def _room(rows: int) -> Rows:
    return Rows(np.empty(rows, np.int32), np.empty(rows, np.int64), np.empty(rows), np.empty(rows, np.int32))


def _put(target: Rows, rows: Rows, part: slice) -> None:
    target.sources[part], target.received_ns[part] = rows.sources, rows.received_ns
    target.values[part], target.senders[part] = rows.values, rows.senders
