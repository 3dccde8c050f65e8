"""Perform from the outside: its commands, its state, its OSC port; as a separate process, or in this one."""

from __future__ import annotations

import http.client
import io
import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

from deforum_perform.app.performer import Performer
from deforum_perform.core.errors import PerformError

PATIENCE_S, UNUSED_S = 120.0, 2.0
UNEXPECTED = "unexpected"


class Refused(Exception):
    """A command was not obeyed; ``code`` says why in a word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Gone(Exception):
    """No answer: the process has ended, or ended during the request."""


class Instrument(Protocol):
    """What the torture needs of Perform. For any thread."""

    osc_port: int

    def command(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a command. Refused or Gone."""

    def state(self) -> dict[str, Any]:
        """The state. Gone."""

    def export(self, kind: str, query: str = "") -> bytes:
        """The song as a file. Refused or Gone."""

    def import_song(self, data: bytes) -> dict[str, Any]:
        """Make a song from a zip. Refused or Gone."""


def with_songs(state: Mapping[str, Any], listed: Mapping[str, Any]) -> dict[str, Any]:
    """The state with the songs and those in the trash."""
    return {**state, "songs": listed["songs"], "trashed_songs": listed["trashed"]}


class Served:
    """A process that serves at ``address``."""

    def __init__(self, address: str, osc_port: int) -> None:
        self.osc_port = osc_port
        self._address = address
        self._local = threading.local()
        self._links: list[http.client.HTTPConnection] = []

    def command(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return dict(json.loads(self._asked("POST", f"commands/{name}", json.dumps(arguments).encode()))["result"])

    def state(self) -> dict[str, Any]:
        listed = json.loads(self._asked("GET", "songs"))
        return with_songs(json.loads(self._asked("GET", "state")), listed)

    def export(self, kind: str, query: str = "") -> bytes:
        return self._asked("GET", f"export/{kind}{query}")

    def import_song(self, data: bytes) -> dict[str, Any]:
        return dict(json.loads(self._asked("POST", "import/song", data, "application/zip"))["result"])

    def _asked(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        link = self._link()
        try:
            link.request(method, f"/perform/v1/{path}", body, {"Content-Type": kind})
            answer = link.getresponse()
            status, data = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            link.close()
            raise Gone(str(error)) from error
        if status == 200:
            return data
        problem = json.loads(data)["error"]
        raise Refused(str(problem["code"]), str(problem["message"]))

    def _link(self) -> http.client.HTTPConnection:
        """This thread's connection: another one where it has not been used for so long that it may be closed."""
        now_s = time.monotonic()
        link: http.client.HTTPConnection | None = getattr(self._local, "link", None)
        if link is None or now_s - self._local.used_s > UNUSED_S:
            link = self._local.link = http.client.HTTPConnection(self._address, timeout=PATIENCE_S)
            self._links.append(link)
        self._local.used_s = now_s
        return link

    def close(self) -> None:
        """Close the connections of all threads."""
        for link in self._links:
            link.close()


class InThisProcess:
    """A Performer that listens."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self.osc_port = performer.listening.port

    def command(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._performer.command(name, arguments)
        except PerformError as error:
            raise Refused(error.code, str(error)) from error

    def state(self) -> dict[str, Any]:
        return with_songs(self._performer.snapshot(), self._performer.song_list())

    def export(self, kind: str, query: str = "") -> bytes:
        try:
            return self._performer.export(kind).data
        except PerformError as error:
            raise Refused(error.code, str(error)) from error

    def import_song(self, data: bytes) -> dict[str, Any]:
        try:
            return self._performer.import_song(io.BytesIO(data))
        except PerformError as error:
            raise Refused(error.code, str(error)) from error
