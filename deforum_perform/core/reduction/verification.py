"""The final verification of a set of keys: measured with Deforum's interpolation, and corrected where float arithmetic
was not exact enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..units import quantise

Array = NDArray[np.float64]
Keys = tuple[NDArray[np.int64], NDArray[np.float64]]


def errors_of(values: Array, keys: Keys) -> Array:
    """(N,) distance of the keys' lines from ``values``, in float64 as Deforum calculates it (np.interp)."""
    frames, key_values = keys
    return np.abs(np.interp(np.arange(values.size), frames, key_values) - values)


def drift_of(values: Array, keys: Keys, factors: bool = False) -> Array:
    """(N,) sum of the errors from frame 0 to each frame: how far a motion is from where it should be.

    For ``factors``, such as those of a zoom, the sum of the errors of their logarithms.
    """
    frames, key_values = keys
    read = np.interp(np.arange(values.size), frames, key_values)
    if not factors:
        return np.cumsum(read - values, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.cumsum(np.log(read) - np.log(values), dtype=np.float64)


def verified(values: Array, tolerance: float, decimals: int, keys: Keys) -> Keys:
    """The keys, rounded, with one more wherever the error exceeded ``tolerance``; terminates because a key on every
    frame is within it.
    """
    frames, key_values = keys[0].astype(np.int64), quantise(keys[1], decimals)
    while True:
        over = np.flatnonzero(errors_of(values, (frames, key_values)) > tolerance)
        if over.size == 0:
            return frames, key_values
        frames, key_values = _corrected(values, decimals, frames, key_values, over)


def _corrected(
    values: Array, decimals: int, frames: NDArray[np.int64], key_values: Array, over: NDArray[np.int64]
) -> Keys:
    """A key of the rounded value at the first bad frame of each segment, and on bad keys themselves."""
    segment = np.searchsorted(frames, over, side="right")
    _, first = np.unique(segment, return_index=True)
    at_keys = np.intersect1d(over, frames)
    new = np.union1d(over[first], at_keys)
    merged = np.union1d(frames, new)
    merged_values = np.empty(merged.size)
    merged_values[np.searchsorted(merged, frames)] = key_values
    merged_values[np.searchsorted(merged, new)] = quantise(values[new], decimals)
    return merged, merged_values
