"""The state as JSON text, made once for all pages."""

from __future__ import annotations

import threading

from .answers import to_json
from .contract import Performing


class StateText:
    """The newest ``{"type": "state"}`` message of a performer."""

    def __init__(self, performer: Performing) -> None:
        self._performer = performer
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._text = ""

    def newer_than(self, revision: int | None) -> tuple[int | None, str | None]:
        """Revision and text of the present state; no text where ``revision`` is the present one."""
        with self._lock:
            if self._performer.revision != self._revision:
                state = self._performer.snapshot()
                self._text = to_json({"type": "state", "state": state})
                self._revision = int(state["revision"])
            return self._revision, None if self._revision == revision else self._text
