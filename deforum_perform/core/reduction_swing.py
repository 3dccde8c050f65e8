"""The quick reduction: one pass with a cone of slopes from the last key (a swing filter with free values).

After Elmeleegy, Elmagarmid, Cecchet, Aref, Zwaenepoel, "Online piece-wise linear approximation of numerical streams
with precision guarantees" (VLDB 2009): from a fixed key every frame narrows the range of slopes that stay within the
tolerance; when none is left, a key is set at the last frame, at a free value inside the range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Keys = tuple[NDArray[np.int64], NDArray[np.float64]]


FINE_DIGITS = 5.0
"""A tolerance of more last digits than this gives half a digit to rounding; a finer one is too precious for that."""


def usable_tolerance(values: Array, tolerance: float) -> float:
    """The tolerance less what float arithmetic may add to an error."""
    return max(tolerance - 1e-12 * max(1.0, float(np.abs(values).max())), 0.0)


def corner_frames(values: Array) -> NDArray[np.int64]:
    """First and last frame of every run of equal values: a line within the tolerance there is within it in between."""
    change = np.flatnonzero(np.diff(values))
    return np.unique(np.concatenate(([0], change, change + 1, [values.size - 1])))


def swing_keys(values: Array, tolerance: float, decimals: int) -> Keys:
    """Keys for ``values`` (N,), one pass, rounded to ``decimals``; within the tolerance but where no printable value
    is.
    """
    scale = 10.0**decimals
    frames = corner_frames(values)
    half = usable_tolerance(values, tolerance) * scale
    if half > FINE_DIGITS:
        half -= 0.5
    key_frames, numbers = _swing(frames.tolist(), (values[frames] * scale).tolist(), half)
    return np.array(key_frames, dtype=np.int64), np.array(numbers) / scale


def _swing(frames: list[int], values: list[float], half: float) -> tuple[list[int], list[int]]:
    """The pass itself, all values in units of the last digit; in plain Python, since calls in its loop would double
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


def _nearest(wanted: float, level: int, low: float, high: float, run: int) -> int:
    """The whole number in the cone's range at its end that is nearest to the wanted value; next to the range if it
    has none.

    The nearest to the wanted one: a hold stays a hold, and the error is small where that costs nothing.
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
