"""The state as JSON text: each slice is written once for all pages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from .answers import to_json
from .contract import Changed, Performing


class StateText:
    """The ``{"type": "state"}`` messages of a performer: for each page, what has changed since its last one."""

    def __init__(self, performer: Performing) -> None:
        self._performer = performer
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._texts: dict[int | None, str | None] = {}
        self._written: dict[str, tuple[Any, str]] = {}

    def newer_than(self, revision: int | None) -> tuple[int | None, str | None]:
        """Revision and text of what is new for a page that has the state of ``revision`` (None: none); no text if
        nothing is."""
        with self._lock:
            changed = self._performer.slices(revision)
            if changed.revision != self._revision:
                self._revision, self._texts = changed.revision, {}
            if revision not in self._texts:
                self._texts[revision] = self._text(changed)
            return self._revision, self._texts[revision]

    def _text(self, changed: Changed) -> str | None:
        if not (changed.full or changed.slices or changed.removed):
            return None
        head = to_json({"type": "state", "revision": changed.revision, "full": changed.full})[:-1]
        slices = ",".join(self._slice(key, value) for key, value in changed.slices.items())
        text = f'{head},"slices":{{{slices}}},"removed":{to_json(list(changed.removed))}}}'
        self._forget(changed)
        return text

    def _slice(self, key: str, value: Any) -> str:
        known = self._written.get(key)
        if known is None or known[0] is not value:
            known = self._written[key] = value, f"{to_json(key)}:{to_json(value)}"
        return known[1]

    def _forget(self, changed: Changed) -> None:
        if changed.full:
            gone: Mapping[str, Any] | set[str] = self._written.keys() - changed.slices.keys()
        else:
            gone = set(changed.removed)
        for key in gone:
            self._written.pop(key, None)
