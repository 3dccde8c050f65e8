"""The curves that grow while recording, one value per frame, for the page.

The page shows what would be written if the recording ended now: the whole curve of a lane, by the pipeline that writes
it, computed as often as its length allows. Frames since the last computation are estimated.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...core.curve.hits import later_arguments
from ...core.curve.mapping import limited, output, plays_hits, position
from ...core.curve.smoothing import OneEuro
from ...core.deforum.motion import steps
from ...core.deforum.tab import DeforumTab
from ...core.song.lane import Lane
from ...core.song.song import Song
from ...core.units import MAX_FRAMES, frames_in
from ...osc.decode.columns import UNKNOWN
from .changes import Changes
from .drafts import SMOOTHING_REACH, Draft, Shape, shape_of
from .recording_run import RunningRecording

COST_EACH_S = 600_000.0
"""The computing budget of all curves per second, see ``Draft.cost``: some hundredths of a core."""

SAVED_UP = 200_000.0
"""This much of it can accumulate, so that short curves are computed on every request."""

SMOOTHED_LIVE = 500
"""How many of the last frames are smoothed in an estimate; a page that connects late does not wait for a whole long
recording."""

SETTLED_S = 1.0
"""A source that has not moved for this long no longer changes its earlier part."""

SAME = 1e-6
"""A value that changes by no more than this fraction of the lane's range has not changed."""

Array = NDArray[np.float64]


@dataclass
class LaneGrowth:
    """``values[k]`` is the lane's value at frame ``first_frame + k``, in the field's unit.

    An array, not a list: 8 bytes per frame, which is 8 MB for an hour of 20 lanes. ``raw``: the last value of the
    source, in frame ``moved``; ``events``: how many it sent, the last one at ``last_s`` (song time); ``place``: the
    lane's own value at the last frame. ``shape``, ``frames`` and ``computed``: the shape of the last computed curve, up
    to which frame, and of how many events.
    """

    first_frame: int
    raw: float
    smoother: OneEuro
    values: array[float] = field(default_factory=lambda: array("d"))
    changes: Changes = field(default_factory=Changes)
    events: int = 0
    last_s: float = 0.0
    moved: int = 0
    place: float | None = None
    shape: Shape | None = None
    frames: int = 0
    computed: int = 0
    busy: bool = False

    def guess(self, raw: Array, times_s: Array, shape: Shape) -> None:
        """Append values: for frames at ``times_s`` (N,), at which the source has the value ``raw`` (N,)."""
        lane = shape.lane
        if lane.chooses or lane.counts:
            last = self.values[-1] if self.values else lane.output.out_low if lane.counts else 0.0
            self.values.extend([last] * len(raw))
            return
        where = position(raw, lane.binding, lane.shaping.invert)
        if lane.shaping.smoothing_s > 0:
            if self.smoother.time_constant_s != lane.shaping.smoothing_s:
                self.smoother = OneEuro(lane.shaping.smoothing_s)
            tail = slice(max(0, len(where) - SMOOTHED_LIVE), None)
            pairs = zip(times_s[tail].tolist(), where[tail].tolist(), strict=True)
            where[tail] = [self.smoother(time_s, place) for time_s, place in pairs]
        places = output(where, lane)
        before = float(places[0]) if self.place is None else self.place
        moved = steps(np.concatenate(([before], places)), lane.row, lane.output.form, shape.fps)[1:]
        self.place = float(places[-1])
        self.values.extend(limited(moved, lane).tolist())

    def accept(self, draft: Draft, curve: Array) -> None:
        """Use a computed curve, shape (draft.frames,)."""
        new = curve[self.first_frame :]
        known = min(len(self.values), len(new))
        before = np.array(self.values[:known])
        lane = draft.shape.lane
        least = SAME * max(abs(lane.output.out_high - lane.output.out_low), float(np.ptp(new)) if len(new) else 0.0)
        moved = np.flatnonzero(np.abs(new[:known] - before) > least)
        if moved.size:
            self.changes.add(int(moved[0]), int(moved[-1]) + 1)
        self.values[:known] = array("d", new[:known].tobytes())

    def is_due(self, shape: Shape, frames: int) -> bool:
        """Whether the curve up to ``frames`` may differ from the current one."""
        if self.busy or not self.values:
            return False
        if self.shape != shape or self.computed != self.events:
            return True
        settled = (SETTLED_S + SMOOTHING_REACH * shape.lane.shaping.smoothing_s) * shape.fps + 2 * shape.cadence
        return self.frames < frames and (bool(shape.lane.shaping.under) or self.frames - self.moved < settled)


class Growth:
    """The curves of the recording so far, in its current round. They follow the log, so rare requests cost no more than
    frequent ones."""

    def __init__(self) -> None:
        self.lanes: dict[str, LaneGrowth] = {}
        self._row = 0
        self._round_s = 0.0
        self._asked_s: float | None = None
        self._credit = SAVED_UP

    def advance(
        self, playing: RunningRecording, song: Song, cadence: int, tab: DeforumTab, names: Sequence[str], now_s: float
    ) -> list[Draft]:
        """Extend the curves to ``now_s`` (song time); those that are due. Each is to be computed and given to
        ``accept``."""
        if playing.round_s != self._round_s:
            self.lanes, self._row, self._round_s = {}, 0, playing.round_s
        frames = min(math.floor(now_s * song.fps), MAX_FRAMES - 1) + 1
        rows = playing.log.rows(self._row)
        self._row += len(rows.sources)
        rows = playing.in_round(rows)
        times_s = playing.song_time_s(rows.received_ns)
        by_name = {names[i]: i for i in np.unique(rows.sources).tolist()}
        lanes = {lane.id: lane for lane in song.lanes}
        shapes: dict[str, Shape] = {}
        for lane_id, (source, start_s) in playing.writing().items():
            if lane_id in lanes:
                shape = shapes[lane_id] = shape_of(song, lanes[lane_id], cadence, tab)
                mine = (rows.sources == by_name.get(source, UNKNOWN)) & (times_s >= start_s)
                self._extend(shape, start_s, times_s[mine], rows.values[mine], frames)
        return self._due(playing, song, shapes, names, now_s)

    def _extend(self, shape: Shape, start_s: float, times_s: Array, values: Array, frames: int) -> None:
        """Add what the lane's source did, and estimate the frames up to ``frames``."""
        grown = self.lanes.get(shape.lane.id)
        if grown is None:
            if not len(values):
                return
            grown = LaneGrowth(shape.first_frame(start_s), float(values[0]), OneEuro(shape.lane.shaping.smoothing_s))
            self.lanes[shape.lane.id] = grown
        ahead = np.arange(grown.first_frame + len(grown.values), frames)
        if ahead.size:
            latest = np.searchsorted(times_s, ahead / shape.fps, side="right")
            grown.guess(np.concatenate(([grown.raw], values))[latest], ahead / shape.fps, shape)
        if len(values):
            grown.raw, grown.last_s = float(values[-1]), float(times_s[-1])
            grown.events += len(values)
            grown.moved = frames

    def _due(
        self, playing: RunningRecording, song: Song, shapes: dict[str, Shape], names: Sequence[str], now_s: float
    ) -> list[Draft]:
        """The curves to compute now: those whose shape changed first, then the one that was computed longest ago."""
        passed_s = 0.0 if self._asked_s is None else max(0.0, now_s - self._asked_s)
        self._asked_s, self._credit = now_s, min(SAVED_UP, self._credit + passed_s * COST_EACH_S)
        writing = playing.writing()
        waiting = [
            (grown.shape == shapes[lane_id], grown.frames, lane_id)
            for lane_id, grown in self.lanes.items()
            if lane_id in shapes and grown.is_due(shapes[lane_id], frames_in(now_s, song.fps))
        ]
        rows, drafts = playing.in_round(playing.log.rows()), []
        for _, _, lane_id in sorted(waiting):
            if self._credit <= 0:
                break
            grown, (source, start_s) = self.lanes[lane_id], writing[lane_id]
            draft = Draft(
                song=song,
                shape=shapes[lane_id],
                playing=playing,
                round_s=playing.round_s,
                source=source,
                indexes={name: names.index(name) for name in (source, *_deciding(shapes[lane_id].lane, source, names))},
                events=grown.events - (grown.last_s >= now_s),
                start_s=start_s,
                end_s=now_s,
                sources=rows.sources,
                received_ns=rows.received_ns,
                values=rows.values,
            )
            self._credit -= draft.cost
            grown.busy = True
            drafts.append(draft)
        return drafts

    def accept(self, draft: Draft, curve: Array | None) -> None:
        """Use the ``curve`` of a draft; None if it could not be computed."""
        grown = self.lanes.get(draft.shape.lane.id)
        if grown is None or draft.round_s != self._round_s:
            return
        grown.busy = False
        grown.shape, grown.frames, grown.computed = draft.shape, draft.frames, draft.events
        if curve is not None:
            grown.accept(draft, curve)


def _deciding(lane: Lane, source: str, names: Sequence[str]) -> list[str]:
    """The sources besides ``source`` itself that decide which of its events are hits of the lane."""
    return later_arguments(source, names) if plays_hits(lane) else []
