"""The alternative readings of a message that contains an error but in which every byte is accounted for.

A text or a blob can absorb the bytes by which another argument is too short or too long: then the message ends where
its type tags say, but the arguments between the two are at other positions than they seem.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from .arguments import SIZES, WORD

_VARIABLE = "sSb"
_OTHER_SIZES = {
    **dict.fromkeys("if", (2 * WORD,)),
    **dict.fromkeys("hdt", (WORD,)),
    **dict.fromkeys("TFNI", (WORD, 1)),
    **dict.fromkeys("crm", (1,)),
}
"""Type tag -> the sizes that a sender may have written instead of the correct one."""

MOST_STEPS = 512
"""Arguments that are examined for one message, which keeps the work linear."""

_SIZE = struct.Struct(">i")


def certain_among_readings(tags: str, message: bytes, start: int, ends: Sequence[int]) -> int:
    """How many arguments, from the first, are the same in every reading in which one item has a wrong length.

    ``tags`` without brackets; the arguments begin at ``start``, and ``ends`` are their ends.
    """
    last = max((place for place, tag in enumerate(tags) if tag in _VARIABLE), default=-1)
    steps = MOST_STEPS
    for place in range(-1, last):
        begin = ends[place - 1] if place > 0 else start
        end = ends[place] if place >= 0 else start
        behind = tags[place + 1 :]
        for other in _other_ends(tags[place] if place >= 0 else "", message, begin, end):
            steps -= len(behind)
            if steps < 0 or _fits(behind, message, other):
                return max(place, 0)
    return len(tags)


def _other_ends(tag: str, message: bytes, begin: int, end: int) -> Iterator[int]:
    """Where the argument of this type may end if its sender wrote it wrong. The empty tag: the type tags themselves."""
    if tag in _OTHER_SIZES:
        yield from (begin + size for size in _OTHER_SIZES[tag])
        return
    if tag == "b":
        yield from range(begin + WORD, len(message) + 1)
        return
    stop = message.find(b"\0", begin) if tag else end - len(message[:end]) + len(message[:end].rstrip(b"\0"))
    if tag:
        yield from range(begin, stop + 1, WORD)
    yield from range(stop + 1, end)
    while not message[end : end + 1].strip(b"\0") and end < len(message):
        end += 1
        yield end


def _fits(tags: str, message: bytes, position: int) -> bool:
    """Whether correct arguments of these types fill the message from ``position`` to its end."""
    for tag in tags:
        if tag in SIZES:
            position += SIZES[tag]
            continue
        begin = position
        if tag == "b":
            if position + WORD > len(message):
                return False
            stop = position + WORD + _SIZE.unpack_from(message, position)[0]
            position = stop + (begin - stop) % WORD
            if stop < begin + WORD:
                return False
        else:
            stop = message.find(b"\0", position)
            position = stop + WORD - (stop - begin) % WORD
            if stop < 0:
                return False
        if position > len(message) or any(message[stop:position]):
            return False
    return position == len(message)
