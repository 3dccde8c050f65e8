"""One OSC datagram, read strictly: every byte accounted for, no value invented, one error type, linear time.

Follows the OSC 1.0 specification and the types that 1.1 adds (opensoundcontrol.stanford.edu). python-osc is not used
on the way in: it pads a cut float with zeros, loops on a negative element size, and shifts the arguments behind types
it does not know.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, TypeAlias

from .arguments import Argument, read_arguments, text_end
from .faults import fault

BUNDLE_START = b"#bundle\0"
BUNDLE_HEADER_BYTES = 16
MAX_BUNDLE_DEPTH = 16
MAX_ADDRESS_BYTES = 512
_SIZE, _TIMETAG = struct.Struct(">I"), struct.Struct(">Q")


class Message(NamedTuple):
    """One OSC message. ``timetag`` is the innermost bundle's (64-bit NTP, 1 is "immediately"), or None."""

    address: str
    arguments: tuple[Argument, ...]
    timetag: int | None


Run: TypeAlias = "tuple[int | None, list[bytes]]"
"""The time tag of a bundle (None: of no bundle), and messages that follow each other in it, as bytes."""


class Header(NamedTuple):
    """What stands before the arguments; ``size`` bytes that decide how the rest is read."""

    address: str
    tags: str
    arguments_start: int


def decode_packet(data: bytes) -> list[Message]:
    """The messages of a datagram in the order they stand in it, bundles opened.

    An address without a leading slash gets one. A message without a type tag text has no arguments, if nothing
    follows its address. Raises PacketError with a kind out of ``faults.FAULTS``, and nothing else.
    """
    return [_decode_message(message, timetag) for timetag, messages in split_packet(data) for message in messages]


def _decode_message(message: bytes, timetag: int | None) -> Message:
    header = read_header(message)
    arguments = read_arguments(header.tags, message, header.arguments_start, len(message))
    return Message(header.address, arguments, timetag)


def read_header(message: bytes) -> Header:
    """Address and type tags. Raises PacketError."""
    end = len(message)
    stop, tags_start = text_end(message, 0, end)
    address = _address(message[:stop])
    if tags_start == end:
        return Header(address, "", end)
    if message[tags_start : tags_start + 1] != b",":
        raise fault("type_tags")
    tags_stop, arguments_start = text_end(message, tags_start, end)
    return Header(address, message[tags_start + 1 : tags_stop].decode("latin-1"), arguments_start)


def split_packet(data: bytes) -> list[Run]:
    """The messages of a datagram in their order; each byte of a bundle's frame is looked at once.

    Raises PacketError for sizes that cannot be. What is in the messages is not looked at.
    """
    check_length(data)
    if not data.startswith(BUNDLE_START):
        return [(None, [data])]
    position, end, run = _enter_bundle(data, 0, len(data))
    runs = [run]
    outer: list[tuple[int, int, int | None]] = []
    while True:
        if position == end:
            if not outer:
                return runs
            position, end, timetag = outer.pop()
            run = (timetag, [])
            runs.append(run)
            continue
        (size,) = _SIZE.unpack_from(data, position)
        start, position = position + 4, position + 4 + size
        if size == 0 or size % 4 or position > end:
            raise fault("element_size")
        if data.startswith(BUNDLE_START, start, position):
            if len(outer) + 1 >= MAX_BUNDLE_DEPTH:
                raise fault("bundle_depth")
            outer.append((position, end, run[0]))
            position, end, run = _enter_bundle(data, start, position)
            runs.append(run)
        else:
            run[1].append(data[start:position])


def check_length(data: bytes) -> None:
    """Raises PacketError for a length no packet has."""
    if not data:
        raise fault("empty")
    if len(data) % 4:
        raise fault("length")


def _enter_bundle(data: bytes, start: int, end: int) -> tuple[int, int, Run]:
    """Where the elements of the bundle at ``start`` begin and end, and their run, empty yet."""
    body = start + BUNDLE_HEADER_BYTES
    if body > end:
        raise fault("bundle_header")
    (timetag,) = _TIMETAG.unpack_from(data, start + len(BUNDLE_START))
    return body, end, (timetag, [])


def _address(raw: bytes) -> str:
    if not raw:
        raise fault("empty_address")
    if len(raw) > MAX_ADDRESS_BYTES:
        raise fault("address_length")
    try:
        address = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise fault("address_encoding") from None
    if not address.isprintable():
        raise fault("address_character")
    return address if address.startswith("/") else "/" + address
