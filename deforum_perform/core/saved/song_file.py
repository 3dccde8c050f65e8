"""A song and its workspace as JSON and back. Data from a file is validated value by value; an error names its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..errors import DamagedFileError, InputError, NewerFileError
from ..identity import by_identity
from ..records import Reader, Record, plain, to_dict
from ..song.binding import Binding, checked_binding
from ..song.clip import Clips
from ..song.document import MINOR, Document
from ..song.edit import Edit, Edits, checked_edit
from ..song.info import SongInfo
from ..song.lane import Lane, checked
from ..song.song import MAX_FPS, Song
from ..song.workspace import Workspace, checked_workspace
from ..time.tempo_map import TempoMap, checked_tempos
from ..time.time_map import TimeMap, checked_map
from ..units import MAX_CADENCE, MAX_FRAMES
from .migrations import FORMAT, migrated

WORKSPACE_FORMAT = 1

_OWN = ("format", "checksum", "minor", "info", "song", "workspace")


def song_to_dict(document: Document) -> dict[str, Any]:
    """The song without its workspace as JSON-able values, with its format's number."""
    return {name: plain(value) for name, value in song_members(document).items()}


def song_members(document: Document) -> dict[str, Any]:
    """The same with its records as they are."""
    known = {"format": FORMAT, "minor": document.minor, "info": document.info, "song": document.song}
    return {**known, **document.unknown}


def document_from_dict(data: object) -> Document:
    """The song in ``data``; the workspace only for a format that stored it there. DamagedFileError says what is wrong
    and where."""
    if not isinstance(data, dict) or type(data.get("format")) is not int or data["format"] < 1:
        raise DamagedFileError("This is not a song file of Perform.")
    if data["format"] > FORMAT:
        raise NewerFileError("This song was saved by a newer Perform. Update the extension to open it.")
    data = migrated(data)
    return Document(
        SONG_READER.record(SongInfo, data.get("info"), "info"),
        SONG_READER.record(Song, data.get("song"), "song"),
        SONG_READER.record(Workspace, data.get("workspace", {}), "workspace"),
        max(MINOR, SONG_READER.value(int, data.get("minor", MINOR), "minor")),
        unknown={name: value for name, value in data.items() if name not in _OWN},
    )


def workspace_to_dict(workspace: Workspace) -> dict[str, Any]:
    """The workspace as JSON-able values, with its format's number."""
    return {"format": WORKSPACE_FORMAT, **to_dict(workspace)}


def workspace_from_dict(data: object) -> Workspace:
    """The workspace in ``data``; DamagedFileError says what is wrong and where."""
    if not isinstance(data, dict) or type(data.get("format")) is not int or data["format"] < 1:
        raise DamagedFileError("This is not a workspace file of Perform.")
    if data["format"] > WORKSPACE_FORMAT:
        raise NewerFileError("This workspace was saved by a newer Perform. Update the extension to use it.")
    workspace = _WORKSPACE.record(Workspace, data, "workspace")
    return replace(workspace, unknown={k: v for k, v in workspace.unknown.items() if k not in ("format", "checksum")})


def _plausible(song: Song) -> Song:
    """InputError for an invalid song."""
    if not 0 < song.fps <= MAX_FPS:
        raise InputError(f"fps: {song.fps} is not between 0 and {MAX_FPS:g}.")
    if song.length_s is not None and song.length_s <= 0:
        raise InputError("length_s is not above 0.")
    if song.length_s is not None and song.length_s * song.fps > MAX_FRAMES:
        raise InputError(f"length_s is more than {MAX_FRAMES:,} frames.")
    if song.cadence is not None and not 1 <= song.cadence <= MAX_CADENCE:
        raise InputError(f"cadence is not between 1 and {MAX_CADENCE}.")
    if not (_has_own_ids(song.lanes) and _has_own_ids(song.takes)):
        raise InputError("two lanes or two takes have the same id.")
    stacks: list[Clips | Edits] = [*song.clips.values(), *song.edits.values()]
    if not all(_has_own_ids(stack) for stack in stacks):
        raise InputError("two clips or two edits of a lane have the same id.")
    return song


@by_identity(512)
def _has_own_ids(items: tuple[Any, ...]) -> bool:
    """Whether no two of the items have the same id."""
    return len({item.id for item in items}) == len(items)


_CHECKS: Mapping[type[Record], Any] = MappingProxyType(
    {
        Song: _plausible,
        Lane: checked,
        Binding: checked_binding,
        Edit: checked_edit,
        TimeMap: checked_map,
        TempoMap: checked_tempos,
    }
)
SONG_READER = Reader("The song file", _CHECKS)
_WORKSPACE = Reader("The workspace file", {Workspace: checked_workspace})
