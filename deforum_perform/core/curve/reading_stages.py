"""The stages from a lane's values to those that a render reads at the frames at which it reads the field."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..deforum.text import max_frames_for
from ..deforum.underlay import underlay
from .curve import Context, Curve
from .frames import lost_hits, pool_choices, pool_spans, spread_spans
from .mapping import limited
from .mixing import blended


def _is_read_seldom(context: Context) -> bool:
    """Whether a render reads the field only at some frames."""
    row, reading = context.lane.row, context.reading
    return reading.spans(row) is not None or reading.step(row) > 1


def pooled(curve: Curve, context: Context) -> Curve:
    """The values pooled onto the frames that are read, and held between them, so that nothing that is played between
    two of them is lost. A step in which the lane plays counts as played from its beginning."""
    if not _is_read_seldom(context):
        return curve
    lane, starts, frames = context.lane, context.starts, context.frames
    playing = curve.plays > 0
    values = pool_spans(curve.values, starts, lane.shaping.pool, curve.rest, playing, lane.error_limit)
    plays = np.maximum.reduceat(curve.plays, starts)
    return replace(
        curve, values=spread_spans(values, starts, frames), plays=spread_spans(plays, starts, frames)
    )


def pooled_choices(curve: Curve, context: Context) -> Curve:
    """The choice or count for each frame that is read, held between them: one that changes inside a step counts from
    its beginning."""
    if not _is_read_seldom(context):
        return curve
    found = pool_choices(curve.values.astype(np.int64), context.starts, curve.rest.astype(np.int64))
    return replace(curve, values=spread_spans(found, context.starts, context.frames))


def laid_over(curve: Curve, context: Context) -> Curve:
    """The values over the schedule from the box, which stays unchanged at the frames that are read."""
    lane, frames, reading = context.lane, context.frames, context.reading
    if not lane.shaping.under:
        return curve
    under = underlay(lane.shaping.under, frames, max_frames_for(frames, reading.cadence), reading.seed)
    if _is_read_seldom(context):
        under = spread_spans(under[context.starts], context.starts, frames)
    return replace(curve, values=blended(curve.values, under, lane.shaping.blend, lane.row.rest, curve.plays))


def within_limits(curve: Curve, context: Context) -> Curve:
    """The values inside the field limits."""
    return replace(curve, values=limited(curve.values, context.lane))


def saved_hits(played: Curve, context: Context) -> NDArray[np.int64]:
    """Frames of hits in what is ``played`` that a render reading every few frames would have lost without pooling."""
    lane, step = context.lane, context.reading.step(context.lane.row)
    if lane.row.reads != "cadence" or lane.chooses or lane.counts or lane.shaping.pool == "last":
        return np.empty(0, np.int64)
    return lost_hits(np.where(played.plays > 0, played.values, played.rest), step, played.rest)
