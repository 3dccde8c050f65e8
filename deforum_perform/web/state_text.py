"""The state as JSON text: each slice is written once for all pages that have the same view of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from .answers import to_json
from .contract import Changed, Performing


class Sent(NamedTuple):
    """What a page has of the state: a ``revision`` of a ``view``; None before the first message."""

    revision: int | None = None
    view: int | None = None


NOTHING = Sent()


class StateText:
    """The ``{"type": "state"}`` messages of a performer: for each page, what has changed since its last one."""

    def __init__(self, performer: Performing) -> None:
        self._performer = performer
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._texts: dict[tuple[Sent, int], str | None] = {}
        self._written: dict[tuple[int, str], tuple[Any, str]] = {}

    def newer_than(self, sent: Sent, page: str | None = None) -> tuple[Sent, str | None]:
        """What ``page`` has with the text of what is new since ``sent``, and that text; None if nothing is."""
        with self._lock:
            changed = self._performer.slices(sent.revision, page, sent.view)
            if changed.revision != self._revision:
                self._revision, self._texts = changed.revision, {}
            key = sent, changed.view
            if key not in self._texts:
                self._texts[key] = self._text(changed)
            return Sent(changed.revision, changed.view), self._texts[key]

    def _text(self, changed: Changed) -> str | None:
        if not (changed.full or changed.slices or changed.removed):
            return None
        head = to_json({"type": "state", "revision": changed.revision, "full": changed.full})[:-1]
        slices = ",".join(self._slice((changed.view, key), value) for key, value in changed.slices.items())
        text = f'{head},"slices":{{{slices}}},"removed":{to_json(list(changed.removed))}}}'
        self._forget(changed)
        return text

    def _slice(self, key: tuple[int, str], value: Any) -> str:
        known = self._written.get(key)
        if known is None or known[0] is not value:
            known = self._written[key] = value, f"{to_json(key[1])}:{to_json(value)}"
        return known[1]

    def _forget(self, changed: Changed) -> None:
        """Remove the texts of slices that are gone from the view."""
        if changed.full:
            slices: Mapping[str, Any] = changed.slices
            gone = [key for key in self._written if key[0] == changed.view and key[1] not in slices]
        else:
            gone = [(changed.view, key) for key in changed.removed]
        for key in gone:
            self._written.pop(key, None)
