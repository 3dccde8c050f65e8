"""From a source's value to a field's: input range, inversion, curve, output range, field limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..deforum.selection import picked, stepped
from ..song.binding import Binding
from ..song.lane import Lane
from ..song.players import Counter
from ..units import nearest_odd
from .hits import releases

Array = NDArray[np.float64]

STEEPNESS = 4.0
"""The exponential curve is (e**(k x) - 1) / (e**k - 1) with this k; the logarithmic curve is its inverse."""


def _exponential(x: Array) -> Array:
    return np.expm1(STEEPNESS * x) / math.expm1(STEEPNESS)


def _logarithmic(x: Array) -> Array:
    return np.log1p(x * math.expm1(STEEPNESS)) / STEEPNESS


def _s(x: Array) -> Array:
    return x * x * (3.0 - 2.0 * x)


SHAPES: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {"linear": lambda x: x, "exponential": _exponential, "logarithmic": _logarithmic, "s": _s}
)


def position(values: ArrayLike, binding: Binding, invert: bool = False) -> Array:
    """The position of each value (any shape, source's unit) in the input range: 0..1, inverted for ``invert``."""
    with np.errstate(over="ignore"):  # a knob far outside a narrow range is at its end
        x = (np.asarray(values, dtype=np.float64) - binding.in_low) / (binding.in_high - binding.in_low)
    x = np.clip(x, 0.0, 1.0)
    return 1.0 - x if invert else x


def mapped(values: ArrayLike, lane: Lane) -> Array:
    """Each value (any shape, source's unit) in the lane's unit, inside the output range (and the field limits, in form
    frame)."""
    if lane.chooses or lane.counts:
        return picks(values, lane)
    return output(position(values, lane.binding, lane.shaping.invert), lane)


def output(positions: Array, lane: Lane) -> Array:
    """Positions 0..1 (any shape) in the lane's unit, inside the output range (and the field limits, in form frame)."""
    low, high = lane.output.out_low, lane.output.out_high
    out = low + SHAPES[lane.shaping.curve](positions) * (high - low)
    out = np.clip(out, min(low, high), max(low, high))
    return limited(out, lane) if lane.output.form == "frame" else out


def picks(values: ArrayLike, lane: Lane) -> Array:
    """For a lane that chooses: the index of its choice at each value (N,), in time order; for one that counts, the
    count. If the lane advances with hits, each value that is not a release is one (see ``hits`` for events with
    times)."""
    raw = np.asarray(values, dtype=np.float64)
    where, flat = position(raw, lane.binding, lane.shaping.invert).reshape(-1), raw.reshape(-1)
    if plays_hits(lane):
        released = releases(flat, where, lane.binding, lane.shaping.invert)
        return after_hits(np.cumsum(~released), lane).reshape(raw.shape)
    return chosen(where, flat, lane).reshape(raw.shape)


def chosen(positions: Array, raw: Array, lane: Lane) -> Array:
    """The index of the lane's choice at each event (N,), in time order: ``raw`` values and their positions in their
    input range."""
    selection = lane.selection
    if not selection.choices:
        return np.zeros(raw.shape)
    return picked(positions, raw, selection.pick, len(selection.choices)).astype(np.float64)


def plays_hits(lane: Lane) -> bool:
    """Whether each hit advances the lane, whatever the values are."""
    return lane.counts or (lane.chooses and lane.selection.pick == "step" and bool(lane.selection.choices))


def after_hits(hits: NDArray[np.int64], lane: Lane) -> Array:
    """The count of a lane that ``plays_hits`` after so many ``hits`` (N,), or the index of its choice."""
    player = lane.player
    if not isinstance(player, Counter):
        return stepped(hits, len(lane.selection.choices)).astype(np.float64)
    low, high = lane.row.hard or (0.0, np.inf)
    counted: Array = np.clip(player.first + player.step * hits, low, high)
    return counted


def limited(values: Array, lane: Lane) -> Array:
    """The values inside the field limits; whole for whole-number fields (halves to even), odd if only odd numbers are
    allowed."""
    row = lane.row
    if row.kind == "int":
        values = nearest_odd(values) if row.odd else np.rint(values)
    return np.clip(values, *row.hard) if row.hard else values
