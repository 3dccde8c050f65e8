"""The names of sources by index, and which are removed to make space for new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from ...core.source_name import source_name

MAX_SOURCES = 4096
MOST_SOURCES = 65_536
"""The maximum if none of them may be removed, as in a recording that received all of them."""

TOO_MANY = -1
_TRIES = 256

Room: TypeAlias = Callable[[], Iterable[int]]
"""Returns the indexes of some sources that may be removed now."""


class SourceTable:
    """Address and argument -> index. ``names`` maps an index to its name, empty for an unused one.

    ``room`` returns what to remove when there are ``max_sources``; without it, or while it returns none, the table
    grows up to MOST_SOURCES, or not at all.
    """

    def __init__(self, max_sources: int | None = None, room: Room | None = None) -> None:
        self.names: list[str] = []
        self._max = MAX_SOURCES if max_sources is None else max_sources
        self._most = self._max if room is None else max(self._max, MOST_SOURCES)
        self._room = room
        self._indexes: dict[str, int] = {}
        self._free: list[int] = []
        self._wanted = 0

    def index(self, address: str, argument: int | None) -> int | None:
        """The index of a known source, otherwise None."""
        return self._indexes.get(source_name(address, argument))

    def forget(self) -> list[int]:
        """Make space if needed for another source; the indexes that no longer have a source.

        If nothing may be removed, this is tried again only after some more sources.
        """
        if self._free or len(self.names) < self._max or self._room is None:
            return []
        self._wanted += 1
        if self._wanted % _TRIES != 1:
            return []
        forgotten = list(self._room())
        for index in forgotten:
            del self._indexes[self.names[index]]
            self.names[index] = ""
        self._free = forgotten[::-1]
        self._wanted = 0 if forgotten else self._wanted
        return forgotten

    def add(self, address: str, argument: int | None) -> int:
        """The index of a new source, or TOO_MANY."""
        name = source_name(address, argument)
        if self._free:
            index = self._free.pop()
            self.names[index] = name
        elif len(self.names) < self._most:
            index = len(self.names)
            self.names.append(name)
        else:
            return TOO_MANY
        self._indexes[name] = index
        return index
