"""The state as JSON text, made once for all pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from .answers import to_json
from .contract import Performing


def _listed(source: dict[str, Any]) -> dict[str, Any]:
    """What the list shows of a source, without what is the same for most, and without its values: those are in the live
    messages."""
    kept: dict[str, Any] = {"index": source["index"], "name": source["name"]}
    if source["text"]:
        kept["text"] = True
    if source["recorded"]:
        kept["recorded"] = source["recorded"]
    return kept


PARTS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = MappingProxyType(
    {"sources": _listed, "takes": lambda take: take}
)
"""Lists of the state that can be long and rarely change -> what a page gets of each item."""


class StateText:
    """The newest ``{"type": "state"}`` message of a performer.

    A page that already has one of the ``PARTS`` gets the state without it.
    """

    def __init__(self, performer: Performing) -> None:
        self._performer = performer
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._parts: dict[str, list[dict[str, Any]]] = {}
        self._changed: dict[str, int] = {}
        self._rest: dict[str, Any] = {}
        self._texts: dict[frozenset[str], str] = {}

    def newer_than(self, revision: int | None) -> tuple[int | None, str | None]:
        """Revision and text of the current state for a page that has the state of ``revision`` (None: none); no text if
        that is the current one."""
        with self._lock:
            if self._performer.revision != self._revision:
                self._take_in(self._performer.snapshot())
            if self._revision == revision:
                return self._revision, None
            return self._revision, self._text(
                frozenset(part for part, changed in self._changed.items() if revision is None or revision < changed)
            )

    def _take_in(self, state: Mapping[str, Any]) -> None:
        self._revision = int(state["revision"])
        for part, item in PARTS.items():
            rows = [item(row) for row in state[part]] if part in state else None
            if rows is not None and rows != self._parts.get(part):
                self._parts[part], self._changed[part] = rows, self._revision
        self._rest = {name: value for name, value in state.items() if name not in PARTS}
        self._texts = {}

    def _text(self, wanted: frozenset[str]) -> str:
        if wanted not in self._texts:
            state = {**self._rest, **{part: self._parts[part] for part in wanted}}
            self._texts[wanted] = to_json({"type": "state", "state": state})
        return self._texts[wanted]
