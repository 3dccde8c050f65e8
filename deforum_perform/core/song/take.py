"""A take: the stretch of a recording in the song. It never changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..signal import Signal

if TYPE_CHECKING:
    from .recording import Recording

TIMETAGS, ABLETON = "timetags", "ableton"
SENT_BY = (TIMETAGS, ABLETON)
"""Where a sender's times come from: the time tags of bundles, or Ableton's song time."""


@dataclass(frozen=True, eq=False)
class Take:
    """All events received in one recording, between two song times.

    ``signals``: source name -> events in song time (s); ``texts``: source name -> ((time_s, text), ...), for sources
    that send strings; ``lost``: datagrams that the kernel dropped meanwhile; ``recorded_at``: ISO 8601.

    ``sent``: source name -> the sender's time of each of its events, (N,) float64 in song time (s), if known, never
    later than the event arrived; ``sent_by``: which of ``SENT_BY`` it comes from.
    """

    id: str
    number: int
    start_s: float
    end_s: float
    signals: Mapping[str, Signal]
    texts: Mapping[str, tuple[tuple[float, str], ...]] = field(default_factory=dict)
    recorded_at: str = ""
    lost: int = 0
    sent: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    sent_by: str = ""
    recording: Recording | None = None

    @cached_property
    def events(self) -> int:
        """How many events were recorded, numbers and texts."""
        return sum(len(s) for s in self.signals.values()) + sum(len(t) for t in self.texts.values())


def only_sources(take: Take, names: Collection[str]) -> Take:
    """The take with only the numbers of some sources."""
    signals = {name: signal for name, signal in take.signals.items() if name in names}
    sent = {name: times_s for name, times_s in take.sent.items() if name in names}
    return replace(take, recording=None, signals=signals, texts={}, sent=sent)
