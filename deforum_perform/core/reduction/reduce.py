"""Few keys for many frames, always within the tolerance.

Keys are on whole frames, their values are free, straight lines join them, and the last one holds: what Deforum makes of
a schedule. The error is measured after rounding to the printed digits, with the same interpolation as Deforum's.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..units import DEFAULT_DECIMALS, MAX_DECIMALS, quantise
from .drift import Bounds, drift_keys, every_frame
from .exact import exact_keys
from .swing import swing_keys
from .verification import Keys, drift_of, errors_of, verified

SMALLER = (1.0, 1 - 1e-6, 1 - 1e-3, 0.9, 0.7)
"""Shares of the bounds that are tried one after the other, should float arithmetic exceed the bounds themselves."""


def reduce_keys(
    values: ArrayLike,
    tolerance: float,
    decimals: int = DEFAULT_DECIMALS,
    fast: bool = False,
    drift: float | None = None,
    factors: bool = False,
    limits: tuple[float, float] | None = None,
) -> Keys:
    """Keys (frames (K,) int64, rising from 0; values (K,) float64, rounded) whose lines stay within ``tolerance`` of
    ``values``.

    ``values`` (N,) are finite, one per frame, in the field's unit; ``tolerance`` is in the same unit and holds at every
    frame, after rounding, without exception. The number of keys is the minimum; ``fast`` takes a few milliseconds and
    some more keys. ``decimals`` is the largest number of digits; a value has only as many as the tolerance needs there.
    ``drift``, for motion that Deforum accumulates, is in units of value times frames: the sum of the errors from frame
    0 to any frame is never larger, after rounding. This takes some more keys. For ``factors`` (all above 0), which
    Deforum multiplies, it is the largest sum of the errors of their logarithms. With ``drift``, no key exceeds
    ``limits``, which contain the values rounded to ``decimals``. Raises InputError, with the number of
    digits that suffices, if rounding to ``decimals`` alone exceeds a bound.
    """
    column = checked_values(values, tolerance, decimals)
    if drift is None:
        found = swing_keys(column, tolerance, decimals) if fast else exact_keys(column, tolerance, decimals)
        return verified(column, tolerance, decimals, found)
    if factors and column.min() <= 0:
        raise InputError("Factors are above 0.")
    bounds = Bounds(tolerance, drift, 1.0 / column if factors else None, limits or (-math.inf, math.inf))
    check_bounds(column, bounds, decimals)
    for share in SMALLER:
        keys = drift_keys(column, bounds._replace(tolerance=tolerance * share, drift=drift * share), decimals, fast)
        if keys is not None and _within(column, keys, bounds):
            return keys
    return every_frame(column, bounds, decimals)


def _within(column: NDArray[np.float64], keys: Keys, bounds: Bounds) -> bool:
    """Whether keys are within both bounds; written so that a sum that is not a number is not."""
    errors, sums = errors_of(column, keys), drift_of(column, keys, bounds.weights is not None)
    return bool(errors.max() <= bounds.tolerance and np.abs(sums).max() <= bounds.drift)


def step_keys(values: ArrayLike) -> Keys:
    """Keys for whole-number fields: exact, each value held, with two keys at a step (the frame before it and its own).

    ``values`` (N,) whole numbers, one a frame. Raises InputError for others.
    """
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or column.size == 0 or not np.isfinite(column).all() or (column != np.rint(column)).any():
        raise InputError("This field takes whole numbers, one for each frame.")
    return held_keys(column)


def held_keys(column: NDArray[np.float64]) -> Keys:
    """Keys for finite values (N,) that hold: exact, with two keys at a step (the frame before it and its own)."""
    changes = np.flatnonzero(np.diff(column)) + 1
    frames = np.unique(np.concatenate(([0], changes - 1, changes))).astype(np.int64)
    return frames, column[frames] + 0.0


def largest_error(values: ArrayLike, keys: Keys) -> tuple[float, int | None]:
    """The largest distance of the keys' lines from ``values`` (N,) and its frame; the frame is None for an error of
    0.
    """
    errors = errors_of(np.asarray(values, dtype=np.float64), keys)
    frame = int(errors.argmax())
    return float(errors[frame]), frame if errors[frame] > 0 else None


def checked_values(values: ArrayLike, tolerance: float, decimals: int) -> NDArray[np.float64]:
    """The values as a column; InputError if they cannot be reduced within the tolerance."""
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1 or column.size == 0 or not np.isfinite(column).all():
        raise InputError("A schedule needs one finite value for each frame.")
    if not np.isfinite(tolerance) or tolerance < 0:
        raise InputError(f"A tolerance is 0 or more, not {tolerance}.")
    if not 0 <= decimals <= MAX_DECIMALS:
        raise InputError(f"A schedule is written with 0 to {MAX_DECIMALS} decimals, not {decimals}.")
    if _rounding_error(column, decimals) <= tolerance:
        return column
    enough = next((d for d in range(decimals + 1, MAX_DECIMALS + 1) if _rounding_error(column, d) <= tolerance), None)
    advice = f"{enough} decimals suffice" if enough is not None else "allow a larger tolerance"
    raise InputError(f"Rounding to {decimals} decimals alone leaves the tolerance of {tolerance:g}; {advice}.")


def check_bounds(column: NDArray[np.float64], bounds: Bounds, decimals: int) -> None:
    """Raise InputError if values of ``decimals`` digits cannot be within both bounds at every frame."""
    if not np.isfinite(bounds.drift) or bounds.drift < 0:
        raise InputError(f"A drift bound is 0 or more, not {bounds.drift}.")
    heaviest = 1.0 if bounds.weights is None else float(bounds.weights.max())
    least = min(bounds.tolerance, 2 * bounds.drift / heaviest)
    if 10.0**-decimals <= least or _rounding_error(column, decimals) == 0:
        return
    enough = next((digits for digits in range(decimals + 1, MAX_DECIMALS + 1) if 10.0**-digits <= least), None)
    advice = f"{enough} decimals suffice" if enough is not None else "allow larger bounds"
    raise InputError(
        f"Values of {decimals} decimals cannot keep the sum of their errors within {bounds.drift:g} at a tolerance of "
        f"{bounds.tolerance:g}; {advice}."
    )


def _rounding_error(column: NDArray[np.float64], decimals: int) -> float:
    return float(np.abs(quantise(column, decimals) - column).max())
