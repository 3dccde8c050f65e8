"""The document: a song with its info and its workspace, as opened in a session and as saved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..records import Record
from .info import SongInfo
from .lane import Lane
from .song import Song
from .take import recording_id
from .workspace import Workspace, checked_workspace

MINOR = 0
"""The minor version of the format that this version writes."""


@dataclass(frozen=True)
class Document(Record):
    """``song``: the part that undo changes; ``minor``: of the format, of the newest version that saved it."""

    info: SongInfo
    song: Song
    workspace: Workspace = field(default_factory=Workspace)
    minor: int = MINOR

    @property
    def id(self) -> str:
        """The id of the song."""
        return self.song.id

    @property
    def name(self) -> str:
        """The name of the song."""
        return self.info.name

    def same_song(self, other: Document) -> bool:
        """Whether ``other`` has the same song object, so that only the workspace may differ."""
        return self.song is other.song and self.info is other.info

    @property
    def armed(self) -> list[tuple[Lane, str]]:
        """The lanes that a recording writes, each with its source."""
        lanes = self.song.lanes
        return [(lane, lane.source) for lane in lanes if lane.source and self.workspace.lane(lane.id).armed]

    @property
    def playing(self) -> list[Lane]:
        """The lanes that are written by default: all that are not muted and play something."""
        song, workspace = self.song, self.workspace
        return [lane for lane in song.lanes if not workspace.lane(lane.id).muted and song.plays(lane.id)]


def new_document(song_id: str, name: str, created_at: str = "") -> Document:
    """An empty song of that name."""
    return Document(SongInfo(name, created_at), Song(song_id))


def renamed(document: Document, name: str) -> Document:
    """The document under another name."""
    return replace(document, info=replace(document.info, name=name))


def edited(document: Document, fn: Callable[[Song], Song]) -> Document:
    """The document with the result of ``fn`` on its song."""
    return replace(document, song=fn(document.song))


def starting_at(document: Document, start_s: float) -> Document:
    """The document with recording starting at ``start_s`` of song time."""
    return replace(document, workspace=replace(document.workspace, start_s=start_s))


def with_workspace_changes(document: Document, changes: Mapping[str, Any]) -> Document:
    """The document with values of its workspace changed; InputError if they are not valid."""
    return replace(document, workspace=checked_workspace(replace(document.workspace, **changes)))


def starting_inside(document: Document) -> Document:
    """The document with its start moved to the end of the song if it was after it."""
    seconds = document.song.seconds
    return document if document.workspace.start_s <= seconds else starting_at(document, seconds)


def with_lane_state(document: Document, lane_id: str, changes: Mapping[str, Any]) -> Document:
    """The document with ``armed`` or ``muted`` of a lane changed; NotFoundError for an unknown lane."""
    lane, workspace = document.song.lane(lane_id), document.workspace
    lanes = {**workspace.lanes, lane.id: replace(workspace.lane(lane.id), **changes)}
    return replace(document, workspace=replace(workspace, lanes=lanes))


def with_all_armed(document: Document, armed: bool) -> Document:
    """The document with every lane armed, or none."""
    for lane in document.song.lanes:
        document = with_lane_state(document, lane.id, {"armed": armed})
    return document


def with_id(document: Document, song_id: str) -> Document:
    """The document under another id."""
    return replace(document, song=replace(document.song, id=song_id))


def without_recordings(document: Document, recording_ids: Collection[str]) -> Document:
    """The document without the takes of some recordings and without the clips that play them; it keeps their highest
    number."""
    if not recording_ids:
        return document
    song = document.song
    gone = {take.id: take.number for take in song.takes if recording_id(take.id) in recording_ids}
    if not gone:
        return document
    takes = tuple(take for take in song.takes if take.id not in gone)
    clips = {lane: tuple(c for c in items if c.take not in gone) for lane, items in song.clips.items()}
    info = replace(document.info, last_take_number=max(document.info.last_take_number, *gone.values()))
    return replace(document, info=info, song=replace(song, takes=takes, clips=clips))
