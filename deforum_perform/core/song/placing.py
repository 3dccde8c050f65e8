"""The positions of a take's events in the song: moved, stretched, tied to beats, or at their sender's time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..signal import Signal
from ..time.tempo_map import TempoMap, seconds_at
from ..time.time_map import BEATS, SENDER, TimeMap, to_song
from .take import Take

Array = NDArray[np.float64]


def placed(take: Take, placing: TimeMap, tempo: TempoMap | None) -> Take:
    """``take`` with the events of an arrived take placed by the map: by the effective times, and every time through the
    map."""
    take = by_sender(take) if placing.by == SENDER else take
    if placing.is_identity:
        return take

    def through(times_s: Array) -> Array:
        return song_seconds(placing, times_s, tempo)

    start_s, end_s = through(np.array([take.start_s, take.end_s])).tolist()
    return replace(
        take,
        start_s=start_s,
        end_s=end_s,
        signals={name: Signal(through(signal.times_s), signal.values) for name, signal in take.signals.items()},
        texts={
            name: tuple(zip(through(np.array([t for t, _ in rows])).tolist(), (text for _, text in rows), strict=True))
            for name, rows in take.texts.items()
        },
        sent={name: through(times_s) for name, times_s in take.sent.items()},
    )


def song_seconds(placing: TimeMap, times_s: Array, tempo: TempoMap | None) -> Array:
    """Times of a recording (any shape, s) as song times (s). InputError for a map in beats without a tempo."""
    song = to_song(placing, times_s)
    if placing.unit != BEATS:
        return song
    if tempo is None:
        raise InputError("A take is tied to beats, and the song has no tempo. Set one.")
    return seconds_at(tempo, song)


def by_sender(take: Take) -> Take:
    """The take with its events at their sender's time, simultaneous ones in order of arrival."""
    if not take.sent:
        return take
    moved = {name: _in_order(sent, take.signals[name]) for name, sent in take.sent.items()}
    return replace(take, signals={**take.signals, **moved})


def _in_order(sent: Array, arrived: Signal) -> Signal:
    if (sent[1:] >= sent[:-1]).all():
        return Signal(sent, arrived.values)
    order = np.argsort(sent, kind="stable")
    return Signal(sent[order], arrived.values[order])


def largest_shift_s(take: Take) -> float:
    """The largest difference between arrival and the sender's time, in seconds."""
    shifts = [float((take.signals[name].times_s - sent).max()) for name, sent in take.sent.items() if len(sent)]
    return max(shifts, default=0.0)
