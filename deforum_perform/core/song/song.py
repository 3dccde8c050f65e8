"""A song: what it plays, with its lanes, takes, clips and edits: everything that undo changes. Immutable: every change
makes a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..errors import NotFoundError
from ..identity import by_identity
from ..records import Record
from ..time.tempo_map import TempoMap
from ..units import frames_in
from .clip import Clip, Clips, on_top, playing, without_take
from .edit import Edits, applied, plays_alone
from .lane import Lane
from .take_info import TakeInfo

DEFAULT_FPS = 15.0
MAX_FPS = 240.0
EMPTY_SONG_S = 60.0
"""The length of a song that has neither a length nor a take, in seconds."""


@dataclass(frozen=True)
class Song(Record):
    """One piece.

    ``id``: the same in all its states; ``length_s``: seconds, or None for as long as its takes; ``tempo``: None if not
    set; ``cadence``: None to follow Deforum's tab; ``clips``: lane id -> its clips, the newest last; ``edits``: lane id
    -> its edits, the last one on top; ``base_settings``: the name of the imported Deforum settings file, or None;
    ``sender_time``: whether new takes play by their sender's time, if it is known; ``base_id``: the id of the settings
    file's content, or None in songs of 0.1, which kept one file; ``set_distribution``: whether Apply makes a render use
    only the cadence if Deforum has another setting.
    """

    id: str
    fps: float = DEFAULT_FPS
    length_s: float | None = None
    tempo: TempoMap | None = None
    cadence: int | None = None
    set_fps: bool = True
    base_settings: str | None = None
    lanes: tuple[Lane, ...] = ()
    takes: tuple[TakeInfo, ...] = ()
    clips: Mapping[str, Clips] = field(default_factory=dict)
    edits: Mapping[str, Edits] = field(default_factory=dict)
    sender_time: bool = False
    base_id: str | None = None
    set_distribution: bool = False

    @property
    def seconds(self) -> float:
        """The length in seconds: the set length, otherwise the end of the last take, otherwise a minute."""
        if self.length_s is not None:
            return self.length_s
        return _end_s(self.takes)

    @property
    def frames(self) -> int:
        """Frames of the piece; frame k is at k/fps seconds."""
        return frames_in(self.seconds, self.fps)

    @property
    def tempo_bpm(self) -> float | None:
        """The tempo at the beginning, or None if not set."""
        return None if self.tempo is None else self.tempo.bpm

    def lane(self, lane_id: str) -> Lane:
        """The lane; NotFoundError if there is none."""
        for lane in self.lanes:
            if lane.id == lane_id:
                return lane
        raise NotFoundError("That lane no longer exists. Reload the page to see the lanes of this song.")

    def take(self, take_id: str) -> TakeInfo:
        """The take; NotFoundError if there is none."""
        found = _takes_by_id(self.takes).get(take_id)
        if found is not None:
            return found
        raise NotFoundError("That take no longer exists. Reload the page to see the takes of this song.")

    def clips_of(self, lane_id: str) -> Clips:
        """The clips that the lane plays, newest last: without those that are muted or of a take in the trash."""
        return playing(self.clips.get(lane_id, ()), self.trashed)

    def edits_of(self, lane_id: str) -> Edits:
        """The edits of the lane that are on."""
        return applied(self.edits.get(lane_id, ()))

    @cached_property
    def trashed(self) -> frozenset[str]:
        """The ids of the takes in the trash."""
        return _trashed(self.takes)

    def records(self, lane: Lane) -> bool:
        """Whether the lane has recorded events of its own source, so that its input range is known."""
        return any(clip.source == lane.source for clip in self.clips_of(lane.id))

    def plays(self, lane_id: str) -> bool:
        """Whether the lane plays anything: a clip, or an edit that provides values."""
        return bool(self.clips_of(lane_id)) or plays_alone(self.edits_of(lane_id))


@by_identity(16)
def _takes_by_id(takes: tuple[TakeInfo, ...]) -> Mapping[str, TakeInfo]:
    return {take.id: take for take in takes}


@by_identity(16)
def _trashed(takes: tuple[TakeInfo, ...]) -> frozenset[str]:
    return frozenset(take.id for take in takes if take.trashed)


@by_identity(16)
def _end_s(takes: tuple[TakeInfo, ...]) -> float:
    """The end of the last take."""
    return max((take.end_s for take in takes if not take.trashed), default=EMPTY_SONG_S)


def with_lane(song: Song, lane: Lane) -> Song:
    """The song with ``lane`` instead of the one with its id, or at the end."""
    if any(old.id == lane.id for old in song.lanes):
        return replace(song, lanes=tuple(lane if old.id == lane.id else old for old in song.lanes))
    return replace(song, lanes=(*song.lanes, lane))


def with_bound_lane(song: Song, lane: Lane) -> Song:
    """The song with ``lane``, and with its input range for those of its clips that play its source. Clips of another
    source keep theirs: they play as recorded."""
    clips = song.clips.get(lane.id, ())
    bound = tuple(
        replace(c, binding=lane.binding) if c.source == lane.source and c.binding != lane.binding else c for c in clips
    )
    song = with_lane(song, lane)
    return song if bound == clips else with_clips(song, lane.id, bound)


def without_lane(song: Song, lane_id: str) -> Song:
    """The song without the lane, its clips and its edits; its takes stay."""
    gone = song.lane(lane_id)
    return replace(
        song,
        lanes=tuple(lane for lane in song.lanes if lane is not gone),
        clips={k: v for k, v in song.clips.items() if k != lane_id},
        edits={k: v for k, v in song.edits.items() if k != lane_id},
    )


def with_take(song: Song, take: TakeInfo) -> Song:
    """The song with ``take`` added, or instead of the one with its id."""
    others = tuple(t for t in song.takes if t.id != take.id)
    return replace(song, takes=tuple(sorted((*others, take), key=lambda t: t.number)))


def with_clips(song: Song, lane_id: str, clips: Clips) -> Song:
    """The song with ``clips`` as those of the lane."""
    return replace(song, clips={**song.clips, lane_id: clips})


def with_clip(song: Song, lane_id: str, clip: Clip) -> Song:
    """The song with ``clip`` on top of what the lane plays; a clip without an id gets one."""
    clip = clip if clip.id else replace(clip, id=next_id("clip", song.clips))
    return with_clips(song, lane_id, on_top(song.clips.get(lane_id, ()), clip))


def with_edits(song: Song, lane_id: str, edits: Edits) -> Song:
    """The song with ``edits`` as those of the lane."""
    return replace(song, edits={**song.edits, lane_id: edits})


def next_id(kind: str, used: Mapping[str, Clips] | Mapping[str, Edits]) -> str:
    """A unique id for this ``kind`` in the song, such as ``clip-4``."""
    numbers = (item.id.removeprefix(f"{kind}-") for items in used.values() for item in items)
    return f"{kind}-{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"


def silenced(song: Song, lane_id: str, take_id: str) -> Song:
    """The song in which the lane does not play the take."""
    return with_clips(song, lane_id, without_take(song.clips.get(lane_id, ()), take_id))


def next_take_number(song: Song, last_number: int = 0) -> int:
    """One more than the highest number ever used, trash included; ``last_number``: see ``SongInfo``."""
    return max(last_number, 0, *(t.number for t in song.takes)) + 1
