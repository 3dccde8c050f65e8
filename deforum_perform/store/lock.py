"""One Perform per folder: a lock that the system releases when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from ..core.errors import ConflictError
from .files import storage_error

_BYTE = 1 << 20
"""The byte that is locked on Windows, beyond the content, so that others can still read which process holds the
lock."""


class FolderLock:
    """An advisory lock on ``folder``, held by one process at a time."""

    def __init__(self, folder: Path, name: str = "lock") -> None:
        self._path = folder / name
        self._file: BinaryIO | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self) -> None:
        """Acquire the lock. ConflictError names the process that has it; StorageError on a disk error."""
        if self._file is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+b", buffering=0)
        except OSError as error:
            raise storage_error(error, "The folder of songs", "opened") from error
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise ConflictError(
                f"Another Perform{self._holder()} uses this folder of songs. "
                "Close it, or start this one with another folder."
            ) from error
        with contextlib.suppress(OSError):
            file.truncate(0)
            file.write(json.dumps({"pid": os.getpid()}).encode())
        self._file = file

    def release(self) -> None:
        """Release the lock; does nothing if it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _holder(self) -> str:
        try:
            return f" (process {int(json.loads(self._path.read_bytes()[:100])['pid'])})"
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
