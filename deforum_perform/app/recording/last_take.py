"""The notice about the last take until it is read: what it replaced, or that no lane plays it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.song.song import Song
from ...core.song.take import Take
from ...core.song.take_info import TakeInfo
from ..notices import Notice, Offer
from .ended import Ended
from .recording_run import RunningRecording
from .replacing import replaced_notice

MOST_OFFERS = 4
NO_SOURCE = "Take {number} is not played: no lane with a source was armed."
NOTHING_MOVED = "Take {number} is not played: no armed lane's source moved."
PLAY = "Play it on a lane that has a source of this take:"
ADD = "Click a source in the monitor and choose what it plays: the new lane plays this take."
LEARN = "Press Learn on a lane and move its control, or click a source in the monitor and choose what it plays."


@dataclass(frozen=True)
class LastTake:
    """The take ``take_id``, the last one of its recording. ``label``: that of the step in which the recording became
    takes; ``written``: whether it wrote a lane; ``armed``: the armed lanes whose sources did not move."""

    take_id: str
    label: str
    written: bool = True
    armed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: Sequence[Ended], takes: Sequence[Take], label: str, done: RunningRecording) -> LastTake:
        """The last of the ``takes`` that the recording ``done`` became, or the last one that wrote a lane."""
        wrote = [take.id for each, take in zip(found, takes, strict=True) if each.written]
        if wrote:
            return cls(wrote[-1], label)
        return cls(takes[-1].id, label, False, frozenset(lane_id for lane_id, _ in done.plan.lanes))

    @property
    def key(self) -> str:
        """The key of its notice: one for each take, so that a page shows each once."""
        return f"{'replaced' if self.written else 'unplayed'}-{self.take_id}"

    def notice(self, song: Song, undo_label: str | None) -> Notice | None:
        """For the page, while it applies; ``undo_label``: what Undo would revert now."""
        take = next((take for take in song.takes if take.id == self.take_id), None)
        if take is None:
            return None
        return replaced_notice(song, take, self.label == undo_label) if self.written else self._unplayed(song, take)

    def _unplayed(self, song: Song, take: TakeInfo) -> Notice | None:
        """None once a lane plays the take, or it is in the trash."""
        if take.trashed or any(c.take == take.id for lane in song.lanes for c in song.clips_of(lane.id)):
            return None
        offers = self._offers(song, take)
        said = NOTHING_MOVED if self.armed else NO_SOURCE
        remedy = PLAY if offers else LEARN if self.armed else ADD
        return Notice("warn", said.format(number=take.number), remedy, tuple(offers[:MOST_OFFERS]))

    def _offers(self, song: Song, take: TakeInfo) -> list[Offer]:
        return [
            Offer(
                f"Play take {take.number} on {lane.row.title}",
                "lane.play_take",
                {"id": lane.id, "take": take.id},
                lane.source or "",
            )
            for lane in song.lanes
            if lane.source in take.sources and lane.source not in take.texts and lane.id not in self.armed
        ]
