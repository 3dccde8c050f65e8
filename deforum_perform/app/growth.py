"""The curves that grow while a pass is recorded, one value a frame, for the page."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..core.lane import Lane
from ..core.mapping import mapped, output, position
from ..core.smoothing import OneEuro
from ..core.song import Song
from ..osc.columns import UNKNOWN
from .recording import Pass


@dataclass
class LaneGrowth:
    """``values[k]`` is the lane's value at frame ``first_frame + k``, in its unit, smoothed as one can live.

    An array, not a list: 8 bytes a frame, which is 8 MB for an hour of 20 lanes.
    """

    first_frame: int
    raw: float
    smoother: OneEuro
    values: array[float] = field(default_factory=lambda: array("d"))


class Growth:
    """What has been drawn of the pass. It follows the log, so asking seldom costs no more than asking often."""

    def __init__(self) -> None:
        self.lanes: dict[str, LaneGrowth] = {}
        self._row = 0
        self._drawn: tuple[float, int] | None = None

    def advance(self, playing: Pass, song: Song, names: Sequence[str], now_s: float) -> None:
        """Draw up to ``now_s`` (song time); between two frames there is nothing to draw."""
        upto = math.floor(now_s * song.fps)
        if self._drawn == (song.fps, upto):
            return
        self._drawn = (song.fps, upto)
        index, received_ns, values, *_ = playing.log.rows(self._row)
        self._row += len(index)
        times_s = playing.song_time_s(received_ns)
        by_name = {names[i]: i for i in np.unique(index).tolist()}
        lanes = {lane.id: lane for lane in song.lanes}
        for lane_id, (source, start_s) in playing.writing().items():
            lane = lanes.get(lane_id)
            if lane is None:
                continue
            mine = (index == by_name.get(source, UNKNOWN)) & (times_s >= start_s)
            self._draw(lane, song.fps, start_s, times_s[mine], values[mine], upto)

    def _draw(
        self,
        lane: Lane,
        fps: float,
        start_s: float,
        times_s: NDArray[np.float64],
        values: NDArray[np.float64],
        upto: int,
    ) -> None:
        """Draw the lane up to the frame ``upto``, out of what its source did since it was drawn."""
        grown = self.lanes.get(lane.id)
        if grown is None:
            if not len(values):
                return
            grown = self.lanes[lane.id] = LaneGrowth(
                math.ceil(start_s * fps), float(values[0]), OneEuro(lane.smoothing_s)
            )
        frames = np.arange(grown.first_frame + len(grown.values), upto + 1)
        if frames.size:
            latest = np.searchsorted(times_s, frames / fps, side="right")
            raw = np.concatenate(([grown.raw], values))[latest]
            grown.values.extend(_seen(raw, frames / fps, lane, grown.smoother).tolist())
        if len(values):
            grown.raw = float(values[-1])


def _seen(raw: NDArray[np.float64], times_s: NDArray[np.float64], lane: Lane, smoother: OneEuro) -> NDArray[np.float64]:
    """The source's values (N,) at ``times_s`` as the lane shows them; the written curve is smoothed without delay
    instead."""
    if lane.smoothing_s <= 0 or lane.chooses or lane.counts:
        return mapped(raw, lane)
    where = position(raw, lane)
    smoothed = [smoother(time_s, place) for time_s, place in zip(times_s.tolist(), where.tolist(), strict=True)]
    return output(np.array(smoothed), lane)
