"""A binding: a source and its input range."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import InputError
from ..units import clamp

MAX_INPUT = 1e30
"""Limit of input ranges, so that the difference of two of their values is never infinite."""


@dataclass(frozen=True)
class Binding:
    """``source``: its name, or None; ``in_low``, ``in_high`` in the source's unit; ``in_auto``: the range adapts to the
    values that arrive and was not typed."""

    source: str | None = None
    in_low: float = 0.0
    in_high: float = 1.0
    in_auto: bool = True


def checked_binding(binding: Binding) -> Binding:
    """The binding with its range inside the limits; InputError for an empty range."""
    in_low, in_high = clamp(binding.in_low, -MAX_INPUT, MAX_INPUT), clamp(binding.in_high, -MAX_INPUT, MAX_INPUT)
    if in_low == in_high:
        raise InputError("The input range is empty. Move the knob from end to end and press Fit, or type two numbers.")
    return replace(binding, in_low=in_low, in_high=in_high)
