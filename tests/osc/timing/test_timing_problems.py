"""Reception problems, found in the events of one source."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.osc.timing.problems import (
    MOST_OF_KIND,
    TimingProblem,
    find_problems,
    find_reordered,
    find_two_senders,
    heaviest,
    weight,
)

MS = 1_000_000
SEEDS = st.integers(0, 99)


def times(*intervals_ms: float) -> np.ndarray:
    """Stamps from their distances."""
    return np.cumsum(np.array([0, *intervals_ms]) * MS).astype(np.int64)


def kinds(stamps: np.ndarray) -> list[str]:
    """Only the kinds of the problems."""
    return [problem.kind for problem in find_problems(stamps)]


def test_a_player_who_rests_is_not_a_problem() -> None:
    """Moves of a knob with rests between them are not problems."""
    rng = np.random.default_rng(1)
    moves = [np.append(rng.uniform(6, 24, 40), rng.uniform(300, 4000)) for _ in range(10)]
    assert kinds(times(*np.concatenate(moves))) == []


def test_a_rest_that_ends_in_a_flood_is_a_stall() -> None:
    """A sender that stopped and then sent everything at once has a stall from the last event before it."""
    stamps = times(*[16] * 30, 400, *[0.2] * 20, *[16] * 30)
    assert find_problems(stamps) == [TimingProblem("stall", 30 * 16 * MS, (30 * 16 + 404) * MS, 21)]


def test_a_flood_without_a_rest_is_a_burst() -> None:
    """Many events at once, out of a steady move, are a burst."""
    stamps = times(*[16] * 30, *[0.5] * 10, *[16] * 30)
    assert find_problems(stamps) == [TimingProblem("burst", 30 * 16 * MS, (30 * 16 + 5) * MS, 11)]


def test_a_burst_of_a_fast_source_is_not_a_problem() -> None:
    """What comes less than 30 ms of music too early cannot be seen: 1,000 events a second often come in fours."""
    assert kinds(times(*[1] * 60, *[0.1] * 20, *[1] * 60)) == []
    assert kinds(times(*[1] * 60, *[0.1] * 40, *[1] * 60)) == ["burst"]


@pytest.mark.parametrize("typical", [4.0, 16.0, 50.0])
def test_a_burst_is_weighed_by_the_music_in_it(typical: float) -> None:
    """The border is the same for slow and for fast sources."""
    too_few = max(4, int(30 / (typical * 0.9)))
    assert kinds(times(*[typical] * 60, *[typical / 10] * too_few, *[typical] * 60)) in ([], ["burst"])
    assert kinds(times(*[typical] * 60, *[typical / 10] * (too_few + 5), *[typical] * 60)) == ["burst"]


def test_the_worst_of_each_kind_are_kept() -> None:
    """A long stall after hundreds of short ones is kept, and so is the only problem of another kind."""
    trifles = [TimingProblem("stall", k * MS, (k + 30) * MS, 6) for k in range(0, 9000, 45)]
    late = [TimingProblem("stall", 9100 * MS, 11_100 * MS, 6), TimingProblem("reordered", 9200 * MS, 9200 * MS, 1)]
    kept = heaviest([*trifles, *late])
    assert set(late) <= set(kept)
    assert len(kept) == MOST_OF_KIND + 1
    assert kept == sorted(kept, key=lambda problem: problem.start_ns)


PROBLEMS = st.builds(
    lambda kind, start, length, count: TimingProblem(kind, start, start + length, count),
    st.sampled_from(["stall", "burst", "gap", "reordered", "two_senders"]),
    st.integers(0, 99),
    st.integers(0, 9),
    st.integers(1, 9),
)


@given(st.lists(PROBLEMS), st.integers(0, 5))
def test_what_is_left_out_is_never_worse_than_what_is_kept(problems: list[TimingProblem], most: int) -> None:
    """Of each kind the worst are kept, up to a number, and nothing else is left out."""
    kept = heaviest(problems, most)
    for kind in {problem.kind for problem in problems}:
        weights = sorted(weight(m.kind, m.end_ns - m.start_ns, m.count) for m in problems if m.kind == kind)
        mine = sorted(weight(m.kind, m.end_ns - m.start_ns, m.count) for m in kept if m.kind == kind)
        assert mine == weights[max(0, len(weights) - most) :]


def test_a_steady_source_that_skips_has_a_gap() -> None:
    """A source that comes every 10 ms, always, and then not for 100 ms, lost nine events."""
    stamps = times(*[10] * 40, 100, *[10] * 40)
    assert find_problems(stamps) == [TimingProblem("gap", 400 * MS, 500 * MS, 9)]


def test_too_few_events_say_nothing() -> None:
    """A handful of events has no usual distance."""
    assert kinds(times(*[16] * 5, 400, *[0.1] * 8)) == []
    assert kinds(np.zeros(0, dtype=np.int64)) == []
    assert kinds(np.zeros(50, dtype=np.int64)) == []


def test_reordered_bundles() -> None:
    """A bundle that was overtaken is reported with the one that overtook it."""
    stamps, tags = times(1, 1, 1, 1, 1), np.array([1, 2, 5, 3, 4, 6], dtype=np.uint64)
    assert find_reordered(stamps, tags) == [TimingProblem("reordered", 2 * MS, 4 * MS, 2)]
    assert find_reordered(stamps, np.sort(tags)) == []
    assert find_reordered(stamps[:1], tags[:1]) == []


def test_values_in_one_bundle_are_no_burst() -> None:
    """Its sender put them together; if it did so after a rest, that was a stall."""
    assert kinds(times(*[16] * 30, *[0] * 9, *[16] * 30)) == []
    assert kinds(times(*[16] * 30, 400, *[0] * 20, *[16] * 30)) == ["stall"]


@pytest.mark.parametrize("away_s", [0.03, 0.1, 0.2, 0.25, 0.5, 2.0, 7200.0, -2.0, -7200.0])
@pytest.mark.parametrize("place", [0, 20, 39])
def test_a_bundle_scheduled_ahead_overtakes_nothing(away_s: float, place: int) -> None:
    """Nor does one that is dated back arrive too late: what is around them is in order."""
    stamps = times(*[10] * 39)
    tags = ((3_900_000_000 + stamps / 1e9) * 2**32).astype(np.uint64)
    tags[place] = np.uint64(int(tags[place]) + round(away_s * 2**32))
    assert find_reordered(stamps, tags) == []
    tags[[9, 10]] = tags[[10, 9]]
    assert [problem.count for problem in find_reordered(stamps, tags)] == [1]


@given(st.sampled_from([0.03, 0.1, 0.2, 2.0, 60.0]), st.integers(0, 190), st.integers(1, 10), st.booleans(), SEEDS)
def test_bundles_scheduled_ahead_in_a_row_overtake_nothing(
    away_s: float, place: int, count: int, together: bool, seed: int
) -> None:
    """Up to ten, one after the other or in one datagram, at any place, with the delays of a quiet network."""
    sent = np.arange(200) * 0.02
    stamps = np.sort(np.rint((sent + np.random.default_rng(seed).uniform(0, 0.003, 200)) * 1e9).astype(np.int64))
    ahead = slice(place, place + count)
    if together:
        stamps[ahead], sent[ahead] = stamps[place], sent[place]
        stamps = np.maximum.accumulate(stamps)
    sent[ahead] += away_s
    tags = ((3_900_000_000 + sent) * 2**32).astype(np.uint64)
    assert find_reordered(stamps, tags) == []


def test_a_constant_latency_overtakes_nothing() -> None:
    """SuperCollider tags everything 0.2 s ahead."""
    stamps = times(*[10] * 99)
    tags = ((3_900_000_000.2 + stamps / 1e9) * 2**32).astype(np.uint64)
    assert find_reordered(stamps, tags) == []
    tags[[50, 51]] = tags[[51, 50]]
    assert [problem.count for problem in find_reordered(stamps, tags)] == [1]


def test_two_senders_in_turns() -> None:
    """Two programs that move one source at the same time are reported; one that takes over, or that sends from a new
    port each time, is not."""
    stamps = times(*[100] * 9)
    turns = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1, 1], dtype=np.int32)
    assert find_two_senders(stamps, turns) == [TimingProblem("two_senders", 200 * MS, 500 * MS, 4)]
    assert find_two_senders(stamps, np.array([0] * 5 + [1] * 5, dtype=np.int32)) == []
    assert find_two_senders(stamps, np.arange(10, dtype=np.int32)) == []
    assert find_two_senders(times(*[5000] * 9), turns) == []


@given(st.integers(16, 400), st.lists(st.integers(0, 399), max_size=3), SEEDS)
def test_a_port_that_is_given_out_again_is_no_second_program(events: int, again: list[int], seed: int) -> None:
    """A program that sends each message from a new port, as oscsend does, is one program, also where the system gives
    it a port for the second time."""
    rng = np.random.default_rng(seed)
    ports = np.arange(events, dtype=np.int32)
    for place in again:
        ports[place % events] = rng.integers(events)
    assert find_two_senders(times(*[30] * (events - 1)), ports) == []


@given(st.integers(8, 200), st.integers(2, 3), st.booleans())
def test_programs_in_turns_are_found(events: int, programs: int, new_ports: bool) -> None:
    """Programs that move one source in turns are found, also where one of them sends from a new port each time."""
    turns = (np.arange(events) % programs).astype(np.int32)
    if new_ports:
        mine = turns == 1
        turns[mine] = 10 + np.arange(np.count_nonzero(mine))
    assert len(find_two_senders(times(*[30] * (events - 1)), turns)) == 1


@given(st.lists(st.integers(0, 10**9), max_size=60), st.integers(-(10**12), 10**12))
def test_problems_are_within_the_events_and_move_with_them(intervals: list[int], shift: int) -> None:
    """Whatever the times, problems are ordered spans of them, and the same ones at another time of day."""
    stamps = np.cumsum(np.array([0, *intervals], dtype=np.int64))
    problems = find_problems(stamps)
    known = set(stamps.tolist())
    assert all(
        problem.start_ns in known and problem.end_ns in known and problem.start_ns <= problem.end_ns
        for problem in problems
    )
    assert problems == sorted(problems, key=lambda problem: problem.start_ns)
    moved = [TimingProblem(m.kind, m.start_ns + shift, m.end_ns + shift, m.count) for m in problems]
    assert find_problems(stamps + shift) == moved
