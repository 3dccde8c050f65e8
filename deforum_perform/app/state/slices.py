"""Which slices of the state have changed since they were last sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_REMOVED = 1000
"""How many keys of removed slices are stored. A page with an older state gets the whole current one."""

Group = Mapping[str, Any]
"""Slices that are made together: key -> JSON-able value."""

_MISSING = object()


@dataclass(frozen=True)
class Changes:
    """The changes for a page with the state of an earlier revision; ``full``: ``slices`` is the whole state; ``view``:
    see ``Snapshots``."""

    revision: int
    full: bool = False
    slices: Mapping[str, Any] = field(default_factory=dict)
    removed: Sequence[str] = ()
    view: int = 0


class Slices:
    """The current slices by key, and the revision at which each last changed.

    A value that equals the one before stays that object: its users see by ``is`` that nothing changed. Not locked: its
    owner is.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.groups: dict[str, Group] = {}
        self.revision: int | None = None
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._removed: set[str] = set()
        self._begin = 0

    def take_in(self, revision: int, groups: Mapping[str, Group], *, anew: bool = False) -> None:
        """Change to the state of ``revision``. A group that is the same object as before is not compared; ``anew``: a
        page needs nothing of what it had, as for another song."""
        self.revision = revision
        for name in [*groups, *(self.groups.keys() - groups.keys())]:
            before, group = self.groups.get(name, {}), groups.get(name, {})
            if group is not before:
                self._update(before, group, revision)
        self.groups = dict(groups)
        if anew or len(self._removed) > MOST_REMOVED:
            self._forget_removed(revision)

    def _update(self, before: Group, group: Group, revision: int) -> None:
        for key, value in group.items():
            known = before.get(key, _MISSING)
            if known is not value and known != value:
                self.values[key] = value
                self._removed.discard(key)
                self._mark(key, revision)
        for key in before.keys() - group.keys():
            del self.values[key]
            self._removed.add(key)
            self._mark(key, revision)

    def _mark(self, key: str, revision: int) -> None:
        self._changed[key] = revision
        self._changed.move_to_end(key)

    def _forget_removed(self, revision: int) -> None:
        for key in self._removed:
            del self._changed[key]
        self._removed.clear()
        self._begin = revision

    def since(self, revision: int | None) -> Changes:
        """What has changed since ``revision``; everything for None, or if that is too long ago."""
        if self.revision is None:
            raise LookupError("No state was taken in yet.")
        if revision is None or revision < self._begin:
            return Changes(self.revision, True, dict(self.values))
        keys = []
        for key in reversed(self._changed):
            if self._changed[key] <= revision:
                break
            keys.append(key)
        slices = {key: self.values[key] for key in reversed(keys) if key in self.values}
        return Changes(self.revision, False, slices, [key for key in keys if key in self._removed])
