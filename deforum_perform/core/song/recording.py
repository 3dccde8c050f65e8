"""A recording: what one run of the recorder received, in its own time, and the song's position meanwhile.

It never changes. Its anchors give the song time at which each moment was recorded; the position of a take of it in the
song now is defined by the take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..signal import Signal
from ..time.time_map import IDENTITY, TimeMap

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Recording:
    """Events in the recording's own time, in seconds from ``start_s`` to ``end_s``; ``anchors``: from that to the song
    time at which it was recorded. Files of Perform 0.1 have events in song time, and anchors that change nothing.
    Everything else as in ``Take``.
    """

    id: str
    number: int
    start_s: float
    end_s: float
    signals: Mapping[str, Signal]
    texts: Mapping[str, tuple[tuple[float, str], ...]] = field(default_factory=dict)
    recorded_at: str = ""
    lost: int = 0
    sent: Mapping[str, Array] = field(default_factory=dict)
    sent_by: str = ""
    anchors: TimeMap = IDENTITY

    @cached_property
    def events(self) -> int:
        """How many events were recorded, numbers and texts."""
        return count_events(self.signals, self.texts)


def count_events(signals: Mapping[str, Signal], texts: Mapping[str, tuple[tuple[float, str], ...]]) -> int:
    """The number of all numbers and texts."""
    return sum(map(len, signals.values())) + sum(map(len, texts.values()))
