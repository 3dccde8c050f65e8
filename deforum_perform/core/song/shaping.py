"""How a lane shapes the values of its source for the field."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..deforum.underlay import BLENDS, underlay
from ..errors import InputError
from ..records import Record
from ..units import clamp

CURVES = ("linear", "exponential", "logarithmic", "s")
POOLS = ("strongest", "mean", "last")
DEFAULT_TOLERANCE = 0.005
MAX_TOLERANCE = 0.25
DRIFT_OF_TOLERANCE = 10
"""The drift of a new lane, in tolerances."""
MAX_DRIFT = 100.0
MAX_SMOOTHING_S = 10.0
LONGEST_UNDER = 120
"""A schedule text from Deforum is read over this many frames, Deforum's default, to check that it can be read."""


@dataclass(frozen=True)
class Shaping(Record):
    """``smoothing_s``: a time constant; ``pool``: how the events inside one frame or cadence step become one value;
    ``lines``: whether lines join the steps of a moving knob; ``tolerance``: the largest error of the keys, as a
    fraction of the output range; ``exact``: whether the keys are as few as possible, or as in version 0.1; ``drift``:
    the largest sum of the errors of a motion, as a fraction of the output range times frames, or 0 for no such bound
    (used with ``exact``); ``under``: the schedule text that was in Deforum before, or empty; ``blend``: the
    effect of playing on it (see ``underlay``)."""

    invert: bool = False
    curve: str = "linear"
    smoothing_s: float = 0.0
    pool: str = "last"
    lines: bool = False
    tolerance: float = DEFAULT_TOLERANCE
    under: str = ""
    blend: str = "replace"
    exact: bool = False
    drift: float = 0.0


PLAIN = Shaping()


def checked_shaping(shaping: Shaping) -> Shaping:
    """The shaping with numbers inside their limits; InputError for an invalid value."""
    if shaping.curve not in CURVES:
        raise InputError(f"Unknown curve {shaping.curve!r}. Choose one of: {', '.join(CURVES)}.")
    if shaping.pool not in POOLS:
        raise InputError(f"Unknown pooling {shaping.pool!r}. Choose one of: {', '.join(POOLS)}.")
    if shaping.blend not in BLENDS:
        raise InputError(f"Unknown blend {shaping.blend!r}. Choose one of: {', '.join(BLENDS)}.")
    if shaping.under:
        underlay(shaping.under, 1, LONGEST_UNDER)
    return replace(
        shaping,
        smoothing_s=clamp(shaping.smoothing_s, 0.0, MAX_SMOOTHING_S),
        tolerance=clamp(shaping.tolerance, 0.0, MAX_TOLERANCE),
        drift=clamp(shaping.drift, 0.0, MAX_DRIFT),
    )
