"""How much a sender may send: a bucket that refills over time, and from which each datagram takes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import sub

SECOND_NS = 1_000_000_000


class Bucket:
    """Accepts ``limit_hz`` datagrams per second, and as many at once after a second without any.

    Its state is the moment at which it will be full again, in whole nanoseconds, so the result does not depend on how
    datagrams are split into batches (the "virtual scheduling" form of the generic cell rate algorithm, ITU-T I.371).
    """

    def __init__(self, limit_hz: int) -> None:
        self._each_ns = SECOND_NS // limit_hz
        self._full_ns = 0

    def take(self, stamps: Sequence[int]) -> list[int]:
        """The positions in ``stamps`` (ns, in order of arrival) that exceed the limit; usually none."""
        count, each_ns = len(stamps), self._each_ns
        first_ns = min(stamps)
        if max(self._full_ns, first_ns) + count * each_ns - first_ns <= SECOND_NS:
            latest = max(map(sub, stamps, range(0, count * each_ns, each_ns)))
            self._full_ns = max(self._full_ns, latest) + count * each_ns
            return []
        return [place for place, stamp in enumerate(stamps) if not self._take_one(stamp)]

    def _take_one(self, stamp: int) -> bool:
        full_ns = max(self._full_ns, stamp) + self._each_ns
        if full_ns - stamp > SECOND_NS:
            return False
        self._full_ns = full_ns
        return True
