"""How many arguments are certain in a message whose bytes do not match its type tags.

Such a message is shorter or longer than its tags declare. If an argument of variable size (a text, a blob), or one that
senders write in another size than its tag declares, may account for the difference, the arguments after it may begin
elsewhere: they are not read.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...core.errors import PacketError
from .arguments import LONGEST_CACHED_TAGS, READERS, SIZES, WORD, Findings

_VARIABLE = "sSb"
_MAY_BE_NARROWER = _VARIABLE + "hdtcrm"
_MAY_BE_WIDER = "ifcrmTFNI"
_WITHOUT_BYTES = "TFNI"


def certain_if_cut(tags: str, start: int, end: int) -> int:
    """How many arguments, from the first, are certain in a message that ends before its last argument does.

    ``tags`` without brackets; the arguments begin at ``start``, the message ends at ``end``. A text without terminating
    zeros extends into the argument after it, so that such a message looks cut off; so do type tags that fill their
    words and lack the four zeros after them, where a text may account for the rest of the difference.
    """
    if (1 + len(tags)) % WORD == 0 and any(tag in tags for tag in "sS"):
        return 0
    missing = -end % WORD
    if missing and start % WORD == 0 and missing == _padding_after(tags) - 1:
        return 0  # the tags may be terminated by a single zero
    return _first(_MAY_BE_NARROWER, tags)


def certain_if_longer(tags: str, message: bytes, start: int, ends: Sequence[int]) -> int:
    """How many arguments, from the first, are certain in a message with bytes after its last one.

    ``tags`` without brackets; the arguments begin at ``start``, and ``ends`` are their ends.
    """
    position = ends[-1] if ends else start
    rest = len(message) - position
    foreign = rest >= WORD and any(message[position:])
    variable = sum(map(tags.count, _VARIABLE))
    certain = 0 if _may_be_padding(message, start, WORD if variable else rest) else len(tags)
    suspects, most = (_MAY_BE_WIDER, WORD) if rest >= WORD else (_WITHOUT_BYTES, 1)
    if (foreign and variable) or rest <= most * sum(map(tags.count, suspects)):
        certain = min(certain, _first(suspects, tags))
    too_many = rest if variable < 2 else min(rest, WORD)
    for place, tag in enumerate(tags[:certain]):
        if tag == "b":
            return place
        if tag in _VARIABLE and (foreign or _may_be_padding(message, ends[place], too_many)):
            return place + 1
    return certain


def tags_may_end_sooner(message: bytes, tags: str, arguments_start: int) -> bool:
    """Whether the message is complete if its type tags end earlier, without their terminating zeros.

    ``tags``: as read when these zeros are expected, with the arguments after them at ``arguments_start``.
    """
    tags_start = arguments_start - _padding_after(tags) - len(tags)
    last = min(arguments_start - WORD, tags_start + LONGEST_CACHED_TAGS)
    return any(_fits(message, tags_start, start) for start in range(tags_start - 1 + WORD, last + 1, WORD))


def _fits(message: bytes, tags_start: int, start: int) -> bool:
    """Whether arguments from ``start`` on end with the message, for tags that end in the word before."""
    position, end = start, len(message)
    findings = Findings()
    tags = message[tags_start:start].decode("latin-1")
    for count, tag in enumerate(tags):
        if count > len(tags) - WORD and count and position == end and not findings.kinds:
            return True
        try:
            if tag in SIZES:
                position += SIZES[tag]
            elif tag not in "[]":
                _, position = READERS[tag](message, position, end, findings)
        except (PacketError, KeyError):
            return False
    return position == end and not findings.kinds


def _may_be_padding(message: bytes, place: int, size: int) -> bool:
    """Whether ``size`` bytes at ``place`` may be additional zeros after a text, followed by something else."""
    return not any(message[place : place + size]) and any(message[place:])


def _padding_after(tags: str) -> int:
    """How many zeros terminate these tags, after their comma."""
    return WORD - (1 + len(tags)) % WORD


def _first(suspects: str, tags: str) -> int:
    """How many arguments precede the first of these types."""
    return next((place for place, tag in enumerate(tags) if tag in suspects), len(tags))
