"""The journal's file: its format, and reading back what a pass that was cut off left behind.

A file is ``MAGIC`` and records. A record is the length of its body (uint32), the CRC-32 of its body (uint32) and the
body; all numbers are little endian. The first body is a JSON object, the header. Every other body is a time (int64,
nanoseconds of the monotonic clock), a sender (uint16), and one datagram as it came, or for the sender ``NOTE`` a JSON
object: ``{"sender": [host, port]}`` names the next sender, from 0 on; anything else is the owner's. Format 1 knew
neither senders nor notes: a time and a datagram. A torn tail ends the reading, not more.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DamagedFileError
from .files import explained, parse_json
from .limits import MAX_HEADER_BYTES

MAGIC = b"PERFORM journal 2\n"
MAGIC_1 = b"PERFORM journal 1\n"
PREFIX = struct.Struct("<II")
STAMP = struct.Struct("<q")
HEAD = struct.Struct("<qH")
UNKNOWN = 0xFFFF
"""The sender of a datagram of which nobody said who sent it."""
NOTE = 0xFFFE
MOST_SENDERS = 0xFFFE

MAX_DATAGRAM = 65_535
WHAT = "The safety copy of that pass"


Sender: TypeAlias = "tuple[str, int]"


class Note(NamedTuple):
    """What the owner of a journal noted at a moment of the monotonic clock: a JSON object."""

    at_ns: int
    what: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Journal:
    """What a journal holds: ``received_ns`` (N,) int64 on the monotonic clock of the pass, and as many datagrams.

    ``torn``: what follows the last whole record could not be read. ``sender_index`` (N,) int32 are places in
    ``senders``, -1 where the journal does not say who sent. ``version``: of its format.
    """

    header: Mapping[str, Any]
    received_ns: NDArray[np.int64]
    payloads: list[bytes]
    torn: bool
    sender_index: NDArray[np.int32]
    senders: Sequence[Sender]
    notes: Sequence[Note]
    version: int


def record(body: bytes) -> bytes:
    """``body`` with its length and checksum in front."""
    return PREFIX.pack(len(body), zlib.crc32(body)) + body


class Records:
    """Makes the records of one journal; it knows which senders the journal has named."""

    def __init__(self) -> None:
        self._senders: dict[Sender, int] = {}

    def datagrams(self, received_ns: Sequence[int], payloads: Sequence[bytes], senders: Sequence[Sender] = ()) -> bytes:
        """Records of datagrams, one stamp each and, if told, one sender; a new sender is named before its first."""
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
        """The sender's place, with the note that names it if it is new."""
        index = self._senders.get(sender)
        if index is not None:
            return b"", index
        if len(self._senders) >= MOST_SENDERS:
            return b"", UNKNOWN
        self._senders[sender] = index = len(self._senders)
        return self.note(at_ns, {"sender": [sender[0], sender[1]]}), index


class JournalReader:
    """The datagrams of an open journal, one after the other, with stamp and sender (-1: unknown).

    ``torn``, ``senders`` and ``notes`` are whole when they have ended.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.torn = False
        self.senders: list[Sender] = []
        self.notes: list[Note] = []
        self._size = os.fstat(file.fileno()).st_size
        self.version = {MAGIC: 2, MAGIC_1: 1}.get(file.read(len(MAGIC)), 0)
        if not self.version:
            raise DamagedFileError(f"{WHAT} is damaged: it does not begin like one.")
        header = self._body(min(MAX_HEADER_BYTES, self._size))
        parsed = None if header is None else parse_json(header, WHAT)
        if not isinstance(parsed, dict):
            raise DamagedFileError(f"{WHAT} is damaged: it does not say which pass it is.")
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

    def __iter__(self) -> Iterator[tuple[int, int, bytes]]:
        return self._first_format() if self.version == 1 else self._records()

    def _first_format(self) -> Iterator[tuple[int, int, bytes]]:
        while (body := self._body(STAMP.size + MAX_DATAGRAM)) is not None:
            if len(body) < STAMP.size:
                self.torn = True
                return
            yield STAMP.unpack_from(body)[0], -1, body[STAMP.size :]

    def _records(self) -> Iterator[tuple[int, int, bytes]]:
        while (body := self._body(HEAD.size + MAX_DATAGRAM)) is not None:
            stamp, sender = HEAD.unpack_from(body) if len(body) >= HEAD.size else (0, NOTE)
            if sender < len(self.senders) or sender == UNKNOWN:
                yield stamp, -1 if sender == UNKNOWN else sender, body[HEAD.size :]
            elif sender != NOTE or not self._noted(stamp, body[HEAD.size :]):
                self.torn = True
                return

    def _noted(self, at_ns: int, text: bytes) -> bool:
        """Take in a note; whether it is one."""
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


def read_journal(path: Path) -> Journal:
    """The journal up to its last whole record. DamagedFileError where not even its header can be read."""
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
    )
