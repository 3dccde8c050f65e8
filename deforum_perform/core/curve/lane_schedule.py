"""The schedule of a lane: keys within its tolerance, in the lane's unit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..deforum.diffused import Diffused
from ..deforum.motion import multiplies, positions
from ..deforum.prompts import prompt_keys, prompts_text
from ..deforum.schedule import Reduction, Schedule, make_schedule, parse_schedule
from ..deforum.selection import choice_schedule
from ..errors import InputError
from ..song.lane import Lane
from ..units import DEFAULT_DECIMALS
from .mapping import limited

FINER = 4.0
TRIES = 12


def lane_schedule(
    values: NDArray[np.float64], lane: Lane, fps: float, cadence: int = 1, fast: bool = False
) -> Schedule:
    """The schedule of ``values`` (N,), the values for Deforum to read at each frame.

    ``cadence`` > 1 for fields that a render reads only at its multiples; odd numbers hold between them too, since a
    line between two of them passes through even ones. In form ``position``, small errors of many steps add up, so the
    tolerance is reduced until the camera stays within it at every frame.
    """
    cadence = 1 if lane.row.odd else cadence
    if lane.chooses:
        return _chosen_schedule(values, lane, fps, cadence)
    tolerance = step_tolerance(lane, fps)
    limits = lane.row.hard
    # keys that are soon replaced by the final ones have no bound, except where it is the tolerance itself
    bound = None if fast and lane.output.form != "position" else step_drift(values, lane, fps)
    reduction = Reduction(lane.shaping.exact, bound, multiplies(lane.row))
    schedule = make_schedule(values, tolerance, DEFAULT_DECIMALS, lane.row.kind, cadence, fast, limits, reduction)
    if reduction.drift is not None or lane.output.form != "position":
        return schedule
    for _ in range(TRIES):
        if drift(schedule, lane) <= lane.error_limit:
            break
        tolerance /= FINER
        schedule = make_schedule(values, tolerance, kind=lane.row.kind, cadence=cadence, fast=fast, limits=limits)
    return schedule


def diffused_schedule(values: NDArray[np.float64], lane: Lane, fps: float, diffused: Diffused) -> Schedule:
    """The schedule of ``values`` (N,), which hold from one diffused picture to the next, for a render that reads it
    only for these: each picture gets its own value. The error is measured on the values that are read."""
    if lane.row.kind == "choice":
        return replace(_chosen_schedule(diffused.written(lane.field, values), lane, fps, 1), values=values)
    held = _listed(values, lane) if lane.chooses else values
    kind = "int" if lane.row.kind == "int" else "held"
    made = make_schedule(diffused.written(lane.field, held), step_tolerance(lane, fps), kind=kind)
    read = parse_schedule(made.text, held.size)[diffused.places(lane.field, held.size)]
    errors = np.abs(read - held[list(diffused.pictures)])
    worst = int(errors.argmax())
    where = diffused.pictures[worst] if errors[worst] > 0 else None
    return replace(made, values=held, largest_error=float(errors[worst]), error_frame=where)


def _chosen_schedule(values: NDArray[np.float64], lane: Lane, fps: float, cadence: int) -> Schedule:
    """Names, prompts, or whole numbers from a list, for indexes (N,) into the lane's choices."""
    _require_choices(lane)
    index = values.astype(np.int64)
    if lane.row.kind == "prompt":
        keys = prompt_keys(index, lane.selection.choices, round(lane.selection.fade_s * fps), cadence)
        frames = np.array(sorted(keys))
        text = prompts_text({str(frame): keys[frame] for frame in frames.tolist()})
        return Schedule(values, frames, values[frames], 0, text, 0.0, None)
    if lane.row.kind == "choice":
        return choice_schedule(index, lane.selection.choices, cadence)
    return make_schedule(_listed(values, lane), 0.0, kind="int", cadence=cadence)


def _listed(indexes: NDArray[np.float64], lane: Lane) -> NDArray[np.float64]:
    """The whole numbers of the lane's list at ``indexes`` (N,)."""
    _require_choices(lane)
    numbers = np.array([float(choice) for choice in lane.selection.choices])
    return limited(numbers[indexes.astype(np.int64)], lane)


def _require_choices(lane: Lane) -> None:
    if not lane.selection.choices:
        raise InputError(f"{lane.row.title} has an empty list. Add at least one choice.")


def step_tolerance(lane: Lane, fps: float) -> float:
    """The lane's tolerance in steps per frame. For a factor, at the middle of the output range."""
    if lane.output.form == "frame":
        return lane.error_limit
    if lane.output.form == "rate" and not multiplies(lane.row):
        return lane.error_limit / fps
    if lane.output.form == "rate":
        middle = (max(lane.output.out_low, 1e-6) + max(lane.output.out_high, 1e-6)) / 2
        return float(middle ** (1 / fps) * lane.error_limit / (fps * middle))
    return lane.error_limit / (max(1.0, lane.output.out_low, lane.output.out_high) if multiplies(lane.row) else 1.0)


def step_drift(values: NDArray[np.float64], lane: Lane, fps: float) -> float | None:
    """The bound on the sum of the errors of ``values`` in steps per frame, for a factor of their logarithms; None
    without it. A position is itself a sum: the camera stays within the tolerance."""
    limit, form = lane.drift_limit, lane.output.form
    if limit is None or lane.error_limit == 0:
        return None
    if form == "position":
        limit = lane.error_limit
        return math.log1p(limit / float(positions(values, lane.row).max())) if multiplies(lane.row) else limit
    if multiplies(lane.row):
        limit /= (max(lane.output.out_low, 1e-6) + max(lane.output.out_high, 1e-6)) / 2
    return limit / fps if form == "rate" else limit


def drift(schedule: Schedule, lane: Lane) -> float:
    """The largest distance between the camera of the written schedule and the camera that was played, in the lane's
    unit."""
    written = parse_schedule(schedule.text, len(schedule.values))
    return float(np.abs(positions(written, lane.row) - positions(schedule.values, lane.row)).max())
