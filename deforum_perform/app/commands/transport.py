"""Actions: record, play, seek, the ranges, and clearing the monitor and the notices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.song.clip import Stretch
from ...core.song.document import with_workspace_changes
from ...core.song.take import recording_id
from ...core.units import clock_text
from ...osc.datagrams import Loss
from ..session.transport import WAITING

if TYPE_CHECKING:
    from ..parts import Parts
    from .command import Action


def _record_start(parts: Parts, start_s: float | None = None) -> dict[str, Any]:
    song = parts.session.song
    if start_s is not None and song.length_s is not None and start_s > song.seconds:
        start, end = clock_text(start_s), clock_text(song.seconds)
        advice = "Start inside the song, or make it longer."
        raise InputError(f"A recording cannot start at {start}: the song ends at {end}. {advice}")
    at_ns = parts.clock_ns()
    parts.inputs.settle()  # a start or stop that arrived before now counts first
    return {"take": parts.recorder.start(at_ns, start_s).plan.number}


def _record_stop(parts: Parts) -> dict[str, Any]:
    """Stop the recording, or waiting for one. One that OSC has started meanwhile in its place continues."""
    session = parts.session
    with parts.session.lock:
        at_ns, asked, waits = parts.clock_ns(), parts.recorder.current, session.transport.state == WAITING
    waiting = parts.inputs.settle()  # what arrived before now belongs to the take, delivered or not
    if waiting:
        parts.recorder.report(Loss(at_ns, waiting))
    with parts.session.lock:
        if waits or parts.recorder.current is asked:
            parts.recorder.stop(at_ns)
        made = [
            take.number for take in session.song.takes if asked and recording_id(take.id) == asked.plan.recording_id
        ]
    return {"take": made[-1] if made else None}


def _record_wait(parts: Parts) -> dict[str, Any]:
    parts.recorder.wait()
    return {}


def _play_start(parts: Parts) -> dict[str, Any]:
    with parts.session.lock:
        parts.session.play(parts.clock_ns())
    return {}


def _play_stop(parts: Parts) -> dict[str, Any]:
    with parts.session.lock:
        if parts.recorder.current is None:
            parts.session.stop()
            return {"take": None}
    return _record_stop(parts)


def _seek(parts: Parts, time_s: float) -> dict[str, Any]:
    with parts.session.lock:
        time_s = min(time_s, parts.session.song.seconds)
        parts.session.seek(time_s, parts.clock_ns())
    return {"time_s": time_s}


def _workspace_change(parts: Parts, **ranges: tuple[float, float] | None) -> dict[str, Any]:
    changes = {name: None if ends is None else Stretch(*ends) for name, ends in ranges.items()}
    parts.session.arrange(partial(with_workspace_changes, changes=changes))
    return {}


def _monitor_clear(parts: Parts) -> dict[str, Any]:
    with parts.session.lock:
        parts.sources.monitor.forget()
        parts.publisher.touch()
    return {}


def _notice_dismiss(parts: Parts, id: str) -> dict[str, Any]:
    with parts.session.lock:
        parts.recorder.dismiss(id)
    return {}


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "record.start": _record_start,
        "record.stop": _record_stop,
        "record.wait": _record_wait,
        "play.start": _play_start,
        "play.stop": _play_stop,
        "seek": _seek,
        "workspace.change": _workspace_change,
        "monitor.clear": _monitor_clear,
        "notice.dismiss": _notice_dismiss,
    }
)
