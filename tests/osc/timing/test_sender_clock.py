"""Time tags instead of arrival times, from senders with steady clocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deforum_perform.osc.timing.sender_clock import SenderClock, observe, placed, tags_to_ns

SECOND = 1_000_000_000
START_NS = 50 * SECOND
NTP_START_S = 3_900_000_000


def performance(seconds: float, drift: float, jitter_ns: float, seed: int = 0) -> tuple[np.ndarray, ...]:
    """(meant, arrived, time tags) of 100 events a second; their clock is off by ``drift``, the way delays at random."""
    rng = np.random.default_rng(seed)
    meant = np.arange(0, seconds, 0.01)
    arrived = START_NS + meant * SECOND + rng.exponential(jitter_ns, len(meant))
    sent_s = meant * (1 - drift)
    whole = np.floor(sent_s).astype(np.uint64) + np.uint64(NTP_START_S)
    tags = (whole << np.uint64(32)) | ((sent_s % 1) * 2**32).astype(np.uint64)
    return (START_NS + meant * SECOND).astype(np.int64), np.maximum.accumulate(arrived.astype(np.int64)), tags


@given(st.floats(-100e-6, 100e-6), st.floats(0, 5e6), st.integers(0, 100))
def test_a_steady_clock_takes_the_jitter_out(drift: float, jitter_ns: float, seed: int) -> None:
    """Tags of a steady clock bring events back to where they were meant, whatever the network's delays were."""
    meant, arrived, tags = performance(20, drift, jitter_ns, seed)
    clock = observe(arrived, tags)
    assert clock is not None
    assert clock.steady
    assert abs(clock.drift - drift) < 50e-6
    assert np.abs(placed(arrived, tags, clock) - meant).max() < 1_000_000


def test_a_late_second_does_not_spoil_a_steady_clock() -> None:
    """A second in which all came late, and a last one with a single late event, do not make the clock unsteady."""
    meant, arrived, tags = performance(20.2, 0, 1e5)
    late = (meant >= START_NS + 8 * SECOND) & (meant < START_NS + 9 * SECOND)
    arrived = np.maximum.accumulate(arrived + late * 30_000_000)[:2002]
    arrived[2001] += 9_000_000
    clock = observe(arrived, tags[:2002])
    assert clock is not None
    assert clock.steady
    assert np.abs(placed(arrived, tags[:2002], clock) - meant[:2002]).max() < 1_000_000


@pytest.mark.parametrize("at_s", [3.0, 10.0, 17.0])
def test_a_clock_that_is_set_is_not_trusted(at_s: float) -> None:
    """Set by 50 ms either way, early or late in the recording, a clock is not steady."""
    for step in (2**32 // 20, -(2**32) // 20):
        meant, arrived, tags = performance(20, 0, 1e5)
        tags = (tags.astype(object) + np.where(meant >= START_NS + at_s * SECOND, step, 0)).astype(np.uint64)
        clock = observe(arrived, tags)
        assert clock is not None
        assert not clock.steady


def test_a_clock_that_jumps_is_not_trusted() -> None:
    """A sender whose clock is set in the middle keeps its arrival times."""
    _, arrived, tags = performance(20, 0, 1e5)
    tags[1000:] += np.uint64(2**32)
    clock = observe(arrived, tags)
    assert clock is not None
    assert not clock.steady
    assert placed(arrived, tags, clock) is arrived


def test_a_clock_of_another_speed_is_not_trusted() -> None:
    """A clock that runs a percent fast is not steady."""
    _, arrived, tags = performance(20, 0.01, 0)
    clock = observe(arrived, tags)
    assert clock is not None
    assert not clock.steady


def test_too_little_to_judge_by() -> None:
    """A few seconds, a few tags, or tags that mean "immediately" are not sufficient."""
    _, arrived, tags = performance(3, 0, 0)
    assert observe(arrived, tags) is None
    assert observe(arrived[:20], tags[:20]) is None
    _, arrived, tags = performance(20, 0, 0)
    assert observe(arrived, np.ones_like(tags)) is None


def test_odd_tags_keep_their_arrival() -> None:
    """An immediate tag and one hours ahead, amid good ones, stay where they arrived."""
    meant, arrived, tags = performance(20, 0, 1e5)
    tags[500], tags[600] = 1, tags[600] + np.uint64(7200 << 32)
    clock = observe(np.delete(arrived, 600), np.delete(tags, 600))
    assert clock is not None
    found = placed(arrived, tags, clock)
    assert (found[500], found[600]) == (arrived[500], arrived[600])
    assert np.abs(np.delete(found - meant, [500, 600])).max() < 1_000_000


AWAY_S = st.floats(0.3, 9.0) | st.floats(9.0, 1e6)
ODD = st.dictionaries(st.integers(1, 1999), AWAY_S.flatmap(lambda s: st.sampled_from([s, -s])), min_size=1, max_size=6)


@given(ODD, st.floats(0, 5e6), st.integers(0, 9), st.sampled_from([1, 5, 40]))
def test_lone_odd_tags_spoil_nothing(odd: dict[int, float], jitter_ns: float, seed: int, thin: int) -> None:
    """A few bundles scheduled ahead, dated back, or off by hours stay where they arrived; all others are put back."""
    meant, arrived, tags = (column[::thin] for column in performance(20 * thin, 0, jitter_ns / thin, seed))
    for place, away_s in odd.items():
        back_s = 0.01 * thin if away_s < 0 else 0.0  # dated back behind the one before it
        tags[place] = np.uint64(int(tags[place]) + round((away_s - back_s) * 2**32))
    places = sorted(odd)
    clock = observe(arrived, tags)
    assert clock is not None
    assert clock.steady
    found = placed(arrived, tags, clock)
    assert (found[places] == arrived[places]).all()
    assert np.abs(np.delete(found - meant, places)).max() < 1_000_000


def test_a_chord_scheduled_ahead_spoils_nothing() -> None:
    """Bundles that are sent together are one witness, however many they are, also of a sender that sends little."""
    meant, arrived, tags = (column[::25] for column in performance(60, 0, 1e4))
    arrived[100:106] = arrived[100] + np.arange(6) * 100_000
    tags[100:106] = tags[100] + np.uint64(2 << 32)
    clock = observe(arrived, tags)
    assert clock is not None
    assert clock.steady
    found = placed(arrived, tags, clock)
    assert (found[100:106] == arrived[100:106]).all()
    assert np.abs(np.delete(found - meant, slice(100, 106))).max() < 1_000_000


@given(
    st.integers(0, 190), st.integers(1, 10), st.sampled_from([0.03, 0.1, 0.2, 2.0, 3600.0]), st.sampled_from([1, 5, 20])
)
def test_bundles_in_a_row_that_are_scheduled_ahead_spoil_nothing(
    place: int, count: int, away_s: float, thin: int
) -> None:
    """Up to ten, anywhere, of a quick or a slow sender: they stay where they arrived, all others are put back."""
    meant, arrived, tags = (column[::thin] for column in performance(12.0 * thin, 0, 1e5))
    ahead = slice(place, place + count)
    tags[ahead] += np.uint64(round(away_s * 2**32))
    clock = observe(arrived, tags)
    assert clock is not None
    assert clock.steady
    found = placed(arrived, tags, clock)
    assert (found[ahead] == arrived[ahead]).all()
    assert np.abs(np.delete(found - meant, ahead)).max() < 1_000_000


@given(
    st.floats(0.0, 0.3),
    st.sampled_from([0.1, 0.4, 2.0, 3600.0]),
    st.booleans(),
    st.sampled_from([0.0, 0.2]),
    st.floats(-100e-6, 100e-6),
    st.sampled_from([1, 5]),
    st.integers(0, 99),
)
@example(0.05, 2.0, False, 0.0, 0.0, 5, 0)
def test_many_bundles_scheduled_ahead_spoil_nothing(
    share: float, away_s: float, varied: bool, latency_s: float, drift: float, thin: int, seed: int
) -> None:
    """Up to 30 % anywhere, by one time or by different ones: they stay where they arrived, all others are put back."""
    rng = np.random.default_rng(seed)
    meant, arrived, tags = (column[::thin] for column in performance(12.0 * thin, drift, 1e6, seed))
    ahead = np.zeros(len(tags), np.bool_)
    ahead[rng.permutation(len(tags))[: int(share * len(tags))]] = True
    away = np.where(ahead, away_s * (rng.uniform(0.5, 1.5, len(tags)) if varied else 1), 0) + latency_s
    tags = tags + np.round(away * 2**32).astype(np.uint64)
    clock = observe(arrived, tags)
    assert clock is not None
    assert clock.steady
    found = placed(arrived, tags, clock)
    assert (found[ahead] == arrived[ahead]).all()
    assert np.abs(found - meant)[~ahead].max() < 1_000_000


def test_every_twentieth_bundle_scheduled_ahead_spoils_nothing() -> None:
    """At 20 bundles a second, each 20th 2 s ahead and a few 30 ms late: those that were late move, and no others."""
    meant, arrived, tags = (column[::5] for column in performance(150, 0, 3e5))
    arrived[50::97] += 30_000_000
    tags[19::20] += np.uint64(2 << 32)
    clock = observe(arrived, tags)
    assert clock is not None
    found = placed(arrived, tags, clock)
    assert (found[19::20] == arrived[19::20]).all()
    assert np.abs(np.delete(found - meant, slice(19, None, 20))).max() < 1_000_000


@given(st.floats(0.0, 5.0), st.floats(-100e-6, 100e-6), st.integers(0, 9))
def test_a_constant_latency_is_part_of_the_clock(latency_s: float, drift: float, seed: int) -> None:
    """SuperCollider tags everything 0.2 s ahead: what arrives late is put back, and nothing else moves."""
    meant, arrived, tags = performance(12, drift, 2e6, seed)
    clock = observe(arrived, tags + np.uint64(round(latency_s * 2**32)))
    assert clock is not None
    assert clock.steady
    assert np.abs(placed(arrived, tags + np.uint64(round(latency_s * 2**32)), clock) - meant).max() < 1_000_000


def test_the_first_tag_may_be_the_odd_one() -> None:
    """The clock is not measured from it, with a drift either."""
    for away_s in (7200, -7200, 2):
        meant, arrived, tags = performance(20, 100e-6, 1e5)
        tags[0] = np.uint64(int(tags[0]) + (away_s << 32))
        clock = observe(arrived, tags)
        assert clock is not None
        assert clock.steady
        assert np.abs((placed(arrived, tags, clock) - meant)[1:]).max() < 1_000_000


@given(st.lists(st.integers(1, 2**64 - 1), min_size=50, max_size=80), st.lists(st.integers(0, 10**9), min_size=80))
def test_any_tags_give_a_clock_or_none(tags: list[int], waits: list[int]) -> None:
    """Whatever the tags, no number overflows, and nothing is placed after it arrived."""
    arrived = START_NS + np.cumsum(waits[: len(tags)])
    column = np.array(tags, dtype=np.uint64)
    clock = observe(arrived, column)
    assert clock is None or (placed(arrived, column, clock) <= arrived).all()


@given(st.integers(0, 2**64 - 1))
@example(60_822_550_204_416_000)
def test_ntp_time_in_nanoseconds(tag: int) -> None:
    """32 bits of seconds and 32 of fraction, to the nanosecond."""
    exact = tag * SECOND >> 32
    assert abs(int(tags_to_ns(np.array([tag], dtype=np.uint64))[0]) - exact) <= 1


@given(
    st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)), min_size=50, max_size=120),
    st.integers(0, 9),
    st.integers(0, 10**7),
)
def test_nothing_is_placed_after_its_arrival_and_tags_keep_their_order(
    events: list[tuple[int, int]], ahead_s: int, wander_ns: int
) -> None:
    """Whatever is late, overtaken or tagged ahead: no event is later than it arrived, and the order is that of the
    tags."""
    meant = np.cumsum([step for step, _ in events]) + START_NS
    arrived = meant + np.array([delay for _, delay in events])
    order = np.argsort(arrived, kind="stable")
    sent = meant[order] - START_NS + ahead_s * SECOND
    seconds, rest = np.divmod(sent, SECOND)
    tags = ((seconds + NTP_START_S).astype(np.uint64) << np.uint64(32)) | (rest * 2**32 // SECOND).astype(np.uint64)
    clock = SenderClock(int(tags_to_ns(tags)[0]), float(meant[order][0] + wander_ns), 0.0, 0.0, steady=True)
    found = placed(arrived[order], tags, clock)
    assert (found <= arrived[order]).all()
    assert (np.diff(found[np.argsort(tags, kind="stable")]) >= 0).all()
    if not wander_ns:
        assert np.abs(found - meant[order]).max() <= 1


def test_what_was_overtaken_goes_back_before_what_overtook_it() -> None:
    """Two bundles that changed places on the way are played in the order in which they were sent."""
    meant, arrived, tags = performance(20, 0, 1e5)
    tags[[500, 501]], meant[[500, 501]] = tags[[501, 500]], meant[[501, 500]]
    arrived[[500, 501]] = meant[500] + 100_000, meant[500] + 200_000
    clock = observe(arrived, tags)
    assert clock is not None
    found = placed(arrived, tags, clock)
    assert found[501] < found[500]
    assert np.abs(found - meant).max() < 1_000_000
