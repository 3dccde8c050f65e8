"""Motion fields in three forms: what a knob means for a camera that moves slightly at every frame.

``frame``: the knob is the field's own value, a step per frame; another fps changes the movement. ``rate``: the knob is
a speed in units per second, so another fps preserves the movement. ``position``: the knob is the position of the
camera, and the schedule is its change from frame to frame. Zoom multiplies where the other fields add: its speed is a
factor per second, its position a magnification.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .field_row import Field, Range

FORMS = ("frame", "rate", "position")

REFERENCE_FPS = 15.0
"""Deforum's default frame rate: the field table's ranges are steps per frame at this rate."""

SMALLEST_FACTOR = 1e-6

Array = NDArray[np.float64]


def moves(row: Field) -> bool:
    """Whether the field is a motion, applied again at every frame."""
    return row.unit.endswith("/frame")


def multiplies(row: Field) -> bool:
    """Whether the motion is a factor instead of a sum."""
    return row.unit.startswith("factor")


def unit_of(row: Field, form: str) -> str:
    """The unit of the output range in ``form``."""
    if form == "rate":
        return row.unit.replace("/frame", "/s")
    return row.unit.removesuffix("/frame") if form == "position" else row.unit


def range_in(row: Field, form: str, per_frame: Range, fps: float = REFERENCE_FPS) -> Range:
    """A range of steps per frame at ``fps`` as a range in ``form``; for a position, the distance covered in a
    second."""
    if form == "frame":
        return per_frame
    low, high = per_frame
    return (max(low, SMALLEST_FACTOR) ** fps, high**fps) if multiplies(row) else (low * fps, high * fps)


def range_at(row: Field, per_frame: Range, fps: float, new_fps: float) -> Range:
    """A range of steps per frame at ``fps`` as the steps at ``new_fps`` with the same speed."""
    low, high = per_frame
    if multiplies(row):
        return max(low, SMALLEST_FACTOR) ** (fps / new_fps), max(high, SMALLEST_FACTOR) ** (fps / new_fps)
    return low * fps / new_fps, high * fps / new_fps


def steps(values: ArrayLike, row: Field, form: str, fps: float) -> Array:
    """Per-frame values (N,) in ``form`` as the steps per frame (N,) that Deforum reads.

    A position's first step is 0: the camera begins where it is.
    """
    column = np.asarray(values, dtype=np.float64)
    if form == "frame":
        return column
    if multiplies(row):
        logs = np.log(np.maximum(column, SMALLEST_FACTOR))
        return np.exp(logs / fps if form == "rate" else np.diff(logs, prepend=logs[:1]))
    return column / fps if form == "rate" else np.diff(column, prepend=column[:1])


def drift_between(written: ArrayLike, wanted: ArrayLike, row: Field) -> float:
    """The largest absolute sum of the errors of steps per frame (N,) from the first frame to any other; for a factor of
    the errors of their logarithms."""
    read, meant = np.asarray(written, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    if multiplies(row):
        read, meant = (np.log(np.maximum(column, SMALLEST_FACTOR)) for column in (read, meant))
    return float(np.abs(np.cumsum(read - meant)).max())


def positions(per_frame: ArrayLike, row: Field) -> Array:
    """The position of the camera after each of the steps per frame (N,): their running sum, or product from 1."""
    column = np.asarray(per_frame, dtype=np.float64)
    if multiplies(row):
        return np.exp(np.cumsum(np.log(np.maximum(column, SMALLEST_FACTOR)), dtype=np.float64))
    return np.cumsum(column, dtype=np.float64)
