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
class Received:
    """What was received between ``start_s`` and ``end_s``; a subclass says in which time.

    ``signals``: source name -> events; ``texts``: source name -> ((time_s, text), ...), for sources that send strings;
    ``lost``: datagrams that the kernel dropped during the whole recording; ``recorded_at``: ISO 8601.

    ``sent``: source name -> the sender's time of each of its events, (N,) float64, if known, never later than the event
    arrived; ``sent_by``: which of ``SENT_BY`` it comes from.
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

    @cached_property
    def events(self) -> int:
        """How many events were recorded, numbers and texts."""
        return sum(map(len, self.signals.values())) + sum(map(len, self.texts.values()))


@dataclass(frozen=True, eq=False)
class Recording(Received):
    """Events in the recording's own time, in seconds; ``anchors``: from that to the song time at which it was recorded.
    Files of Perform 0.1 have events in song time, and anchors that change nothing."""

    anchors: TimeMap = IDENTITY
