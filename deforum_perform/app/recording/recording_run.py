"""A recording in progress: what arrives, which lanes write, and the resulting take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import numpy.ma  # np.unique imports it at its first call, which fails without free file descriptors
from numpy.typing import NDArray

from ...core.signal import EMPTY, Signal, extent
from ...core.song.binding import Binding, input_range
from ...core.song.clip import Clip
from ...core.song.lane import Lane
from ...core.song.placing import largest_shift_s
from ...core.song.recording import Recording
from ...core.song.retiming import with_time
from ...core.song.song import Song, with_clip, with_take
from ...core.song.take import ABLETON, Take, take_of
from ...core.song.take_info import SenderTimes, TakeProblem, info
from ...core.time.clock_source import ClockSource, InternalClock
from ...core.time.time_map import ARRIVAL, SENDER, to_song
from ...osc.datagrams import Loss
from ...osc.decode.columns import EventBatch
from ...store import limits
from ..listening.moves import moved
from .event_log import EventLog
from .placing import Placing, place

TOGETHER_NS = 1_000_000_000
MOST_LOSSES = 1000

MAX_CLOCK_NS = 1 << 62
"""The largest monotonic time: 146 years. Differences of two such stamps fit into 64 bits."""


@dataclass(frozen=True)
class Losses:
    """``count`` of a kind (see ``Loss``), from ``start_ns`` to ``end_ns`` (monotonic): losses less than a second
    apart."""

    kind: str
    who: str
    start_ns: int
    end_ns: int
    count: int


@dataclass(frozen=True)
class RecordingPlan:
    """How a recording began. ``origin_ns`` (monotonic) corresponds to ``start_s`` of song time.

    ``lanes``: (lane id, source) of the armed lanes; ``known``: source -> its value before; ``hits``: the ids of those
    lanes that play hits, for which each event of the source counts.
    """

    recording_id: str
    song_id: str
    number: int
    start_s: float
    origin_ns: int
    recorded_at: str
    lanes: tuple[tuple[str, str], ...]
    known: dict[str, float]
    hits: tuple[str, ...] = ()

    def header(self) -> dict[str, object]:
        """For the journal; JSON-able."""
        header = {**self.__dict__, "lanes": [list(pair) for pair in self.lanes], "hits": list(self.hits)}
        return {"pass_id": header.pop("recording_id"), **header}

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> RecordingPlan:
        """The plan in a journal's header; KeyError, TypeError, ValueError, AttributeError or OverflowError if it is
        invalid."""
        start_s, origin_ns = float(header["start_s"]), int(header["origin_ns"])
        if not (0 <= start_s * 1e9 < MAX_CLOCK_NS and 0 <= origin_ns < MAX_CLOCK_NS):
            raise ValueError("a recording cannot start there")
        return cls(
            recording_id=str(header["pass_id"]),
            song_id=str(header["song_id"]),
            number=int(header["number"]),
            start_s=start_s,
            origin_ns=origin_ns,
            recorded_at=str(header["recorded_at"]),
            lanes=tuple((str(lane), str(source)) for lane, source in header["lanes"]),
            known={str(k): float(v) for k, v in header["known"].items()},
            hits=tuple(str(lane) for lane in header.get("hits", ())),
        )


class RunningRecording:
    """A recording in progress. Not locked: its owner is. ``sources``: the indexes of all sources that it contains."""

    def __init__(self, plan: RecordingPlan, clock: ClockSource | None = None) -> None:
        self.plan = plan
        self.clock = clock or InternalClock(plan.start_s, plan.origin_ns)
        self.log = EventLog()
        self.texts: list[tuple[int, int, str]] = []
        self.losses: list[Losses] = []
        self._last_loss: dict[tuple[str, str], int] = {}
        self.first_move_ns: dict[str, int] = {}
        self.first_hit_ns: dict[str, int] = {}
        self._hit_sources = {source for lane, source in plan.lanes if lane in plan.hits}
        self.sources: set[int] = set()
        self._known = dict(plan.known)

    def receive(self, batch: EventBatch, names: Sequence[str]) -> None:
        """Add events; those from before the origin are left out."""
        if len(batch) and int(batch.received_ns.min()) < self.plan.origin_ns:
            batch = batch.only(batch.received_ns >= self.plan.origin_ns)
        batch = self._fitting(batch)
        self.log.extend(batch)
        sources = set(batch.source_index.tolist())
        self.sources |= sources
        for i in sources:
            self._find_first(names[i], batch, i)

    def _fitting(self, batch: EventBatch) -> EventBatch:
        """What still fits into a take that can be read again; the rest is counted."""
        room = limits.MAX_EVENTS - len(self.log)
        if len(batch) <= room:
            return batch
        left_out = batch.received_ns[room:]
        self.note(Loss(int(left_out[-1]), len(left_out), "full", since_ns=int(left_out[0])))
        return batch.only(np.arange(len(batch)) < room)

    def _find_first(self, name: str, batch: EventBatch, index: int) -> None:
        """Store the first move of a source, or its first event if each one counts."""
        waits = [(self.first_move_ns, False)] if name not in self.first_move_ns else []
        if name in self._hit_sources and name not in self.first_hit_ns:
            waits.append((self.first_hit_ns, True))
        if not waits:
            return
        mine = batch.source_index == index
        impulses = np.isin(np.flatnonzero(mine), batch.impulses)
        known = self._known.setdefault(name, np.nan)
        for first, each_counts in waits:
            found = np.flatnonzero(moved(batch.values[mine], known, each_counts=each_counts) | impulses)
            if found.size:
                first[name] = int(batch.received_ns[mine][found[0]])

    def receive_text(self, index: int, received_ns: int, text: str) -> None:
        """Add a string argument."""
        if received_ns >= self.plan.origin_ns and len(self.texts) >= limits.MAX_TEXTS:
            self.note(Loss(received_ns, 1, "full"))
        elif received_ns >= self.plan.origin_ns:
            self.texts.append((index, received_ns, text))
            self.sources.add(index)

    def note(self, loss: Loss) -> None:
        """Add a loss. After a thousand stretches, the last one is extended."""
        at_ns, whose = loss.noticed_ns, (loss.kind, loss.who)
        if at_ns < self.plan.origin_ns:
            return
        first_ns = max(loss.earliest_ns, self.plan.origin_ns)
        place = self._last_loss.get(whose)
        full = len(self.losses) >= MOST_LOSSES
        if place is not None and (full or at_ns - self.losses[place].end_ns < TOGETHER_NS):
            last = self.losses[place]
            self.losses[place] = replace(last, end_ns=max(last.end_ns, at_ns), count=last.count + loss.count)
        elif not full:
            self._last_loss[whose] = len(self.losses)
            self.losses.append(Losses(loss.kind, loss.who, first_ns, at_ns, loss.count))

    def losses_until(self, end_ns: int) -> list[Losses]:
        """The losses up to ``end_ns`` (monotonic)."""
        return [loss for loss in self.losses if loss.start_ns <= end_ns]

    @overload
    def song_time_s(self, at_ns: int) -> float: ...

    @overload
    def song_time_s(self, at_ns: NDArray[np.int64]) -> NDArray[np.float64]: ...

    def song_time_s(self, at_ns: int | NDArray[np.int64]) -> float | NDArray[np.float64]:
        """Song time of a monotonic stamp, or of many."""
        if not isinstance(at_ns, np.ndarray):
            return self.clock.time_s(int(at_ns))
        latest_ns = int(at_ns.max()) if at_ns.size else self.plan.origin_ns
        return to_song(self.clock.anchors(self.plan.origin_ns, latest_ns), self._own_time_s(at_ns))

    def writing(self) -> dict[str, tuple[str, float]]:
        """Lane id -> (source, song time from which it writes), for armed lanes whose source has moved."""
        starts = {
            lane: (source, (self.first_hit_ns if lane in self.plan.hits else self.first_move_ns).get(source))
            for lane, source in self.plan.lanes
        }
        return {lane: (name, self.song_time_s(at_ns)) for lane, (name, at_ns) in starts.items() if at_ns is not None}

    def written(self, end_s: float) -> Iterable[tuple[str, str, float]]:
        """(lane id, source, song time from which it writes) for every lane that wrote before ``end_s``."""
        for lane, (source, start_s) in self.writing().items():
            if start_s < end_s:
                yield lane, source, start_s

    def take(self, names: Sequence[str], end_ns: int) -> Take:
        """The take: every source received between the origin and ``end_ns`` (monotonic), with the sender's times."""
        plan, rows = self.plan, self.log.rows_until(end_ns)
        times_s = self._own_time_s(rows.received_ns)
        placing = place(rows, names, plan.known)
        order = np.lexsort((times_s, rows.sources))
        found, starts, counts = np.unique(rows.sources[order], return_index=True, return_counts=True)
        parts = {
            names[i]: order[start : start + count]
            for i, start, count in sorted(zip(found, starts, counts, strict=True), key=lambda part: names[part[0]])
        }
        recording = Recording(
            plan.recording_id,
            plan.number,
            0.0,
            (end_ns - plan.origin_ns) / 1e9,
            {name: Signal(times_s[part], rows.values[part]) for name, part in parts.items()},
            self._texts(names, end_ns),
            plan.recorded_at,
            sum(loss.count for loss in self.losses_until(end_ns) if loss.kind == "lost"),
            self._sent(placing, parts),
            placing.by,
            self.clock.anchors(plan.origin_ns, end_ns),
        )
        return take_of(recording)

    def _own_time_s(self, at_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """The recording's own time of monotonic stamps, in seconds since it began."""
        own: NDArray[np.float64] = (at_ns - self.plan.origin_ns) / 1e9
        return own

    def _sent(self, placing: Placing, parts: Mapping[str, NDArray[np.intp]]) -> dict[str, NDArray[np.float64]]:
        """Source -> the sender's time of its events, if known; never before the take begins."""
        if not placing.by:
            return {}
        sent_s = np.maximum(self._own_time_s(placing.sent_ns), 0.0)
        return {name: sent_s[part] for name, part in parts.items() if placing.known[part].any()}

    def _texts(self, names: Sequence[str], end_ns: int) -> dict[str, tuple[tuple[float, str], ...]]:
        found: dict[str, list[tuple[float, str]]] = {}
        for i, at_ns, text in self.texts:
            if at_ns <= end_ns:
                found.setdefault(names[i], []).append(((at_ns - self.plan.origin_ns) / 1e9, text))
        return {name: tuple(rows) for name, rows in found.items()}


def _binding(lane: Lane, source: str, take: Take) -> Binding:
    """How a take of ``source`` plays on ``lane``: in the lane's input range, or, if the lane got another source since
    the recording began, in the range that was recorded."""
    recorded = extent(take.signals.get(source, EMPTY))
    if lane.source == source or recorded is None:
        return replace(lane.binding, source=source)
    return Binding(source, *input_range(*recorded))


def with_recording(song: Song, take: Take, done: RunningRecording, problems: tuple[TakeProblem, ...] = ()) -> Song:
    """The song with the take of a recording, and its clips on top of the lanes that wrote.

    The take plays by its sender's time if the song is set to that, or if Live was late by a known amount.
    """
    known = SenderTimes(take.sent_by, largest_shift_s(take)) if take.sent else None
    song = with_take(song, info(take, problems, known))
    lanes = {lane.id: lane for lane in song.lanes}
    for lane_id, source, start_s in done.written(take.end_s):
        if lane_id in lanes:
            binding = _binding(lanes[lane_id], source, take)
            song = with_clip(song, lane_id, Clip("", take.id, binding, start_s, take.end_s))
    wanted = known is not None and (song.sender_time or known.kind == ABLETON)
    return with_time(song, take, SENDER if wanted else ARRIVAL)
