"""Commands: takes, what plays them, and passes that were cut off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.comp import Cover
from ..core.errors import InputError
from ..core.sender_time import with_time
from ..core.song import ARRIVAL, SENDER, TIMES, silenced, with_cover, with_take
from ..store.journal import discard_journal, journal_path, list_journals
from .arguments import optional_text, text
from .recovery import recovered_pass

if TYPE_CHECKING:
    from .performer import Performer


_BY: Mapping[str, str] = MappingProxyType({ARRIVAL: "arrival", SENDER: "its sender's time"})


def _set_trashed(performer: Performer, take_id: str, trashed: bool) -> None:
    with performer.lock:
        song = performer.stage.song
        take = replace(song.take(take_id), trashed=trashed)
        verb = "delete" if trashed else "restore"
        performer.stage.change(with_take(song, take), f"{verb} take {take.number}")
        performer.save_song()


def _trash(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    _set_trashed(performer, text(arguments, "id"), True)
    return {}


def _restore(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    _set_trashed(performer, text(arguments, "id"), False)
    return {}


def _play(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    """Bring a take to the top of a lane: where it wrote before, else from its source's first event."""
    with performer.lock:
        song = performer.stage.song
    lane, info = song.lane(text(arguments, "lane")), song.take(text(arguments, "take"))
    source = optional_text(arguments, "source")
    known = next((c for c in song.covers(lane.id) if c.take == info.id and source in (None, c.source)), None)
    if known is None:
        wanted = source or lane.source
        recorded = performer.takes.in_song(song, info.id).signals.get(wanted or "")
        if wanted is None or recorded is None or not len(recorded):
            raise InputError(f"Take {info.number} has nothing of {wanted or 'this lane'}. Pick one of its sources.")
        known = Cover(info.id, wanted, float(recorded.times_s[0]), info.end_s)
    with performer.lock:
        song = with_cover(performer.stage.song, lane.id, known)
        performer.stage.change(song, f"{lane.row.title} plays take {info.number}")
        performer.save_song()
    return {}


def _time(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    """Play a take by when its events arrived, or by when their sender meant them."""
    wanted = text(arguments, "time")
    if wanted not in TIMES:
        raise InputError(f"time needs one of {', '.join(TIMES)}, not {wanted[:40]!r}.")
    with performer.lock:
        song = performer.stage.song
    info = song.take(text(arguments, "id"))
    if wanted == SENDER and info.sender_times is None:
        raise InputError(
            f"When the events of take {info.number} were meant is not known: their sender did not say, or its clock "
            "was not steady."
        )
    take = performer.takes.recorded(song, info.id)
    with performer.lock:
        changed = with_time(performer.stage.song, take, wanted)
        performer.stage.change(changed, f"take {info.number} by {_BY[wanted]}")
        performer.save_song()
    return {}


def _silence(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        song = performer.stage.song
        lane, take = song.lane(text(arguments, "lane")), song.take(text(arguments, "take"))
        performer.stage.change(silenced(song, lane.id, take.id), f"{lane.row.title} without take {take.number}")
        performer.save_song()
    return {}


def _recover(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        performer.stage.require_stopped("bring a pass back")
    path = journal_path(performer.store.journals, text(arguments, "id"))
    number = recovered_pass(performer, path)
    _forget_unsaved(performer)
    return {"take": number}


def _discard(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    discard_journal(performer.store.journals, text(arguments, "id"))
    _forget_unsaved(performer)
    return {}


def _forget_unsaved(performer: Performer) -> None:
    unsaved = list_journals(performer.store.journals)
    with performer.lock:
        current = performer.stage.current
        running = current.plan.pass_id if current else None
        performer.unsaved = [entry for entry in unsaved if entry.id != running]
        performer.stage.touch()


COMMANDS: Mapping[str, Callable[[Performer, dict[str, Any]], dict[str, Any]]] = MappingProxyType(
    {
        "take.trash": _trash,
        "take.restore": _restore,
        "take.play": _play,
        "take.time": _time,
        "take.silence": _silence,
        "pass.recover": _recover,
        "pass.discard": _discard,
    }
)
