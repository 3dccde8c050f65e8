"""Datagrams that contain more than a plain packet: packets framed for a stream, by SLIP, as OSC 1.1 does on serial
lines, or preceded by their length, as OSC 1.0 does on TCP, which some bridges forward; or several messages or bundles
in a row."""

from __future__ import annotations

import struct

from .bundle import bundle_length, own_length

_END, _ESCAPE = b"\xc0", b"\xdb"
_SIZE = struct.Struct(">I")


def unframed(data: bytes) -> list[bytes]:
    """The packets in the frames; none unless frames fill the datagram from its first byte to its last."""
    return _without_lengths(data) or _without_slip(data)


def in_a_row(data: bytes) -> list[bytes]:
    """The messages and bundles that follow each other without a frame; none unless at least two fill the datagram."""
    packets = []
    while data:
        length = own_length(data) if data.startswith(b"/") else bundle_length(data)
        if not length:
            return []
        packets.append(data[:length])
        data = data[length:]
    return packets if len(packets) > 1 else []


def _without_lengths(data: bytes) -> list[bytes]:
    packets, position = [], 0
    while position < len(data):
        if len(data) - position < _SIZE.size:
            return []
        (size,) = _SIZE.unpack_from(data, position)
        start, position = position + _SIZE.size, position + _SIZE.size + size
        if size == 0 or position > len(data):
            return []
        packets.append(data[start:position])
    return packets


def _without_slip(data: bytes) -> list[bytes]:
    if not (data.startswith(_END) or data.endswith(_END)):
        return []
    packets = [_unescaped(frame) for frame in data.split(_END) if frame]
    return [packet for packet in packets if packet is not None] if None not in packets else []


def _unescaped(frame: bytes) -> bytes | None:
    """The packet in a frame, or None if it contains an invalid escape."""
    first, *rest = frame.split(_ESCAPE)
    if not all(part[:1] in (b"\xdc", b"\xdd") for part in rest):
        return None
    return first + b"".join((_END if part[:1] == b"\xdc" else _ESCAPE) + part[1:] for part in rest)
