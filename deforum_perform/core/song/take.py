"""A take: the stretch of a recording that belongs to one place in the song. It never changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from .recording import Received, Recording

TIMETAGS, ABLETON = "timetags", "ableton"
SENT_BY = (TIMETAGS, ABLETON)
"""Where a sender's times come from: the time tags of bundles, or Ableton's song time."""

ROUND = "."
"""Between the id of a loop recording and the number of a later round, in the id of that round's take. No id of a
recording contains it."""


@dataclass(frozen=True, eq=False)
class Take(Received):
    """All events received in a recording, or in one round of a loop recording, in song time (s). ``recording``: the
    whole recording; None for a separate take."""

    recording: Recording | None = None


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
