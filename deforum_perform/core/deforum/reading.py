"""At which frames a render reads the schedules: at all of them, every few, or those it diffuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .diffused import Diffused
from .field_row import Field
from .text import max_frames_for

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """How a render with the settings in Deforum's tab reads schedules.

    Motion is read at every frame. The rest is read at every ``cadence``-th, or, with a keyframe distribution of the
    Forge fork, for the frames that are ``diffused``; the prompts define which these are. ``distribution`` is its name,
    None if Deforum has none; ``stops`` says why a render with it would end at once. ``seed`` is ``s`` in formulas, -1
    if unknown.
    """

    cadence: int = 1
    seed: int = -1
    distribution: str | None = None
    diffused: Diffused | None = None
    stops: str | None = None

    def step(self, row: Field) -> int:
        """The field is read at every frame that is a multiple of this, unless it is read at diffused frames."""
        return self.cadence if row.reads == "cadence" else 1

    def spans(self, row: Field) -> Diffused | None:
        """The diffused frames, for a field that is read only there."""
        return self.diffused if row.reads == "cadence" and row.kind != "prompt" else None

    def starts(self, row: Field, frames: int) -> Index:
        """(K,) the pictures at which each value that is read takes effect."""
        spans = self.spans(row)
        if spans is not None:
            return np.array(spans.pictures, dtype=np.int64)
        return np.arange(0, frames, self.step(row))

    def places(self, row: Field, frames: int) -> Index:
        """(K,) the frame of the schedule at which each of these values is read."""
        spans = self.spans(row)
        return self.starts(row, frames) if spans is None else spans.places(row.name, frames)

    def max_frames(self, frames: int) -> int:
        """The max_frames setting with which Deforum writes ``frames`` frames."""
        return max_frames_for(frames, self.cadence)

    def key(self, row: Field) -> tuple[object, ...]:
        """Differs if the field's values are read elsewhere."""
        spans = self.spans(row)
        return (self.cadence, spans.key) if spans is not None else (self.cadence,)


def as_reading(reading: Reading | int) -> Reading:
    """A plain cadence as a reading."""
    return reading if isinstance(reading, Reading) else Reading(reading)
