"""Actions: record, play, seek, and clearing the monitor and the notices."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.units import clock_text
from ...osc.datagrams import Loss
from ..recording.transport import WAITING

if TYPE_CHECKING:
    from ..performer import Performer
    from .table import Action


def _record_start(performer: Performer, start_s: float | None = None) -> dict[str, Any]:
    song = performer.session.song
    if start_s is not None and song.length_s is not None and start_s > song.seconds:
        start, end = clock_text(start_s), clock_text(song.seconds)
        advice = "Start inside the song, or make it longer."
        raise InputError(f"A recording cannot start at {start}: the song ends at {end}. {advice}")
    at_ns = performer.clock_ns()
    performer.listening.settle()  # a start or stop that arrived before now counts first
    return {"take": performer.recorder.start(at_ns, start_s).plan.number}


def _record_stop(performer: Performer) -> dict[str, Any]:
    """Stop the recording, or waiting for one. One that OSC has started meanwhile in its place continues."""
    session = performer.session
    with performer.lock:
        at_ns, asked, waits = performer.clock_ns(), session.current, session.transport.state == WAITING
    waiting = performer.listening.settle()  # what arrived before now belongs to the take, delivered or not
    if waiting:
        performer.recorder.report(Loss(at_ns, waiting))
    with performer.lock:
        take = performer.recorder.stop(at_ns) if waits or session.current is asked else None
        if asked is not None:
            return {"take": next((t.number for t in session.song.takes if t.id == asked.plan.recording_id), None)}
    return {"take": None if take is None else take.number}


def _record_wait(performer: Performer) -> dict[str, Any]:
    performer.recorder.require_room()
    with performer.lock:
        performer.session.wait()
    return {}


def _play_start(performer: Performer) -> dict[str, Any]:
    with performer.lock:
        performer.session.play(performer.clock_ns())
    return {}


def _play_stop(performer: Performer) -> dict[str, Any]:
    with performer.lock:
        if performer.session.current is None:
            performer.session.stop()
            return {"take": None}
    return _record_stop(performer)


def _seek(performer: Performer, time_s: float) -> dict[str, Any]:
    with performer.lock:
        time_s = min(time_s, performer.session.song.seconds)
        performer.session.seek(time_s, performer.clock_ns())
        performer.save_song()
    return {"time_s": time_s}


def _source_forget(performer: Performer) -> dict[str, Any]:
    with performer.lock:
        performer.session.monitor.forget()
        performer.session.touch()
    return {}


def _notice_dismiss(performer: Performer, id: str) -> dict[str, Any]:
    with performer.lock:
        performer.session.dismiss(id)
    return {}


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "record.start": _record_start,
        "record.stop": _record_stop,
        "record.wait": _record_wait,
        "play.start": _play_start,
        "play.stop": _play_stop,
        "seek": _seek,
        "source.forget": _source_forget,
        "notice.dismiss": _notice_dismiss,
    }
)
