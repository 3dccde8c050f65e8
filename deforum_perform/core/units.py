"""Numbers in text and frames: the only rounding rule, fixed point, frames and seconds."""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import ArrayLike, NDArray

DEFAULT_DECIMALS = 4
MAX_DECIMALS = 9
MAX_FRAMES = 1_000_000
MAX_CADENCE = 200
MAX_SECONDS = 24 * 3600.0
"""No song, and no position in one, exceeds a day."""


def quantise(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    """Round to ``decimals`` digits, halves to even: the only rounding rule. Any shape in, the same shape out."""
    rounded = np.round(np.asarray(values, dtype=np.float64), decimals)
    return np.add(rounded, 0.0, dtype=np.float64)  # adding 0 turns -0 into 0


def nearest_odd(values: ArrayLike) -> NDArray[np.float64]:
    """The odd whole number nearest to each value. Any shape in, the same shape out."""
    return 2.0 * np.rint((np.asarray(values, dtype=np.float64) - 1.0) / 2.0) + 1.0


def odd_range(low: float, high: float) -> tuple[float, float]:
    """Both ends moved to odd whole numbers, inwards if there is one between them; a reversed range stays reversed."""
    lowest, highest = 2 * math.ceil((min(low, high) - 1) / 2) + 1, 2 * math.floor((max(low, high) - 1) / 2) + 1
    if lowest > highest:
        lowest = highest = int(nearest_odd((low + high) / 2))
    return (float(lowest), float(highest)) if low <= high else (float(highest), float(lowest))


def format_fixed(value: float, decimals: int = DEFAULT_DECIMALS) -> str:
    """Fixed point without exponent, without trailing zeros and never ``-0``: the only format that Deforum reads as a
    number."""
    text = f"{float(quantise(value, decimals)):.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals_for(tolerance: float, at_least: int = DEFAULT_DECIMALS) -> int:
    """The number of digits with which rounding uses at most a twentieth of ``tolerance`` (same unit as the values)."""
    if tolerance <= 0:
        return MAX_DECIMALS
    if math.isinf(tolerance):
        return at_least
    return min(MAX_DECIMALS, max(at_least, math.ceil(-math.log10(tolerance / 10))))


def as_number(value: object) -> float | None:
    """``value`` if it is a finite number (true and false are not), otherwise None: for files and requests."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > sys.float_info.max:
        return None
    return None if math.isnan(value) else float(value)


def clock_text(seconds: float) -> str:
    """Minutes, seconds and tenths for display: 1:04.5."""
    tenths = math.floor(max(0.0, seconds) * 10 + 0.5)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def clamp(value: float, low: float, high: float) -> float:
    """``value`` moved into ``low..high``."""
    return min(max(value, low), high)


def frames_in(seconds: float, fps: float) -> int:
    """Whole frames for a piece of ``seconds``, 1 to MAX_FRAMES. A millionth of a frame too many does not count."""
    return max(1, math.ceil(min(seconds * fps, MAX_FRAMES) - 1e-6))
