"""A recording in progress: what arrives, which lanes write, and the resulting recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import numpy.ma  # np.unique imports it at its first call, which fails without free file descriptors
from numpy.typing import NDArray

from ...core.signal import Signal
from ...core.song.recording import Recording
from ...core.song.rounds import Round, rounds_of
from ...core.time.clock_source import ClockSource, InternalClock
from ...core.time.time_map import to_song
from ...osc.datagrams import Loss
from ...osc.decode.columns import EventBatch
from ...store import limits
from .event_log import EventLog, Rows
from .latch import Latch
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
    """A recording in progress. Not locked: its owner is. ``sources``: the indexes of all sources that it contains;
    ``round_s``: its own time at which the current round began, as far as the clock has said."""

    def __init__(self, plan: RecordingPlan, clock: ClockSource | None = None) -> None:
        self.plan = plan
        self.clock = clock or InternalClock(plan.start_s, plan.origin_ns)
        self.log = EventLog()
        self.texts: list[tuple[int, int, str]] = []
        self.losses: list[Losses] = []
        self.sources: set[int] = set()
        self.round_s = 0.0
        self._last_loss: dict[tuple[str, str], int] = {}
        self._latch = Latch(plan.lanes, plan.hits, plan.known)

    def receive(self, batch: EventBatch, names: Sequence[str]) -> None:
        """Add events; those from before the origin are left out."""
        if len(batch) and int(batch.received_ns.min()) < self.plan.origin_ns:
            batch = batch.only(batch.received_ns >= self.plan.origin_ns)
        batch = self._fitting(batch)
        self.log.extend(batch)
        sources = set(batch.source_index.tolist())
        self.sources |= sources
        if not self._begins_round(batch, names) and self._latch.waiting(sources, names):
            self._latch.receive(self.in_round(self.log.rows(len(self.log) - len(batch))), names, sources)

    def _begins_round(self, batch: EventBatch, names: Sequence[str]) -> bool:
        """Whether the song has jumped: then another round has begun, and its first moves count."""
        if not len(batch) or isinstance(self.clock, InternalClock):
            return False
        current = self.rounds(int(batch.received_ns.max()))[-1]
        if current.first or current.start_s == self.round_s:
            return False
        self.round_s = current.start_s
        self._latch = self._latch_of(current, self.log.rows(), names)
        return True

    def in_round(self, rows: Rows) -> Rows:
        """The rows that are in the current round."""
        return rows if not self.round_s else rows.only(self.own_time_s(rows.received_ns) >= self.round_s)

    def _fitting(self, batch: EventBatch) -> EventBatch:
        """What still fits into a take that can be read again; the rest is counted."""
        room = limits.MAX_EVENTS - len(self.log)
        if len(batch) <= room:
            return batch
        left_out = batch.received_ns[room:]
        self.note(Loss(int(left_out[-1]), len(left_out), "full", since_ns=int(left_out[0])))
        return batch.only(np.arange(len(batch)) < room)

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
        return to_song(self.clock.anchors(self.plan.origin_ns, latest_ns), self.own_time_s(at_ns))

    def writing(self) -> dict[str, tuple[str, float]]:
        """Lane id -> (source, song time from which it writes), for armed lanes whose source has moved in the current
        round."""
        return {lane: (name, self.song_time_s(at_ns)) for lane, (name, at_ns) in self._latch.starts().items()}

    def rounds(self, end_ns: int) -> tuple[Round, ...]:
        """The rounds up to ``end_ns`` (monotonic), as far as the clock has said."""
        anchors, end_s = self.clock.anchors(self.plan.origin_ns, end_ns), (end_ns - self.plan.origin_ns) / 1e9
        return rounds_of(self.plan.recording_id, anchors, 0.0, end_s)

    def starts(self, played: Round, names: Sequence[str], end_ns: int) -> dict[str, tuple[str, int]]:
        """Lane id -> (source, the moment of its first move) in a round of the recording, which ended at ``end_ns``."""
        if played.first and played.last and not self.round_s:
            return self._latch.starts()
        return self._latch_of(played, self.log.rows_until(end_ns), names).starts()

    def _latch_of(self, played: Round, rows: Rows, names: Sequence[str]) -> Latch:
        """The first moves in a round, and the values before it, found among ``rows``."""
        armed = {source for _, source in self.plan.lanes}
        rows = rows.only(np.isin(rows.sources, [index for index in self.sources if names[index] in armed]))
        own_s = self.own_time_s(rows.received_ns)
        before = np.flatnonzero(own_s < played.start_s)[::-1]
        found, latest = np.unique(rows.sources[before], return_index=True)
        values = rows.values[before[latest]].tolist()
        known = {names[index]: value for index, value in zip(found.tolist(), values, strict=True)}
        latch = Latch(self.plan.lanes, self.plan.hits, {**self.plan.known, **known})
        inside = (played.first | (own_s >= played.start_s)) & (played.last | (own_s < played.end_s))
        latch.receive(rows.only(inside), names, set(rows.sources.tolist()))
        return latch

    def recording(self, names: Sequence[str], end_ns: int) -> Recording:
        """The recording: every source received between the origin and ``end_ns`` (monotonic), with the sender's
        times."""
        plan, rows = self.plan, self.log.rows_until(end_ns)
        times_s = self.own_time_s(rows.received_ns)
        placing = place(rows, names, plan.known)
        order = np.lexsort((times_s, rows.sources))
        found, starts, counts = np.unique(rows.sources[order], return_index=True, return_counts=True)
        parts = {
            names[i]: order[start : start + count]
            for i, start, count in sorted(zip(found, starts, counts, strict=True), key=lambda part: names[part[0]])
        }
        return Recording(
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

    def own_time_s(self, at_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """The recording's own time of monotonic stamps, in seconds since it began."""
        own: NDArray[np.float64] = (at_ns - self.plan.origin_ns) / 1e9
        return own

    def _sent(self, placing: Placing, parts: Mapping[str, NDArray[np.intp]]) -> dict[str, NDArray[np.float64]]:
        """Source -> the sender's time of its events, if known; never before the take begins."""
        if not placing.by:
            return {}
        sent_s = np.maximum(self.own_time_s(placing.sent_ns), 0.0)
        return {name: sent_s[part] for name, part in parts.items() if placing.known[part].any()}

    def _texts(self, names: Sequence[str], end_ns: int) -> dict[str, tuple[tuple[float, str], ...]]:
        found: dict[str, list[tuple[float, str]]] = {}
        for i, at_ns, text in self.texts:
            if at_ns <= end_ns:
                found.setdefault(names[i], []).append(((at_ns - self.plan.origin_ns) / 1e9, text))
        return {name: tuple(rows) for name, rows in found.items()}
