"""Every error that Perform raises on purpose, in one tree.

::

    PerformError                 something the user can be told, with what to do
    +-- InputError               a value that was typed or sent cannot be used
    |   +-- ScheduleTextError    a schedule text Deforum could not read; knows the position
    |   +-- TooLargeError        more was sent than Perform takes
    |   +-- ContentTypeError     a request that is not JSON
    |   +-- SlowRequestError     a request that stood still
    +-- NotFoundError            no such song, lane, take or source
    +-- ConflictError            not now: another thing has to end first
    |   +-- BusyError            not now: too much is being sent
    +-- AccessError              asked from a page on another site
    |   +-- LoginError           not logged in where the host asks for it
    +-- ListenError              the OSC port cannot be opened; knows the next free one
    +-- StorageError             the disk did not take or give a file
    |   +-- DamagedFileError     a file on disk is not what it should be
    |   +-- FolderError          a folder is gone, or nothing may be written there
    +-- PacketError              a datagram is not OSC; knows the kind of fault

``status`` is the HTTP status the web room answers with, ``code`` a short name that does not change.
"""

from __future__ import annotations

from typing import ClassVar


class PerformError(Exception):
    """Base of the tree. The message says what happened, to what, and what to do."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def details(self) -> dict[str, object]:
        """What a program needs beside the message; JSON-able."""
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
    """More was sent than Perform takes."""

    status = 413
    code = "too_large"


class ContentTypeError(InputError):
    """A request that is not JSON, as a form on another site would send."""

    status = 415
    code = "content_type"


class SlowRequestError(InputError):
    """A request that stood still or came too slowly."""

    status = 408
    code = "slow"


class NotFoundError(PerformError):
    """No such song, lane, take or source."""

    status = 404
    code = "not_found"


class ConflictError(PerformError):
    """Not now: another thing has to end first."""

    status = 409
    code = "conflict"


class BusyError(ConflictError):
    """Not now: too much is being sent at the same time."""

    status = 503
    code = "busy"


class AccessError(PerformError):
    """Asked from a page on another site."""

    status = 403
    code = "access"


class LoginError(AccessError):
    """Not logged in where the host asks for it."""

    status = 401
    code = "login"


class ListenError(PerformError):
    """The OSC address cannot be opened. ``free_port`` is the next port that can, or None."""

    status = 409
    code = "listen"

    def __init__(self, message: str, host: str, port: int, free_port: int | None = None) -> None:
        super().__init__(message)
        self.host, self.port, self.free_port = host, port, free_port

    def details(self) -> dict[str, object]:
        return {"host": self.host, "port": self.port, "free_port": self.free_port}


class StorageError(PerformError):
    """The disk did not take or give a file."""

    status = 507
    code = "storage"


class DamagedFileError(StorageError):
    """A file on disk is not what it should be; it is left as it is."""

    status = 422
    code = "damaged_file"


class FolderError(StorageError):
    """A folder is gone, or nothing may be written there. Waiting for room does not help."""


class PacketError(PerformError):
    """A datagram is not OSC. ``kind`` names the fault, for counting."""

    status = 422
    code = "packet"

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(message or kind)
        self.kind = kind
