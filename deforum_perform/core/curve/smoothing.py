"""Smoothing of a lane: without delay on a recording, and its live counterpart.

The written curve is smoothed forwards and backwards, so that it does not lag; live there is no future, and the One
Euro filter (Casiez, Roussel, Vogel, CHI 2012) comes close by following fast moves and smoothing slow ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

LIVE_BETA = 2.0
LIVE_DERIVATIVE_HZ = 1.0


def zero_phase(values: ArrayLike, fps: float, time_constant_s: float) -> NDArray[np.float64]:
    """Per-frame values (N,) smoothed by a one-pole low-pass filter run forwards and backwards; shape and timing are
    preserved.

    The first and the last value are assumed to hold beyond both ends, so that the ends do not drop; the result never
    leaves the range of ``values``, and a constant stays exactly the same. ``time_constant_s`` <= 0 changes nothing.
    """
    column = np.asarray(values, dtype=np.float64)
    if time_constant_s <= 0 or column.size < 2:
        return column.copy()
    keep = math.exp(-1.0 / (fps * time_constant_s))
    forward = _one_pole(column, column[0], keep)
    # Where the backward pass would be if it had begun far behind the end, over a forward pass that settles on the last
    # value: the sum of (1 - keep) * keep**j * keep**(j + 1) over j >= 0 is keep / (1 + keep).
    settled = column[-1] + (forward[-1] - column[-1]) * keep / (1.0 + keep)
    both = _one_pole(forward[::-1], settled, keep)[::-1]
    return np.clip(both, column.min(), column.max())


def _one_pole(column: NDArray[np.float64], state: float, keep: float) -> NDArray[np.float64]:
    """The low-pass filter over ``column``, starting from ``state``: each value moves the state by the fraction 1 -
    ``keep``."""
    share = 1.0 - keep
    smoothed = accumulate(
        column.tolist(), lambda before, value: before + (value - before) * share, initial=float(state)
    )
    return np.fromiter(smoothed, dtype=np.float64, count=column.size + 1)[1:]


@dataclass
class OneEuro:
    """Live smoothing of one source. Times are in seconds, non-decreasing; positions 0..1.

    ``time_constant_s`` is that of ``zero_phase``: at rest both smooth alike; in a fast move the cutoff rises by
    ``beta`` Hz for each range per second, so that the display stays close to what will be written.
    """

    time_constant_s: float
    beta: float = LIVE_BETA
    derivative_hz: float = LIVE_DERIVATIVE_HZ
    _time_s: float | None = field(default=None, repr=False)
    _value: float = field(default=0.0, repr=False)
    _slope: float = field(default=0.0, repr=False)

    def __call__(self, time_s: float, value: float) -> float:
        """The smoothed value at ``time_s``; the first one, and all with a time constant <= 0, unchanged."""
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
    """How far a one-pole low-pass filter moves towards its input in ``elapsed_s``."""
    return 1.0 / (1.0 + 1.0 / (2 * math.pi * cutoff_hz * elapsed_s))
