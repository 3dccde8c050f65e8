"""A take by its sender's time instead of the arrival time: the same events at other times.

Nothing recorded is changed: a take keeps both times, and which of them plays is a choice of the song.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..signal import Signal
from .comp import Cover
from .song import SENDER, SenderTimes, Song, info, next_take_number, with_take
from .take import Take

AT_ONCE_S = 1e-6
"""Two times that differ by less are equal, after any number of stretches."""


def by_sender(take: Take) -> Take:
    """The take with its events at their sender's time, simultaneous ones in order of arrival."""
    if not take.sent:
        return take
    moved = {name: _in_order(sent, take.signals[name]) for name, sent in take.sent.items()}
    return replace(take, signals={**take.signals, **moved})


def _in_order(sent: NDArray[np.float64], arrived: Signal) -> Signal:
    if (sent[1:] >= sent[:-1]).all():
        return Signal(sent, arrived.values)
    order = np.argsort(sent, kind="stable")
    return Signal(sent[order], arrived.values[order])


def largest_shift_s(take: Take) -> float:
    """The largest difference between arrival and the sender's time, in seconds."""
    shifts = [float((take.signals[name].times_s - sent).max()) for name, sent in take.sent.items() if len(sent)]
    return max(shifts, default=0.0)


def with_found_take(song: Song, take: Take, last_number: int = 0) -> Song:
    """The song with a take that was recorded in it and that it does not name, under the number it had if that is free.
    No lane plays it. ``last_number``: see ``SongInfo``."""
    taken = any(other.number == take.number for other in song.takes) or take.number < 1
    number = next_take_number(song, last_number) if taken else take.number
    known = SenderTimes(take.sent_by, largest_shift_s(take)) if take.sent else None
    return with_take(song, replace(info(take, sender_times=known), number=number))


def moved_cover(cover: Cover, take: Take, time: str) -> Cover:
    """The clip of ``take`` that begins with the same event when the take plays by ``time``."""
    if cover.source not in take.sent:
        return cover
    arrived, sent = take.signals[cover.source].times_s, take.sent[cover.source]
    before, after = (arrived, sent) if time == SENDER else (sent, arrived)
    begins = np.flatnonzero(np.abs(before - cover.start_s) < AT_ONCE_S)
    if not len(begins):
        return cover
    start_s = float(after[begins[0]])
    return replace(cover, start_s=start_s) if start_s < cover.end_s else cover


def with_time(song: Song, take: Take, time: str) -> Song:
    """The song with ``take``, in the song's current time, played by ``time``; its clips begin where they did."""
    info = song.take(take.id)
    if info.time == time:
        return song
    comp = {
        lane: tuple(moved_cover(c, take, time) if c.take == take.id else c for c in covers)
        for lane, covers in song.comp.items()
    }
    return with_take(replace(song, comp=comp), replace(info, time=time))
