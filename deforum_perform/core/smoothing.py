"""Smoothing of a lane: without delay on what is recorded, and its live counterpart.

The written curve is smoothed forwards and backwards, so that it does not lag; live there is no future, and the One
Euro filter (Casiez, Roussel, Vogel, CHI 2012) comes close by following fast moves and smoothing slow ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

_PAD_TIME_CONSTANTS = 8.0
"""The edge value is held this long in front and behind: e**-8 is below any tolerance in use."""

LIVE_BETA = 2.0
LIVE_DERIVATIVE_HZ = 1.0


def zero_phase(values: ArrayLike, fps: float, time_constant_s: float) -> NDArray[np.float64]:
    """Per-frame values (N,) smoothed by a one-pole low-pass run forwards and backwards; shape and place stay.

    Beyond both ends the first and the last value are taken to hold, so that an end does not sag; the result never
    leaves the range of ``values``, and a constant stays exactly what it is. ``time_constant_s`` <= 0 changes nothing.
    """
    column = np.asarray(values, dtype=np.float64)
    if time_constant_s <= 0 or column.size < 2:
        return column.copy()
    share = -math.expm1(-1.0 / (fps * time_constant_s))
    pad = math.ceil(_PAD_TIME_CONSTANTS * fps * time_constant_s)
    pad = min(pad, 4 * column.size + 16)
    padded = np.concatenate((np.full(pad, column[0]), column, np.full(pad, column[-1])))
    forward = _one_pole(padded, share)
    both = _one_pole(forward[::-1], share)[::-1]
    return np.clip(both[pad : pad + column.size], column.min(), column.max())


def _one_pole(column: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    smoothed = accumulate(column.tolist(), lambda state, value: state + (value - state) * share)
    return np.fromiter(smoothed, dtype=np.float64, count=column.size)


@dataclass
class OneEuro:
    """Live smoothing of one source. Feed times in seconds that do not fall and positions 0..1.

    ``time_constant_s`` is that of ``zero_phase``: at rest both smooth alike, in a fast move the cutoff rises by
    ``beta`` Hz for each range a second, so that what is seen stays close to what will be written.
    """

    time_constant_s: float
    beta: float = LIVE_BETA
    derivative_hz: float = LIVE_DERIVATIVE_HZ
    _time_s: float | None = field(default=None, repr=False)
    _value: float = field(default=0.0, repr=False)
    _slope: float = field(default=0.0, repr=False)

    def __call__(self, time_s: float, value: float) -> float:
        """The smoothed value at ``time_s``; the first one, and all with a time constant <= 0, as they are."""
        if self._time_s is None or self.time_constant_s <= 0:
            self._time_s, self._value, self._slope = time_s, value, 0.0
            return value
        elapsed_s = time_s - self._time_s
        if elapsed_s <= 0:
            return self._value
        slope = (value - self._value) / elapsed_s
        self._slope += (slope - self._slope) * _share(self.derivative_hz, elapsed_s)
        cutoff_hz = 1.0 / (2 * math.pi * self.time_constant_s) + self.beta * abs(self._slope)
        self._value += (value - self._value) * _share(cutoff_hz, elapsed_s)
        self._time_s = time_s
        return self._value


def _share(cutoff_hz: float, elapsed_s: float) -> float:
    """How far a one-pole low-pass moves towards its input in ``elapsed_s``."""
    return 1.0 / (1.0 + 1.0 / (2 * math.pi * cutoff_hz * elapsed_s))
