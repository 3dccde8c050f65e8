"""Size limits: one limit for writing and reading each kind of file.

Everything written within these limits can be read again. A compressed file may claim to be far larger than it is, so
the larger its declared size, the more plausible its ratio must be: ``most_unpacked``.
"""

from __future__ import annotations

MAX_SONG_BYTES = 512 << 20
FULL_SONG_BYTES = MAX_SONG_BYTES // 2
"""A larger song accepts no further recording: one of 65,536 sources with the longest addresses still fits."""

LARGE_SONG_BYTES = FULL_SONG_BYTES * 3 // 4
"""From this size on, a recording reports that the song is nearly full."""

MAX_SETTINGS_BYTES = 32 << 20
MAX_TAKE_BYTES = 16 << 30
"""The memory limit for the columns of a take."""

MAX_EVENTS = MAX_TAKE_BYTES // 32
"""The maximum number of events in a take: a time, a value, and a sender's time each, with names and texts in
addition."""

MAX_TEXTS = MAX_EVENTS // 64
"""The maximum number of texts in a take."""

LARGE_EVENTS = 1 << 26
"""From this size on, a recording warns that it is large: it needs some 4 GB of memory, and as much again when it
ends."""

MAX_HEADER_BYTES = 256 << 20
"""Of a journal: it names each source with its value."""

MAX_ZIP_FILES = 10_000
MAX_ZIP_BYTES = 4 << 30
"""The disk space limit for all files of a song, to fit into one zip."""

ANY_RATIO_BYTES = 1 << 30
"""A take of a song on this disk up to this size may have any compression ratio."""

FOREIGN_BYTES = 256 << 20
"""The same for a take in a zip; a larger one never has more than a plausible ratio."""

SMALL_BYTES = 1 << 20
LIKELY_RATIO = 64
"""The largest plausible compression ratio of recorded data: times of arrival are nearly random in their last digits."""

LARGEST_RATIO = 1100
"""Deflate cannot make data shorter than 1/1032; a file that declares more is invalid."""


def most_unpacked(packed_bytes: int, any_ratio_bytes: int = SMALL_BYTES) -> int:
    """The limit for the unpacked content of a file of ``packed_bytes``: ``any_ratio_bytes``, or more if that is
    plausible."""
    return max(any_ratio_bytes, LIKELY_RATIO * packed_bytes)
