"""A growing log of events: a few columns instead of millions of small objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...osc.decode.columns import EventBatch

FIRST_ROWS = 4096


class Rows(NamedTuple):
    """Columns of one length, in order of arrival.

    ``senders`` are -1 if unknown; ``impulses``: see ``EventBatch``; ``timetags`` (NTP) are 0 if an event arrived
    without one.
    """

    sources: NDArray[np.int32]
    received_ns: NDArray[np.int64]
    values: NDArray[np.float64]
    senders: NDArray[np.int32]
    impulses: NDArray[np.bool_]
    timetags: NDArray[np.uint64]

    def only(self, part: slice | NDArray[np.bool_]) -> Rows:
        """The rows of ``part``; as views, if it is a slice."""
        return Rows._make(column[part] for column in self)


class EventLog:
    """Rows in order of arrival. The capacity doubles when it is full.

    Most senders send no time tags: until the first one arrives, their column is zeros that use no memory.
    """

    def __init__(self) -> None:
        self._length = 0
        self._tagged = False
        self._columns = _room(FIRST_ROWS)

    def __len__(self) -> int:
        return self._length

    def extend(self, batch: EventBatch) -> None:
        """Append the rows of a batch."""
        start, end = self._length, self._length + len(batch)
        if end > len(self._columns.sources):
            self._grow(max(end, 2 * len(self._columns.sources)))
        own, part = self._columns, slice(start, end)
        own.sources[part], own.received_ns[part] = batch.source_index, batch.received_ns
        own.values[part], own.senders[part] = batch.values, batch.sender_index
        own.impulses[part] = False
        own.impulses[start + batch.impulses] = True
        if len(batch.tagged):
            self._tagged = True
            own.timetags[start + batch.tagged] = batch.timetags
        self._length = end

    def _grow(self, rows: int) -> None:
        grown = _room(rows)
        columns: Sequence[NDArray[Any]] = grown if self._tagged else grown[:-1]
        for column, old in zip(columns, self.rows(), strict=False):
            column[: self._length] = old
        self._columns = grown

    def rows(self, first: int = 0) -> Rows:
        """The rows from ``first`` on, as views."""
        return self._columns.only(slice(first, self._length))

    def rows_until(self, end_ns: int) -> Rows:
        """The rows that arrived up to ``end_ns`` (monotonic)."""
        rows = self.rows()
        kept = rows.received_ns <= end_ns
        return rows if kept.all() else rows.only(kept)


def _room(rows: int) -> Rows:
    return Rows(
        np.empty(rows, np.int32),
        np.empty(rows, np.int64),
        np.empty(rows),
        np.empty(rows, np.int32),
        np.empty(rows, np.bool_),
        np.zeros(rows, np.uint64),
    )
