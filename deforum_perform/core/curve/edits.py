"""What edits do to a lane's values, one a frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..song.edit import Change, Draw, Edit, Flatten, Hold, Quantise, Scale, Shift, Smooth, plays_alone
from ..time.tempo_map import TempoMap, beats_at, constant_tempo
from ..time.time_map import BEATS
from .mixing import mixed, ramps
from .smoothing import zero_phase

Array = NDArray[np.float64]

WITHOUT_TEMPO = constant_tempo(120.0)
"""Tempo used to count beats in a song that has none."""


@dataclass(frozen=True)
class Grid:
    """``fps``: frames per second; ``rest``: the value at which the field has no effect; ``tempos``: None in a song
    without a tempo."""

    fps: float
    rest: float = 0.0
    tempos: TempoMap | None = None


def edited(values: Array, edits: Iterable[Edit], grid: Grid) -> Array:
    """Per-frame ``values`` (N,) with the ``edits`` that are on, each applied to the result of those before it."""
    for edit in edits:
        span = frames_of(edit, grid.fps, len(values))
        if edit.on and span.start < span.stop:
            times_s = np.arange(span.start, span.stop) / grid.fps
            inside = values[span]
            changed = changed_values(edit.change, inside, times_s, grid)
            values = values.copy()
            values[span] = mixed(inside, changed, ramps(times_s, edit.start_s, edit.end_s, edit.fade_s, edit.fade_s))
    return values


def edited_plays(plays: Array, edits: Iterable[Edit], fps: float) -> Array:
    """How much a lane plays at each frame, (N,) from 0 to 1, including the ``edits`` that play where nothing is
    recorded."""
    for edit in edits:
        span = frames_of(edit, fps, len(plays))
        if plays_alone((edit,)) and span.start < span.stop:
            times_s = np.arange(span.start, span.stop) / fps
            plays = plays.copy()
            plays[span] = np.maximum(plays[span], ramps(times_s, edit.start_s, edit.end_s, edit.fade_s, edit.fade_s))
    return plays


def frames_of(edit: Edit, fps: float, frames: int) -> slice:
    """The frames of ``frames`` inside the range of ``edit``."""
    first, last = (int(np.clip(np.ceil(t * fps - 1e-6), 0, frames)) for t in (edit.start_s, edit.end_s))
    return slice(first, last)


def changed_values(change: Change, values: Array, times_s: Array, grid: Grid) -> Array:
    """The result of ``change`` on ``values`` (M,) at ``times_s`` (M,), M > 0."""
    match change:
        case Draw(points=points):
            at_s, drawn = np.array([(point.time_s, point.value) for point in points]).T
            return np.asarray(np.interp(times_s, at_s, drawn))
        case Scale(factor=factor, about=about):
            middle = grid.rest if about is None else about
            return middle + (values - middle) * factor
        case Shift(by=by):
            return values + by
        case Flatten(value=None):
            return np.full_like(values, np.clip(values.mean(), values.min(), values.max()))
        case Flatten(value=value):
            return np.full_like(values, value)
        case Quantise(step=step, origin=origin):
            return origin + np.rint((values - origin) / step) * step
        case Hold():
            return _held(change, values, times_s, grid)
        case Smooth(time_constant_s=time_constant_s):
            return zero_phase(values, grid.fps, time_constant_s)


def _held(change: Hold, values: Array, times_s: Array, grid: Grid) -> Array:
    """For the frames between two grid lines, the value of the first one."""
    counted = beats_at(grid.tempos or WITHOUT_TEMPO, times_s) if change.unit == BEATS else times_s
    line = np.floor(counted / change.every + 1e-9)
    begins = np.concatenate(([True], np.diff(line) != 0))
    return values[np.maximum.accumulate(np.where(begins, np.arange(values.size), 0))]
