"""The messages of an OSC bundle: a fast path for valid bundles and a careful one for others.

An invalid bundle is read as far as the beginning and end of its elements are certain. They follow from the size before
an element and from the element's own type tags; a size that cannot be correct is replaced by the size that the element
itself implies, if the bundle then continues with another element or ends.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TypeAlias

from ...core.errors import PacketError
from .arguments import READERS, SIZES, WORD, Findings
from .message import read_header
from .packet_problems import packet_error

BUNDLE_START = b"#bundle\0"
BUNDLE_HEADER_BYTES = 16
MAX_BUNDLE_DEPTH = 16
MAX_REPAIRS = 64
LONGEST_REPAIRED = 1024
"""Bytes of elements with a wrong size, and their number; these two limits keep the work linear."""

_SIZE, _TIMETAG = struct.Struct(">I"), struct.Struct(">Q")

Run: TypeAlias = "tuple[int, list[bytes]]"
"""The time tag of a bundle, and messages that follow each other in it, as bytes."""


def split_bundle(data: bytes) -> tuple[list[Run], bool]:
    """The messages of a valid bundle, in order, and whether bundles in it were left out because they are nested too
    deeply. Each byte of its frame is examined once.

    Raises PacketError for impossible sizes. The content of the messages is not examined.
    """
    size_at, timetag_at, starts_bundle = _SIZE.unpack_from, _TIMETAG.unpack_from, data.startswith
    position, end = BUNDLE_HEADER_BYTES, len(data)
    if position > end:
        raise packet_error("bundle_header")
    (timetag,) = timetag_at(data, len(BUNDLE_START))
    messages: list[bytes] = []
    runs: list[Run] = [(timetag, messages)]
    outer: list[tuple[int, int, int]] = []
    too_deep = False
    while True:
        if position == end:
            if not outer:
                return runs, too_deep
            position, end, timetag = outer.pop()
            messages = []
            runs.append((timetag, messages))
            continue
        if end - position < WORD:
            raise packet_error("element_size")
        (size,) = size_at(data, position)
        start = position + WORD
        position = start + size
        if size == 0 or size % WORD or position > end:
            raise packet_error("element_size")
        if not starts_bundle(BUNDLE_START, start, position):
            messages.append(data[start:position])
        elif len(outer) == MAX_BUNDLE_DEPTH - 1:
            too_deep = True
        elif size < BUNDLE_HEADER_BYTES:
            raise packet_error("bundle_header")
        else:
            outer.append((position, end, timetag))
            position, end = start + BUNDLE_HEADER_BYTES, position
            (timetag,) = timetag_at(data, start + len(BUNDLE_START))
            messages = []
            runs.append((timetag, messages))


class MalformedBundle:
    """An invalid bundle. ``findings`` collects the errors in it and in the bundles inside."""

    def __init__(self, data: bytes, findings: Findings) -> None:
        self._data, self._findings = data, findings
        self._repairs = MAX_REPAIRS

    def messages(self) -> Iterator[tuple[int, bytes]]:
        """(time tag, message as bytes), in order, for every message whose position is certain."""
        data, starts_bundle, note = self._data, self._data.startswith, self._findings.note
        stack = [self._entered(0, len(data))]
        while stack:
            position, end, timetag = stack.pop()
            if position >= end:
                continue
            start, position = self._element(position, end)
            stack.append((position, end, timetag))
            if not starts_bundle(BUNDLE_START, start, position):
                if position > start:
                    yield timetag, data[start:position]
            elif len(stack) < MAX_BUNDLE_DEPTH:
                stack.append(self._entered(start, position))
            else:
                note("bundle_depth")

    def _entered(self, start: int, end: int) -> tuple[int, int, int]:
        """Where the elements of the bundle at ``start`` begin and end, and its time tag."""
        if end - start < BUNDLE_HEADER_BYTES:
            self._findings.note("bundle_header")
            return end, end, 0
        (timetag,) = _TIMETAG.unpack_from(self._data, start + len(BUNDLE_START))
        return start + BUNDLE_HEADER_BYTES, end, timetag

    def _element(self, position: int, end: int) -> tuple[int, int]:
        """Where the element whose size is at ``position`` begins and ends; (end, end) if that is not certain."""
        if end - position < WORD:
            self._findings.note("element_size")
            return end, end
        data, start = self._data, position + WORD
        (size,) = _SIZE.unpack_from(data, position)
        stop, sound = start + size, 0 < size <= end - start and size % WORD == 0
        if sound:
            own = size if data.startswith(BUNDLE_START, start, stop) else own_length(data[start:stop])
            if own == size or (own is None and self._goes_on(stop, end)):
                return start, stop
        found = stop if sound else None
        if data[position : position + 1] == b"/":
            return self._without_size(position, end)
        if size:
            found = next((place for place in self._other_ends(start, size) if self._goes_on(place, end)), found)
        else:
            found = start
        if found != stop or not sound:
            self._findings.note("element_size")
        return (end, end) if found is None else (start, found)

    def _without_size(self, position: int, end: int) -> tuple[int, int]:
        """A message instead of a size: no size begins like an address."""
        self._findings.note("element_size")
        length = self._repaired(position)
        stop = end + 1 if length is None else position + length
        goes_on = self._data[stop : stop + 1] == b"/" if stop < end else stop == end
        return (position, stop) if goes_on or self._goes_on(stop, end) else (end, end)

    def _other_ends(self, start: int, size: int) -> Iterator[int]:
        """Where an element of a doubtful size may end, the most likely first."""
        length = self._repaired(start)
        if length is not None:
            yield start + length
        yield start + size
        yield start + size + -size % WORD

    def _repaired(self, start: int) -> int | None:
        if self._repairs == 0:
            return None
        self._repairs -= 1
        return own_length(self._data[start : start + LONGEST_REPAIRED])

    def _goes_on(self, place: int, end: int) -> bool:
        """Whether the bundle ends at ``place``, or another element begins there."""
        if place >= end or end - place < 2 * WORD:
            return place == end
        if self._data[place : place + 1] == b"/" or self._data[place + WORD : place + WORD + 1] not in (b"/", b"#"):
            return False
        (size,) = _SIZE.unpack_from(self._data, place)
        if 0 < size <= end - place - WORD and size % WORD == 0:
            return True
        return self._repaired(place + WORD) is not None


def bundle_length(data: bytes) -> int | None:
    """The length of the bundle at the beginning of ``data``, up to the end or to another message or bundle: no size of
    an element begins like one of these. None if there is no bundle, or if its sizes do not define it."""
    position = BUNDLE_HEADER_BYTES
    if not data.startswith(BUNDLE_START) or len(data) < position:
        return None
    while position < len(data) and data[position : position + 1] not in (b"/", b"#"):
        if len(data) - position < WORD:
            return None
        (size,) = _SIZE.unpack_from(data, position)
        position += WORD + size
        if size == 0 or size % WORD or position > len(data):
            return None
    return position


def own_length(data: bytes) -> int | None:
    """The length of the message at the beginning of ``data`` according to its type tags; None if they do not define
    it."""
    findings = Findings()
    try:
        header = read_header(data, findings)
        position = header.arguments_start
        if b"\0," not in data[:position]:
            return None
        for tag in header.tags:
            if tag in SIZES:
                position += SIZES[tag]
            elif tag not in "[]":
                _, position = READERS[tag](data, position, len(data), findings)
    except (PacketError, KeyError):
        return None
    return None if findings.kinds or position > len(data) else position
