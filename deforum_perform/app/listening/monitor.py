"""What every source does now: its value, its range and its rate."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_WINDOW_NS = 1_000_000_000
MAX_LISTED = 4096
AT_ONCE = 256
"""How many sources are removed at a time: finding those that were silent longest takes a while."""

_NO_ROWS = np.empty(0, np.int64)


@dataclass
class Seen:
    """One source as received so far. ``version`` is the monitor's count at its last change, ``moved``: at its last
    move; ``listed``: whether the page shows it; ``first_ns`` and ``last_ns``: when the first and the last of its
    numbers arrived."""

    name: str
    value: float | str | None = None
    low: float = 0.0
    high: float = 0.0
    moved_ns: int | None = None
    first_ns: int = -1
    last_ns: int = -1
    listed: bool = True
    events: int = 0
    version: int = 0
    moved: int = 0
    rate_hz: float = 0.0
    window_events: int = 0

    def row(self, index: int) -> list[Any]:
        """For the live stream."""
        return [index, self.value, self.low, self.high, round(self.rate_hz, 1)]


class Monitor:
    """Tracks each source, by the decoder's index. Not locked: its owner is.

    ``listing``: differs whenever ``listed`` has changed, or the type that a source sends: text or numbers.
    """

    def __init__(self) -> None:
        self.sources: list[Seen] = []
        self.version = 0
        self.events_per_s = 0.0
        self._window_start_ns: int | None = None
        self._window_events = 0
        self.listing = 0
        self._list_changed = False

    def _change_list(self) -> None:
        self._list_changed = True
        self.listing += 1

    def name_sources(self, names: Sequence[str], renamed: Sequence[int] = ()) -> list[str]:
        """Update the decoder's names: new ones, and those of the indexes that belong to another source now; the former
        names of these."""
        known = len(self.sources)
        again = [i for i in renamed if i < known]
        gone = [self.sources[i].name for i in again]
        for i in [*again, *range(known, len(names))]:
            self.sources[i : i + 1] = [Seen(names[i], version=self.version, listed=bool(names[i]))]
            self._change_list()
        return gone

    def listed(self) -> Iterator[tuple[int, Seen]]:
        """Index and source of everything that the page shows."""
        return ((i, seen) for i, seen in enumerate(self.sources) if seen.listed)

    def list_changed(self, keep: Container[str]) -> bool:
        """Whether ``listed`` has changed since the last call. It has MAX_LISTED sources at most: those that were silent
        longest are left out until they send again, but not those that ``keep`` names."""
        changed, self._list_changed = self._list_changed, False
        if changed and len(self.sources) > MAX_LISTED:
            surplus = sum(seen.listed for seen in self.sources) - MAX_LISTED
            if surplus > 0:
                for i in self.silent_longest(lambda _, seen: seen.listed and seen.name not in keep, surplus + AT_ONCE):
                    self.sources[i].listed = False
                self.listing += 1
        return changed

    def silent_longest(self, may: Callable[[int, Seen], bool], most: int = AT_ONCE) -> list[int]:
        """Up to ``most`` indexes of sources with a name for which ``may`` is true, the one silent longest first."""
        found = [i for i, seen in enumerate(self.sources) if seen.name and may(i, seen)]
        return sorted(found, key=lambda i: self.sources[i].last_ns)[:most]

    def range_of(self, name: str | None) -> tuple[float, float] | None:
        """The lowest and the highest value received from a source; None if it sends no numbers, or nothing yet."""
        ranges = ((seen.low, seen.high) for seen in self.sources if seen.name == name and isinstance(seen.value, float))
        return next(ranges, None)

    def receive(
        self,
        index: NDArray[np.int32],
        received_ns: NDArray[np.int64],
        values: NDArray[np.float64],
        impulses: NDArray[np.int64] = _NO_ROWS,
    ) -> set[int]:
        """Add events in order of arrival; the indexes of the sources that moved: that changed value, or sent one of the
        ``impulses`` (row numbers)."""
        self.version += 1
        self._roll(int(received_ns[-1]))
        self._window_events += len(index)
        order = np.argsort(index, kind="stable")
        by_source = index[order]
        starts = np.concatenate(([0], np.flatnonzero(by_source[1:] != by_source[:-1]) + 1))
        ends = np.append(starts[1:], len(index))
        lasts = order[ends - 1]
        hit = set(index[impulses].tolist())
        arrived = zip(
            by_source[starts].tolist(),
            np.minimum.reduceat(values[order], starts).tolist(),
            np.maximum.reduceat(values[order], starts).tolist(),
            values[lasts].tolist(),
            received_ns[order[starts]].tolist(),
            received_ns[lasts].tolist(),
            (ends - starts).tolist(),
            strict=True,
        )
        return {i for i, *seen in arrived if self._receive_one(self.sources[i], i in hit, *seen)}

    def _receive_one(
        self, seen: Seen, hit: bool, low: float, high: float, last: float, first_ns: int, last_ns: int, count: int
    ) -> bool:
        known = seen.value if isinstance(seen.value, float) else None
        moved = hit or known is None or low != known or high != known
        seen.low = low if known is None else min(seen.low, low)
        seen.high = high if known is None else max(seen.high, high)
        seen.first_ns = first_ns
        self._update(seen, last, last_ns, count)
        if moved:
            seen.moved_ns, seen.moved = last_ns, self.version
        return moved

    def _update(self, seen: Seen, value: float | str, at_ns: int, count: int) -> None:
        if isinstance(value, str) is not isinstance(seen.value, str):
            self._change_list()
        seen.value, seen.last_ns, seen.version = value, at_ns, self.version
        seen.events += count
        seen.window_events += count
        if not seen.listed:
            seen.listed = True
            self._change_list()

    def receive_text(self, index: int, received_ns: int, text: str) -> None:
        """Add a string argument."""
        self.version += 1
        self._roll(received_ns)
        self._window_events += 1
        self._update(self.sources[index], text, received_ns, 1)

    def settle(self, now_ns: int) -> bool:
        """Update the rates to ``now_ns`` when nothing arrives; whether any changed."""
        before = self.version
        if self.is_active:
            self._roll(now_ns)
        return self.version != before

    @property
    def is_active(self) -> bool:
        """Whether a rate still has to fall to zero."""
        return self._window_start_ns is not None

    def forget(self) -> None:
        """Clear the list and the ranges: each source returns when it sends again, and its range starts at its current
        value."""
        self.version += 1
        self._change_list()
        for seen in self.sources:
            seen.listed = False
            if isinstance(seen.value, float):
                seen.low = seen.high = seen.value
            seen.version = self.version

    def _roll(self, now_ns: int) -> None:
        """End the counting window when it is over and convert counts to rates."""
        if self._window_start_ns is None:
            self._window_start_ns = now_ns
            return
        passed = now_ns - self._window_start_ns
        if passed < RATE_WINDOW_NS:
            return
        self.version += 1
        scale = 1e9 / passed
        self.events_per_s = self._window_events * scale
        for seen in self.sources:
            rate = seen.window_events * scale
            if rate != seen.rate_hz:
                seen.rate_hz, seen.version = rate, self.version
            seen.window_events = 0
        self._window_start_ns = now_ns if self._window_events else None
        self._window_events = 0
