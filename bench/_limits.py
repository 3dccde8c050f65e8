"""What the project's transforms are measured against: the least numpy can do for one fixed case, and what a plain
script does.

The limits leave out everything a library needs: no checks, no options, one shape of input. They are not code to copy.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Log = tuple[NDArray[np.int32], Array, Array]
"""Source index, time in seconds and value of each event, in order of time."""


def limit_frames(log: Log, lanes: int, fps: float, frames: int) -> list[Array]:
    """Hold, mean and strongest deviation from 0.5 of every lane at once: one stable sort, then columns."""
    source, times_s, values = log
    order = np.argsort(source.astype(np.uint8), kind="stable")
    cell = source[order] * frames + (times_s[order] * fps).astype(np.int32)
    played = values[order]
    counts = np.bincount(cell, minlength=lanes * frames)
    held = played[np.maximum(np.cumsum(counts) - 1, 0)]
    full = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[full]
    mean, strong = held.copy(), held.copy()
    mean[full] = np.add.reduceat(played, starts) / counts[full]
    high, low = np.maximum.reduceat(played, starts), np.minimum.reduceat(played, starts)
    strong[full] = np.where(high - 0.5 >= 0.5 - low, high, low)
    return [held, mean, strong]


def plain_frames(log: Log, lanes: int, fps: float, frames: int) -> list[list[float]]:
    """The same by a loop over the events."""
    held, total, count = ([[0.0] * frames for _ in range(lanes)] for _ in range(3))
    strong = [[0.5] * frames for _ in range(lanes)]
    for source, time_s, value in zip(*(column.tolist() for column in log)):
        frame = int(time_s * fps)
        held[source][frame] = value
        total[source][frame] += value
        count[source][frame] += 1
        if abs(value - 0.5) > abs(strong[source][frame] - 0.5):
            strong[source][frame] = value
    return [*held, *total, *strong]


def limit_hold(times_s: Array, values: Array, fps: float, frames: int) -> Array:
    """Hold of one lane: bincount and cumsum."""
    counts = np.bincount((times_s * fps).astype(np.int64) + 1, minlength=frames + 1)[:frames]
    return values[np.maximum(np.cumsum(counts) - 1, 0)]


def searched_hold(times_s: Array, values: Array, fps: float, frames: int) -> Array:
    """Hold of one lane: searchsorted."""
    return values[np.maximum(np.searchsorted(times_s, np.arange(frames) / fps, side="right") - 1, 0)]


def limit_text(values: Array) -> str:
    """``0:(0.1234), `` for values 0..1 in four digits on up to 99,999 frames: a matrix of bytes and a mask."""
    size = values.size
    frame, number = np.arange(size), np.rint(values * 10_000).astype(np.int64)
    matrix = np.empty((size, 16), dtype=np.uint8)
    mask = np.ones((size, 16), dtype=bool)
    for column, power in enumerate((10_000, 1_000, 100, 10, 1)):
        matrix[:, column] = frame // power % 10 + 48
        mask[: min(power, size) if power > 1 else 0, column] = False
    for column, byte in zip((5, 6, 8, 13, 14, 15), b":(.), "):
        matrix[:, column] = byte
    for column, power in zip((7, 9, 10, 11, 12), (10_000, 1_000, 100, 10, 1)):
        matrix[:, column] = number // power % 10 + 48
    return matrix[mask].tobytes()[:-2].decode("ascii")


def plain_text(values: Array) -> str:
    """The same by an f-string for each key."""
    return ", ".join(f"{frame}:({value:.4f})" for frame, value in enumerate(values.tolist()))


_AS_LIST = bytes.maketrans(b":", b",")
_NUMBERS = re.compile(r"(\d+):\((-?[\d.]+)\)")


def limit_read(text: str) -> Array:
    """The values of a dense text: made a JSON list by a table of bytes and read by the fastest JSON reader at hand."""
    return np.array(_loads(b"[" + text.encode().translate(_AS_LIST, b"() ") + b"]")[1::2])


def plain_read(text: str) -> Array:
    """The same by a regular expression."""
    return np.array([float(value) for _, value in _NUMBERS.findall(text)])


def _json_reader() -> tuple[str, Any]:
    try:
        import orjson
    except ImportError:
        return "json (orjson is not installed)", json.loads
    return "orjson", orjson.loads


READER, _loads = _json_reader()
