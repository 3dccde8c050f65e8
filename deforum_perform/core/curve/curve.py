"""A lane's curve in the pipeline, and what the stages need of the song."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from ..deforum.reading import Reading
from ..signal import EMPTY, Signal
from ..song.clip import Clips
from ..song.edit import Edits
from ..song.lane import Lane
from ..song.take import Take
from ..time.tempo_map import TempoMap
from .mapping import limited

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NOTHING = np.empty(0)


@dataclass(frozen=True, eq=False)
class Curve:
    """What a lane plays: ``events`` in the lane's unit, and their values at each of N frames.

    ``values`` (N,) in the field's unit (indexes or counts for a lane that chooses or counts); ``rest`` (N,): the
    source's rest level, in the same unit; ``plays`` (N,): how much it plays, from 0 to 1. Empty until a stage fills
    them.
    """

    events: Signal = EMPTY
    values: Array = field(default_factory=NOTHING.copy)
    rest: Array = field(default_factory=NOTHING.copy)
    plays: Array = field(default_factory=NOTHING.copy)


@dataclass(frozen=True, eq=False)
class Context:
    """The purpose of a curve: ``lane`` of a song of ``frames`` at ``fps``, which plays ``clips`` of ``takes`` with
    ``edits``, for a render with this ``reading``. ``alone``: before its first event the lane has that event's value,
    not the field's default value."""

    lane: Lane
    fps: float
    frames: int
    reading: Reading
    clips: Clips = ()
    edits: Edits = ()
    takes: Mapping[str, Take] = field(default_factory=dict)
    tempos: TempoMap | None = None
    alone: bool = False

    @cached_property
    def starts(self) -> Index:
        """The frames at which each value that is read takes effect."""
        return self.reading.starts(self.lane.row, self.frames)

    @cached_property
    def longest(self) -> int:
        """The largest number of frames from one that is read to the next. It also separates a hit from a rest, see
        ``resting``."""
        return int(np.diff(np.append(self.starts, self.frames)).max())


Session = Callable[[Curve, Context], Curve]


def run(stages: Iterable[Session], curve: Curve, context: Context) -> Curve:
    """The curve after all ``stages``, one after the other."""
    return reduce(lambda made, session: session(made, context), stages, curve)


def rest_value(lane: Lane) -> float:
    """The lane's value before anything is played: the field's default value inside its limits."""
    return float(limited(np.array([lane.row.rest]), lane)[0])
