"""What a take replaced: the lanes that played something else where it plays now."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from ...core.identity import by_identity
from ...core.song.clip import Clip, Clips
from ...core.song.overlap import replaced
from ...core.song.song import Song
from ...core.song.take import recording_id
from ...core.song.take_info import TakeInfo
from ...core.units import clock_text
from ..notices import Notice, Offer
from ..session.take_numbers import take_words

Span = tuple[float, float]

AT_ONCE_S = 1e-6
"""Pieces closer than this are adjacent."""


@dataclass(frozen=True)
class Replaced:
    """A take plays on the lane ``title`` instead of the takes with these numbers, in these spans of song time (s)."""

    lane: str
    title: str
    takes: tuple[int, ...]
    spans: tuple[Span, ...]

    @property
    def when(self) -> str:
        """The spans in words."""
        return " and ".join(f"{clock_text(start)} to {clock_text(end)}" for start, end in self.spans)


def replaced_by_takes(song: Song) -> dict[str, list[Replaced]]:
    """Take id -> what it replaced, by lane. Less than a frame is not reported."""
    found: dict[str, list[Replaced]] = {}
    for lane in song.lanes:
        for take_id, row in _on_lane(song.clips_of(lane.id), song.takes, lane.id, lane.row.title, song.fps).items():
            found.setdefault(take_id, []).append(row)
    return found


@by_identity(512)
def _on_lane(clips: Clips, takes: tuple[TakeInfo, ...], lane_id: str, title: str, fps: float) -> Mapping[str, Replaced]:
    """Take id -> what it replaced on a lane."""
    numbers = {take.id: take.number for take in takes}
    found = {}
    for take_id, pieces in replaced(clips).items():
        spans = tuple((start, end) for start, end in _joined(pieces) if end - start >= 1 / fps)
        if spans:
            old = tuple(sorted({numbers[piece.take] for piece in pieces}))
            found[take_id] = Replaced(lane_id, title, old, spans)
    return found


def _joined(pieces: Iterable[Clip]) -> list[Span]:
    """The spans of pieces in time order; adjacent ones are joined."""
    spans: list[Span] = []
    for piece in pieces:
        if spans and piece.start_s - spans[-1][1] <= AT_ONCE_S:
            spans[-1] = (spans[-1][0], piece.end_s)
        else:
            spans.append((piece.start_s, piece.end_s))
    return spans


def replaced_notice(song: Song, take: TakeInfo, undoes_it: bool) -> Notice | None:
    """The message about a take that was just recorded, or all takes of its recording: what they replaced, and how to
    restore it; None if that is nothing. ``undoes_it``: Undo would revert the recording now."""
    own = {other.id: other.number for other in song.takes if recording_id(other.id) == recording_id(take.id)}
    rows = replaced_by_takes(song if len(own) == 1 else _as_one(song, own, take.id)).get(take.id, [])
    if not rows:
        return None
    what = f"{rows[0].title} from {rows[0].when}" if len(rows) == 1 else f"{len(rows)} lanes"
    offers = [
        Offer("Keep the old one", "lane.remove_take", {"id": row.lane, "take": take.id}, f"{row.title}, {row.when}")
        for row in (rows if len(own) == 1 else ())
    ]
    which = take_words(sorted(own.values()))
    if undoes_it:
        offers.append(Offer("Undo", "undo", {}, f"The whole {which}"))
    message = f"{which[0].upper()}{which[1:]} replaced {what}."
    return Notice("info", message, "Both are kept: each lane can play either of them.", tuple(offers))


def _as_one(song: Song, take_ids: Container[str], take_id: str) -> Song:
    """The song as if the clips of all these takes were of the one with ``take_id``."""
    clips = {
        lane: tuple(replace(clip, take=take_id) if clip.take in take_ids else clip for clip in items)
        for lane, items in song.clips.items()
    }
    return replace(song, clips=clips)
