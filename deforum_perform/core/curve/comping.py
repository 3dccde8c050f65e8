"""The stages that work on the whole comp of a lane: its clips mixed by their fades, and its edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..song.clip import Clip, Clips
from ..song.overlap import played
from .coverage import covered
from .curve import Context, Curve, Session, rest_value, run
from .edits import Grid, edited, edited_plays
from .mapping import limited
from .mixing import mixed, ramps

Array = NDArray[np.float64]


def mixing(stages: Sequence[Session]) -> Session:
    """The stage that computes values from the clips by ``stages`` and mixes those that fade.

    All clips without a fade are one: their events follow each other. Each clip with a fade is evaluated separately, and
    mixed with what is below it, the oldest first; newer clips stay on top.
    """

    def mixed_clips(curve: Curve, context: Context) -> Curve:
        steady = tuple(clip for clip in context.clips if not clip.fades)
        mix = run(stages, curve, replace(context, clips=steady))
        for clip, share in _fading(context):
            above = run(stages, curve, replace(context, clips=(clip,), alone=True))
            mix = _over(mix, above, share, with_under=bool(context.lane.shaping.under))
        return mix

    return mixed_clips


def joining(stages: Sequence[Session]) -> Session:
    """The stage that computes values from the clips by ``stages`` with their events following each other, with or
    without fades: there is nothing between two choices."""
    return lambda curve, context: run(stages, curve, context)


def _fading(context: Context) -> Iterator[tuple[Clip, Array]]:
    """The clips with a fade, the oldest first, and their share at each frame, (N,)."""
    clips, fps, frames = context.clips, context.fps, context.frames
    times_s = np.arange(frames) / fps
    if not any(clip.fades for clip in clips):
        return
    ends = {(piece.id, piece.end_s): following for piece, following in _followed(clips)}
    for place, clip in enumerate(clips):
        if not clip.fades:
            continue
        share = ramps(times_s, clip.start_s, clip.end_s, clip.fade_in_s, clip.fade_out_s)
        if clip.fade_out_s <= 0 and (clip.id, clip.end_s) in ends:  # its last value holds until something else plays
            next_s = ends[clip.id, clip.end_s]
            share = np.maximum(share, ramps(times_s, clip.end_s, next_s, 0.0, 0.0))
        newer = tuple(other for other in clips[place + 1 :] if not other.fades)
        yield clip, np.where(covered(newer, fps, frames), 0.0, share)


def _followed(clips: Clips) -> Iterator[tuple[Clip, float]]:
    """Each piece that plays, and when the next one begins (s)."""
    order = played(clips)
    starts = [piece.start_s for piece in order]
    yield from zip(order, (*starts[1:], np.inf), strict=False)


def _over(below: Curve, above: Curve, share: Array, with_under: bool) -> Curve:
    """``above`` mixed with ``below`` by its ``share``, (N,). Over a schedule from the box, only what plays is mixed:
    the rest of the share is the schedule's."""
    rest = mixed(below.rest, above.rest, share)
    if not with_under:
        plays = np.where(share > 0, np.maximum(below.plays, above.plays), below.plays)
        return replace(below, values=mixed(below.values, above.values, share), rest=rest, plays=plays)
    mine, others = share * above.plays, (1.0 - share) * below.plays
    plays = mine + others
    of_playing = np.where(plays > 0, mine / np.where(plays > 0, plays, 1.0), share)
    return replace(below, values=mixed(below.values, above.values, of_playing), rest=rest, plays=plays)


def edited_values(curve: Curve, context: Context) -> Curve:
    """The values with the lane's edits."""
    return _edited(curve, context, rest_value(context.lane))


def edited_choices(curve: Curve, context: Context) -> Curve:
    """The choices or counts with the lane's edits: whole numbers, limited to the existing choices."""
    if not context.edits:
        return curve
    lane, curve = context.lane, _edited(curve, context, 0.0)
    whole = np.rint(curve.values)
    if lane.chooses:
        return replace(curve, values=np.clip(whole, 0, max(0, len(lane.selection.choices) - 1)))
    return replace(curve, values=limited(whole, lane))


def _edited(curve: Curve, context: Context, rest: float) -> Curve:
    if not context.edits:
        return curve
    grid = Grid(context.fps, rest, context.tempos)
    return replace(
        curve,
        values=edited(curve.values, context.edits, grid),
        rest=curve.rest if context.lane.chooses or context.lane.counts else edited(curve.rest, context.edits, grid),
        plays=edited_plays(curve.plays, context.edits, context.fps),
    )
