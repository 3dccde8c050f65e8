"""The pipeline of a lane: a list of stages, each of which maps a curve to a curve.

A new feature of lanes is a new stage in the lists here: clips to per-frame values, their comp, and the values for a
render.
"""

from __future__ import annotations

from ..song.lane import Lane
from ..song.players import Counter, Range
from .comping import edited_choices, edited_values, joining, mixing
from .curve import Context, Curve, Session, run
from .reading_stages import laid_over, pooled, pooled_choices, within_limits
from .stages import bound, chosen, counted, kept_long_enough, resampled, smoothed, stepped

Stages = tuple[Session, ...]


def clip_stages(lane: Lane) -> Stages:
    """From the clips to per-frame values."""
    player = lane.player
    if isinstance(player, Range):
        return (bound, resampled, smoothed, stepped)
    return (bound, counted if isinstance(player, Counter) else chosen, kept_long_enough)


def comp_stages(lane: Lane) -> Stages:
    """From the clips to what is played at each frame, regardless of the frames that a render reads."""
    if isinstance(lane.player, Range):
        return (mixing(clip_stages(lane)), edited_values)
    return (joining(clip_stages(lane)), edited_choices)


def reading_stages(lane: Lane) -> Stages:
    """From what is played to the values for a render."""
    if isinstance(lane.player, Range):
        return (pooled, laid_over, within_limits)
    return (pooled_choices,)


def played_curve(context: Context) -> Curve:
    """What the lane plays at each frame, regardless of the frames that a render reads."""
    return run(comp_stages(context.lane), Curve(), context)


def read_curve(played: Curve, context: Context) -> Curve:
    """The values for a render at each frame of what is ``played``."""
    return run(reading_stages(context.lane), played, context)
