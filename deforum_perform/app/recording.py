"""One pass while it is being played: what arrives, which lanes write, and the take it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.comp import Cover
from ..core.signal import Signal
from ..core.take import Take
from ..osc.columns import EventBatch
from .event_log import EventLog, Rows


@dataclass(frozen=True)
class PassPlan:
    """How a pass began. ``origin_ns`` (monotonic) stands for ``start_s`` of song time.

    ``lanes``: (lane id, source) of the armed lanes; ``known``: source -> the value it had before.
    """

    pass_id: str
    song_id: str
    number: int
    start_s: float
    origin_ns: int
    recorded_at: str
    lanes: tuple[tuple[str, str], ...]
    known: dict[str, float]

    def header(self) -> dict[str, object]:
        """For the journal; JSON-able."""
        return {**self.__dict__, "lanes": [list(pair) for pair in self.lanes]}


class Pass:
    """A pass in progress. Not locked: its owner is."""

    def __init__(self, plan: PassPlan) -> None:
        self.plan = plan
        self.log = EventLog()
        self.texts: list[tuple[int, int, str]] = []
        self.first_move_ns: dict[str, int] = {}
        self._known = dict(plan.known)

    def hear(self, batch: EventBatch, names: Sequence[str]) -> None:
        """Take in events; those from before the origin are left out."""
        if len(batch) and int(batch.received_ns.min()) < self.plan.origin_ns:
            batch = batch.only(batch.received_ns >= self.plan.origin_ns)
        self.log.extend(Rows(batch.source_index, batch.received_ns, batch.values, batch.sender_index))
        for i in np.unique(batch.source_index).tolist():
            if names[i] not in self.first_move_ns:
                mine = batch.source_index == i
                self._find_move(names[i], batch.received_ns[mine], batch.values[mine])

    def _find_move(self, name: str, received_ns: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        known = self._known.setdefault(name, np.nan)
        moved = np.flatnonzero(values != known)
        if moved.size:
            self.first_move_ns[name] = int(received_ns[moved[0]])

    def hear_text(self, index: int, received_ns: int, text: str) -> None:
        """Take in a string argument."""
        if received_ns >= self.plan.origin_ns:
            self.texts.append((index, received_ns, text))

    def song_time_s(self, at_ns: int) -> float:
        """Song time of a monotonic stamp."""
        return self.plan.start_s + (at_ns - self.plan.origin_ns) / 1e9

    def writing(self) -> dict[str, tuple[str, float]]:
        """Lane id -> (source, song time from which it writes), for armed lanes whose source has moved."""
        return {
            lane: (source, self.song_time_s(self.first_move_ns[source]))
            for lane, source in self.plan.lanes
            if source in self.first_move_ns
        }

    def covers(self, end_s: float) -> Iterable[tuple[str, Cover]]:
        """(lane id, cover) for every lane that wrote."""
        for lane, (source, start_s) in self.writing().items():
            if start_s < end_s:
                yield lane, Cover(self.plan.pass_id, source, start_s, end_s)

    def take(self, names: Sequence[str], end_ns: int, lost: int) -> Take:
        """The take: every source heard between the origin and ``end_ns`` (monotonic)."""
        index, received_ns, values, _ = self.log.rows()
        times_s = self.plan.start_s + (received_ns - self.plan.origin_ns) / 1e9
        kept = np.flatnonzero(received_ns <= end_ns)
        order = kept[np.lexsort((times_s[kept], index[kept]))]
        index, times_s, values = index[order], times_s[order], values[order]
        heard, starts, counts = np.unique(index, return_index=True, return_counts=True)
        ends = starts + counts
        signals = {names[i]: Signal(times_s[a:b], values[a:b]) for i, a, b in zip(heard, starts, ends, strict=True)}
        plan, texts = self.plan, self._texts(names, end_ns)
        return Take(
            plan.pass_id, plan.number, plan.start_s, self.song_time_s(end_ns), signals, texts, plan.recorded_at, lost
        )

    def _texts(self, names: Sequence[str], end_ns: int) -> dict[str, tuple[tuple[float, str], ...]]:
        found: dict[str, list[tuple[float, str]]] = {}
        for i, at_ns, text in self.texts:
            if at_ns <= end_ns:
                found.setdefault(names[i], []).append((self.song_time_s(at_ns), text))
        return {name: tuple(rows) for name, rows in found.items()}
