"""A recording: what one run of the recorder received, in its own time, and the song's position meanwhile.

It never changes. Its anchors give the song time at which each moment was recorded; the position of a take of it in the
song now is defined by the take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..signal import Signal
from .take import Take
from .time_map import IDENTITY, TimeMap, to_song

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
