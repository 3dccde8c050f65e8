"""Fades: two curves mixed so that their shares add up to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EPSILON_S = 1e-8
"""A frame this close before an edge counts as on it, and a shorter fade does not count."""


def ramps(times_s: Array, start_s: float, end_s: float, fade_in_s: float, fade_out_s: float) -> Array:
    """The share, from 0 to 1, of what plays from ``start_s`` to ``end_s`` with these fades, at ``times_s`` (N,).

    The share rises in a straight line over the first ``fade_in_s`` seconds and falls over the last ``fade_out_s``.
    Where the two overlap, the smaller one counts.
    """
    rising = _ramp(times_s - start_s, fade_in_s)
    falling = _ramp(end_s - times_s, fade_out_s)
    inside = (times_s > start_s - EPSILON_S) & (times_s < end_s - EPSILON_S)
    return np.where(inside, np.minimum(rising, falling), 0.0)


def _ramp(since_s: Array, length_s: float) -> Array:
    if length_s <= EPSILON_S:
        return np.ones_like(since_s)
    return np.where(since_s > length_s - EPSILON_S, 1.0, np.clip(since_s / length_s, 0.0, 1.0))


def mixed(below: Array, above: Array, share: Array) -> Array:
    """``above`` by its ``share`` (0 to 1) and ``below`` by the rest, (N,) each.

    Where the share is 0 or 1 the value is exactly that of one of them, and it is never outside the two.
    """
    mix = np.clip((1.0 - share) * below + share * above, np.minimum(below, above), np.maximum(below, above))
    return np.where(share <= 0, below, np.where(share >= 1, above, mix))


def blended(values: Array, under: Array, how: str, rest: float, share: Array) -> Array:
    """What is played, blended with the schedule below; all of shape (frames,), in the field's unit.

    Where nothing is played (``share`` 0) the schedule below stays. ``add`` adds the distance of the played value from
    ``rest``, ``multiply`` multiplies by its ratio to ``rest`` (by the value itself if rest is 0).
    """
    if how == "add":
        over = under + (values - rest)
    elif how == "multiply":
        over = under * (values / rest if rest else values)
    else:
        over = values
    return mixed(under, over, share)
