"""Headers that contain an error but have only one meaning.

Hand-written senders often leave out the zero bytes after a text whose length is a multiple of four, or the comma before
the type tags. Only messages of numbers are examined, and only if every byte is then accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .arguments import LONGEST_CACHED_TAGS, WORD, number_struct

MAX_ADDRESS_BYTES = 512
_NUMBERS = re.compile(rb"[ifhd]{1,%d}" % LONGEST_CACHED_TAGS)
_TAGS = b"ifhdsSbtcrmTFNI[]"


class NumberHeader(NamedTuple):
    """A reading of a message of numbers: its error, and where its address and its header end."""

    kind: str
    address_end: int
    tags: str
    arguments_start: int


def number_headers(message: bytes) -> list[NumberHeader]:
    """Every reading of the message as numbers after a header without its comma or without terminating zeros."""
    if len(message) % WORD:
        return []
    return [*_without_comma(message), *_unterminated(message)]


def _without_comma(message: bytes) -> Iterator[NumberHeader]:
    address_end = message.find(b"\0", 0, MAX_ADDRESS_BYTES + 1)
    start = (address_end & ~3) + WORD
    closed = address_end > 0 and b"," not in message[:address_end]
    found = _NUMBERS.match(message, start) if closed else None
    if found is not None and message[found.end() : found.end() + 1] == b"\0":
        yield from _fitting(message, "type_tags", address_end, start, found.end(), _after(found.end()))


def _unterminated(message: bytes) -> Iterator[NumberHeader]:
    comma = message.find(b",", WORD, MAX_ADDRESS_BYTES + WORD)
    while comma >= 0 and comma % WORD:
        comma = message.find(b",", comma + 1, MAX_ADDRESS_BYTES + WORD)
    address = message[: max(comma, 0)].rstrip(b"\0")
    found = _NUMBERS.match(message, comma + 1)
    if b"\0" in address or comma - len(address) > WORD or found is None:
        return
    tags_start, tags_end = found.span()
    if message[tags_end : tags_end + 1] == b"\0" and len(address) == comma:
        yield from _fitting(message, "unterminated_text", comma, tags_start, tags_end, _after(tags_end))
    for end in range(_after(comma), tags_end + 1, WORD):
        yield from _fitting(message, "unterminated_text", len(address), tags_start, end, end)


def _after(place: int) -> int:
    """Where the next word begins."""
    return (place & ~3) + WORD


def _fitting(
    message: bytes, kind: str, address_end: int, tags_start: int, tags_end: int, start: int
) -> Iterator[NumberHeader]:
    """The reading, if its arguments end with the message. A message with only type tags was cut off before its
    arguments."""
    tags = message[tags_start:tags_end].decode("ascii")
    form = number_struct(tags)
    if form is None or form.size != len(message) - start or any(message[tags_end:start]):
        return
    if message[start:].strip(_TAGS):
        yield NumberHeader(kind, address_end, tags, start)
