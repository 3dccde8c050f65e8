"""Reading long texts of plain numbers by columns of bytes.

A lane with a key on every frame is half a megabyte of text. What is certain to be plain ``frame:(number)`` pairs is
read here; of anything else this module says "not mine" and the careful reader takes over, so that it never has to
raise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ALLOWED = b"0123456789.,:()- "
_MARKS = b"() "
_MAX_DIGITS = 15
_POWERS = 10.0 ** np.arange(16)


def number_columns(text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """Frames (K,) and values (K,) in the order of the text, or None if the text needs the careful reader."""
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        return None
    if raw.translate(None, _ALLOWED) or not _spaces_are_outside(raw):
        return None
    packed = np.frombuffer(raw.translate(None, _MARKS) + b",", dtype=np.uint8)
    ends = np.flatnonzero((packed == ord(",")) | (packed == ord(":")))
    if ends.size % 2 or (packed[ends[::2]] != ord(":")).any() or (packed[ends[1::2]] != ord(",")).any():
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    frames = _numbers(packed, starts[::2], ends[::2], whole=True)
    values = _numbers(packed, starts[1::2], ends[1::2], whole=False)
    return None if frames is None or values is None else (frames.astype(np.int64), values)


def _spaces_are_outside(raw: bytes) -> bool:
    """A space inside brackets makes a formula of a number (Deforum strips the value first, the brackets later)."""
    return raw.count(b" ") == raw.count(b", ") + raw.count(b": ")


def _numbers(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], whole: bool
) -> NDArray[np.float64] | None:
    """The numbers between ``starts`` and ``ends``: digits, one sign in front, one point with a digit behind it."""
    negative = packed[starts] == ord("-")
    first = starts + negative
    length = ends - first
    width = int(length.max())
    if int(length.min()) < 1 or width > _MAX_DIGITS:
        return None
    unscaled, behind, points = (np.zeros(starts.size, np.int64) for _ in range(3))
    for back in range(width, 0, -1):
        byte = packed[np.maximum(ends - back, 0)]
        inside = back <= length
        point = inside & (byte == ord("."))
        digit = byte - np.uint8(ord("0"))
        is_digit = inside & (digit < 10)
        if not (is_digit | point | ~inside).all():
            return None
        unscaled = np.where(is_digit, unscaled * 10 + digit, unscaled)
        behind = np.where(point, back - 1, behind)
        points += point
    if int(points.max()) > (0 if whole else 1) or bool((points.astype(bool) & (behind == 0)).any()):
        return None
    magnitude = unscaled / _POWERS[behind]
    return np.where(negative, -magnitude, magnitude)
