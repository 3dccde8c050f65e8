"""The journal's file: its format, and reading back a recording that was cut off.

A file is ``MAGIC`` and records. A record is the length of its body (uint32), the CRC-32 of its body (uint32) and the
body; all numbers are little endian. The first body is a JSON object, the header. Every other body is a time (int64,
nanoseconds of the monotonic clock), a sender (uint16), and one datagram as it arrived, or for the sender ``NOTE`` a
JSON object: ``{"sender": [host, port]}`` names the next sender, from 0 on; anything else belongs to the owner. Format 1
had neither senders nor notes: a time and a datagram. Damaged records are skipped and reported; an incomplete tail ends
the reading.
"""

from __future__ import annotations

import json
import os
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...core.errors import DamagedFileError
from ..files import explained, parse_json
from ..limits import MAX_HEADER_BYTES

MAGIC = b"PERFORM journal 2\n"
MAGIC_1 = b"PERFORM journal 1\n"
PREFIX = struct.Struct("<II")
STAMP = struct.Struct("<q")
HEAD = struct.Struct("<qH")
UNKNOWN = 0xFFFF
"""The sender number of a datagram from an unknown sender."""
NOTE = 0xFFFE
MOST_SENDERS = 0xFFFE

MAX_DATAGRAM = 65_535
WINDOW, SEARCHED = 1 << 20, 64 << 20
"""How many bytes after a damaged record are searched for an intact one, at a time and at most."""

MOST_COMPARED = 256 << 20
"""The maximum number of bytes of a journal that are compared with a checksum while searching for intact records."""

WHAT = "The journal of that recording"


Sender: TypeAlias = "tuple[str, int]"


class Note(NamedTuple):
    """What the owner of a journal noted at a moment of the monotonic clock: a JSON object."""

    at_ns: int
    what: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Journal:
    """The content of a journal: ``received_ns`` (N,) int64 on the monotonic clock of the recording, and as many
    datagrams.

    ``torn``: what follows the last intact record could not be read. ``sender_index`` (N,) int32 are indexes into
    ``senders``, -1 if the sender is unknown. ``version``: of its format. ``damage``: the stamps before and after each
    place where records could not be read. ``id``: of the recording.
    """

    header: Mapping[str, Any]
    received_ns: NDArray[np.int64]
    payloads: list[bytes]
    torn: bool
    sender_index: NDArray[np.int32]
    senders: Sequence[Sender]
    notes: Sequence[Note]
    version: int
    damage: Sequence[tuple[int, int]] = ()
    id: str = ""


def record(body: bytes) -> bytes:
    """``body`` preceded by its length and checksum."""
    return PREFIX.pack(len(body), zlib.crc32(body)) + body


class Records:
    """Makes the records of one journal; it tracks which senders the journal has named."""

    def __init__(self) -> None:
        self._senders: dict[Sender, int] = {}

    def datagrams(self, received_ns: Sequence[int], payloads: Sequence[bytes], senders: Sequence[Sender] = ()) -> bytes:
        """Records of datagrams, with one stamp each and, if known, one sender; a new sender is named before its first
        datagram."""
        if not payloads:
            return b""
        if not senders or senders.count(senders[0]) == len(senders):
            named, index = self._named(senders[0], received_ns[0]) if senders else (b"", UNKNOWN)
            pairs = zip(received_ns, payloads, strict=False)
            return named + b"".join([record(HEAD.pack(ns, index) + payload) for ns, payload in pairs])
        parts = []
        for ns, payload, sender in zip(received_ns, payloads, senders, strict=False):
            named, index = self._named(sender, ns)
            parts += [named, record(HEAD.pack(ns, index) + payload)]
        return b"".join(parts)

    def note(self, at_ns: int, what: Mapping[str, Any]) -> bytes:
        """A record of something other than a datagram."""
        return record(HEAD.pack(at_ns, NOTE) + json.dumps(dict(what)).encode())

    def _named(self, sender: Sender, at_ns: int) -> tuple[bytes, int]:
        """The sender's number, with the note that names it if it is new."""
        index = self._senders.get(sender)
        if index is not None:
            return b"", index
        if len(self._senders) >= MOST_SENDERS:
            return b"", UNKNOWN
        self._senders[sender] = index = len(self._senders)
        return self.note(at_ns, {"sender": [sender[0], sender[1]]}), index


class JournalReader:
    """The datagrams of an open journal in order, with stamp and sender (-1: unknown).

    Damaged records are skipped: reading continues at the next intact record. ``torn``, ``senders``, ``notes`` and
    ``damage`` are complete when the datagrams have ended. ``header`` is empty if it is damaged and records follow it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.torn = False
        self.senders: list[Sender] = []
        self.notes: list[Note] = []
        self.damage: list[tuple[int, int]] = []
        self._size = os.fstat(file.fileno()).st_size
        if self._size == 0:
            raise DamagedFileError(f"{WHAT} is an empty file: nothing of the recording was written. Discard it.")
        self._comparable = MOST_COMPARED
        self._trusted: int | None = None
        self._gap, self._last_ns = False, 0
        self.version = _version(file.read(len(MAGIC)))
        header = self._whole(0, min(MAX_HEADER_BYTES, self._size))
        if header is None and not (self.version and self._search(len(MAGIC))):
            raise DamagedFileError(f"{WHAT} is damaged: its beginning is not that of a journal, or nothing follows.")
        parsed = {} if header is None else parse_json(header, WHAT)
        if not isinstance(parsed, dict):
            raise DamagedFileError(f"{WHAT} is damaged: it does not name its recording.")
        self.version = self.version or 2
        self.header: Mapping[str, Any] = parsed

    @property
    def _lengths(self) -> tuple[int, int]:
        """The minimum and the maximum length of the body of a datagram or a note."""
        least = STAMP.size if self.version == 1 else HEAD.size
        return least, least + MAX_DATAGRAM

    def _whole(self, least: int, most: int) -> bytes | None:
        """The next body, or None if there is no intact record."""
        prefix = self._file.read(PREFIX.size)
        if len(prefix) < PREFIX.size:
            return None
        length, checksum = PREFIX.unpack(prefix)
        if not least <= length <= most:
            return None
        body = self._file.read(length)
        return body if len(body) == length and zlib.crc32(body) == checksum else None

    def _body(self) -> bytes | None:
        """The next intact body, or None at the end."""
        start = self._file.tell()
        if start >= self._size:
            return None
        body = self._whole(*self._lengths)
        if body is not None:
            return body
        if self._search(start + 1):
            return self._whole(*self._lengths)
        self.torn = True
        if not self._is_cut_off(start):
            self.damage.append((self._last_ns, self._last_ns))
        return None

    def _is_cut_off(self, start: int) -> bool:
        """Whether the bytes from ``start`` to the end are the beginning of a record, and nothing else."""
        self._file.seek(start)
        prefix, (least, most) = self._file.read(PREFIX.size), self._lengths
        if len(prefix) < PREFIX.size:
            return True
        length, _ = PREFIX.unpack(prefix)
        return bool(least <= length <= most and self._size - start < PREFIX.size + length)

    def _search(self, start: int) -> bool:
        """Move to the first intact record from the byte ``start`` on; whether there is one."""
        least, most = self._lengths
        for first in range(start, min(self._size, start + SEARCHED), WINDOW):
            self._file.seek(first)
            window = self._file.read(WINDOW + PREFIX.size - 1)
            count = len(window) - PREFIX.size + 1
            lengths = np.ndarray((max(count, 0),), "<u4", window, strides=(1,))
            for place in np.flatnonzero((lengths >= least) & (lengths <= most)).tolist():
                self._file.seek(first + place)
                if self._whole(least, most) is not None:
                    self._file.seek(first + place)
                    self._miss()
                    return True
                self._comparable -= int(lengths[place])
                if self._comparable < 0:
                    return False
        return False

    def _miss(self) -> None:
        """Something is missing here, perhaps the name of a sender, so later sender numbers cannot be resolved."""
        self._gap = True
        self._trusted = len(self.senders) if self._trusted is None else self._trusted

    def __iter__(self) -> Iterator[tuple[int, int, bytes]]:
        for stamp, sender, payload in self._first_format() if self.version == 1 else self._records():
            if self._gap:
                self.damage.append((self._last_ns or stamp, stamp))
            self._gap, self._last_ns = False, stamp
            yield stamp, sender, payload
        if self._gap:
            self.damage.append((self._last_ns, self._last_ns))

    def _first_format(self) -> Iterator[tuple[int, int, bytes]]:
        while (body := self._body()) is not None:
            if len(body) < STAMP.size:
                self._miss()
            else:
                yield STAMP.unpack_from(body)[0], -1, body[STAMP.size :]

    def _records(self) -> Iterator[tuple[int, int, bytes]]:
        while (body := self._body()) is not None:
            stamp, sender = HEAD.unpack_from(body) if len(body) >= HEAD.size else (0, NOTE)
            if sender == NOTE:
                if not self._noted(stamp, body[HEAD.size :]):
                    self._miss()
            elif sender == UNKNOWN or self._trusted is not None:
                known = sender < (self._trusted or 0)
                yield stamp, sender if known else -1, body[HEAD.size :]
            elif sender < len(self.senders):
                yield stamp, sender, body[HEAD.size :]
            else:
                self._miss()

    def _noted(self, at_ns: int, text: bytes) -> bool:
        """Read a note; whether it is one."""
        try:
            what = parse_json(text, WHAT)
        except DamagedFileError:
            return False
        if not isinstance(what, dict):
            return False
        if "sender" not in what:
            self.notes.append(Note(at_ns, what))
            return True
        named = what["sender"]
        if not isinstance(named, list) or [type(part) for part in named] != [str, int]:
            return False
        self.senders.append((named[0], named[1]))
        return len(self.senders) <= MOST_SENDERS


def _version(first_line: bytes) -> int:
    """Of the format, 0 if the line is damaged. DamagedFileError for a newer one."""
    if first_line in (MAGIC, MAGIC_1):
        return 1 if first_line == MAGIC_1 else 2
    if re.fullmatch(rb"PERFORM journal [0-9]\n", first_line):
        raise DamagedFileError(f"{WHAT} was written by a newer Perform. Update the extension to recover it.")
    return 0


def read_journal(path: Path) -> Journal:
    """All intact records of the journal. DamagedFileError if there is neither a header nor any record."""
    with explained(WHAT), path.open("rb", buffering=1 << 20) as file:
        reader = JournalReader(file)
        rows = list(reader)
    return Journal(
        reader.header,
        np.fromiter((ns for ns, _, _ in rows), dtype=np.int64, count=len(rows)),
        [payload for _, _, payload in rows],
        reader.torn,
        np.fromiter((sender for _, sender, _ in rows), dtype=np.int32, count=len(rows)),
        reader.senders,
        reader.notes,
        reader.version,
        reader.damage,
        path.stem,
    )
