"""Faults on the way, found in the events of one source."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.osc.marks import Mark, find_marks, find_reordered, find_two_senders

MS = 1_000_000


def times(*intervals_ms: float) -> np.ndarray:
    """Stamps from their distances."""
    return np.cumsum(np.array([0, *intervals_ms]) * MS).astype(np.int64)


def kinds(stamps: np.ndarray) -> list[str]:
    """Just the kinds of the marks."""
    return [mark.kind for mark in find_marks(stamps)]


def test_a_player_who_rests_is_no_fault() -> None:
    """Moves of a knob with rests between them are not marked."""
    rng = np.random.default_rng(1)
    moves = [np.append(rng.uniform(6, 24, 40), rng.uniform(300, 4000)) for _ in range(10)]
    assert kinds(times(*np.concatenate(moves))) == []


def test_a_rest_that_ends_in_a_flood_is_a_stall() -> None:
    """A sender that stood still and then sent everything at once is marked from the last event before it."""
    stamps = times(*[16] * 30, 400, *[0.2] * 20, *[16] * 30)
    assert find_marks(stamps) == [Mark("stall", 30 * 16 * MS, (30 * 16 + 404) * MS, 21)]


def test_a_flood_without_a_rest_is_a_burst() -> None:
    """Many events at once, out of a steady move, are a burst."""
    stamps = times(*[16] * 30, *[0.5] * 10, *[16] * 30)
    assert find_marks(stamps) == [Mark("burst", 30 * 16 * MS, (30 * 16 + 5) * MS, 11)]


def test_a_steady_source_that_skips_has_a_gap() -> None:
    """A source that comes every 10 ms, always, and then not for 100 ms, lost nine events."""
    stamps = times(*[10] * 40, 100, *[10] * 40)
    assert find_marks(stamps) == [Mark("gap", 400 * MS, 500 * MS, 9)]


def test_too_few_events_say_nothing() -> None:
    """A handful of events has no usual distance."""
    assert kinds(times(*[16] * 5, 400, *[0.1] * 8)) == []
    assert kinds(np.zeros(0, dtype=np.int64)) == []
    assert kinds(np.zeros(50, dtype=np.int64)) == []


def test_reordered_bundles() -> None:
    """A bundle that was overtaken is marked with the one that overtook it."""
    stamps, tags = times(1, 1, 1, 1, 1), np.array([1, 2, 5, 3, 4, 6], dtype=np.uint64)
    assert find_reordered(stamps, tags) == [Mark("reordered", 2 * MS, 4 * MS, 2)]
    assert find_reordered(stamps, np.sort(tags)) == []
    assert find_reordered(stamps[:1], tags[:1]) == []


def test_two_senders_in_turns() -> None:
    """Two programs that move one source at the same time are marked; one that takes over,
    or that sends from a new port each time, is not."""
    stamps = times(*[100] * 9)
    turns = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1, 1], dtype=np.int32)
    assert find_two_senders(stamps, turns) == [Mark("two_senders", 200 * MS, 500 * MS, 4)]
    assert find_two_senders(stamps, np.array([0] * 5 + [1] * 5, dtype=np.int32)) == []
    assert find_two_senders(stamps, np.arange(10, dtype=np.int32)) == []
    assert find_two_senders(times(*[5000] * 9), turns) == []


@given(st.lists(st.integers(0, 10**9), max_size=60), st.integers(-(10**12), 10**12))
def test_marks_lie_within_the_events_and_move_with_them(intervals: list[int], shift: int) -> None:
    """Whatever the times, marks are ordered spans of them, and the same ones at another time of day."""
    stamps = np.cumsum(np.array([0, *intervals], dtype=np.int64))
    marks = find_marks(stamps)
    known = set(stamps.tolist())
    assert all(mark.start_ns in known and mark.end_ns in known and mark.start_ns <= mark.end_ns for mark in marks)
    assert marks == sorted(marks, key=lambda mark: mark.start_ns)
    moved = [Mark(m.kind, m.start_ns + shift, m.end_ns + shift, m.count) for m in marks]
    assert find_marks(stamps + shift) == moved
