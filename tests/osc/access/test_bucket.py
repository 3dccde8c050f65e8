"""How much a sender may send."""

from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.osc.access.bucket import SECOND_NS, Bucket

limits = st.integers(1, 50)
gaps = st.one_of(st.just(0), st.integers(0, 20_000_000), st.integers(0, 400_000_000))
arrivals = st.lists(gaps, max_size=120).map(lambda found: list(accumulate(found)))


def passed(limit_hz: int, stamps: list[int], cuts: list[int]) -> list[int]:
    """The accepted stamps when they arrive in batches split at ``cuts``."""
    bucket, found = Bucket(limit_hz), []
    edges = sorted({0, len(stamps), *(cut % (len(stamps) + 1) for cut in cuts)})
    for start, stop in pairwise(edges):
        batch = stamps[start:stop]
        refused = set(bucket.take(batch))
        found += [stamp for place, stamp in enumerate(batch) if place not in refused]
    return found


def one_by_one(limit_hz: int, stamps: list[int]) -> list[int]:
    """The bucket as books draw it: so many tokens, at most a second's worth, one for each datagram. In exact numbers:
    a token is as many units as there are nanoseconds between two of them."""
    each = SECOND_NS // limit_hz
    tokens, last, found = SECOND_NS, 0, []
    for stamp in stamps:
        tokens, last = min(SECOND_NS, tokens + stamp - last), stamp
        if tokens >= each:
            tokens -= each
            found.append(stamp)
    return found


@given(limits, arrivals, st.lists(st.integers(0, 200), max_size=8))
def test_it_is_a_bucket_however_the_batches_are_cut(limit_hz: int, stamps: list[int], cuts: list[int]) -> None:
    """The accepted datagrams are those accepted one by one by a bucket of tokens, in any batches."""
    assert passed(limit_hz, stamps, cuts) == one_by_one(limit_hz, stamps)


@given(limits, arrivals, st.lists(st.integers(0, 200), max_size=8))
def test_no_second_holds_more_than_rest_and_rate_give(limit_hz: int, stamps: list[int], cuts: list[int]) -> None:
    """Between any two accepted datagrams there is at most a second's worth plus what the time between them gives."""
    found, each = passed(limit_hz, stamps, cuts), SECOND_NS // limit_hz
    for start in range(len(found)):
        for stop in range(start, len(found)):
            assert (stop - start + 1) * each <= SECOND_NS + found[stop] - found[start]


@given(limits, st.integers(0, 10**15), st.integers(1, 300))
def test_whoever_keeps_the_limit_is_never_refused(limit_hz: int, start_ns: int, count: int) -> None:
    """At exactly the limit, all are accepted, forever."""
    each = SECOND_NS // limit_hz + (SECOND_NS % limit_hz > 0)
    stamps = [start_ns + number * each for number in range(count)]
    assert passed(limit_hz, stamps, list(range(0, count, 7))) == stamps


def test_after_a_second_of_rest_a_second_of_it_comes_at_once() -> None:
    """A sender that stalled and floods loses nothing of up to a second's worth; the rest is refused."""
    bucket = Bucket(100)
    assert bucket.take([5 * SECOND_NS] * 100) == []
    assert bucket.take([5 * SECOND_NS] * 3) == [0, 1, 2]
    assert bucket.take([6 * SECOND_NS] * 101) == [100]


def test_rest_within_a_batch_is_not_saved_up() -> None:
    """A pause inside a batch fills the bucket no further than its brim."""
    bucket = Bucket(10)
    assert bucket.take([0, 900_000_000]) == []
    assert bucket.take([900_000_000] * 10) == [9]
