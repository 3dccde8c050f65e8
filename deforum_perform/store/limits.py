"""How large what Perform keeps can be: one limit for writing and reading each kind of file.

Whatever is written within these can be read again. What is packed may claim to be far larger than it is, so the larger
a packed file says that it is, the better it has to look: ``most_unpacked``.
"""

from __future__ import annotations

MAX_SONG_BYTES = 512 << 20
FULL_SONG_BYTES = MAX_SONG_BYTES // 2
"""A larger song takes in no further recording: one of 65,536 sources with the longest addresses still fits."""

LARGE_SONG_BYTES = FULL_SONG_BYTES * 3 // 4
"""From here on a recording says that the song is nearly full."""

MAX_SETTINGS_BYTES = 32 << 20
MAX_TAKE_BYTES = 16 << 30
"""What the columns of a take may need in memory."""

MAX_EVENTS = MAX_TAKE_BYTES // 32
"""How many events a take may hold: a time, a value, and a time of the sender each, and names and texts beside them."""

MAX_TEXTS = MAX_EVENTS // 64
"""How many texts a take may hold."""

LARGE_EVENTS = 1 << 26
"""From here on a recording says that it is large: it needs some 4 GB of memory, and as much again when it ends."""

MAX_HEADER_BYTES = 256 << 20
"""Of a journal: it names each source with its value."""

MAX_ZIP_FILES = 10_000
MAX_ZIP_BYTES = 4 << 30
"""What all files of a song may need on disk, to be one zip."""

ANY_RATIO_BYTES = 1 << 30
"""A take of a song on this disk up to this size may be packed as far as it likes."""

FOREIGN_BYTES = 256 << 20
"""The same of a take that comes in a zip; a larger one is never packed further than is likely."""

SMALL_BYTES = 1 << 20
LIKELY_RATIO = 64
"""How far what is recorded can be packed, at most: times of arrival are nearly random in their last digits."""

LARGEST_RATIO = 1100
"""Deflate cannot make data shorter than 1/1032; a file that says so is not what it says."""


def most_unpacked(packed_bytes: int, any_ratio_bytes: int = SMALL_BYTES) -> int:
    """What a file of ``packed_bytes`` may hold when it is unpacked: ``any_ratio_bytes``, or more if that is likely."""
    return max(any_ratio_bytes, LIKELY_RATIO * packed_bytes)
