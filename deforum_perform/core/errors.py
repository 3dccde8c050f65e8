"""Every error that Perform raises on purpose, in one tree.

::

    PerformError                 an error to show to the user, with what to do
    +-- InputError               a value that was typed or sent cannot be used
    |   +-- ScheduleTextError    a schedule text that Deforum could not read; has the position
    |   +-- TooLargeError        the request exceeds a limit
    |   +-- ContentTypeError     a request that is not JSON
    |   +-- SlowRequestError     a request that stopped or was too slow
    +-- NotFoundError            no such song, lane, take or source
    +-- ConflictError            not now: something else has to finish first
    |   +-- BusyError            not now: too many uploads
    +-- AccessError              requested from a page on another site
    |   +-- LoginError           not logged in, but the host requires it
    +-- ListenError              the OSC port cannot be opened; has the next free one
    +-- StorageError             a file could not be read or written
    |   +-- DamagedFileError     the content of a file is invalid
    |   |   +-- NewerFileError   nothing is invalid, but only a newer Perform can read it
    |   +-- FolderError          a folder is missing or not writable
    +-- PacketError              a datagram is not OSC; has the kind of problem

``status`` is the HTTP status that the web package returns, ``code`` a short name that does not change.
"""

from __future__ import annotations

from typing import ClassVar


class PerformError(Exception):
    """Base of the tree. The message says what happened, to what, and what to do next."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def details(self) -> dict[str, object]:
        """Data for programs in addition to the message; JSON-able."""
        return {}


class InputError(PerformError):
    """A value that was typed or sent cannot be used."""

    status = 422
    code = "input"


class ScheduleTextError(InputError):
    """A schedule text that Deforum could not read. ``position`` counts characters from 0."""

    code = "schedule_text"

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position

    def details(self) -> dict[str, object]:
        return {"position": self.position}


class TooLargeError(InputError):
    """The request exceeds a limit."""

    status = 413
    code = "too_large"


class ContentTypeError(InputError):
    """A request that is not JSON, as a form on another site would send."""

    status = 415
    code = "content_type"


class SlowRequestError(InputError):
    """A request that stopped or was too slow."""

    status = 408
    code = "slow"


class NotFoundError(PerformError):
    """No such song, lane, take or source."""

    status = 404
    code = "not_found"


class ConflictError(PerformError):
    """Not now: something else has to finish first."""

    status = 409
    code = "conflict"


class BusyError(ConflictError):
    """Not now: too many uploads at the same time."""

    status = 503
    code = "busy"


class AccessError(PerformError):
    """Requested from a page on another site."""

    status = 403
    code = "access"


class LoginError(AccessError):
    """Not logged in, but the host requires it."""

    status = 401
    code = "login"


class ListenError(PerformError):
    """The OSC address cannot be opened. ``free_port`` is the next port that can be, or None."""

    status = 409
    code = "listen"

    def __init__(self, message: str, host: str, port: int, free_port: int | None = None) -> None:
        super().__init__(message)
        self.host, self.port, self.free_port = host, port, free_port

    def details(self) -> dict[str, object]:
        return {"host": self.host, "port": self.port, "free_port": self.free_port}


class StorageError(PerformError):
    """A file could not be read or written."""

    status = 507
    code = "storage"


class DamagedFileError(StorageError):
    """The content of a file is invalid; the file is left unchanged."""

    status = 422
    code = "damaged_file"


class NewerFileError(DamagedFileError):
    """A file that a newer Perform saved: it is not damaged, and nothing may be opened in its place."""


class FolderError(StorageError):
    """A folder is missing or not writable. Freeing disk space does not help."""


class PacketError(PerformError):
    """A datagram is not OSC. ``kind`` names the problem, for counting."""

    status = 422
    code = "packet"

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(message or kind)
        self.kind = kind
