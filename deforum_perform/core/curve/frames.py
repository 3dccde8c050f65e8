"""From events to one value a frame, and from frames to the cadence grid.

Frame k is at k / fps seconds and spans the time from there to the next frame. A signal holds its value from one event
to the next; an event at a frame's own time belongs to that frame (a millionth of a frame early still counts as on it).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..signal import Signal
from .resting import HIT_SHARE, Reach

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_EPSILON_FRAMES = 1e-6

MOVING_GAP_S = 0.05
SLOW_GAP_S = 0.25
SLOW_STEPS = 2.0
"""The limits between a knob that moves and one that rests; see ``line_between_steps``."""


def hold(signal: Signal, fps: float, frames: int, before: float) -> Array:
    """(frames,) the value held at each frame's own time; ``before`` until the first event."""
    return _held(signal, _events_until(signal, fps, frames), before)


def mean(signal: Signal, fps: float, frames: int, before: float) -> Array:
    """(frames,) the held signal's mean over each frame's span, weighted by time; exactly the held value where nothing
    moves.
    """
    until = _events_until(signal, fps, frames + 1)
    held = _held(signal, until, before)
    inside = np.flatnonzero(_events_before(signal, fps, frames)[1:] > until[:-1])
    if inside.size == 0:
        return held[:frames]
    t, v = signal.times_s, signal.values
    area = np.concatenate(([0.0], np.cumsum(np.diff(t) * v[:-1])))
    borders = np.arange(frames + 1) / fps
    latest = np.maximum(until - 1, 0)
    filled = np.where(until > 0, area[latest] + (borders - t[latest]) * held, (borders - t[0]) * before)
    means = held[:frames].copy()
    means[inside] = (filled[inside + 1] - filled[inside]) * fps
    return np.clip(means, min(before, float(v.min())), max(before, float(v.max())))


def reach(signal: Signal, fps: float, frames: int, before: float) -> Reach:
    """The extent of the signal in each of ``frames`` frames; ``before`` is held until the first event."""
    held = hold(signal, fps, frames, before)
    low, high = held.copy(), held.copy()
    earlier = _events_before(signal, fps, frames)
    moved = np.flatnonzero(np.diff(earlier))
    if moved.size:
        inside = signal.values[earlier[0] : earlier[-1]]
        starts = earlier[moved] - earlier[0]
        low[moved], high[moved] = np.minimum.reduceat(inside, starts), np.maximum.reduceat(inside, starts)
    return Reach(held, low, high)


def strongest(reached: Reach, rest: Array | float, leaving: NDArray[np.bool_] | None = None) -> Array:
    """(frames,) of the value held at a frame's own time and the events in its span, the one farthest from ``rest``,
    which is one value or one per frame.

    Where the source is ``leaving`` its rest level, (frames,), the held value does not count. Tie rule: of two values
    equally far on both sides of ``rest``, the higher one.
    """
    held, low, high = reached
    aside = np.zeros(held.size, np.bool_) if leaving is None else leaving
    low, high = np.where(aside, low, np.minimum(low, held)), np.where(aside, high, np.maximum(high, held))
    return np.where(high - rest >= rest - low, high, low)


def hold_hits(reached: Reach, rest: Array | float) -> Array:
    """(frames,) the value held at each frame's own time, but in a frame within which the source left its value and
    returned, the farthest from ``rest``: a hit shorter than a frame is not lost."""
    returned = np.append(reached.held[1:] == reached.held[:-1], False)
    return np.where(returned, strongest(reached, rest), reached.held)


def show_hits(chosen: Index, rest: Index, signal: Signal, fps: float) -> Index:
    """(frames,) ``chosen``, but in the frames in whose span the source left the choice at which it rests (``rest``
    (frames,), below 0 if there is none), the choice it moved to, the last of several."""
    frame = np.floor(signal.times_s * fps + _EPSILON_FRAMES).astype(np.int64)
    inside = (frame >= 0) & (frame < chosen.size)
    frame, value = frame[inside], signal.values[inside].astype(np.int64)
    hit = (rest[frame] >= 0) & (value != rest[frame])
    shown = chosen.copy()
    shown[frame[hit]] = value[hit]
    return shown


def line_between_steps(signal: Signal, fps: float, frames: int, before: float, step: float) -> Array:
    """(frames,) the signal with lines between the steps of a moving knob, and holds where the knob rests.

    ``step`` is the knob's resolution in the source's unit (range / 127 for 7 bit). Two events are joined by a line if
    they are at most ``MOVING_GAP_S`` apart: a controller that is being turned sends at least 20 messages a second.
    Farther apart, up to ``SLOW_GAP_S``, they are joined only over at most ``SLOW_STEPS`` steps: a slow turn passes
    every step on its way, so a larger jump was a pad or a new page. Everything else is a rest: the value holds and
    then steps.
    """
    until = _events_until(signal, fps, frames)
    held = _held(signal, until, before)
    t, v = signal.times_s, signal.values
    if t.size < 2:
        return held
    gap, jump = np.diff(t), np.diff(v)
    moving = (gap > 0) & (
        (gap <= MOVING_GAP_S) | ((gap <= SLOW_GAP_S) & (np.abs(jump) <= SLOW_STEPS * step * (1 + 1e-9)))
    )
    slope = np.zeros(t.size)
    slope[:-1][moving] = jump[moving] / gap[moving]
    latest = np.maximum(until - 1, 0)
    since = np.clip(np.arange(frames) / fps - t[latest], 0.0, None)
    return np.where(until > 0, held + slope[latest] * since, held)


def pool(values: ArrayLike, cadence: int, how: str, rest: Array | float) -> Array:
    """One value for each frame that is a multiple of ``cadence``: (N,) -> (ceil(N / cadence),).

    Grid frame g*cadence gets the result of ``how`` for the frames from it up to the next grid frame; see
    ``pool_spans``. These are the frames at which Deforum reads such a field.
    """
    column = np.asarray(values, dtype=np.float64)
    if cadence < 1 or column.ndim != 1 or column.size == 0:
        raise InputError("Pooling needs at least one frame and a cadence of at least 1.")
    if cadence == 1:
        return column.copy()
    return pool_spans(column, np.arange(0, column.size, cadence), how, rest)


def pool_spans(
    column: Array,
    starts: Index,
    how: str,
    rest: Array | float,
    plays: NDArray[np.bool_] | None = None,
    least: float = 0.0,
) -> Array:
    """One value for each span of ``column`` (N,). A span begins at one of ``starts`` (rising, from 0) and ends before
    the next.

    ``how``: ``strongest`` (the farthest from ``rest``, which is one value or one per frame; on a tie the higher; the
    last if none is farther than ``least``), ``mean`` or ``last``. If some frames of a span play (``plays`` (N,),
    default all), the others do not count.
    """
    if how not in ("strongest", "mean", "last"):
        raise InputError(f"Values are pooled as strongest, mean or last, not {how!r}.")
    span = _span_of(starts, column.size)
    counts = np.ones(column.size, np.bool_) if plays is None else plays
    counts = counts | ~np.logical_or.reduceat(counts, starts)[span]
    last = column[np.maximum.reduceat(np.where(counts, np.arange(column.size), 0), starts)]
    if how == "mean":
        low = np.minimum.reduceat(np.where(counts, column, np.inf), starts)
        high = np.maximum.reduceat(np.where(counts, column, -np.inf), starts)
        means = np.add.reduceat(np.where(counts, column, 0.0), starts) / np.add.reduceat(counts.astype(int), starts)
        return np.clip(means, low, high)  # the mean of equal values is exactly that value
    if how == "last":
        return last
    away = np.where(counts, np.abs(column - rest), -1.0)
    farthest = np.maximum.reduceat(away, starts)
    strongest = np.maximum.reduceat(np.where(away == farthest[span], column, -np.inf), starts)
    return np.where(farthest > least, strongest, last)


def pool_choices(chosen: Index, starts: Index, rest: Index) -> Index:
    """The choice for each span, see ``pool_spans``, of per-frame ``chosen`` (N,).

    The last one of the span that differs from the rest choice (``rest`` (N,), below 0 where there is none), otherwise
    the last. A choice held for less than a span is therefore not lost.
    """
    frame = np.arange(chosen.size)
    hit = np.maximum.reduceat(np.where((chosen != rest) & (rest >= 0), frame, -1), starts)
    return chosen[np.where(hit >= 0, hit, np.append(starts[1:], chosen.size) - 1)]


def spread(grid_values: ArrayLike, cadence: int, frames: int) -> Array:
    """(frames,) each grid value held until the next grid frame: what a render uses of a pooled lane."""
    return np.repeat(np.asarray(grid_values, dtype=np.float64), cadence)[:frames]


def spread_spans(span_values: ArrayLike, starts: Index, frames: int) -> Array:
    """(frames,) each value held over its span, see ``pool_spans``."""
    return np.asarray(span_values, dtype=np.float64)[_span_of(starts, frames)]


def lost_hits(values: ArrayLike, cadence: int, rest: Array | float | None = None) -> Index:
    """Frames of hits that sampling every ``cadence``-th frame would lose, ascending.

    A hit is the frame farthest from ``rest`` (one value, one per frame, or None: the median) between two grid frames;
    it is lost if both grid frames show less than half of its distance from ``rest``. Distances below ``HIT_SHARE`` of
    the range are not hits.
    """
    column = np.asarray(values, dtype=np.float64)
    if cadence < 2 or column.size < 2:
        return np.empty(0, dtype=np.int64)
    away = np.abs(column - (float(np.median(column)) if rest is None else rest))
    groups = -(-column.size // cadence)
    padded = np.full(groups * cadence, -1.0)
    padded[: column.size] = away
    table = padded.reshape(groups, cadence)
    peak_at, peak = table.argmax(axis=1), table.max(axis=1)
    next_grid = np.append(table[1:, 0], 0.0)
    floor = HIT_SHARE * float(np.ptp(column))
    lost = (peak > floor) & (peak > 2 * np.maximum(table[:, 0], next_grid))
    found: Index = np.flatnonzero(lost) * cadence + peak_at[lost]
    return found


def _span_of(starts: Index, frames: int) -> Index:
    """(frames,) the number of the span of each frame."""
    return np.repeat(np.arange(starts.size), np.diff(np.append(starts, frames)))


def _events_until(signal: Signal, fps: float, frames: int) -> Index:
    """(frames,) how many events are at or before each frame's own time."""
    if not fps > 0 or frames < 1:
        raise InputError("A song needs more than 0 frames a second and at least one frame.")
    position = np.ceil(signal.times_s * fps - _EPSILON_FRAMES)
    first = np.clip(position, 0, frames).astype(np.int64)
    return np.cumsum(np.bincount(first, minlength=frames + 1))[:frames]


def _events_before(signal: Signal, fps: float, frames: int) -> Index:
    """(frames + 1,) how many events are in the spans before each frame's."""
    span = np.clip(np.floor(signal.times_s * fps + _EPSILON_FRAMES) + 1, 0, frames + 1).astype(np.int64)
    return np.cumsum(np.bincount(span, minlength=frames + 2))[: frames + 1]


def _held(signal: Signal, until: Index, before: float) -> Array:
    return np.concatenate(([before], signal.values))[until]
