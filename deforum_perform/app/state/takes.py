"""The slices of takes, each with what it replaced on which lanes."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from ...core.identity import Kept
from ...core.song.song import Song
from ...core.song.take_info import TakeInfo
from ..recording.problems import ranks
from ..recording.replacing import Replaced as Row
from ..recording.replacing import replaced_by_takes
from .types import ReceptionProblem, Replaced, SenderTimes, Take

if TYPE_CHECKING:
    from .slices import Group

SHOWN_SOURCES = 64
"""How many sources of a take are listed, besides those that a lane plays; the count is always complete."""

Rows = Mapping[str, list[Row]]


class TakeSlices:
    """Makes the slices of a song's takes; unchanged ones are reused."""

    def __init__(self) -> None:
        self._group: Kept[Group] = Kept()
        self._takes: Kept[Take] = Kept()

    def group(self, song: Song) -> Group:
        """All takes."""
        lanes = tuple(part for lane in song.lanes for part in (lane.id, lane.field, lane.source))
        return self._group.of("", (song.takes, song.clips, song.fps, *lanes), lambda: self._made(song))

    def _made(self, song: Song) -> Group:
        replaced = replaced_by_takes(song)
        bound = frozenset(lane.source for lane in song.lanes if lane.source)
        group = {f"take:{take.id}": self._take(take, replaced, bound) for take in song.takes}
        self._takes.keep_only({take.id for take in song.takes})
        return group

    def _take(self, take: TakeInfo, replaced: Rows, bound: frozenset[str]) -> Take:
        rows = replaced.get(take.id, [])
        shown = sources_shown(take, bound)
        parts = (take, *shown, "", *(row for row in rows))
        return self._takes.of(take.id, parts, lambda: take_slice(take, shown, rows))


def sources_shown(take: TakeInfo, bound: Container[str]) -> list[str]:
    """The first of the sources of a take, and all those that are ``bound`` to a lane."""
    return [name for place, name in enumerate(take.sources) if place < SHOWN_SOURCES or name in bound]


def take_slice(take: TakeInfo, sources: list[str], rows: list[Row]) -> Take:
    """A take, with those of its ``sources`` that are shown. ``rank`` of a reception problem: how many of its kind are
    worse."""
    sent = take.sender_times
    return Take(
        id=take.id,
        number=take.number,
        start_s=take.start_s,
        end_s=take.end_s,
        events=take.events,
        sources=sources,
        source_count=len(take.sources),
        recorded_at=take.recorded_at,
        trashed=take.trashed,
        lost=take.lost,
        time=take.time,
        sender_times=None if sent is None else SenderTimes(kind=sent.kind, largest_shift_s=sent.largest_shift_s),
        problems=_problems(take),
        replaced=[_replaced(row) for row in rows],
    )


def _problems(take: TakeInfo) -> list[ReceptionProblem]:
    return [
        ReceptionProblem(
            kind=problem.kind,
            source=problem.source,
            start_s=problem.start_s,
            end_s=problem.end_s,
            count=problem.count,
            corrected=problem.mended,
            who=problem.who,
            rank=rank,
        )
        for problem, rank in zip(take.marks, ranks(take.marks), strict=True)
    ]


def _replaced(row: Row) -> Replaced:
    return Replaced(lane=row.lane, title=row.title, takes=list(row.takes), spans=list(row.spans), when=row.when)
