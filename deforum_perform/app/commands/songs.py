"""Actions: songs, undo, the Deforum settings file, and the check before Apply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from ...core.song.document import Document, renamed, starting_at
from ...core.song.lane import with_speed
from ...core.song.retiming import stretched_song, with_tempo
from ...core.song.song import Song
from ...core.song.workspace import stretched_workspace
from ...core.time.tempo_map import beginning_at
from ...core.units import MAX_FRAMES, clock_text
from ...store.exports.settings_file import import_settings
from ...store.ids import MAX_NAME, clean_name
from ..session.history import Direction
from ..session.opening import copied_backup
from .labels import song_label

if TYPE_CHECKING:
    from ..parts import Parts
    from .command import Action


DRAIN_S = 30.0
"""How long a command waits at most until earlier changes are saved."""


def _require_stopped(parts: Parts, what: str) -> None:
    """Refuse early while recording. Actions that must not run meanwhile check again when they run."""
    with parts.session.lock:
        parts.session.require_stopped(what)
    parts.saver.drain(DRAIN_S)


def _new(parts: Parts, name: str) -> dict[str, Any]:
    _require_stopped(parts, "make a new song")
    song = parts.store.create(name)
    parts.opener.open_made(song)
    return {"id": song.id}


def _open(parts: Parts, id: str) -> dict[str, Any]:
    if id != parts.session.song.id:
        _require_stopped(parts, "open another song")
        parts.opener.open(id)
    return {"id": parts.session.song.id}


def _open_backup(parts: Parts, id: str) -> dict[str, Any]:
    """Open a copy of a damaged song, made from its backup: the damaged one stays unchanged."""
    _require_stopped(parts, "open another song")
    song, notice = copied_backup(parts.store, id)
    parts.opener.open_made(song, notice)
    return {"id": song.id}


def _rename(parts: Parts, name: str, id: str | None = None) -> dict[str, Any]:
    song_id, name = id or parts.session.song.id, clean_name(name)
    parts.library.arrange(song_id, partial(renamed, name=name))
    parts.saver.drain(DRAIN_S)
    parts.publisher.publish()  # the list of songs is read from disk
    return {"name": name}


def _duplicate(parts: Parts, id: str, name: str | None = None) -> dict[str, Any]:
    _require_stopped(parts, "duplicate a song")
    parts.library.require_saved(id, "duplicate it")
    song = parts.store.duplicate(id, name or f"{parts.store.load(id).name} copy")
    parts.opener.open_made(song)
    return {"id": song.id}


def _trash(parts: Parts, id: str) -> dict[str, Any]:
    """Move a song to the trash; the open one only after another is open, so that nothing more is recorded into it."""
    parts.store.folder(id)
    _require_stopped(parts, "delete a song")
    if id == parts.session.song.id:
        parts.opener.open_latest(without=id)
        parts.saver.drain(DRAIN_S)
    parts.store.trash(id)
    with parts.session.lock:
        parts.publisher.touch()
        return {"id": parts.session.song.id}


def _restore(parts: Parts, id: str) -> dict[str, Any]:
    parts.store.restore(id)
    with parts.session.lock:
        parts.publisher.touch()
    return {}


def _change(parts: Parts, **arguments: Any) -> dict[str, Any]:
    changes = {name: value for name, value in arguments.items() if name != "start_s"}
    start_s = arguments.get("start_s")
    with parts.session.lock:
        session, before = parts.session, parts.session.document
        if set(arguments) != {"length_s"}:  # while recording past the end, the length can be set
            session.require_stopped("change the song")
        change = partial(_changed, changes=changes, start_s=start_s)
        change(before.song)  # all of it is valid, or nothing is changed
        parts.session.edit(song_label(changes), change, merge=f"song:{sorted(changes)}")
        if start_s is not None:
            parts.session.arrange(partial(starting_at, start_s=start_s))
            session.stop()
        return _side_effects(before, session.document, start_s is not None)


def _changed(before: Song, changes: dict[str, Any], start_s: float | None) -> Song:
    """The song with other settings; InputError if they, or recording from ``start_s``, are not valid for it."""
    song = replace(before, **{name: value for name, value in changes.items() if name != "tempo_bpm"})
    if "tempo_bpm" in changes:
        bpm = changes["tempo_bpm"]
        song = with_tempo(song, None if bpm is None else beginning_at(song.tempo, bpm))
    _check_frames(song, before)
    if start_s is not None and start_s > song.seconds:
        start, end = clock_text(start_s), clock_text(song.seconds)
        raise InputError(f"The start {start} is after the end of the song, {end}. Type an earlier start.")
    return song


def _side_effects(before: Document, after: Document, starts: bool) -> dict[str, Any]:
    """Side effects of a change of the song: that its start was moved, if no other one was requested (``starts``), and
    which lanes move faster or slower now."""
    effects: dict[str, Any] = {}
    start_s, song, fps = after.workspace.start_s, after.song, before.song.fps
    if start_s != before.workspace.start_s and not starts:
        effects["start_s"] = start_s
    lanes = [lane.row.title for lane in song.lanes if lane.steps_per_frame]
    if song.fps != fps and lanes:
        effects["speed"] = {"lanes": lanes, "factor": song.fps / fps, "from_fps": fps}
    return effects


def _keep_speed(parts: Parts, from_fps: float) -> dict[str, Any]:
    """Let every motion that is played by steps per frame move as fast as it did at another frame rate."""

    def kept(song: Song) -> Song:
        return replace(song, lanes=tuple(with_speed(lane, from_fps, song.fps) for lane in song.lanes))

    with parts.session.lock:
        parts.session.require_stopped("change the song")
        parts.session.edit(f"keep the speed of {from_fps:g} fps", kept)
    return {}


def _stretch(parts: Parts, tempo_bpm: float | None = None, length_s: float | None = None) -> dict[str, Any]:
    """Give the song another tempo or length and move everything recorded with it."""
    with parts.session.lock:
        session = parts.session
        session.require_stopped("stretch the song")
        scale, tempo_bpm = _stretch_asked(session.song, tempo_bpm, length_s)
        workspace = stretched_workspace(session.document.workspace, scale)
        song = parts.session.edit("stretch the song", partial(_stretched, scale=scale, tempo_bpm=tempo_bpm))
        parts.session.arrange(lambda document: replace(document, workspace=workspace))
        session.stop()
    return {"seconds": song.seconds}


def _stretch_asked(song: Song, tempo_bpm: float | None, length_s: float | None) -> tuple[float, float | None]:
    """How many seconds of the stretched song are one of the current song, and the stretched song's tempo."""
    if tempo_bpm is not None:
        if song.tempo_bpm is None:
            raise InputError("The song has no tempo yet. Set the one it was played at first, then the new one.")
        return song.tempo_bpm / tempo_bpm, tempo_bpm
    if length_s is None:
        raise InputError("song.stretch needs a number for tempo_bpm or for length_s.")
    return length_s / song.seconds, None if song.tempo_bpm is None else song.tempo_bpm * song.seconds / length_s


def _stretched(song: Song, scale: float, tempo_bpm: float | None) -> Song:
    """The song stretched by ``scale``, at its new tempo."""
    scaled = stretched_song(song, scale)
    if tempo_bpm is not None:
        scaled = with_tempo(scaled, beginning_at(scaled.tempo, tempo_bpm))
    _check_frames(scaled, song)
    return scaled


def _check_frames(song: Song, before: Song) -> None:
    """InputError for too many frames, unless a recording is already too long and gets no longer."""
    frames, most = song.seconds * song.fps, float(MAX_FRAMES)
    if song.length_s is None:
        most = max(most, before.seconds * before.fps)
    if frames > most:
        raise InputError(f"That would be {song.seconds * song.fps:,.0f} frames. A song has at most {MAX_FRAMES:,}.")


def _go(parts: Parts, *, direction: Direction) -> dict[str, Any]:
    with parts.session.lock:
        label = parts.session.go(direction)
        return {"label": label, "revision": parts.publisher.revision}


def _settings_import(parts: Parts, name: str, settings: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """Make a Deforum settings file the base: its bytes, its text, or its content as parsed JSON."""
    read = import_settings(settings if isinstance(settings, (str, bytes)) else json.dumps(settings))
    parts.bases.use(read, name[:MAX_NAME])
    return {"settings": len(read.settings), "remarks": list(read.remarks)}


def _settings_clear(parts: Parts) -> dict[str, Any]:
    parts.session.edit("forget settings", lambda song: replace(song, base_settings=None, base_id=None))
    return {}


def _check(parts: Parts, lanes: list[str] | None = None) -> dict[str, Any]:
    return parts.curves.checked(lanes)


def _settings_export(
    parts: Parts, lanes: list[str] | None = None, check: str | None = None, ask: bool = False
) -> dict[str, Any]:
    return parts.exporter.checked_settings(lanes, check, ask)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "song.new": _new,
        "song.open": _open,
        "song.open_backup": _open_backup,
        "song.rename": _rename,
        "song.duplicate": _duplicate,
        "song.trash": _trash,
        "song.restore": _restore,
        "song.change": _change,
        "song.stretch": _stretch,
        "song.keep_speed": _keep_speed,
        "undo": partial(_go, direction="undo"),
        "redo": partial(_go, direction="redo"),
        "settings.import": _settings_import,
        "settings.clear": _settings_clear,
        "settings.export": _settings_export,
        "check": _check,
    }
)
