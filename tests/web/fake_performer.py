"""A performer controlled by a test, to test the web package's own rules separately."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import IO, Any

from deforum_perform.app.deforum.export_choice import ExportChoice
from deforum_perform.app.deforum.exports import Export
from deforum_perform.app.state.slices import Changes
from deforum_perform.core.errors import InputError, NotFoundError


class FakePerformer:
    """``moves`` counts the changes of live; ``moved`` and ``changed`` are what a listener and a user would cause."""

    def __init__(self) -> None:
        self.revision = 1
        self.moves = 0
        self.runs = False
        self.commands: list[tuple[str, dict[str, Any]]] = []
        self.payload = "x"
        self.polls = 0
        self.threads: set[str] = set()
        self.zip: IO[bytes] = io.BytesIO(b"zip")
        self._callbacks: list[Callable[[], None]] = []

    @property
    def subscribers(self) -> int:
        return len(self._callbacks)

    def command(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.threads.add(threading.current_thread().name)
        if name == "refused":
            raise InputError("fps needs a number.")
        if name == "broken":
            raise RuntimeError("secret at /home/user/songs/song.json")
        self.commands.append((name, arguments))
        return {"done": name, "value": float("nan")}

    def snapshot(self, page: str | None = None) -> dict[str, Any]:
        return {"revision": self.revision, "version": "0.1.0"}

    def slices(self, revision: int | None, page: str | None = None, view: int | None = None) -> Changes:
        if revision is None:
            return Changes(self.revision, True, {"version": "0.1.0", "count": self.revision})
        return Changes(self.revision, False, {"count": self.revision} if revision < self.revision else {})

    def song_list(self) -> dict[str, Any]:
        return {"songs": [], "trashed": []}

    def live(self, cursor: int | None, page: str | None = None) -> tuple[dict[str, Any] | None, int]:
        moves = self.moves
        message = {"type": "live", "full": cursor is None, "moves": moves, "payload": self.payload}
        still = cursor == moves and not self.runs
        self.polls += 1  # last, so that who waits for it moves nothing under this look
        return (None if still else message), moves

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def moved(self) -> None:
        """As if a source had moved."""
        self.moves += 1
        self.announce()

    def changed(self) -> None:
        """As if a user had changed the song."""
        self.revision += 1
        self.announce()

    def announce(self) -> None:
        for callback in list(self._callbacks):
            callback()

    def curve_bytes(self, lane_id: str, page: str | None = None) -> tuple[str, bytes] | None:
        if lane_id == "gone":
            return None
        if lane_id != "a":
            raise NotFoundError("That lane no longer exists.")
        return "curve-1", b"\x00\x01\x02\x03"

    def lane_text(self, lane_id: str, page: str | None = None) -> str:
        return "0: (1.5)"

    def export(self, kind: str, choice: ExportChoice) -> Export:
        if kind == "zip":
            return Export("large.zip", "application/zip", self.zip)
        if kind != "settings":
            raise InputError(f"Perform has no export called {kind!r}.")
        return Export('My song "äöü"\r\n/settings.txt', "application/json", b'{"zoom": "0: (1)"}')

    def import_song(self, data: bytes) -> dict[str, Any]:
        return {"id": "new", "bytes": len(data)}
