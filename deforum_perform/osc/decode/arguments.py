"""The types of OSC arguments, and a reader for each.

Each reader takes (data, position, end, findings) and returns (value, next position). An error that leaves no ambiguity
is read and added to the findings; PacketError is raised if the end of the argument is unknown.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from .packet_problems import packet_error

LONGEST_CACHED_TAGS = 64
WORD = 4
PADS = (b"", b"\0", b"\0\0", b"\0\0\0", b"\0\0\0\0")
NUMBER_FORMATS: Mapping[str, str] = MappingProxyType({"i": "i", "f": "f", "h": "q", "d": "d"})


class Impulse(enum.Enum):
    """The only value of type tag ``I``: "impulse" (OSC 1.1), a bang without a number."""

    IMPULSE = "impulse"


class Missing(enum.Enum):
    """The only value for an argument that cannot be read."""

    MISSING = "missing"


class TimeTag(NamedTuple):
    """An argument of type ``t``: 64 bits of NTP time, 32 of seconds since 1900 and 32 of fraction."""

    ntp: int


class Colour(NamedTuple):
    """An argument of type ``r``."""

    red: int
    green: int
    blue: int
    alpha: int


class Midi(NamedTuple):
    """An argument of type ``m``."""

    port: int
    status: int
    data1: int
    data2: int


Argument: TypeAlias = (
    "int | float | str | bytes | bool | Impulse | Missing | TimeTag | Colour | Midi | tuple[Argument, ...] | None"
)


@dataclass
class Findings:
    """The errors that were found: ``kinds`` from ``PACKET_PROBLEMS``, each once.

    ``shifted``: non-zero padding was found, so the next item may begin elsewhere.
    """

    kinds: list[str] = field(default_factory=list)
    shifted: bool = False

    def note(self, kind: str) -> None:
        """Add an error."""
        if kind not in self.kinds:
            self.kinds.append(kind)


Reader: TypeAlias = Callable[[bytes, int, int, Findings], "tuple[Argument, int]"]


def text_end(data: bytes, position: int, end: int, findings: Findings) -> tuple[int, int]:
    """(where the text at ``position``, a multiple of four, stops, where the next item starts).

    Raises PacketError ``unterminated_text``.
    """
    stop = data.find(b"\0", position, end)
    if stop < 0:
        raise packet_error("unterminated_text")
    return stop, _padded(data, stop, (stop & ~3) + WORD, end, findings)


def _padded(data: bytes, stop: int, following: int, end: int, findings: Findings) -> int:
    """Where the padding that begins at ``stop`` ends: at ``following``, or earlier with the message."""
    following = min(following, end)
    if data[stop:following] != PADS[following - stop]:
        findings.note("padding")
        findings.shifted = True
    return following


def _read_text(data: bytes, position: int, end: int, findings: Findings) -> tuple[Argument, int]:
    stop, following = text_end(data, position, end, findings)
    return decoded(data[position:stop], "text_encoding", findings), following


def decoded(raw: bytes, kind: str, findings: Findings) -> str:
    """The text in UTF-8, or otherwise in Latin-1, in which every byte is a character."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        findings.note(kind)
        return raw.decode("latin-1")


def _read_blob(data: bytes, position: int, end: int, findings: Findings) -> tuple[Argument, int]:
    (size,), start = _unpack(_INT, data, position, end)
    if size < 0:
        raise packet_error("blob_size")
    stop = start + size
    if stop > end:
        raise packet_error("truncated_argument")
    return data[start:stop], _padded(data, stop, (stop + 3) & ~3, end, findings)


def _read_character(data: bytes, position: int, end: int, findings: Findings) -> tuple[Argument, int]:
    (code,), following = _unpack(_UNSIGNED, data, position, end)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        findings.note("character")
        return Missing.MISSING, following
    return chr(code), following


def _read_time(data: bytes, position: int, end: int, _findings: Findings) -> tuple[Argument, int]:
    (ntp,), following = _unpack(_TIME, data, position, end)
    return TimeTag(ntp), following


def _read_colour(data: bytes, position: int, end: int, _findings: Findings) -> tuple[Argument, int]:
    channels, following = _unpack(_FOUR_BYTES, data, position, end)
    return Colour(*channels), following


def _read_midi(data: bytes, position: int, end: int, _findings: Findings) -> tuple[Argument, int]:
    message, following = _unpack(_FOUR_BYTES, data, position, end)
    return Midi(*message), following


def _unpack(form: struct.Struct, data: bytes, position: int, end: int) -> tuple[tuple[int, ...], int]:
    following = position + form.size
    if following > end:
        raise packet_error("truncated_argument")
    return form.unpack_from(data, position), following


def _number_reader(form: struct.Struct) -> Reader:
    def read(data: bytes, position: int, end: int, _findings: Findings) -> tuple[Argument, int]:
        (value,), following = _unpack(form, data, position, end)
        return value, following

    return read


def _constant_reader(value: Argument) -> Reader:
    return lambda _data, position, _end, _findings: (value, position)


_INT = struct.Struct(">i")
_UNSIGNED = struct.Struct(">I")
_TIME = struct.Struct(">Q")
_FOUR_BYTES = struct.Struct(">4B")

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        **{tag: _number_reader(struct.Struct(">" + code)) for tag, code in NUMBER_FORMATS.items()},
        "s": _read_text,
        "S": _read_text,
        "b": _read_blob,
        "t": _read_time,
        "c": _read_character,
        "r": _read_colour,
        "m": _read_midi,
        "T": _constant_reader(True),
        "F": _constant_reader(False),
        "N": _constant_reader(None),
        "I": _constant_reader(Impulse.IMPULSE),
    }
)
"""The type tags of OSC 1.0 and 1.1, apart from the array brackets."""

SIZES: Mapping[str, int] = MappingProxyType(
    {**dict.fromkeys("ifcrm", WORD), **dict.fromkeys("hdt", 2 * WORD), **dict.fromkeys("TFNI", 0)}
)
"""Type tag -> bytes of its argument, for those of fixed size."""


@lru_cache(maxsize=1024)
def number_struct(tags: str) -> struct.Struct | None:
    """The struct of a message that contains only numbers (``i f h d``), or None if it contains another type."""
    codes = [NUMBER_FORMATS.get(tag) for tag in tags]
    return None if None in codes else struct.Struct(">" + "".join(code for code in codes if code))


def flatten(arguments: tuple[Argument, ...]) -> list[Argument]:
    """The arguments with arrays flattened, in order; time tags, colours and MIDI messages are kept whole."""
    flat: list[Argument] = []
    for argument in arguments:
        if isinstance(argument, tuple) and not isinstance(argument, (TimeTag, Colour, Midi)):
            flat.extend(flatten(argument))
        else:
            flat.append(argument)
    return flat


def describe(argument: Argument) -> str:
    """What the monitor shows for an argument that cannot play a lane."""
    if isinstance(argument, str):
        return argument
    if isinstance(argument, bytes):
        return f"{len(argument)} bytes"
    if isinstance(argument, Colour):
        return "#" + bytes(argument).hex()
    if isinstance(argument, Midi):
        return f"MIDI {bytes(argument).hex(' ')}"
    if isinstance(argument, TimeTag):
        return f"time {argument.ntp / 2**32:.6f} s"
    return "nil"
