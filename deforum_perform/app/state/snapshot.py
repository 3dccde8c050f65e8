"""The state of a Performer as JSON-able values: all that a page shows apart from what moves."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...core.checks import DeforumTab, idle_problem, lane_problems
from ...core.deforum.fields import FIELDS
from ...core.deforum.known_names import KNOWN_NAMES
from ...core.deforum.motion import FORMS, moves
from ...core.deforum.reading import Reading
from ...core.errors import PerformError
from ...core.song.document import Document
from ...core.song.lane import Lane
from ...core.song.records import to_dict
from ...core.song.song import Song, TakeInfo
from ...store.songs.listing import SongEntry
from ..deforum.schedules import LaneSchedule
from ..host import Host
from ..listening.monitor import MAX_LISTED, Seen
from ..recording.binding import recorded_sources
from ..recording.problems import ranks
from ..recording.replacing import replaced_by_takes
from ..session.offers import Offered
from ..session.session import Session

if TYPE_CHECKING:
    from ..performer import Performer

SHOWN_HITS = 500
"""How many saved hits of a lane the page marks; the count is always whole."""

SHOWN_SOURCES = 64
"""So many sources of a take are told, besides those that a lane plays; the count is always whole."""


class Snapshots:
    """The state of ``performer``, made anew only when it has changed. Of one revision there is one state."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self._making = threading.Lock()
        self._kept: dict[str, Any] | None = None

    def present(self) -> dict[str, Any]:
        """The whole state, as it was at one moment: what takes long, the lanes and the disk, is done without the lock
        and for the song of that moment."""
        with self._making:
            with self._performer.lock:
                revision = self._performer.revision
            if self._kept is None or self._kept["revision"] != revision:
                self._kept = self._made()
            return self._kept

    def _made(self) -> dict[str, Any]:
        performer = self._performer
        with performer.lock:
            document, cadence, seen = performer.session.document, performer.session.cadence, performer.session.tab
            learns = performer.session.learning and performer.session.learning.lane_id
            unsaved = list(performer.offers.entries)
            state = self._session_state()
        tab = performer.tab_seen_as(seen)
        shown = tab or seen
        song = document.song
        reading = performer.reading(song, seen, cadence, document.playing)
        state["song"] = song_state(document, reading)
        state["deforum"] = deforum_state(shown, reading)
        state["lanes"] = [
            {**self._lane(document, lane, reading, shown), "learning": lane.id == learns} for lane in song.lanes
        ]
        songs, trashed = performer.songs.present()
        state["host"] = host_state(performer.host, tab)
        state["listener"]["addresses"] = performer.sender_filter.own_addresses()
        state["songs"], state["trashed_songs"] = songs_state(songs), songs_state(trashed)
        state["unsaved"] = unsaved_state(unsaved, {e.id: e.name for e in songs})
        return state

    def _session_state(self) -> dict[str, Any]:
        performer, session = self._performer, self._performer.session
        listener = performer.listening.state(performer.recorder.malformed)
        return {
            "revision": session.revision,
            "version": __version__,
            "listener": {**listener, **performer.recorder.refusals, "senders": performer.sender_filter.state()},
            "takes": takes_state(session.song),
            "sources": sources_state(session),
            "transport": transport_state(session, performer.clock_ns()),
            "notices": notices_state(session),
            "undo": {"undo": session.history.undo_label, "redo": session.history.redo_label},
        }

    def _lane(self, document: Document, lane: Lane, reading: Reading, tab: DeforumTab) -> dict[str, Any]:
        song, known, problem = document.song, None, None
        if song.covers(lane.id):
            try:
                known = self._performer.schedules.of(song, lane, reading)
            except PerformError as error:
                problem = str(error)
        switches = document.workspace.lane(lane.id)
        state = lane_state(song, lane, known, problem, tab, reading)
        return {**state, "armed": switches.armed, "muted": switches.muted}


def host_state(host: Host, tab: DeforumTab | None) -> dict[str, Any]:
    """Where Perform runs and how schedules leave it."""
    missing = "Deforum is not installed in this WebUI. Save a settings file instead, or install sd-webui-deforum."
    return {
        "kind": host.kind,
        "apply": "settings" if tab is None else "deforum",
        "deforum": tab is not None,
        "message": missing if tab is None and host.kind != "standalone" else None,
    }


def deforum_state(tab: DeforumTab, reading: Reading) -> dict[str, Any]:
    """What is set in Deforum's tab, and ``idle``: field -> why it would do nothing there, in a word or two."""
    found = {row.name: idle_problem(row, tab, reading) for row in FIELDS.values()}
    setting = tab.keyframes
    return {
        "mode": tab.animation_mode,
        "distribution": None if setting is None else setting.value,
        "idle": {name: problem.short for name, problem in found.items() if problem is not None},
    }


def song_state(document: Document, reading: Reading) -> dict[str, Any]:
    """The song without its lanes and takes."""
    song = document.song
    return {
        "id": song.id,
        "name": document.name,
        "fps": song.fps,
        "length_s": song.length_s,
        "frames": song.frames,
        "seconds": song.seconds,
        "start_s": document.workspace.start_s,
        "cadence": song.cadence,
        "cadence_used": reading.cadence,
        "tempo_bpm": song.tempo_bpm,
        "set_fps": song.set_fps,
        "set_distribution": song.set_distribution,
        "sender_time": song.sender_time,
        "max_frames": reading.max_frames(song.frames),
        "base_settings": song.base_settings,
    }


def lane_state(
    song: Song, lane: Lane, known: LaneSchedule | None, problem: str | None, tab: DeforumTab, reading: Reading
) -> dict[str, Any]:
    """A lane with its schedule. ``known`` is None while nothing is recorded, or when ``problem`` says why it cannot be
    read."""
    row, covers = lane.row, song.covers(lane.id)
    problems = [*(known.problems if known else ()), *lane_problems(lane, tab, True, reading)]
    shown = [p.to_dict() for p in problems]
    if problem is not None:
        shown.append({"code": "damaged_take", "message": problem, "remedy": "", "frame": None, "blocks": True})
    return {
        **to_dict(lane),
        "label": row.title,
        "unit": lane.unit,
        "forms": list(FORMS) if moves(row) else ["frame"],
        "kind": row.kind,
        "reads": row.reads,
        "hard": list(row.hard) if row.hard and lane.form == "frame" else None,
        "preset": lane.preset,
        "chooses": lane.chooses,
        "known_choices": list(tab.choices.get(lane.field) or KNOWN_NAMES.get(lane.field, ())),
        "curve_id": known.curve_id if known else None,
        "keys": len(known.schedule.key_frames) if known else 0,
        "largest_error": known.schedule.largest_error if known else 0.0,
        "characters": len(known.schedule.text) if known else 0,
        "saved_hits": known.saved_hits[:SHOWN_HITS].tolist() if known else [],
        "saved_hits_count": len(known.saved_hits) if known else 0,
        "final": known.final if known else False,
        "covers": [to_dict(cover) for cover in covers],
        "problems": shown,
    }


def takes_state(song: Song) -> list[dict[str, Any]]:
    """All takes, each with what it replaced on which lanes."""
    replaced = replaced_by_takes(song)
    rows = {take: [{**asdict(row), "when": row.when} for row in found] for take, found in replaced.items()}
    bound = {lane.source for lane in song.lanes}
    return [{**take_state(take, bound), "replaced": rows.get(take.id, [])} for take in song.takes]


def take_state(take: TakeInfo, bound: Container[str | None] = ()) -> dict[str, Any]:
    """A take. ``sources``: the first of its sources, and all those that are ``bound`` to a lane; ``source_count``: how
    many it has. ``rank`` of a mark: how many of its kind are worse."""
    marks = [{**to_dict(mark), "rank": rank} for mark, rank in zip(take.marks, ranks(take.marks), strict=True)]
    sources = [name for place, name in enumerate(take.sources) if place < SHOWN_SOURCES or name in bound]
    state = to_dict(replace(take, marks=(), sources=(), texts=()))
    del state["texts"]
    return {**state, "sources": sources, "source_count": len(take.sources), "marks": marks}


def notices_state(session: Session) -> list[dict[str, Any]]:
    """What is said until it is over or dismissed; of the last take also what it replaced, or that no lane plays it,
    while that is so."""
    notices = dict(session.notices)
    said = session.last_take.notice(session.song, session.history.undo_label) if session.last_take else None
    if session.last_take and said:
        notices[session.last_take.key] = said
    return [{"id": key, "times": session.shown.get(key, 1), **asdict(notice)} for key, notice in notices.items()]


def transport_state(session: Session, now_ns: int) -> dict[str, Any]:
    """Where in time we are."""
    return {
        "state": session.transport.state,
        "position_s": round(session.transport.time_s(now_ns), 4),
        "take_number": session.current.plan.number if session.current else None,
        "start_s": session.current.plan.start_s if session.current else None,
    }


def sources_state(session: Session) -> list[dict[str, Any]]:
    """Every source that was heard, then those that are only recorded in the song, with indexes below 0.

    ``recorded``: the numbers of the takes that have it.
    """
    recorded = recorded_sources(session.song)
    heard = [_source_state(i, seen, recorded.pop(seen.name, [])) for i, seen in session.monitor.listed()]
    names = sorted(recorded)[: MAX_LISTED - len(heard)]
    only = [_source_state(-1 - i, Seen(name), recorded[name]) for i, name in enumerate(names)]
    return heard + only


def _source_state(index: int, seen: Seen, takes: Sequence[TakeInfo]) -> dict[str, Any]:
    known = seen.value is not None
    return {
        "index": index,
        "name": seen.name,
        "text": isinstance(seen.value, str) if known or not takes else all(seen.name in t.texts for t in takes),
        "value": seen.value,
        "low": seen.low if known else None,
        "high": seen.high if known else None,
        "rate_hz": round(seen.rate_hz, 1),
        "recorded": [take.number for take in takes],
    }


def songs_state(entries: Iterable[SongEntry]) -> list[dict[str, Any]]:
    """Songs in a list."""
    rows = [asdict(entry) for entry in entries]
    return [{**row, "fault": row.pop("problem")} for row in rows]


def unsaved_state(entries: Iterable[Offered], names: dict[str, str]) -> list[dict[str, Any]]:
    """Recordings that no song names and that can be had back. ``names``: song id -> name; ``song``: None where it
    is gone; ``cut_off``: what came after its last event is missing; ``file``: where it lies in the folder of songs."""
    return [
        {
            "id": entry.id,
            "song": names.get(entry.song_id),
            "number": entry.number,
            "seconds": round(entry.seconds, 1),
            "events": entry.events,
            "recorded_at": entry.recorded_at,
            "fault": entry.problem,
            "cut_off": not entry.ended,
            "file": entry.file,
        }
        for entry in entries
    ]
