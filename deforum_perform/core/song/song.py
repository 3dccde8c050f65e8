"""A song: what it plays, with its lanes, takes and comp: all that undo works on. A value: every change makes a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..errors import NotFoundError
from ..identity import by_identity
from ..signal import EMPTY
from ..units import frames_in
from .comp import Cover, Covers, on_top, without_take, without_takes_of
from .lane import Lane
from .records import Record
from .take import Take

DEFAULT_FPS = 15.0
MAX_FPS = 240.0
EMPTY_SONG_S = 60.0
"""The length of a song that has neither a length nor a take, in seconds."""


ARRIVAL = "arrival"
SENDER = "sender"
TIMES = (ARRIVAL, SENDER)
"""Which time a take plays by: arrival, or the sender's time."""


@dataclass(frozen=True)
class TakeProblem(Record):
    """A reception problem of a take, in seconds of the song.

    ``kind``: stall, burst, gap, reordered, two_senders, lost, limited or slept; ``source`` is empty if it concerns all
    of them; ``count``: the number of events, for ``slept`` of seconds; ``who``: the sender's address, if it concerns
    one; ``mended``: the problem does not exist when the take plays by its sender's time.
    """

    kind: str
    source: str
    start_s: float
    end_s: float
    count: int
    who: str = ""
    mended: bool = False


@dataclass(frozen=True)
class SenderTimes(Record):
    """Which of ``SENT_BY`` provides a take's sender's times, and the largest delay of an event, in seconds of the
    song."""

    kind: str
    largest_shift_s: float


@dataclass(frozen=True)
class TakeInfo(Record):
    """What a song stores about a take without reading it from disk.

    Times in seconds of the song; ``scale``: song seconds for each second recorded, since the song may be stretched.
    ``time``: which of ``TIMES`` it plays by; ``sender_times``: None if only arrival is known; ``texts``: those of its
    ``sources`` that sent text and no number.
    """

    id: str
    number: int
    start_s: float
    end_s: float
    events: int
    sources: tuple[str, ...]
    recorded_at: str = ""
    trashed: bool = False
    lost: int = 0
    scale: float = 1.0
    marks: tuple[TakeProblem, ...] = ()
    time: str = ARRIVAL
    sender_times: SenderTimes | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Song(Record):
    """One piece.

    ``id``: the same in all its states; ``length_s``: seconds, or None for as long as its takes; ``cadence``: None to
    follow Deforum's tab; ``comp``: lane id -> covers, the newest last; ``base_settings``: the name of the imported
    Deforum settings file, or None; ``sender_time``: whether new takes play by the time their sender meant, where it is
    known;
    ``base_id``: the id of the settings file's content, or None in songs of 0.1, which kept one file;
    ``set_distribution``: whether Apply makes a render go by the cadence alone, where Deforum has another setting.
    """

    id: str
    fps: float = DEFAULT_FPS
    length_s: float | None = None
    tempo_bpm: float | None = None
    cadence: int | None = None
    set_fps: bool = True
    base_settings: str | None = None
    lanes: tuple[Lane, ...] = ()
    takes: tuple[TakeInfo, ...] = ()
    comp: Mapping[str, Covers] = field(default_factory=dict)
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

    def lane(self, lane_id: str) -> Lane:
        """The lane; NotFoundError if there is none."""
        for lane in self.lanes:
            if lane.id == lane_id:
                return lane
        raise NotFoundError("That lane no longer exists. Reload the page to see the lanes of this song.")

    def take(self, take_id: str) -> TakeInfo:
        """The take; NotFoundError if there is none."""
        for take in self.takes:
            if take.id == take_id:
                return take
        raise NotFoundError("That take no longer exists. Reload the page to see the takes of this song.")

    def covers(self, lane_id: str) -> Covers:
        """What the lane plays, newest last, without trashed takes."""
        covers, trashed = self.comp.get(lane_id, ()), self.trashed
        return without_takes_of(covers, trashed) if trashed else covers

    @cached_property
    def trashed(self) -> frozenset[str]:
        """The ids of the takes in the trash."""
        return _trashed(self.takes)


@by_identity(16)
def _trashed(takes: tuple[TakeInfo, ...]) -> frozenset[str]:
    return frozenset(take.id for take in takes if take.trashed)


@by_identity(16)
def _end_s(takes: tuple[TakeInfo, ...]) -> float:
    """The end of the last take."""
    return max((take.end_s for take in takes if not take.trashed), default=EMPTY_SONG_S)


def info(take: Take, marks: tuple[TakeProblem, ...] = (), sender_times: SenderTimes | None = None) -> TakeInfo:
    """What a song stores about ``take``."""
    names = tuple(sorted({*take.signals, *take.texts}))
    return TakeInfo(
        take.id,
        take.number,
        take.start_s,
        take.end_s,
        take.events,
        names,
        take.recorded_at,
        lost=take.lost,
        marks=marks,
        sender_times=sender_times,
        texts=tuple(name for name in names if not len(take.signals.get(name, EMPTY))),
    )


def with_lane(song: Song, lane: Lane) -> Song:
    """The song with ``lane`` instead of the one with its id, or at the end."""
    if any(old.id == lane.id for old in song.lanes):
        return replace(song, lanes=tuple(lane if old.id == lane.id else old for old in song.lanes))
    return replace(song, lanes=(*song.lanes, lane))


def without_lane(song: Song, lane_id: str) -> Song:
    """The song without the lane; its takes stay."""
    gone = song.lane(lane_id)
    lanes = tuple(lane for lane in song.lanes if lane is not gone)
    return replace(song, lanes=lanes, comp={k: v for k, v in song.comp.items() if k != lane_id})


def with_take(song: Song, take: TakeInfo) -> Song:
    """The song with ``take`` added, or instead of the one with its id."""
    others = tuple(t for t in song.takes if t.id != take.id)
    return replace(song, takes=tuple(sorted((*others, take), key=lambda t: t.number)))


def with_cover(song: Song, lane_id: str, cover: Cover) -> Song:
    """The song with ``cover`` on top of what the lane plays."""
    return replace(song, comp={**song.comp, lane_id: on_top(song.comp.get(lane_id, ()), cover)})


def silenced(song: Song, lane_id: str, take_id: str) -> Song:
    """The song in which the lane does not play the take."""
    return replace(song, comp={**song.comp, lane_id: without_take(song.comp.get(lane_id, ()), take_id)})


def next_take_number(song: Song, last_number: int = 0) -> int:
    """One more than the highest number ever given, trash included; ``last_number``: see ``SongInfo``."""
    return max(last_number, 0, *(t.number for t in song.takes)) + 1


def stretched_song(song: Song, scale: float) -> Song:
    """The song with every time multiplied by ``scale``: takes, covers and length. What was recorded stays."""
    takes = tuple(_stretched_info(take, scale) for take in song.takes)
    comp = {
        lane: tuple(replace(c, start_s=c.start_s * scale, end_s=c.end_s * scale) for c in covers)
        for lane, covers in song.comp.items()
    }
    length_s = None if song.length_s is None else song.length_s * scale
    return replace(song, takes=takes, comp=comp, length_s=length_s)


def _stretched_info(take: TakeInfo, scale: float) -> TakeInfo:
    marks = tuple(replace(m, start_s=m.start_s * scale, end_s=m.end_s * scale) for m in take.marks)
    start_s, end_s = take.start_s * scale, take.end_s * scale
    known = take.sender_times
    sent = None if known is None else replace(known, largest_shift_s=known.largest_shift_s * scale)
    return replace(take, start_s=start_s, end_s=end_s, scale=take.scale * scale, marks=marks, sender_times=sent)
