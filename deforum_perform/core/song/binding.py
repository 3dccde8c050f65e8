"""A binding: a source and its input range."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import InputError
from ..records import Record
from ..units import clamp

SEVEN_BIT = 127.0

MAX_INPUT = 1e30
"""Limit of input ranges, so that the difference of two of their values is never infinite."""


@dataclass(frozen=True)
class Binding(Record):
    """``source``: its name, or None; ``in_low``, ``in_high`` in the source's unit; ``in_auto``: the range adapts to the
    values that arrive and was not typed."""

    source: str | None = None
    in_low: float = 0.0
    in_high: float = 1.0
    in_auto: bool = True


NO_SOURCE = Binding()


def checked_binding(binding: Binding) -> Binding:
    """The binding with its range inside the limits; InputError for an empty range."""
    in_low, in_high = clamp(binding.in_low, -MAX_INPUT, MAX_INPUT), clamp(binding.in_high, -MAX_INPUT, MAX_INPUT)
    if in_low == in_high:
        raise InputError("The input range is empty. Move the knob from end to end and press Fit, or type two numbers.")
    return replace(binding, in_low=in_low, in_high=in_high)


def input_range(low: float, high: float) -> tuple[float, float]:
    """The input range for a source with values from ``low`` to ``high``."""
    return (low, high) if low < high else guessed_range(low)


def guessed_range(value: float) -> tuple[float, float]:
    """An input range for a source with one known value: 0..1, 0..127, or symmetric around 0."""
    if 0.0 <= value <= 1.0:
        return (0.0, 1.0)
    if -1.0 <= value <= 1.0:
        return (-1.0, 1.0)
    if 0.0 <= value <= SEVEN_BIT:
        return (0.0, SEVEN_BIT)
    return (min(0.0, value), max(0.0, value))
