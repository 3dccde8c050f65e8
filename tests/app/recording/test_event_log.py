"""The log returns what was added, however often its capacity had to grow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.recording import event_log
from deforum_perform.app.recording.event_log import EventLog
from deforum_perform.osc.decode.columns import EventBatch

ROWS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(0, 2**62),
        st.floats(-1e9, 1e9),
        st.integers(-1, 3),
        st.booleans(),
        st.integers(0, 9),
    ),
    max_size=9,
)
Row = tuple[int, int, float, int, bool, int]


def batch(rows: list[Row]) -> EventBatch:
    """Rows (source, stamp, value, sender, whether it is an impulse, time tag or 0) as the decoder gives them."""
    tags = np.array([row[5] for row in rows], np.uint64)
    tagged = np.flatnonzero(tags)
    return EventBatch(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        [],
        [],
        tagged,
        tags[tagged],
        np.array([row[3] for row in rows], np.int32),
        np.flatnonzero(np.array([row[4] for row in rows], np.bool_)),
    )


@given(st.lists(ROWS, max_size=8), st.integers(0, 30), st.integers(0, 2**62))
def test_all_rows_come_back_in_order(parts: list[list[Row]], first: int, end: int) -> None:
    """Every column of every row, with time tags from any row on; from a row on, or up to a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_log, "FIRST_ROWS", 1)
        log = EventLog()
    for part in parts:
        log.extend(batch(part))
    rows = [row for part in parts for row in part]
    assert len(log) == len(rows)
    assert list(zip(*(column.tolist() for column in log.rows(first)), strict=True)) == rows[first:]
    until = [row for row in rows if row[1] <= end]
    assert list(zip(*(column.tolist() for column in log.rows_until(end)), strict=True)) == until
