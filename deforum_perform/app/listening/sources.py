"""The data of every source: its name, its current value and range, and whether it moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

import numpy as np

from ...osc.decode.columns import EventBatch
from .monitor import Monitor, Seen
from .moves import SelfMoving, only_impulses


@dataclass(frozen=True)
class Moves:
    """The effect of a batch, by index of the sources: those that sent something, those that ``moved`` to another value,
    and those that were ``new``."""

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
        """Counts the activity of the sources."""
        return self.monitor.version

    def name(self, batch: EventBatch) -> None:
        """Add the names of the sources of a batch; before anything else is done with it."""
        self._self_moving.forget(self.monitor.name_sources(self.names, batch.renamed))

    def receive(self, batch: EventBatch) -> Moves:
        """Add the events of a batch that has some; their effect."""
        sent = np.unique(batch.source_index).tolist()
        new = frozenset(i for i in sent if self.monitor.sources[i].value is None)
        moved = self.monitor.receive(batch.source_index, batch.received_ns, batch.values, batch.impulses)
        return Moves(tuple(sent), frozenset(moved), new)

    def remember(self, moves: Moves) -> None:
        """Store the moves, to find out later which sources move by themselves."""
        for i in moves.sent:
            seen = self.monitor.sources[i]
            if i in moves.moved or only_impulses(seen):
                self._self_moving.note(seen.name, seen.first_ns, seen.last_ns)

    def receive_texts(self, batch: EventBatch) -> None:
        """Add the string arguments of a batch."""
        for index, received_ns, text in batch.texts:
            self.monitor.receive_text(index, received_ns, text)

    def moves_itself(self, name: str, at_ns: int) -> bool:
        """Whether a move of the source at ``at_ns``, not stored yet, continues automatically."""
        return self._self_moving.moves_itself(name, at_ns)

    def begins(self, seen: Seen, since_ns: int) -> bool:
        """Whether the last move of a source, not stored yet, was made by the user after ``since_ns``."""
        name, at_ns = seen.name, seen.first_ns
        return not self._self_moving.moves_itself(name, at_ns) and not self._self_moving.moved_before(
            name, at_ns, since_ns
        )

    def silent_longest(self, may_go: Callable[[int, Seen], bool]) -> list[int]:
        """Indexes of sources that may be removed to make space for others, the one silent longest first."""
        return self.monitor.silent_longest(may_go)

    def list_changed(self, keep: Container[str]) -> bool:
        """Whether the list that the page shows has changed, see ``Monitor.list_changed``."""
        return self.monitor.list_changed(keep)
