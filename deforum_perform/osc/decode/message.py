"""One OSC message, read as far as its bytes have only one meaning.

A valid OSC message is read completely. In an invalid one, an argument that cannot be read does not affect the others as
long as their positions are certain: each keeps its index, and no value is guessed.
"""

from __future__ import annotations

from typing import NamedTuple

from ...core.errors import PacketError
from .alignment import certain_if_cut, certain_if_longer, tags_may_end_sooner
from .alternatives import certain_among_readings
from .arguments import (
    LONGEST_CACHED_TAGS,
    READERS,
    SIZES,
    WORD,
    Argument,
    Findings,
    Missing,
    decoded,
    number_struct,
    text_end,
)
from .malformed_header import MAX_ADDRESS_BYTES, NumberHeader, number_headers
from .packet_problems import packet_error

MAX_ARRAY_DEPTH = 16
_NO_BRACKETS = str.maketrans("", "", "[]")
_KNOWN = "".join(READERS)
_NO_KNOWN = str.maketrans("", "", _KNOWN)
_HEADER_IN_DOUBT = frozenset(("type_tags", "unterminated_text", "unknown_type", "truncated_argument", "blob_size"))


class Header(NamedTuple):
    """What precedes the arguments: ``arguments_start`` bytes that determine how the rest is read."""

    address: str
    tags: str
    arguments_start: int


class Body(NamedTuple):
    """A message without its time: MISSING replaces an argument that cannot be read."""

    header: Header
    arguments: tuple[Argument, ...]


def read_message(message: bytes, findings: Findings) -> Body | None:
    """The message, or None if nothing of it can be read. ``findings`` (initially empty) collects its errors."""
    body = _attempted(message, findings)
    if body is not None and _dirty_tags(body.header, message) and _other_tags(body.header, message):
        return None
    if not _HEADER_IN_DOUBT.intersection(findings.kinds):
        return body
    headers = number_headers(message)
    if len(headers) != 1:
        return None if body is None or _other_tags(body.header, message) else body
    if findings.kinds == ["truncated_argument"]:
        return None  # it may be cut off, or have that other header: ambiguous
    findings.kinds, findings.shifted = [], False
    return _attempted(message, findings, headers[0])


def _attempted(message: bytes, findings: Findings, other: NumberHeader | None = None) -> Body | None:
    try:
        if other is None:
            return _read(read_header(message, findings), message, findings)
        findings.note(other.kind)
        address = _address(message[: other.address_end], findings)
        return _read(Header(address, other.tags, other.arguments_start), message, findings)
    except PacketError as error:
        findings.note(error.kind)
        return None


def _dirty_tags(header: Header, message: bytes) -> bool:
    """Whether other bytes than the terminating zeros follow the type tags."""
    start = header.arguments_start
    return bool(header.tags) and any(message[start - WORD + (1 + len(header.tags)) % WORD : start])


def _other_tags(header: Header, message: bytes) -> bool:
    """Whether the type tags may lack their padding, so that they include bytes of the arguments."""
    return (len(message) % WORD > 0 and _dirty_tags(header, message)) or tags_may_end_sooner(
        message, header.tags, header.arguments_start
    )


def _read(header: Header, message: bytes, findings: Findings) -> Body:
    """The message after its header. PacketError if no argument can be read."""
    if not (header.tags.isascii() and header.tags.isprintable()):
        raise packet_error("unknown_type")  # bytes of the arguments, after tags without terminating zeros
    return Body(header, read_arguments(header.tags, message, header.arguments_start, findings))


def read_header(message: bytes, findings: Findings) -> Header:
    """Address and type tags. Raises PacketError."""
    end = len(message)
    stop, tags_start = text_end(message, 0, end, findings)
    address = _address(message[:stop], findings)
    if tags_start == end:
        if message[:1] != b"/" or b"," in message[WORD:stop:WORD]:
            raise packet_error("type_tags")  # a text of any other kind, or an address without terminating zeros
        return Header(address, "", end)
    if message[tags_start : tags_start + 1] != b",":
        raise packet_error("type_tags")
    tags_stop, arguments_start = text_end(message, tags_start, end, findings)
    return Header(address, message[tags_start + 1 : tags_stop].decode("latin-1"), arguments_start)


def _address(raw: bytes, findings: Findings) -> str:
    if not raw:
        raise packet_error("empty_address")
    if len(raw) > MAX_ADDRESS_BYTES:
        raise packet_error("address_length")
    address = decoded(raw, "address_encoding", findings)
    if not address.isprintable():
        raise packet_error("address_character")
    return address if address.startswith("/") else "/" + address


def read_arguments(tags: str, message: bytes, start: int, findings: Findings) -> tuple[Argument, ...]:
    """All arguments of a message; ``[`` and ``]`` make tuples, and MISSING replaces what cannot be read.

    Linear in the length of the message. PacketError if it contains an error and nothing can be read.
    """
    if len(tags) <= LONGEST_CACHED_TAGS:
        form = number_struct(tags)
        if form is not None and form.size == len(message) - start:
            return form.unpack_from(message, start)
    plain = tags.translate(_NO_BRACKETS)
    values = _read_each(plain, message, start, findings)
    arguments = tuple(values) if plain == tags else _in_arrays(tags, values, findings)
    if findings.kinds and tags and values.count(Missing.MISSING) == len(values):
        raise packet_error(findings.kinds[0])
    if not tags and "trailing_bytes" in findings.kinds:
        raise packet_error("trailing_bytes")  # there are arguments of unknown types
    return arguments


def _read_each(tags: str, message: bytes, start: int, findings: Findings) -> list[Argument]:
    """One value per tag."""
    values: list[Argument] = []
    position, end = start, len(message)
    doubtful_start = findings.shifted
    certain = 0 if doubtful_start else len(tags)
    ends: list[int] = []
    try:
        for tag in tags:
            if tag not in READERS:
                raise packet_error("unknown_type")
            value, position = READERS[tag](message, position, end, findings)
            values.append(value)
            ends.append(position)
            if findings.shifted:
                certain = min(certain, len(values))
    except PacketError as error:
        findings.note(error.kind)
        if error.kind == "unknown_type":
            return _with_end(values[:certain], tags, message, position, findings)
        if tags.translate(_NO_KNOWN):
            findings.note("unknown_type")
        return _aligned(values[: min(certain, certain_if_cut(tags, start, end))], len(tags))
    rest = end - position
    if rest >= WORD:
        findings.note("trailing_bytes")
    if rest:
        values = values[: min(certain, certain_if_longer(tags, message, start, ends))]
    if end % WORD or (findings.shifted and not doubtful_start):
        values = values[: certain_among_readings(tags, message, start, ends)]
    return _aligned(values, len(tags))


def _aligned(values: list[Argument], count: int) -> list[Argument]:
    return values + [Missing.MISSING] * (count - len(values))


def _with_end(values: list[Argument], tags: str, message: bytes, position: int, findings: Findings) -> list[Argument]:
    """``values`` with the arguments after the last one of an unknown type, located from the end of the message.

    Only if the tag alone determines the size of each of them. ``position``: where the first unknown one begins.
    """
    known_from = len(tags.rstrip(_KNOWN))
    behind = tags[known_from:]
    if all(tag in SIZES for tag in behind):
        start = len(message) - sum(SIZES[tag] for tag in behind)
        if start >= position and start % WORD == 0:
            return _aligned(values, known_from) + _read_each(behind, message, start, findings)
    return _aligned(values, len(tags))


def _in_arrays(tags: str, values: list[Argument], findings: Findings) -> tuple[Argument, ...]:
    """The values in the arrays of ``tags``; in none if brackets do not match, or are nested too deeply."""
    stack: list[list[Argument]] = [[]]
    remaining = iter(values)
    for tag in tags:
        if tag == "[" and len(stack) > MAX_ARRAY_DEPTH:
            findings.note("array_depth")
            return tuple(values)
        if tag == "[":
            stack.append([])
        elif tag != "]":
            stack[-1].append(next(remaining))
        elif len(stack) > 1:
            array = tuple(stack.pop())
            stack[-1].append(array)
        else:
            break
    else:
        if len(stack) == 1:
            return tuple(stack[0])
    findings.note("array")
    return tuple(values)
