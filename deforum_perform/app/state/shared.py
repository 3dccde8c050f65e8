"""The slices that exist once: the song, the transport, the listener, notices and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ...core.checks import idle_problem
from ...core.deforum.fields import FIELDS
from ...core.deforum.reading import Reading
from ...core.deforum.tab import DeforumTab
from ...core.song.clip import Stretch
from ...core.song.document import Document
from ...core.song.song import Song
from ...core.song.take_info import TakeInfo
from ...core.song.workspace import Workspace
from ...store.songs.listing import SongEntry
from ..host import Host
from ..listening.monitor import MAX_LISTED, Monitor, Seen
from ..notices import Notice as Said
from ..publisher import Publisher
from ..recording.binding import recorded_sources
from ..recording.recorder import Recorder
from ..session.offers import Offered
from ..session.session import Session
from ..session.transport import Transport
from .types import (
    DeforumState,
    HostState,
    Level,
    Notice,
    Offer,
    SongState,
    SourceSlice,
    SourceValues,
    TransportState,
    UnsavedRecording,
    WorkspaceState,
)
from .types import SongEntry as Entry

NO_DEFORUM = "Deforum is not installed in this WebUI. Save a settings file instead, or install sd-webui-deforum."


def host_state(host: Host, tab: DeforumTab | None) -> HostState:
    """Where Perform runs and how schedules are output."""
    return HostState(
        kind=host.kind,
        apply="settings" if tab is None else "deforum",
        deforum=tab is not None,
        message=NO_DEFORUM if tab is None and host.kind != "standalone" else None,
    )


def deforum_state(tab: DeforumTab, reading: Reading) -> DeforumState:
    """The settings in Deforum's tab, and ``idle``: field -> why it would have no effect there, in a word or two."""
    found = {row.name: idle_problem(row, tab, reading) for row in FIELDS.values()}
    setting = tab.keyframes
    return DeforumState(
        mode=tab.animation_mode,
        distribution=None if setting is None else setting.value,
        idle={name: problem.short for name, problem in found.items() if problem is not None},
    )


def song_state(document: Document, reading: Reading) -> SongState:
    """The song without its lanes and takes."""
    song = document.song
    return SongState(
        id=song.id,
        name=document.name,
        fps=song.fps,
        length_s=song.length_s,
        frames=song.frames,
        seconds=song.seconds,
        start_s=document.workspace.start_s,
        cadence=song.cadence,
        cadence_used=reading.cadence,
        tempo_bpm=song.tempo_bpm,
        set_fps=song.set_fps,
        set_distribution=song.set_distribution,
        sender_time=song.sender_time,
        max_frames=reading.max_frames(song.frames),
        base_settings=song.base_settings,
    )


def workspace_state(workspace: Workspace) -> WorkspaceState:
    """The ranges of the workspace; the rest of it is in the song and in its lanes."""

    def ends(span: Stretch | None) -> tuple[float, float] | None:
        return None if span is None else (span.start_s, span.end_s)

    return WorkspaceState(loop=ends(workspace.loop), punch=ends(workspace.punch))


def notices_state(publisher: Publisher, recorder: Recorder, session: Session) -> list[Notice]:
    """The notices; for the last take also what it replaced, or that no lane plays it, while that is so."""
    notices, last_take = dict(publisher.notices), recorder.last_take
    said = last_take.notice(session.song, session.history.undo_label) if last_take else None
    if last_take and said:
        notices[last_take.key] = said
    return [_notice(key, publisher.shown.get(key, 1), notice) for key, notice in notices.items()]


def _notice(key: str, times: int, notice: Said) -> Notice:
    offers = [
        Offer(label=offer.label, command=offer.command, arguments=dict(offer.arguments), what=offer.what)
        for offer in notice.offers
    ]
    level = cast(Level, notice.level)
    return Notice(id=key, times=times, level=level, message=notice.message, remedy=notice.remedy, offers=offers)


def transport_state(transport: Transport, recorder: Recorder, now_ns: int) -> TransportState:
    """The position in song time."""
    plan = recorder.current.plan if recorder.current else None
    return TransportState(
        state=transport.state,
        position_s=round(transport.time_s(now_ns), 4),
        take_number=plan.number if plan else None,
        start_s=plan.start_s if plan else None,
    )


def sources_state(song: Song, monitor: Monitor) -> list[SourceSlice]:
    """Every source that was received, then those that are only recorded in the song, with indexes below 0."""
    recorded = dict(recorded_sources(song))
    rows = []
    for index, seen in monitor.listed():
        takes = recorded.pop(seen.name, ())
        rows.append(_source(index, seen, takes))
    names = sorted(recorded)[: MAX_LISTED - len(rows)]
    for place, name in enumerate(names):
        rows.append(_source(-1 - place, Seen(name), recorded[name]))
    return rows


def _is_text(seen: Seen, takes: Sequence[TakeInfo]) -> bool:
    if seen.value is not None or not takes:
        return isinstance(seen.value, str)
    return all(seen.name in take.texts for take in takes)


def _source(index: int, seen: Seen, takes: Sequence[TakeInfo]) -> SourceSlice:
    """A source and the takes that contain it. Their number does not grow the message: a page gets all sources again
    after each recording."""
    return SourceSlice(
        index=index,
        name=seen.name,
        text=_is_text(seen, takes),
        take_count=len(takes),
        first_take=takes[0].number if takes else None,
    )


def source_values(monitor: Monitor) -> dict[int, SourceValues]:
    """Index -> the current values of the sources."""
    return {index: _values(seen) for index, seen in monitor.listed()}


def _values(seen: Seen) -> SourceValues:
    known = seen.value is not None
    low, high = (seen.low, seen.high) if known else (None, None)
    return SourceValues(value=seen.value, low=low, high=high, rate_hz=round(seen.rate_hz, 1))


NO_VALUES = _values(Seen(""))
"""Those of a source that is only recorded."""


def songs_state(entries: Iterable[SongEntry]) -> list[Entry]:
    """Songs in a list."""
    return [
        Entry(
            id=entry.id,
            name=entry.name,
            modified=entry.modified,
            takes=entry.takes,
            seconds=entry.seconds,
            problem=entry.problem,
        )
        for entry in entries
    ]


def unsaved_state(entries: Iterable[Offered], names: Mapping[str, str]) -> list[UnsavedRecording]:
    """Recordings that no song lists and that can be recovered. ``names``: song id -> name; ``song``: None if it no
    longer exists; ``cut_off``: what came after its last event is missing; ``file``: its path in the folder of songs."""
    return [
        UnsavedRecording(
            id=entry.id,
            song=names.get(entry.song_id),
            number=entry.number,
            seconds=round(entry.seconds, 1),
            events=entry.events,
            recorded_at=entry.recorded_at,
            problem=entry.problem,
            cut_off=not entry.ended,
            file=entry.file,
        )
        for entry in entries
    ]
