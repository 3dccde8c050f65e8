"""The final reduction: the smallest number of keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..units import quantise
from .chain import Chain
from .levels import levels_ahead
from .printable import FUZZ
from .tunnel import Gates
from .verification import Keys

Array = NDArray[np.float64]

SLACK = 1e-3
"""Fraction of the last digit that the search for ranges leaves to float arithmetic when values are chosen."""


def exact_keys(values: Array, tolerance: float, decimals: int) -> Keys:
    """Keys for ``values`` (N,) with up to ``decimals`` digits; within the tolerance except for float arithmetic."""
    half = max(tolerance - 1e-12 * max(1.0, float(np.abs(values).max())), 0.0)
    scale = 10.0**decimals
    levels = levels_ahead(_gates(values, max(half - SLACK * FUZZ / scale, 0.0), decimals), scale)
    keys = Chain(_gates(values, half, decimals), levels, values.tolist(), decimals).keys()
    frames, key_values = zip(*keys)
    return np.array(frames, dtype=np.int64), np.array(key_values)


def _gates(values: Array, half: float, decimals: int) -> Gates:
    """The tolerance around every value, always including its own rounding, so that there is always a solution."""
    rounded = quantise(values, decimals)
    same = np.concatenate(([False], values[1:] == values[:-1], [False]))
    low, high = np.minimum(values - half, rounded), np.maximum(values + half, rounded)
    return Gates(low.tolist(), high.tolist(), (same[1:] & same[:-1]).tolist())
