"""What a lane would play if the recording ended now: the curve that the page shows while recording."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.curve.mapping import plays_hits
from ...core.deforum.reading import Reading
from ...core.deforum.tab import DeforumTab
from ...core.signal import Signal, signal
from ...core.song.clip import Clip, Clips, on_top
from ...core.song.edit import Edits
from ...core.song.lane import Lane, with_values
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.time.tempo_map import TempoMap
from ...core.time.time_map import TimeMap
from ...core.units import frames_in
from .recording_run import RunningRecording

Array = NDArray[np.float64]

PLAIN_COST = 1000
"""The fixed cost of a curve, however short it is, see ``Draft.cost``."""

ROWS_FOR_ONE = 20
"""This many rows of the log are searched for a lane's own in the time that one frame or event takes."""

SMOOTHING_REACH = 7.0
"""Time constants after which smoothing changes nothing visible: less than a thousandth remains."""


@dataclass(frozen=True)
class Shape:
    """Everything that a lane's curve depends on besides what is being recorded.

    ``seconds``: the song's length, or that of its takes; 0 without either, while it is as long as the recording.
    ``maps``: the position of each clip's take. ``tab`` and ``cadence``: those of Deforum's tab; ``distributes``:
    Perform sets the tab's keyframe distribution.
    """

    lane: Lane
    clips: Clips
    edits: Edits
    maps: tuple[TimeMap, ...]
    tempo: TempoMap | None
    fps: float
    seconds: float
    cadence: int
    tab: DeforumTab
    distributes: bool

    def first_frame(self, start_s: float) -> int:
        """The first frame that a recording from ``start_s`` on changes: smoothing and pooling extend backwards. If the
        tab decides which frames are diffused, that may be any."""
        if self.lane.row.reads == "cadence" and self.tab.keyframes is not None and not self.distributes:
            return 0
        frame = math.floor(start_s * self.fps + 1e-6)
        frame -= math.ceil(SMOOTHING_REACH * self.lane.shaping.smoothing_s * self.fps)
        step = self.cadence if self.lane.row.reads == "cadence" else 1
        return max(0, frame - frame % step)


def shape_of(song: Song, lane: Lane, cadence: int, tab: DeforumTab) -> Shape:
    """The shape of the current curve of ``lane`` of ``song``."""
    clips = song.clips_of(lane.id)
    ends = (take.end_s for take in song.takes if not take.trashed)
    return Shape(
        lane=with_values(lane, in_auto=lane.binding.in_auto or not plays_hits(lane)),
        clips=clips,
        edits=song.edits_of(lane.id),
        maps=tuple(take.map for take in song.takes if any(clip.take == take.id for clip in clips)),
        tempo=song.tempo,
        fps=song.fps,
        seconds=max(ends, default=0.0) if song.length_s is None else song.length_s,
        cadence=cadence,
        tab=tab,
        distributes=song.set_distribution,
    )


@dataclass(frozen=True, eq=False)
class Draft:
    """A curve that is to be computed, as if the recording ended at ``end_s`` (song time). Computing it takes no lock.

    ``round_s``: the start of the current round, see ``RunningRecording``; ``sources``, ``received_ns``, ``values``
    (N,): its log so far. The lane plays ``source`` from ``start_s`` (song time) on; ``indexes``: the index of that
    source, and of those that decide which of its events are hits; ``events``: how many of its events are before the
    end.
    """

    song: Song
    shape: Shape
    playing: RunningRecording
    round_s: float
    source: str
    indexes: Mapping[str, int]
    events: int
    start_s: float
    end_s: float
    sources: NDArray[np.int32]
    received_ns: NDArray[np.int64]
    values: Array

    @property
    def frames(self) -> int:
        """Frames up to the end of the recording."""
        return frames_in(self.end_s, self.shape.fps)

    @property
    def song_now(self) -> Song:
        """The song as long as it would be."""
        return replace(self.song, length_s=max(self.end_s, self.shape.seconds))

    @property
    def cost(self) -> float:
        """About how long it takes to compute, in frames and events. A thousand take some 50 microseconds."""
        return PLAIN_COST + self._whole + len(self.sources) / ROWS_FOR_ONE + self.events

    @property
    def _whole(self) -> int:
        """Frames of the song as it would be."""
        return max(self.frames, frames_in(self.shape.seconds, self.shape.fps))

    def curve(self, takes: Mapping[str, Take], reading: Reading) -> Array:
        """The lane's value at each frame, shape (frames,), by the pipeline that is written. ``takes``: those of the
        lane's clips; ``reading``: how a render reads ``song_now``."""
        from ...core.curve.curve import Context
        from ...core.curve.pipeline import played_curve, read_curve

        shape, plan = self.shape, self.playing.plan
        signals = {name: self._signal(index) for name, index in self.indexes.items()}
        take = Take(plan.recording_id, plan.number, self.start_s, self.end_s, signals)
        binding = replace(shape.lane.binding, source=self.source)
        context = Context(
            shape.lane,
            shape.fps,
            self._whole,
            reading,
            on_top(shape.clips, Clip("", take.id, binding, self.start_s, self.end_s)),
            shape.edits,
            {**takes, take.id: take},
            shape.tempo,
        )
        return read_curve(played_curve(context), context).values[: self.frames]

    def _signal(self, index: int) -> Signal:
        mine = self.sources == index
        return signal(self.playing.song_time_s(self.received_ns[mine]), self.values[mine])
