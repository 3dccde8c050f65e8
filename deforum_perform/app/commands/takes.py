"""Actions: takes, the lanes that play them, and recordings that were cut off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.song.clip import Clip
from ...core.song.retiming import with_time
from ...core.song.song import Song, silenced, with_clip, with_take
from ...core.song.take import only_sources
from ...core.time.time_map import ARRIVAL, SENDER
from ..recording.binding import binding_for
from ..recording.played import Wanted

if TYPE_CHECKING:
    from ..parts import Parts
    from .command import Action


_BY: Mapping[str, str] = MappingProxyType({ARRIVAL: "arrival time", SENDER: "its sender's time"})


def _set_trashed(parts: Parts, id: str, *, trashed: bool) -> dict[str, Any]:
    verb = "delete" if trashed else "restore"
    with parts.session.lock:
        number = parts.session.song.take(id).number
        parts.session.edit(
            f"{verb} take {number}", lambda song: with_take(song, replace(song.take(id), trashed=trashed))
        )
    return {}


def _play(parts: Parts, id: str, take: str, source: str | None = None) -> dict[str, Any]:
    """Bring a take to the top of a lane: where it wrote before, otherwise from its source's first event."""

    def played_before(song: Song) -> Clip | None:
        clips = song.clips.get(song.lane(id).id, ())
        return next((c for c in clips if c.take == song.take(take).id and source in (None, c.source)), None)

    def wanted(song: Song) -> set[Wanted]:
        before, info = played_before(song), song.take(take)
        return set() if before else {(info, source or song.lane(id).source or "")}

    with parts.reader.reading(wanted) as read:

        def playing(song: Song) -> Song:
            before = played_before(song)
            if before is not None:
                return with_clip(song, id, before)
            (found,) = (read[want] for want in wanted(song))
            if found.clip is None:
                what = source or song.lane(id).source or "this lane"
                number = song.take(take).number
                raise InputError(f"Take {number} has no events of {what}. Choose one of its sources.")
            binding = binding_for(song, song.lane(id), found.clip.source, found.extent)
            return with_clip(song, id, replace(found.clip, binding=binding))

        song = parts.session.song
        parts.session.edit(f"play take {song.take(take).number} on {song.lane(id).row.title}", playing)
    return {}


def _time(parts: Parts, id: str, time: str) -> dict[str, Any]:
    """Play a take by the arrival of its events, or by their sender's time."""
    song = parts.session.song
    info = song.take(id)
    if time == SENDER and info.sender_times is None:
        raise InputError(
            f"Take {info.number} has no sender's times: its sender did not provide them, or its clock was not steady."
        )
    recorded = parts.takes.get(song.id, id)

    def timed(song: Song) -> Song:
        played = {clip.source for clips in song.clips.values() for clip in clips if clip.take == id}
        return with_time(song, only_sources(recorded, played), time)

    parts.session.edit(f"play take {info.number} by {_BY[time]}", timed)
    return {}


def _remove(parts: Parts, id: str, take: str) -> dict[str, Any]:
    with parts.session.lock:
        song = parts.session.song
        label = f"remove take {song.take(take).number} from {song.lane(id).row.title}"
        parts.session.edit(label, lambda song: silenced(song, id, take))
    return {}


def _recover(parts: Parts, id: str) -> dict[str, Any]:
    """Make a recording that no song lists a take again."""
    with parts.session.lock:
        parts.session.require_stopped("recover a recording")
    number = parts.recovery.recover(parts.offers.get(id))
    parts.offers.find()
    return {"take": number}


def _discard(parts: Parts, id: str) -> dict[str, Any]:
    """Set a recording that no song lists aside."""
    parts.offers.discard(id)
    return {}


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "take.trash": partial(_set_trashed, trashed=True),
        "take.restore": partial(_set_trashed, trashed=False),
        "lane.play_take": _play,
        "take.set_time": _time,
        "lane.remove_take": _remove,
        "recording.recover": _recover,
        "recording.discard": _discard,
    }
)
