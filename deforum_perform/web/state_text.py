"""The state as JSON text: each slice is written once for all pages that have the same view of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NamedTuple

from .answers import to_json
from .contract import Changed, Performing

MOST_VIEWS = 8
"""The texts of this many views are stored: more browsers with different Deforum tabs cost time, not memory."""


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
        self._written: OrderedDict[int, dict[str, tuple[Any, str]]] = OrderedDict()

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
        written = self._of_view(changed.view)
        slices = ",".join(_slice(written, key, value) for key, value in changed.slices.items())
        gone = written.keys() - changed.slices.keys() if changed.full else set(changed.removed)
        for key in gone:
            written.pop(key, None)
        return f'{head},"slices":{{{slices}}},"removed":{to_json(list(changed.removed))}}}'

    def _of_view(self, view: int) -> dict[str, tuple[Any, str]]:
        """Key -> value and text of the slices of a view that were written; of the last few views."""
        written = self._written.setdefault(view, {})
        self._written.move_to_end(view)
        while len(self._written) > MOST_VIEWS:
            self._written.popitem(last=False)
        return written


def _slice(written: dict[str, tuple[Any, str]], key: str, value: Any) -> str:
    known = written.get(key)
    if known is None or known[0] is not value:
        known = written[key] = value, f"{to_json(key)}:{to_json(value)}"
    return known[1]
