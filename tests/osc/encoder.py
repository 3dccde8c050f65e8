"""An OSC encoder of the tests' own, written from the OSC 1.0 and 1.1 texts and not from the decoder."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from deforum_perform.osc.decode.arguments import Argument, Colour, Impulse, Midi, TimeTag

IMMEDIATELY = 1


def text(value: str | bytes) -> bytes:
    """An OSC-string: the bytes, one zero, and zeros up to a multiple of four."""
    raw = value.encode("utf-8") if isinstance(value, str) else value
    return raw + b"\0" * (4 - len(raw) % 4)


def blob(value: bytes) -> bytes:
    """An OSC-blob: its size, the bytes, and zeros up to a multiple of four."""
    return struct.pack(">i", len(value)) + value + b"\0" * (-len(value) % 4)


def argument(tag: str, value: Argument) -> bytes:
    """The bytes of one argument; nothing for a tag that is its own value."""
    if tag in "ifhd":
        return struct.pack(">" + {"i": "i", "f": "f", "h": "q", "d": "d"}[tag], value)
    if tag in "sS" and isinstance(value, str):
        return text(value)
    if tag == "b" and isinstance(value, bytes):
        return blob(value)
    if tag == "t" and isinstance(value, TimeTag):
        return value.ntp.to_bytes(8, "big")
    if tag == "c" and isinstance(value, str):
        return ord(value).to_bytes(4, "big")
    if tag in "rm" and isinstance(value, (Colour, Midi)):
        return bytes(value)
    return b""


def message(address: str | bytes, tags: str = "", values: Sequence[Argument] = ()) -> bytes:
    """A message. ``tags`` may contain array brackets; ``values`` is flat, one for each tag that is not a bracket."""
    plain = [tag for tag in tags if tag not in "[]"]
    return text(address) + text("," + tags) + b"".join(map(argument, plain, values))


def bundle(elements: Sequence[bytes], timetag: int = IMMEDIATELY) -> bytes:
    """A bundle of messages or bundles."""
    framed = b"".join(struct.pack(">i", len(element)) + element for element in elements)
    return text("#bundle") + timetag.to_bytes(8, "big") + framed


def constant(tag: str) -> Argument:
    """The value of a tag without bytes."""
    constants: dict[str, Argument] = {"T": True, "F": False, "N": None, "I": Impulse.IMPULSE}
    return constants[tag]
