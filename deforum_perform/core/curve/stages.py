"""The stages from events to per-frame values, for each kind of player."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..deforum.motion import steps
from ..deforum.selection import held
from ..signal import Signal
from .clip_events import lane_signal
from .coverage import covered
from .curve import Context, Curve, rest_value
from .frames import hold_hits, line_between_steps, mean, reach, show_hits, strongest
from .resting import Reach, Rests, resting_choice, rests
from .smoothing import zero_phase

Array = NDArray[np.float64]

KNOB_STEPS = 127
"""Steps of a knob that sends MIDI's 7 bits."""


def bound(curve: Curve, context: Context) -> Curve:
    """The events of the clips, each through its own binding, in the lane's unit."""
    return replace(curve, events=lane_signal(context.clips, context.lane, context.takes))


def resampled(curve: Curve, context: Context) -> Curve:
    """One value per frame, by the lane's pooling, in the lane's unit; its rest level, and where it plays."""
    events, lane, fps, frames = curve.events, context.lane, context.fps, context.frames
    begins = len(events) and (context.alone or lane.output.form == "position")
    before = float(events.values[0]) if begins else rest_value(lane)
    reached = reach(events, fps, frames, before)
    resting = _rests(events, context, reached)
    raw = _pooled_in_frames(events, context, before, reached, resting)
    if lane.shaping.under:
        plays = covered(context.clips, fps, frames) | (raw != reached.held)
    else:
        plays = np.arange(frames) >= first_frame(events, fps, frames)
    return replace(curve, values=raw, rest=resting.level, plays=plays.astype(np.float64))


def smoothed(curve: Curve, context: Context) -> Curve:
    """The values and their rest level, smoothed without delay."""
    fps, smoothing_s = context.fps, context.lane.shaping.smoothing_s
    return replace(
        curve, values=zero_phase(curve.values, fps, smoothing_s), rest=zero_phase(curve.rest, fps, smoothing_s)
    )


def stepped(curve: Curve, context: Context) -> Curve:
    """Values from the lane's unit to the field's: for a speed or a position, the steps per frame."""
    row, form = context.lane.row, context.lane.output.form
    return replace(
        curve,
        values=steps(curve.values, row, form, context.fps),
        rest=steps(curve.rest, row, form, context.fps),
    )


def counted(curve: Curve, context: Context) -> Curve:
    """One count per frame. A count never returns, so it has no rest level."""
    first = context.lane.output.out_low
    return _held(curve, context, reach(curve.events, context.fps, context.frames, first))


def chosen(curve: Curve, context: Context) -> Curve:
    """One choice per frame. A choice that advances with each hit never returns, so it has no rest level."""
    events, lane = curve.events, context.lane
    reached = reach(events, context.fps, context.frames, 0.0)
    if lane.selection.pick == "step" or not len(events):
        return _held(curve, context, reached)
    step = context.longest if lane.row.reads == "cadence" else 1
    rest = resting_choice(reached, events.values.astype(np.int64), context.fps, step)
    shown = show_hits(reached.held.astype(np.int64), rest, events, context.fps)
    return replace(_held(curve, context, reached), values=shown.astype(np.float64), rest=rest.astype(np.float64))


def kept_long_enough(curve: Curve, context: Context) -> Curve:
    """Choices or counts, each held for the lane's minimum time."""
    least = round(context.lane.selection.hold_s * context.fps)
    return replace(curve, values=held(curve.values.astype(np.int64), least).astype(np.float64))


def _held(curve: Curve, context: Context, reached: Reach) -> Curve:
    whole = reached.held.astype(np.int64).astype(np.float64)
    return replace(curve, values=whole, rest=np.full(context.frames, -1.0), plays=np.ones(context.frames))


def _rests(events: Signal, context: Context, reached: Reach) -> Rests:
    """The source's rest level at each frame, in the lane's unit; before the first event, that right after it."""
    lane, fps, frames = context.lane, context.fps, context.frames
    if not len(events):
        return Rests(reached.held, np.zeros(frames, np.bool_))
    first = min(first_frame(events, fps, frames), frames - 1)
    played = Reach(*(column[first:] for column in reached))
    step = context.longest if lane.row.reads == "cadence" else 1
    found = rests(played, events.values, fps, step, lane.width)
    level = np.concatenate((np.full(first, found.level[0]), found.level))
    leaving = np.concatenate((np.zeros(first, np.bool_), found.leaving))
    leaving[first] = True  # the value held before the first event was not played
    return Rests(level, leaving)


def first_frame(events: Signal, fps: float, frames: int) -> int:
    """The frame in whose span the first event is; ``frames`` if there is none."""
    if not len(events):
        return frames
    return min(max(int(np.floor(events.times_s[0] * fps + 1e-6)), 0), frames)


def _pooled_in_frames(
    events: Signal, context: Context, before: float, reached: Reach, resting: Rests
) -> Array:
    lane, fps, frames = context.lane, context.fps, context.frames
    if lane.shaping.pool == "strongest":
        return strongest(reached, *resting)
    if lane.shaping.pool == "mean":
        return mean(events, fps, frames, before)
    if lane.shaping.lines:
        return line_between_steps(events, fps, frames, before, lane.width / KNOB_STEPS)
    return hold_hits(reached, resting.level) if lane.row.reads == "frame" else reached.held
