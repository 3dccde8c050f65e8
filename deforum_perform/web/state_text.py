"""The state as JSON text, made once for all pages."""

from __future__ import annotations

import threading
from typing import Any

from .answers import to_json
from .contract import Performing


class StateText:
    """The newest ``{"type": "state"}`` message of a performer.

    The list of sources is long, seldom another one, and most of the text: a page that has it already gets the state
    without it. What a source sends is not in it; that is in the live messages.
    """

    def __init__(self, performer: Performing) -> None:
        self._performer = performer
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._sources: list[dict[str, Any]] | None = None
        self._sources_revision = 0
        self._state: dict[str, Any] = {}
        self._texts: dict[bool, str] = {}

    def newer_than(self, revision: int | None) -> tuple[int | None, str | None]:
        """Revision and text of the present state for a page that has the state of ``revision`` (None: of none); no text
        where that is the present one."""
        with self._lock:
            if self._performer.revision != self._revision:
                self._take_in(self._performer.snapshot())
            if self._revision == revision:
                return self._revision, None
            return self._revision, self._text(revision is None or revision < self._sources_revision)

    def _take_in(self, state: dict[str, Any]) -> None:
        sources = [_listed(source) for source in state["sources"]] if "sources" in state else None
        self._revision = int(state["revision"])
        if sources != self._sources:
            self._sources, self._sources_revision = sources, self._revision
        self._state = {name: value for name, value in state.items() if name != "sources"}
        self._texts = {}

    def _text(self, with_sources: bool) -> str:
        if with_sources not in self._texts:
            with_them = with_sources and self._sources is not None
            state = {**self._state, "sources": self._sources} if with_them else self._state
            self._texts[with_sources] = to_json({"type": "state", "state": state})
        return self._texts[with_sources]


def _listed(source: dict[str, Any]) -> dict[str, Any]:
    """What the list shows of a source, without what is so of most."""
    kept: dict[str, Any] = {"index": source["index"], "name": source["name"]}
    if source["text"]:
        kept["text"] = True
    if source["recorded"]:
        kept["recorded"] = source["recorded"]
    return kept
