"""What every source has sent: its name, its value and range now, and whether it moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

import numpy as np

from ...osc.decode.columns import EventBatch
from .monitor import Monitor, Seen
from .moves import SelfMoving, only_impulses


@dataclass(frozen=True)
class Moves:
    """What a batch did, by index of the sources: those that sent something, those that ``moved`` to another value, and
    those that were ``new``."""

    sent: tuple[int, ...]
    moved: frozenset[int]
    new: frozenset[int]


class Sources:
    """The sources by the decoder's index. Not locked: its owner is. ``names``: the decoder's own list."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.monitor = Monitor()
        self._self_moving = SelfMoving()

    @property
    def version(self) -> int:
        """Counts what the sources do."""
        return self.monitor.version

    def name(self, batch: EventBatch) -> None:
        """Take in the names of the sources of a batch; before anything else is done with it."""
        self._self_moving.forget(self.monitor.name_sources(self.names, batch.renamed))

    def hear(self, batch: EventBatch) -> Moves:
        """Take in the events of a batch that has some; what they did."""
        sent = np.unique(batch.source_index).tolist()
        new = frozenset(i for i in sent if self.monitor.sources[i].value is None)
        moved = self.monitor.hear(batch.source_index, batch.received_ns, batch.values, batch.impulses)
        return Moves(tuple(sent), frozenset(moved), new)

    def remember(self, moves: Moves) -> None:
        """Remember the moves, to tell later which sources move by themselves."""
        for i in moves.sent:
            seen = self.monitor.sources[i]
            if i in moves.moved or only_impulses(seen):
                self._self_moving.note(seen.name, seen.first_ns, seen.heard_ns)

    def hear_texts(self, batch: EventBatch) -> None:
        """Take in the string arguments of a batch."""
        for index, received_ns, text in batch.texts:
            self.monitor.hear_text(index, received_ns, text)

    def moves_itself(self, name: str, at_ns: int) -> bool:
        """Whether a move of the source at ``at_ns``, not remembered yet, goes on by itself."""
        return self._self_moving.moves_itself(name, at_ns)

    def begins(self, seen: Seen, since_ns: int) -> bool:
        """Whether the last move of a source, not remembered yet, is one that someone made after ``since_ns``."""
        name, at_ns = seen.name, seen.first_ns
        return not self._self_moving.moves_itself(name, at_ns) and not self._self_moving.moved_before(
            name, at_ns, since_ns
        )

    def silent_longest(self, may_go: Callable[[int, Seen], bool]) -> list[int]:
        """Indexes of sources that may make room for others, the one silent the longest first."""
        return self.monitor.silent_longest(may_go)

    def list_changed(self, keep: Container[str]) -> bool:
        """Whether the list that the page shows is another one, see ``Monitor.list_changed``."""
        return self.monitor.list_changed(keep)
