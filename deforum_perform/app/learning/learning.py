"""Learn: the next source that moves plays the lane; and adaptive input ranges."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...core.song.binding import input_range
from ...core.song.lane import Lane, with_values
from ...core.song.song import Song, with_lane
from ...osc.decode.columns import EventBatch
from ..listening.monitor import Monitor, Seen
from ..listening.moves import only_impulses
from ..notices import Notice

PATIENCE_NS = 2_000_000_000
"""How long after Learn was pressed the page says why it still waits."""


@dataclass(frozen=True)
class Learning:
    """A lane that waits for its source since ``started_ns`` (monotonic).

    ``each_counts``: the lane plays hits, so that an event that repeats its value is a move too.
    """

    lane_id: str
    started_ns: int
    each_counts: bool = False

    def candidates(self, batch: EventBatch, moved: Iterable[int], new: Collection[int], monitor: Monitor) -> list[int]:
        """Indexes of the sources that the ``batch`` may mean, the most likely first: those that ``moved`` to another
        value, then those that are ``new``, then those that repeated their value, if that counts."""
        sources, first = np.unique(batch.source_index, return_index=True)
        place = dict(zip(sources.tolist(), first.tolist(), strict=True))
        found = {i: (i in new, place[i]) for i in moved}
        repeated = [i for i in place if i not in found and self._repeat_counts(monitor.sources[i])]
        return sorted(found, key=found.__getitem__) + sorted(repeated, key=place.__getitem__)

    def _repeat_counts(self, seen: Seen) -> bool:
        return only_impulses(seen) or (self.each_counts and isinstance(seen.value, float) and seen.value != 0)

    def waits_long(self, now_ns: int) -> bool:
        """Whether it is time to explain why it still waits."""
        return now_ns - self.started_ns > PATIENCE_NS


def learned(song: Song, lane_id: str, source: str) -> Lane:
    """The lane bound to ``source``: with the input range in which it was recorded here before, otherwise with an
    adaptive one."""
    lane = song.lane(lane_id)
    known = next((clip.binding for clip in song.clips_of(lane_id) if clip.source == source), None)
    return replace(lane, binding=known or replace(lane.binding, source=source, in_auto=True))


def waiting_notice(name: str) -> Notice:
    """The message while only sources like ``name`` move."""
    return Notice(
        "info",
        f"Learn is still waiting: {name} was already moving before you pressed Learn.",
        "Keep the control still for a few seconds, then move it. Or click its source in the monitor.",
    )


class SourceRanges:
    """The ranges of sources so far, for lanes whose input range adapts to their source."""

    def __init__(self) -> None:
        self._ranges: dict[str, tuple[float, float]] = {}
        self._song: Song | None = None
        self._lanes: dict[str, list[Lane]] = {}

    def begin(self, lane: Lane, low: float, high: float) -> Lane:
        """The lane with its input range restarted at ``low..high``."""
        self._ranges.pop(lane.id, None)
        return self._widened(lane, low, high)

    def follow(self, song: Song, batch: EventBatch, moved: Iterable[int], names: Sequence[str]) -> Song:
        """The song with the input ranges widened to the values of the sources that ``moved`` (indexes of ``names``)."""
        lanes = self._following(song)
        for i in moved:
            for lane in lanes.get(names[i], ()):
                mine = batch.values[batch.source_index == i]
                widened = self._widened(lane, float(mine.min()), float(mine.max()))
                song = song if widened is lane else with_lane(song, widened)
        return song

    def _following(self, song: Song) -> dict[str, list[Lane]]:
        """Source -> the lanes whose input range adapts to it: until their first take of it, or until it is typed."""
        if song is not self._song:
            self._song, self._lanes = song, {}
            for lane in song.lanes:
                if lane.binding.in_auto and lane.source and not song.records(lane):
                    self._lanes.setdefault(lane.source, []).append(lane)
        return self._lanes

    def _widened(self, lane: Lane, low: float, high: float) -> Lane:
        """The lane with its input range widened to include ``low..high``; the same lane if it already does."""
        known_low, known_high = self._ranges.get(lane.id, (low, high))
        seen = self._ranges[lane.id] = (min(known_low, low), max(known_high, high))
        in_low, in_high = input_range(*seen)
        if (in_low, in_high) == (lane.binding.in_low, lane.binding.in_high):
            return lane
        return with_values(lane, in_low=in_low, in_high=in_high)


def following(lane: Lane, low: float, high: float) -> Lane:
    """The lane with an input range that adapts to its source, which has values from ``low`` to ``high``."""
    in_low, in_high = input_range(low, high)
    return with_values(lane, in_low=in_low, in_high=in_high, in_auto=True)
