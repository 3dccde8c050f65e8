"""The journal's file: its format, and reading back what a pass that was cut off left behind.

A file is ``MAGIC`` and records. A record is the length of its body (uint32), the CRC-32 of its body (uint32) and the
body; all numbers are little endian. The first body is a JSON object, the header; every other body is the time of
arrival (int64, nanoseconds of the monotonic clock) and one datagram as it came. A torn tail ends the reading, not more.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DamagedFileError, NotFoundError, StorageError
from .files import parse_json, storage_error, sync_folder
from .ids import checked_id, is_id

MAGIC = b"PERFORM journal 1\n"
PREFIX = struct.Struct("<II")
STAMP = struct.Struct("<q")
SUFFIX = ".journal"
DISCARDED = "discarded"

MAX_DATAGRAM = 65_535
MAX_HEADER_BYTES = 4 << 20
MAX_JOURNAL_BYTES = 4 << 30
_WHAT = "The safety copy of that pass"


@dataclass(frozen=True, eq=False)
class Journal:
    """What a journal holds: ``received_ns`` (N,) int64 on the monotonic clock of the pass, and as many datagrams.

    ``torn``: what follows the last whole record could not be read.
    """

    header: Mapping[str, Any]
    received_ns: NDArray[np.int64]
    payloads: list[bytes]
    torn: bool


@dataclass(frozen=True)
class JournalEntry:
    """A journal in a list. ``first_ns``, ``last_ns``: the stamps of its first and last datagram, 0 without any.

    ``fault``: why it cannot be read at all, or None.
    """

    id: str
    path: Path
    header: Mapping[str, Any] = field(default_factory=dict)
    datagrams: int = 0
    first_ns: int = 0
    last_ns: int = 0
    torn: bool = False
    fault: str | None = None


def record(body: bytes) -> bytes:
    """``body`` with its length and checksum in front."""
    return PREFIX.pack(len(body), zlib.crc32(body)) + body


class _Reader:
    """The records of an open journal, one after the other; ``torn`` is right when they have ended."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.torn = False
        if os.fstat(file.fileno()).st_size > MAX_JOURNAL_BYTES:
            raise DamagedFileError(f"{_WHAT} is refused: the file is larger than {MAX_JOURNAL_BYTES >> 30} GB.")
        if file.read(len(MAGIC)) != MAGIC:
            raise DamagedFileError(f"{_WHAT} is damaged: it does not begin like one.")
        header = self._body(MAX_HEADER_BYTES)
        parsed = None if header is None else parse_json(header, _WHAT)
        if not isinstance(parsed, dict):
            raise DamagedFileError(f"{_WHAT} is damaged: it does not say which pass it is.")
        self.header: Mapping[str, Any] = parsed

    def _body(self, longest: int) -> bytes | None:
        """The next body, or None at the end or at the first record that is not whole."""
        prefix = self._file.read(PREFIX.size)
        if not prefix:
            return None
        self.torn = True
        if len(prefix) < PREFIX.size:
            return None
        length, checksum = PREFIX.unpack(prefix)
        body = self._file.read(length) if length <= longest else b""
        if len(body) != length or zlib.crc32(body) != checksum:
            return None
        self.torn = False
        return body

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while (body := self._body(STAMP.size + MAX_DATAGRAM)) is not None:
            if len(body) < STAMP.size:
                self.torn = True
                return
            yield STAMP.unpack_from(body)[0], body[STAMP.size :]


def read_journal(path: Path) -> Journal:
    """The journal up to its last whole record. DamagedFileError where not even its header can be read."""
    try:
        with path.open("rb", buffering=1 << 20) as file:
            reader = _Reader(file)
            pairs = list(reader)
    except FileNotFoundError as error:
        raise NotFoundError(f"{_WHAT} is not there any more.") from error
    except OSError as error:
        raise storage_error(error, _WHAT, "read") from error
    received = np.fromiter((ns for ns, _ in pairs), dtype=np.int64, count=len(pairs))
    return Journal(reader.header, received, [payload for _, payload in pairs], reader.torn)


def list_journals(root: Path) -> list[JournalEntry]:
    """The journals in the folder ``root``, the oldest first; one that cannot be read with its fault."""
    try:
        paths = [p for p in root.iterdir() if p.suffix == SUFFIX and is_id(p.stem)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(error, "The list of unsaved passes", "read") from error
    return [_entry(path) for path in sorted(paths)]


def _entry(path: Path) -> JournalEntry:
    count = first = last = 0
    try:
        with path.open("rb", buffering=1 << 20) as file:
            reader = _Reader(file)
            for last, _payload in reader:
                first = first if count else last
                count += 1
    except StorageError as error:
        return JournalEntry(path.stem, path, fault=str(error))
    except OSError as error:
        return JournalEntry(path.stem, path, fault=str(storage_error(error, _WHAT, "read")))
    return JournalEntry(path.stem, path, reader.header, count, first, last, reader.torn)


def journal_path(root: Path, pass_id: str) -> Path:
    """Where the journal of a pass lies. InputError for a text that is no id."""
    return root / f"{checked_id(pass_id)}{SUFFIX}"


def discard_journal(root: Path, pass_id: str) -> None:
    """Put a journal aside, into ``root``/discarded: it is not offered again, and not lost."""
    path = journal_path(root, pass_id)
    try:
        (root / DISCARDED).mkdir(exist_ok=True)
        path.replace(root / DISCARDED / path.name)
    except FileNotFoundError as error:
        raise NotFoundError(f"{_WHAT} is not there any more.") from error
    except OSError as error:
        raise storage_error(error, _WHAT, "put aside") from error
    sync_folder(root)
