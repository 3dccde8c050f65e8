"""One OSC datagram, read strictly: every byte accounted for, no value invented, one error type, linear time.

Follows the OSC 1.0 specification and the types that 1.1 adds (opensoundcontrol.stanford.edu). python-osc is not used
on the way in: it pads a cut float with zeros, loops on a negative element size, and shifts the arguments behind types
it does not know.
"""

from __future__ import annotations

from typing import NamedTuple

from .arguments import Argument, read_arguments, text_end
from .faults import fault

BUNDLE_START = b"#bundle\0"
BUNDLE_HEADER_BYTES = 16
MAX_BUNDLE_DEPTH = 16
MAX_ADDRESS_BYTES = 512


class Message(NamedTuple):
    """One OSC message. ``timetag`` is the innermost bundle's (64-bit NTP, 1 is "immediately"), or None."""

    address: str
    arguments: tuple[Argument, ...]
    timetag: int | None


class Element(NamedTuple):
    """Where one message lies in a datagram: bytes ``start`` to ``end``."""

    start: int
    end: int
    timetag: int | None


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
    return [decode_message(data, element) for element in split_packet(data)]


def decode_message(data: bytes, element: Element) -> Message:
    """The message at ``element``, which ``split_packet`` found."""
    header = read_header(data, element.start, element.end)
    arguments = read_arguments(header.tags, data, header.arguments_start, element.end)
    return Message(header.address, arguments, element.timetag)


def read_header(data: bytes, start: int, end: int) -> Header:
    """Address and type tags of the message at ``start``. Raises PacketError."""
    stop, tags_start = text_end(data, start, end)
    address = _address(data[start:stop])
    if tags_start == end:
        return Header(address, "", end)
    if data[tags_start : tags_start + 1] != b",":
        raise fault("type_tags")
    tags_stop, arguments_start = text_end(data, tags_start, end)
    return Header(address, data[tags_start + 1 : tags_stop].decode("latin-1"), arguments_start)


def split_packet(data: bytes) -> list[Element]:
    """Where the messages of a datagram lie; each byte of a bundle's frame is looked at once.

    Raises PacketError for sizes that cannot be. What is in the messages is not looked at.
    """
    check_length(data)
    size = len(data)
    if not data.startswith(BUNDLE_START):
        return [Element(0, size, None)]
    found: list[Element] = []
    position, end, timetag = _enter_bundle(data, 0, size)
    outer: list[tuple[int, int, int]] = []
    while True:
        if position == end:
            if not outer:
                return found
            position, end, timetag = outer.pop()
            continue
        start, stop = _element(data, position, end)
        if data.startswith(BUNDLE_START, start, stop):
            if len(outer) + 1 >= MAX_BUNDLE_DEPTH:
                raise fault("bundle_depth")
            outer.append((stop, end, timetag))
            position, end, timetag = _enter_bundle(data, start, stop)
        else:
            found.append(Element(start, stop, timetag))
            position = stop


def check_length(data: bytes) -> None:
    """Raises PacketError for a length no packet has."""
    if not data:
        raise fault("empty")
    if len(data) % 4:
        raise fault("length")


def _enter_bundle(data: bytes, start: int, end: int) -> tuple[int, int, int]:
    body = start + BUNDLE_HEADER_BYTES
    if body > end:
        raise fault("bundle_header")
    return body, end, int.from_bytes(data[start + 8 : body], "big")


def _element(data: bytes, position: int, end: int) -> tuple[int, int]:
    start = position + 4
    size = int.from_bytes(data[position:start], "big")
    if size == 0 or size % 4 or start + size > end:
        raise fault("element_size")
    return start, start + size


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
