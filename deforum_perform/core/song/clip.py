"""Clips: which stretch of which take a lane plays where. A newer clip is on top of older ones, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import InputError, NotFoundError
from ..identity import by_identity
from ..records import Record
from .binding import Binding

SHORTEST_S = 1e-3
"""The minimum length of a clip."""


@dataclass(frozen=True)
class Stretch(Record):
    """From ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Clip(Record):
    """A lane plays ``binding.source`` of ``take`` from ``start_s`` to ``end_s`` (song time, s).

    ``binding``: the source and the input range as they were recorded, so that the lane can get another source without
    changing what this clip plays. ``offset_s``: how far its events are moved from their position in the take.
    ``fade_in_s``, ``fade_out_s``: lengths of the fades inside the clip. ``recorded``: its stretch in the recording time
    of its take, None while the take and the clip are where they were recorded.
    """

    id: str
    take: str
    binding: Binding
    start_s: float
    end_s: float
    offset_s: float = 0.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    muted: bool = False
    recorded: Stretch | None = None

    @property
    def source(self) -> str:
        """The name of the source it plays."""
        return self.binding.source or ""

    @property
    def length_s(self) -> float:
        """Its length in seconds."""
        return self.end_s - self.start_s

    @property
    def fades(self) -> bool:
        """Whether it has a fade."""
        return self.fade_in_s > 0 or self.fade_out_s > 0


Clips = tuple[Clip, ...]


def on_top(clips: Clips, clip: Clip) -> Clips:
    """``clip`` on top of all others. If one of them already plays the same stretch of the same take, that one is moved
    to the top instead, and unmuted."""
    same = next((known for known in clips if _place(known) == _place(clip)), None)
    chosen = clip if same is None else replace(same, muted=False)
    return (*(known for known in clips if known is not same and known.id != chosen.id), chosen)


def _place(clip: Clip) -> tuple[str, str, float, float, float]:
    return clip.take, clip.source, clip.start_s, clip.end_s, clip.offset_s


@by_identity(512)
def playing(clips: Clips, trashed: frozenset[str]) -> Clips:
    """The clips that play: those that are not muted and not of a take in the trash. The same object for the same
    ones."""
    found = tuple(clip for clip in clips if clip.take not in trashed and not clip.muted)
    return clips if len(found) == len(clips) else found


def without_take(clips: Clips, take_id: str) -> Clips:
    """The clips that do not play ``take_id``."""
    return tuple(clip for clip in clips if clip.take != take_id)


def clip_called(clips: Clips, clip_id: str) -> Clip:
    """The clip with this id; NotFoundError if there is none."""
    for clip in clips:
        if clip.id == clip_id:
            return clip
    raise NotFoundError("That clip no longer exists. Reload the page to see the clips of this lane.")


def without_clip(clips: Clips, clip_id: str) -> Clips:
    """The clips without the one that has this id; NotFoundError if there is none."""
    gone = clip_called(clips, clip_id)
    return tuple(clip for clip in clips if clip is not gone)


def in_place(clips: Clips, clip: Clip) -> Clips:
    """The clips with ``clip`` instead of the one with its id."""
    return tuple(clip if known.id == clip.id else known for known in clips)


def checked_clip(clip: Clip) -> Clip:
    """The clip with fades no longer than itself; InputError if it is too short or a fade is below 0."""
    if clip.length_s < SHORTEST_S:
        raise InputError(f"A clip has to end at least {SHORTEST_S:g} s after its start.")
    if clip.fade_in_s < 0 or clip.fade_out_s < 0:
        raise InputError("The length of a fade cannot be below 0.")
    return replace(
        clip, fade_in_s=min(clip.fade_in_s, clip.length_s), fade_out_s=min(clip.fade_out_s, clip.length_s)
    )


def moved(clip: Clip, by_s: float) -> Clip:
    """The clip with its events ``by_s`` later in the song."""
    return replace(clip, start_s=clip.start_s + by_s, end_s=clip.end_s + by_s, offset_s=clip.offset_s + by_s)


def split(clip: Clip, at_s: float, new_id: str) -> tuple[Clip, Clip]:
    """The clip in two parts that together play what it played, without a fade between them; InputError if ``at_s`` is
    not inside it."""
    if not clip.start_s + SHORTEST_S <= at_s <= clip.end_s - SHORTEST_S:
        raise InputError(f"A clip can only be split inside it, between {clip.start_s:g} and {clip.end_s:g} s.")
    first = replace(clip, end_s=at_s, fade_out_s=0.0)
    second = replace(clip, id=new_id, start_s=at_s, fade_in_s=0.0)
    return checked_clip(first), checked_clip(second)
