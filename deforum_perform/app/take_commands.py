"""Commands: takes, what plays them, and passes that were cut off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.errors import InputError
from ..core.sender_time import with_time
from ..core.song import ARRIVAL, SENDER, TIMES, silenced, with_cover, with_take
from ..store.journal import discard_journal, journal_path, list_journals
from .arguments import optional_text, text
from .recovery import recovered_pass

if TYPE_CHECKING:
    from .commands import Action
    from .performer import Performer


_BY: Mapping[str, str] = MappingProxyType({ARRIVAL: "arrival", SENDER: "its sender's time"})


def _set_trashed(performer: Performer, arguments: dict[str, Any], *, trashed: bool) -> dict[str, Any]:
    with performer.lock:
        song = performer.stage.song
        take = replace(song.take(text(arguments, "id")), trashed=trashed)
        verb = "delete" if trashed else "restore"
        performer.change(with_take(song, take), f"{verb} take {take.number}")
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
        known = performer.takes.cover(song, info.id, wanted or "")
        if known is None:
            raise InputError(f"Take {info.number} has nothing of {wanted or 'this lane'}. Pick one of its sources.")
    with performer.lock:
        song = with_cover(performer.stage.song, lane.id, known)
        performer.change(song, f"{lane.row.title} plays take {info.number}")
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
        performer.change(changed, f"take {info.number} by {_BY[wanted]}")
    return {}


def _silence(performer: Performer, arguments: dict[str, Any]) -> dict[str, Any]:
    with performer.lock:
        song = performer.stage.song
        lane, take = song.lane(text(arguments, "lane")), song.take(text(arguments, "take"))
        performer.change(silenced(song, lane.id, take.id), f"{lane.row.title} without take {take.number}")
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


COMMANDS: Mapping[str, Action] = MappingProxyType(
    {
        "take.trash": partial(_set_trashed, trashed=True),
        "take.restore": partial(_set_trashed, trashed=False),
        "take.play": _play,
        "take.time": _time,
        "take.silence": _silence,
        "pass.recover": _recover,
        "pass.discard": _discard,
    }
)
