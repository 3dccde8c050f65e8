"""Reading long texts of plain numbers by columns of bytes.

A lane with a key on every frame is half a megabyte of text. Text that certainly consists of plain ``frame:(number)``
pairs is read here; for everything else this module returns None and the full reader takes over, so it never has to
raise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]

_ALLOWED = b"0123456789.,:()- "
_MARKS = b"() "
_EIGHT = 8
_MOST_EXACT = 2**53
_POWERS = 10.0 ** np.arange(_EIGHT + 1)
_WHOLE_POWERS = 10 ** np.arange(_EIGHT + 1)
_LAST_BYTES = np.array(
    [(2**64 - 2 ** (64 - 8 * length)) & 0x0F0F0F0F0F0F0F0F for length in range(_EIGHT + 1)], np.uint64
)
"""For 0 to 8 digits: a mask for the low halves of that many last bytes, which are the values of ASCII digits."""


def number_columns(text: str) -> tuple[Index, NDArray[np.float64]] | None:
    """Frames (K,) and values (K,) in the order of the text, or None if the text needs the full reader."""
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        return None
    if raw.translate(None, _ALLOWED) or not _spaces_are_outside(raw):
        return None
    # Eight leading bytes, so that eight bytes that end anywhere can be read.
    packed = b"0" * _EIGHT + raw.translate(None, _MARKS) + b","
    return _columns(packed, np.frombuffer(packed, dtype=np.uint8)[_EIGHT:])


def _spaces_are_outside(raw: bytes) -> bool:
    """A space inside brackets turns a number into a formula (Deforum strips the value first, the brackets later)."""
    characters = np.frombuffer(b"," + raw, dtype=np.uint8)
    outside = (characters == ord(",")) | (characters == ord(":"))
    return not ((characters[1:] == ord(" ")) & ~outside[:-1]).any()


def _columns(packed: bytes, characters: NDArray[np.uint8]) -> tuple[Index, NDArray[np.float64]] | None:
    """The keys, if the separators between the digits repeat this sequence: a colon, at most one point, a comma."""
    marks = np.flatnonzero((characters == ord(",")) | (characters == ord(":")) | (characters == ord(".")))
    kinds = characters[marks]
    commas = np.flatnonzero(kinds == ord(","))
    pointed = kinds[commas - 1] == ord(".")
    colons = commas - 1 - pointed
    if (kinds[colons] != ord(":")).any() or (colons[1:] - 1 != commas[:-1]).any() or colons[0] != 0:
        return None
    frame_ends, ends = marks[colons], marks[commas]
    points = np.where(pointed, marks[commas - 1], ends)
    frame_starts, starts = np.concatenate(([0], ends[:-1] + 1)), frame_ends + 1
    negative = characters[starts] == ord("-")
    if np.count_nonzero(characters == ord("-")) != np.count_nonzero(negative):
        return None
    starts += negative
    behind = np.maximum(ends - points - 1, 0)
    if (frame_starts == frame_ends).any() or (starts == ends).any() or (pointed & (behind == 0)).any():
        return None
    frames, whole = _whole(packed, frame_starts, frame_ends), _whole(packed, starts, points)
    part = _whole(packed, ends - behind, ends)
    if frames is None or whole is None or part is None:
        return None
    unscaled = whole * _WHOLE_POWERS[behind] + part
    if int(unscaled.max()) >= _MOST_EXACT:
        return None
    values = unscaled / _POWERS[behind]
    return frames, np.where(negative, -values, values)


def _whole(packed: bytes, starts: Index, ends: Index) -> Index | None:
    """The whole numbers between ``starts`` and ``ends``, all digits; 0 for none, None for more than eight.

    Eight digits are read as one 64-bit number, and its bytes joined to pairs, fours and the whole (Lemire, "Number
    parsing at a gigabyte per second", 2021).
    """
    length = ends - starts
    if int(length.max()) > _EIGHT:
        return None
    eights: NDArray[np.uint64] = np.ndarray((len(packed) - _EIGHT + 1,), "<u8", packed, strides=(1,))
    digits = eights[ends].astype(np.uint64, copy=False) & _LAST_BYTES[length]
    digits = digits * np.uint64(2561) >> np.uint64(8)
    digits = (digits & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
    digits = (digits & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)
    return np.asarray(digits, dtype=np.int64)
