"""A take: the stretch of a recording in the song. It never changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..signal import Signal
from ..time.time_map import TimeMap, to_song
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


def take_of(recording: Recording) -> Take:
    """The take of a recording during which the song only moved forward: its events at the song time at which they were
    recorded."""
    anchors = recording.anchors
    if anchors.is_identity:
        signals, texts, sent = recording.signals, recording.texts, recording.sent
        start_s, end_s = recording.start_s, recording.end_s
    else:
        start_s, end_s = to_song(anchors, [recording.start_s, recording.end_s]).tolist()
        signals = {name: _anchored(signal, anchors) for name, signal in recording.signals.items()}
        texts = {
            name: tuple((float(to_song(anchors, time_s)), text) for time_s, text in rows)
            for name, rows in recording.texts.items()
        }
        sent = {name: to_song(anchors, times_s) for name, times_s in recording.sent.items()}
    return Take(
        recording.id,
        recording.number,
        start_s,
        end_s,
        signals,
        texts,
        recording.recorded_at,
        recording.lost,
        sent,
        recording.sent_by,
        recording,
    )


def _anchored(signal: Signal, anchors: TimeMap) -> Signal:
    """The signal in song time. If two anchors disagree by a rounding error, no event comes before an earlier one."""
    times_s = to_song(anchors, signal.times_s)
    return Signal(times_s if len(anchors.segments) == 1 else np.maximum.accumulate(times_s), signal.values)


def recording_of(take: Take) -> Recording:
    """The recording of the take, with the take's number; for a separate take, one in song time."""
    if take.recording is not None:
        known = take.recording
        same = (known.id, known.number) == (take.id, take.number)
        return known if same else replace(known, id=take.id, number=take.number)
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
