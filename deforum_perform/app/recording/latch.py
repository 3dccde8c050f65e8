"""Latch: an armed lane writes from the first move of its source until the round of the recording ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..listening.moves import moved
from .event_log import Rows


class Latch:
    """The first moves in one round. ``lanes``: (lane id, source) of the armed lanes; ``hits``: the ids of those for
    which each event of the source counts; ``known``: source -> its value before the round."""

    def __init__(self, lanes: Sequence[tuple[str, str]], hits: Sequence[str], known: Mapping[str, float]) -> None:
        self._lanes, self._hits, self._known = lanes, frozenset(hits), dict(known)
        self._waiting = {source for _, source in lanes}
        self._hit_sources = {source for lane, source in lanes if lane in self._hits}
        self._first_move_ns: dict[str, int] = {}
        self._first_hit_ns: dict[str, int] = {}

    def waiting(self, indexes: Iterable[int], names: Sequence[str]) -> list[int]:
        """Those of the sources with these ``indexes`` whose first move is still to come; ``names``: index of a source
        -> its name."""
        return [index for index in indexes if names[index] in self._waiting] if self._waiting else []

    def receive(self, rows: Rows, names: Sequence[str], indexes: Iterable[int]) -> None:
        """Add events of the round, in order of arrival, of the sources with these ``indexes``."""
        for index in self.waiting(indexes, names):
            self._find_first(names[index], rows, index)

    def _find_first(self, name: str, rows: Rows, index: int) -> None:
        """Store the first move of a source, or its first event if each one counts."""
        waits = [(self._first_move_ns, False)] if name not in self._first_move_ns else []
        if name in self._hit_sources and name not in self._first_hit_ns:
            waits.append((self._first_hit_ns, True))
        mine = rows.only(rows.sources == index)
        known = self._known.setdefault(name, np.nan)
        for first, each_counts in waits:
            found = np.flatnonzero(moved(mine.values, known, each_counts=each_counts) | mine.impulses)
            if found.size:
                first[name] = int(mine.received_ns[found[0]])
        if name in self._first_move_ns and (name in self._first_hit_ns or name not in self._hit_sources):
            self._waiting.discard(name)

    def starts(self) -> dict[str, tuple[str, int]]:
        """Lane id -> (source, the moment of its first move), for armed lanes whose source has moved."""
        firsts = {
            lane: (source, (self._first_hit_ns if lane in self._hits else self._first_move_ns).get(source))
            for lane, source in self._lanes
        }
        return {lane: (source, at_ns) for lane, (source, at_ns) in firsts.items() if at_ns is not None}
