"""What moved since a page last asked: values, rates, the playhead and the growing curves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ...core.curve.mapping import output, picks, position
from ...core.song.lane import Lane
from ..listening.monitor import Monitor, Seen
from ..recording.growth import LaneGrowth
from ..recording.recorder import Recorder
from ..session.session import Session
from ..session.transport import RECORDING

DIGITS = 6
MOST_GROWN = 2048
"""New values of a lane in one message: a page that connects late in a long recording gets its curves in several, and
none is so large that a slow network cannot receive it in time."""

MOST_AGAIN = 4096
"""Values of all lanes that are sent again in one message, because they have changed."""


@dataclass(frozen=True)
class Drawn:
    """The part of a lane's curve that a page has: the first ``count`` values, of ``version``. Those from ``first`` up
    to ``end`` have changed since."""

    count: int = 0
    version: int = 0
    first: int = 0
    end: int = 0

    def now(self, grown: LaneGrowth) -> Drawn:
        """The same with the changes since then."""
        first, end = grown.changes.since(self.version, len(grown.values))
        end = min(end, self.count)
        if first >= end:
            return replace(self, version=grown.changes.version)
        if self.first < self.end:
            first, end = min(first, self.first), max(end, self.end)
        return replace(self, version=grown.changes.version, first=first, end=end)


@dataclass(frozen=True)
class LiveCursor:
    """What a page has received. ``recording``: the id of the recording in progress, and the start of its current round;
    ``drawn``: lane id -> what it has of that; ``lanes``: as they were."""

    version: int = -1
    counts: tuple[int, ...] = ()
    recording: tuple[str, float] | None = None
    drawn: dict[str, Drawn] = field(default_factory=dict)
    running: bool = False
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True)
class Counts:
    """The listener's counts."""

    received: int = 0
    malformed: int = 0
    lost: int = 0


@dataclass(frozen=True, eq=False)
class Moving:
    """What moves: the playhead, the current recording, and the sources."""

    session: Session
    recorder: Recorder
    monitor: Monitor


def live_message(
    moving: Moving, counts: Counts, cursor: LiveCursor | None, now_ns: int, played: dict[str, float]
) -> tuple[dict[str, Any] | None, LiveCursor]:
    """The message for a page at ``cursor`` (None: everything), or None if nothing moved; and its next cursor.

    ``played``: lane id -> value, for lanes that play what is recorded at the playhead.
    """
    full = cursor is None
    before = cursor or LiveCursor()
    session, monitor, current = moving.session, moving.monitor, moving.recorder.current
    runs = session.transport.runs
    time_s = session.transport.time_s(now_ns)
    recording = (current.plan.recording_id, current.round_s) if current else None
    totals = (counts.malformed, counts.lost)
    lanes = session.song.lanes
    moves = runs or before.running or monitor.version != before.version or lanes is not before.lanes
    if not (full or moves or totals != before.counts):
        return None, before
    drawn = {} if full or before.recording != recording else before.drawn
    growth, drawn = _grown(moving.recorder, drawn)
    changed = [(i, s) for i, s in monitor.listed() if s.version > before.version]
    moved = {s.name: s for _, s in changed if s.moved > before.version}
    message = {
        "type": "live",
        "full": full,
        "time_s": round(time_s, 4),
        "recording": session.transport.state == RECORDING,
        "events_per_s": round(monitor.events_per_s, 1),
        "received": counts.received,
        "malformed": counts.malformed,
        "lost": counts.lost,
        "sources": [_rounded(s.row(i)) for i, s in changed],
        "lanes": _lanes(session, moved, played, _changed(session, monitor, before.lanes)),
        "growth": growth,
    }
    return message, LiveCursor(monitor.version, totals, recording, drawn, runs, lanes)


def _grown(recorder: Recorder, drawn: dict[str, Drawn]) -> tuple[list[list[Any]], dict[str, Drawn]]:
    """Rows of [lane id, first frame, values], and what the page has with them: what is new, and a part of what has
    changed."""
    if recorder.current is None:
        return [], {}
    lanes = recorder.growth.lanes
    known = {lane_id: drawn.get(lane_id, Drawn()).now(grown) for lane_id, grown in lanes.items()}
    changed = sum(page.first < page.end for page in known.values())
    rows: list[list[Any]] = []
    for lane_id, grown in lanes.items():
        page = known[lane_id]
        parts = [(page.count, min(len(grown.values), page.count + MOST_GROWN))]
        if page.first < page.end:
            again = min(page.end, page.first + MOST_AGAIN // changed)
            parts.insert(0, (page.first, again))
            page = replace(page, first=again)
        if parts[0][1] == parts[-1][0]:
            parts = [(parts[0][0], parts[-1][1])]
        for first, end in parts:
            if first < end:
                rows.append([lane_id, grown.first_frame + first, _rounded(grown.values[first:end].tolist())])
        known[lane_id] = replace(page, count=parts[-1][1])
    return rows, known


def _changed(session: Session, monitor: Monitor, before: tuple[Lane, ...]) -> dict[str, Seen]:
    """Lane id -> its source, for lanes that differ from ``before`` and play nothing recorded: they map the same value
    of the source to another one."""
    lanes = session.song.lanes
    if lanes is before:
        return {}
    known = {lane.id: lane for lane in before}
    sources = {seen.name: seen for _, seen in monitor.listed()}
    others = (lane for lane in lanes if lane is not known.get(lane.id) and not session.song.records(lane))
    return {lane.id: sources[lane.source] for lane in others if lane.source in sources}


def _lanes(
    session: Session, moved: dict[str, Seen], played: dict[str, float], changed: dict[str, Seen]
) -> list[list[Any]]:
    """Rows of [lane id, value, position]. A recorded lane shows its recording where the playhead rests: no earlier move
    counts there."""
    rows: list[list[Any]] = []
    for lane in session.song.lanes:
        seen = moved.get(lane.source or "") or changed.get(lane.id)
        over = seen is not None and not session.transport.runs and seen.moved <= session.settled
        if lane.id in played:
            rows.append([lane.id, round(played[lane.id], DIGITS), round(output_position(played[lane.id], lane), 4)])
        elif seen is not None and isinstance(seen.value, float) and not (over and session.song.plays(lane.id)):
            where = position(seen.value, lane.binding, lane.shaping.invert)
            value = picks(seen.value, lane) if lane.chooses or lane.counts else output(where, lane)
            rows.append([lane.id, round(float(value), DIGITS), round(float(where), 4)])
    return rows


def output_position(value: float, lane: Lane) -> float:
    """The position of a value in the lane's output range, 0..1."""
    span = lane.output.out_high - lane.output.out_low
    return min(1.0, max(0.0, (value - lane.output.out_low) / span)) if span else 0.0


def _rounded(row: list[Any]) -> list[Any]:
    return [round(v, DIGITS) if isinstance(v, float) else v for v in row]
