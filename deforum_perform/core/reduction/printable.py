"""Which values of a range can be printed with a number of digits; ``scale`` is 10 to that number."""

from __future__ import annotations

import math

Range = tuple[float, float]

FUZZ = 1e-6
"""Fraction of the last digit by which float arithmetic may miss a printable value."""


def printed(low: float, high: float, scale: float) -> Range:
    """The range from its lowest to its highest printable value; the first is higher if there is none."""
    return math.ceil(low * scale - FUZZ) / scale, math.floor(high * scale + FUZZ) / scale


def whole_numbers(low: float, high: float, scale: float) -> tuple[int, int]:
    """The same as whole numbers of the last digit."""
    return math.ceil(low * scale - FUZZ), math.floor(high * scale + FUZZ)
