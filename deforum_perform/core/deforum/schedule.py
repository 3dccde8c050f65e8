"""A lane's schedule: the wanted value at every frame, the keys for it, the text, and the check."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..reduction.beam_search.reduce import reduced_by_beam
from ..reduction.reduce import checked_values, held_keys, reduce_keys, step_keys
from ..reduction.verification import verified
from ..units import DEFAULT_DECIMALS, MAX_DECIMALS, decimals_for, quantise
from .reader import parse_names, parse_schedule
from .text import dense_text, keys_to_text, max_frames_for

__all__ = [
    "Schedule",
    "dense_text",
    "keys_to_text",
    "make_schedule",
    "max_frames_for",
    "parse_names",
    "parse_schedule",
    "read_back",
]


MORE_DIGITS = 3
"""Digits that a key may have beside those for the tolerance, where it needs them."""


@dataclass(frozen=True)
class Reduction:
    """How keys are found. ``exact``: as few as possible, with as few digits as each needs; otherwise as in version 0.1.
    ``drift``: the largest sum of the errors from frame 0 to any frame, or None; for ``factors``, of the errors of their
    logarithms."""

    exact: bool = False
    drift: float | None = None
    factors: bool = False


BY_BEAM = Reduction()


@dataclass(frozen=True, eq=False)
class Schedule:
    """One lane's schedule.

    ``values`` (N,) the wanted values, one per frame, in the field's unit; ``key_frames`` (K,) and ``key_values`` (K,)
    the keys, rounded to ``decimals``; ``text`` what Deforum gets; ``largest_error`` of the text read back, at the
    frames that Deforum reads, and ``error_frame``, its frame (None for 0).
    """

    values: NDArray[np.float64]
    key_frames: NDArray[np.int64]
    key_values: NDArray[np.float64]
    decimals: int
    text: str
    largest_error: float
    error_frame: int | None


def make_schedule(
    values: ArrayLike,
    tolerance: float,
    decimals: int = DEFAULT_DECIMALS,
    kind: str = "float",
    cadence: int = 1,
    fast: bool = False,
    limits: tuple[float, float] | None = None,
    reduction: Reduction = BY_BEAM,
) -> Schedule:
    """The schedule of ``values`` (N,), one per frame, within ``tolerance`` (same unit) after the text is read back.

    ``kind`` "int": whole numbers that hold, exact; "held": numbers that hold, exact except for rounding. ``cadence`` >
    1, for fields that Deforum reads only at its multiples: keys are on these frames, and only there the values count
    (pool them first: ``frames.pool`` and ``frames.spread``). ``decimals`` is the minimum number of digits; more are
    used if the tolerance is too small for them. ``limits``: no value or key exceeds them. ``reduction``: how the
    keys are found.
    """
    column = np.asarray(values, dtype=np.float64)
    if cadence < 1:
        raise InputError(f"A cadence is at least 1, not {cadence}.")
    wanted = column[::cadence]
    if kind == "int":
        digits, (frames, key_values) = 0, step_keys(wanted)
    elif kind == "held":
        digits = decimals_for(tolerance, decimals) if tolerance > 0 else decimals
        frames, key_values = held_keys(quantise(wanted, digits))
    elif kind == "float":
        digits = decimals_for(tolerance, decimals) if tolerance > 0 else decimals
        wanted = quantise(wanted, digits) if tolerance == 0 else wanted
        if reduction.exact and tolerance > 0:
            digits = min(max(digits, decimals_for(reduction.drift or math.inf, 0)) + MORE_DIGITS, MAX_DECIMALS)
        frames, key_values = _reduced(wanted, tolerance, digits, fast, limits, reduction)
    else:
        raise InputError(f"A field of numbers is float, int or held, not {kind!r}.")
    frames = frames * cadence
    text = keys_to_text(frames, key_values, digits)
    error, error_frame = read_back(text, column, cadence)
    return Schedule(column, frames, key_values, digits, text, error, error_frame)


def _reduced(
    wanted: NDArray[np.float64],
    tolerance: float,
    digits: int,
    fast: bool,
    limits: tuple[float, float] | None,
    reduction: Reduction,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The keys of a field of numbers."""
    column = checked_values(wanted, tolerance, digits)
    drift = reduction.drift if tolerance > 0 else None
    if drift is not None:
        return reduce_keys(column, tolerance, digits, fast, drift, reduction.factors, limits)
    if reduction.exact and not fast:
        frames, key_values = reduce_keys(column, tolerance, digits)
    else:
        frames, key_values = reduced_by_beam(column, tolerance, digits, fast)
    if limits is None:
        return frames, key_values
    # free values may exceed a limit by the tolerance: they are moved back and checked again, with more keys if needed
    return verified(column, tolerance, digits, (frames, np.clip(key_values, *limits)))


def read_back(text: str, values: NDArray[np.float64], cadence: int = 1) -> tuple[float, int | None]:
    """The largest distance of ``text``, read as Deforum reads it, from ``values`` (N,) at every ``cadence``-th frame,
    and its frame.

    The frame is None for a distance of 0. Raises ScheduleTextError for a text Deforum cannot read.
    """
    errors = np.abs(parse_schedule(text, values.size) - values)[::cadence]
    worst = int(errors.argmax())
    return float(errors[worst]), worst * cadence if errors[worst] > 0 else None
