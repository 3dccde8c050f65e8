"""What every source does now: its value, the range seen and its rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_WINDOW_NS = 1_000_000_000


@dataclass
class Seen:
    """One source as heard so far. ``version`` is the monitor's count at its last change."""

    name: str
    value: float | str | None = None
    low: float = 0.0
    high: float = 0.0
    moved_ns: int | None = None
    events: int = 0
    version: int = 0
    rate_hz: float = 0.0
    window_events: int = 0

    def row(self, index: int) -> list[Any]:
        """For the live stream."""
        return [index, self.value, self.low, self.high, round(self.rate_hz, 1)]


class Monitor:
    """Keeps what is seen of each source, by the decoder's index. Not locked: its owner is."""

    def __init__(self) -> None:
        self.sources: list[Seen] = []
        self.version = 0
        self.events_per_s = 0.0
        self._window_start_ns: int | None = None
        self._window_events = 0

    def name_sources(self, names: list[str]) -> bool:
        """Take in new names of the decoder; whether there were any."""
        new = names[len(self.sources) :]
        self.sources.extend(Seen(name) for name in new)
        return bool(new)

    def range_of(self, name: str | None) -> tuple[float, float] | None:
        """The lowest and the highest value seen of a source; None of one that sends no numbers, or nothing yet."""
        ranges = ((seen.low, seen.high) for seen in self.sources if seen.name == name and isinstance(seen.value, float))
        return next(ranges, None)

    def hear(self, index: NDArray[np.int32], received_ns: NDArray[np.int64], values: NDArray[np.float64]) -> set[int]:
        """Take in events in order of arrival; the indexes of the sources that moved, that is, changed value."""
        self.version += 1
        self._roll(int(received_ns[-1]))
        self._window_events += len(index)
        order = np.argsort(index, kind="stable")
        by_source = index[order]
        starts = np.concatenate(([0], np.flatnonzero(by_source[1:] != by_source[:-1]) + 1))
        ends = np.append(starts[1:], len(index))
        lasts = order[ends - 1]
        heard = zip(
            by_source[starts].tolist(),
            np.minimum.reduceat(values[order], starts).tolist(),
            np.maximum.reduceat(values[order], starts).tolist(),
            values[lasts].tolist(),
            received_ns[lasts].tolist(),
            (ends - starts).tolist(),
            strict=True,
        )
        return {i for i, *seen in heard if self._hear_one(self.sources[i], *seen)}

    def _hear_one(self, seen: Seen, low: float, high: float, last: float, last_ns: int, count: int) -> bool:
        known = seen.value if isinstance(seen.value, float) else None
        moved = known is None or low != known or high != known
        seen.low = low if known is None else min(seen.low, low)
        seen.high = high if known is None else max(seen.high, high)
        seen.value = last
        seen.events += count
        seen.window_events += count
        seen.version = self.version
        if moved:
            seen.moved_ns = last_ns
        return moved

    def hear_text(self, index: int, received_ns: int, text: str) -> None:
        """Take in a string argument."""
        self.version += 1
        self._roll(received_ns)
        self._window_events += 1
        seen = self.sources[index]
        seen.value, seen.version = text, self.version
        seen.events += 1
        seen.window_events += 1

    def settle(self, now_ns: int) -> bool:
        """Bring the rates up to ``now_ns`` when nothing arrives; whether any changed."""
        before = self.version
        if self.is_active:
            self._roll(now_ns)
        return self.version != before

    @property
    def is_active(self) -> bool:
        """Whether a rate still has to fall to nothing."""
        return self._window_start_ns is not None

    def forget(self) -> None:
        """Forget the ranges seen: each begins again at the present value."""
        self.version += 1
        for seen in self.sources:
            if isinstance(seen.value, float):
                seen.low = seen.high = seen.value
            seen.version = self.version

    def _roll(self, now_ns: int) -> None:
        """Close the window of counting when it is over and turn counts into rates."""
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
