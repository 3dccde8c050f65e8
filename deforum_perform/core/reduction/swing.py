"""The fast reduction: one sweep with a cone of slopes from the last key (a swing filter with free values).

After Elmeleegy, Elmagarmid, Cecchet, Aref, Zwaenepoel, "Online piece-wise linear approximation of numerical streams
with precision guarantees" (VLDB 2009): from a fixed key, every frame narrows the range of slopes that stay within the
tolerance; when none remains, a key is set at the last frame, at a free value inside the range.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .verification import Keys

Array = NDArray[np.float64]


MOST_CHOOSING = 12_000
"""Up to this many corners there is time to try three values for each key: 1.08 instead of 1.16 times the minimum on
average.
"""
FINE_DIGITS = 5.0
"""A tolerance of more last digits than this gives up half a digit to rounding; a smaller one cannot afford it."""


def usable_tolerance(values: Array, tolerance: float) -> float:
    """The tolerance minus what float arithmetic may add to an error."""
    return max(tolerance - 1e-12 * max(1.0, float(np.abs(values).max())), 0.0)


def corner_frames(values: Array) -> NDArray[np.int64]:
    """First and last frame of every run of equal values: a line within the tolerance there is also within it in
    between."""
    change = np.flatnonzero(np.diff(values))
    return np.unique(np.concatenate(([0], change, change + 1, [values.size - 1])))


def swing_keys(values: Array, tolerance: float, decimals: int) -> Keys:
    """Keys for ``values`` (N,), one sweep, rounded to ``decimals``; within the tolerance unless no printable value is.
    """
    scale = 10.0**decimals
    frames = corner_frames(values)
    half = usable_tolerance(values, tolerance) * scale
    if half > FINE_DIGITS:
        half -= 0.5
    swing = _choosing if frames.size <= MOST_CHOOSING else _swing
    key_frames, numbers = swing(frames.tolist(), (values[frames] * scale).tolist(), half)
    return np.array(key_frames, dtype=np.int64), np.array(numbers) / scale


def _swing(frames: list[int], values: list[float], half: float) -> tuple[list[int], list[int]]:
    """The sweep itself, all values in units of the last digit; in plain Python, since calls in its loop would double
    its time.
    """
    pivot, level = frames[0], round(values[0])
    key_frames, key_values = [pivot], [level]
    low, high = -float("inf"), float("inf")
    previous, wanted = pivot, values[0]
    for frame, value in zip(frames[1:], values[1:]):
        run = frame - pivot
        away = value - level
        below, above = (away - half) / run, (away + half) / run
        if below > high or above < low:
            level, pivot = _nearest(wanted, level, low, high, previous - pivot), previous
            key_frames.append(pivot)
            key_values.append(level)
            run = frame - pivot
            away = value - level
            low, high = (away - half) / run, (away + half) / run
        else:
            if below > low:
                low = below
            if above < high:
                high = above
        previous, wanted = frame, value
    if previous > pivot and not low <= 0.0 <= high:
        key_frames.append(previous)
        key_values.append(_nearest(wanted, level, low, high, previous - pivot))
    return key_frames, key_values


def _choosing(frames: list[int], values: list[float], half: float) -> tuple[list[int], list[int]]:
    """The sweep with three values tried for each key: the nearest to the wanted one and both ends; the farthest reach
    wins.
    """
    level = round(values[0])
    key_frames, key_values = [frames[0]], [level]
    at, (end, low, high) = 0, _cone(frames, values, 0, level, half)
    while end < len(frames):
        run = frames[end - 1] - frames[at]
        nearest = _nearest(values[end - 1], level, low, high, run)
        lowest, highest = math.ceil(level + low * run), math.floor(level + high * run)
        at, level = end - 1, nearest
        end, low, high = _cone(frames, values, at, level, half)
        for other in (lowest, highest):
            if lowest <= highest and other != nearest:
                reach = _cone(frames, values, at, other, half)
                if reach[0] > end:
                    level, (end, low, high) = other, reach
        key_frames.append(frames[at])
        key_values.append(level)
    if at < end - 1 and not low <= 0.0 <= high:
        key_frames.append(frames[-1])
        key_values.append(_nearest(values[-1], level, low, high, frames[-1] - frames[at]))
    return key_frames, key_values


def _cone(frames: list[int], values: list[float], at: int, level: int, half: float) -> tuple[int, float, float]:
    """The first corner after ``at`` that no line from ``level`` reaches within ``half``, and the slopes that reach
    those before.
    """
    pivot = frames[at]
    low, high = -float("inf"), float("inf")
    for index in range(at + 1, len(frames)):
        run = frames[index] - pivot
        away = values[index] - level
        below, above = (away - half) / run, (away + half) / run
        if below > high or above < low:
            return index, low, high
        if below > low:
            low = below
        if above < high:
            high = above
    return len(frames), low, high


def _nearest(wanted: float, level: int, low: float, high: float, run: int) -> int:
    """The whole number in the cone's range at its end that is nearest to the wanted value; next to the range if it
    has none.

    The nearest to the wanted one: a hold stays a hold, and the error is small where that adds no keys.
    """
    lowest, highest = level + low * run, level + high * run
    if lowest < wanted < highest:
        number = round(wanted)
    else:
        number = round(lowest if wanted <= lowest else highest)
    if number < lowest:
        return number + 1 if number + 1 <= highest else number
    if number > highest:
        return number - 1 if number - 1 >= lowest else number
    return number
