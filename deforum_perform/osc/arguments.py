"""The arguments of one OSC message, by type tag.

Each reader takes (data, position, end) and gives (value, next position).
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from .faults import fault

MAX_ARRAY_DEPTH = 16
LONGEST_CACHED_TAGS = 64
PADS = (b"", b"\0", b"\0\0", b"\0\0\0", b"\0\0\0\0")
NUMBER_FORMATS: Mapping[str, str] = MappingProxyType({"i": "i", "f": "f", "h": "q", "d": "d"})


class Impulse(enum.Enum):
    """The one value of type tag ``I``: "impulse" (OSC 1.1), a bang without a number."""

    IMPULSE = "impulse"


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
    "int | float | str | bytes | bool | Impulse | TimeTag | Colour | Midi | tuple[Argument, ...] | None"
)
Reader: TypeAlias = Callable[[bytes, int, int], "tuple[Argument, int]"]


def text_end(data: bytes, position: int, end: int) -> tuple[int, int]:
    """(where the text at ``position`` stops, where the next item starts).

    ``position`` and ``end`` are multiples of four. Raises PacketError ``unterminated_text`` or ``padding``.
    """
    stop = data.find(b"\0", position, end)
    if stop < 0:
        raise fault("unterminated_text")
    following = (stop & ~3) + 4
    if data[stop:following] != PADS[following - stop]:
        raise fault("padding")
    return stop, following


def _read_text(data: bytes, position: int, end: int) -> tuple[Argument, int]:
    stop, following = text_end(data, position, end)
    try:
        return data[position:stop].decode("utf-8"), following
    except UnicodeDecodeError:
        raise fault("text_encoding") from None


def _read_blob(data: bytes, position: int, end: int) -> tuple[Argument, int]:
    (size,), start = _unpack(_INT, data, position, end)
    if size < 0:
        raise fault("blob_size")
    stop = start + size
    following = (stop + 3) & ~3
    if following > end:
        raise fault("truncated_argument")
    if data[stop:following] != PADS[following - stop]:
        raise fault("padding")
    return data[start:stop], following


def _read_character(data: bytes, position: int, end: int) -> tuple[Argument, int]:
    (code,), following = _unpack(_UNSIGNED, data, position, end)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise fault("character")
    return chr(code), following


def _read_time(data: bytes, position: int, end: int) -> tuple[Argument, int]:
    (ntp,), following = _unpack(_TIME, data, position, end)
    return TimeTag(ntp), following


def _read_colour(data: bytes, position: int, end: int) -> tuple[Argument, int]:
    channels, following = _unpack(_FOUR_BYTES, data, position, end)
    return Colour(*channels), following


def _read_midi(data: bytes, position: int, end: int) -> tuple[Argument, int]:
    message, following = _unpack(_FOUR_BYTES, data, position, end)
    return Midi(*message), following


def _unpack(form: struct.Struct, data: bytes, position: int, end: int) -> tuple[tuple[int, ...], int]:
    following = position + form.size
    if following > end:
        raise fault("truncated_argument")
    return form.unpack_from(data, position), following


def _number_reader(form: struct.Struct) -> Reader:
    def read(data: bytes, position: int, end: int) -> tuple[Argument, int]:
        (value,), following = _unpack(form, data, position, end)
        return value, following

    return read


def _constant_reader(value: Argument) -> Reader:
    return lambda _data, position, _end: (value, position)


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


@lru_cache(maxsize=1024)
def number_struct(tags: str) -> struct.Struct | None:
    """The struct of a message that holds only numbers (``i f h d``), or None when another type is among them."""
    codes = [NUMBER_FORMATS.get(tag) for tag in tags]
    return None if None in codes else struct.Struct(">" + "".join(code for code in codes if code))


def read_arguments(tags: str, data: bytes, position: int, end: int) -> tuple[Argument, ...]:
    """All arguments of a message; ``[`` and ``]`` make tuples.

    Linear in the length of the message. Raises PacketError, and invents no value for one that is cut off.
    """
    if len(tags) <= LONGEST_CACHED_TAGS:
        form = number_struct(tags)
        if form is not None and form.size == end - position:
            return form.unpack_from(data, position)
    stack: list[list[Argument]] = [[]]
    for tag in tags:
        reader = READERS.get(tag)
        if reader is not None:
            value, position = reader(data, position, end)
            stack[-1].append(value)
        else:
            _open_or_close(tag, stack)
    if len(stack) != 1:
        raise fault("array")
    if position != end:
        raise fault("trailing_bytes")
    return tuple(stack[0])


def _open_or_close(tag: str, stack: list[list[Argument]]) -> None:
    if tag == "[":
        if len(stack) > MAX_ARRAY_DEPTH:
            raise fault("array_depth")
        stack.append([])
    elif tag == "]":
        if len(stack) < 2:
            raise fault("array")
        array = tuple(stack.pop())
        stack[-1].append(array)
    else:
        raise fault("unknown_type")


def flatten(arguments: tuple[Argument, ...]) -> list[Argument]:
    """The arguments with arrays opened, in order; time tags, colours and MIDI messages stay whole."""
    flat: list[Argument] = []
    for argument in arguments:
        if isinstance(argument, tuple) and not isinstance(argument, (TimeTag, Colour, Midi)):
            flat.extend(flatten(argument))
        else:
            flat.append(argument)
    return flat


def describe(argument: Argument) -> str:
    """What the monitor shows for an argument that cannot drive a lane."""
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
