"""A take: the stretch of a recording that belongs to one place in the song. It never changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..signal import Signal
from .recording import Recording, count_events

TIMETAGS, ABLETON = "timetags", "ableton"
SENT_BY = (TIMETAGS, ABLETON)
"""Where a sender's times come from: the time tags of bundles, or Ableton's song time."""

ROUND = "."
"""Between the id of a loop recording and the number of a later round, in the id of that round's take. No id of a
recording contains it."""


@dataclass(frozen=True, eq=False)
class Take:
    """All events received in a recording, or in one round of a loop recording, between two song times.

    ``signals``: source name -> events in song time (s); ``texts``: source name -> ((time_s, text), ...), for sources
    that send strings; ``lost``: datagrams that the kernel dropped during the whole recording; ``recorded_at``: ISO
    8601.

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
        return count_events(self.signals, self.texts)


def only_sources(take: Take, names: Collection[str]) -> Take:
    """The take with only the numbers of some sources."""
    signals = {name: signal for name, signal in take.signals.items() if name in names}
    sent = {name: times_s for name, times_s in take.sent.items() if name in names}
    return replace(take, recording=None, signals=signals, texts={}, sent=sent)


def recording_id(take_id: str) -> str:
    """The id of the recording of a take: its own, or that of the loop recording of which it is a later round."""
    own, _, place = take_id.partition(ROUND)
    return own if place.isdecimal() else take_id


def recording_of(take: Take) -> Recording:
    """The whole recording of the take, under the id and the number of its first round if the take is that; for a
    separate take, a recording in song time."""
    if take.recording is not None:
        known, own_id = take.recording, recording_id(take.id)
        number = take.number if take.id == own_id else known.number
        return known if (known.id, known.number) == (own_id, number) else replace(known, id=own_id, number=number)
    return Recording(
        take.id,
        take.number,
        take.start_s,
        take.end_s,
        take.signals,
        take.texts,
        take.recorded_at,
        take.lost,
        take.sent,
        take.sent_by,
    )
