"""A signal: the events of one source as two columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InputError


@dataclass(frozen=True, eq=False)
class Signal:
    """Events of one source in time order.

    ``times_s`` (N,) float64, non-decreasing, in seconds of song time; ``values`` (N,) float64 in the source's own unit.
    """

    times_s: NDArray[np.float64]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.times_s.ndim != 1 or self.times_s.shape != self.values.shape:
            raise InputError("A signal needs one time for each value.")

    def __len__(self) -> int:
        return int(self.times_s.size)


EMPTY = Signal(np.empty(0), np.empty(0))


def signal(times_s: ArrayLike, values: ArrayLike) -> Signal:
    """A signal from any two columns: sorted by time (stable), without events that are not finite."""
    t, v = np.asarray(times_s, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if t.shape != v.shape or t.ndim != 1:
        raise InputError("A signal needs one time for each value.")
    keep = np.isfinite(t) & np.isfinite(v)
    if not keep.all():
        t, v = t[keep], v[keep]
    if (t[1:] < t[:-1]).any():
        order = np.argsort(t, kind="stable")
        t, v = t[order], v[order]
    return Signal(t, v)


def between(source: Signal, start_s: float, end_s: float) -> Signal:
    """The events with ``start_s <= time < end_s``; the columns are views."""
    first, last = source.times_s.searchsorted((start_s, end_s))
    return Signal(source.times_s[first:last], source.values[first:last])


def extent(source: Signal) -> tuple[float, float] | None:
    """Lowest and highest value, or None without events."""
    return (float(source.values.min()), float(source.values.max())) if len(source) else None
