"""What moved since a page last asked: values, rates, the playhead and the curves that grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..core.lane import Lane
from ..core.mapping import output, picks, position
from .monitor import Seen
from .stage import Stage
from .transport import RECORDING

DIGITS = 6
MOST_GROWN = 2048
"""Values of a lane in one message: a page that comes late in a long pass gets its curves in some, and none is so large
that a slow network cannot take it in time."""


@dataclass(frozen=True)
class LiveCursor:
    """How far a page has heard. ``drawn``: lane id -> values of the running pass it has."""

    version: int = -1
    counts: tuple[int, ...] = ()
    pass_id: str | None = None
    drawn: dict[str, int] = field(default_factory=dict)
    running: bool = False


@dataclass(frozen=True)
class Counts:
    """The listener's counts."""

    received: int = 0
    malformed: int = 0
    lost: int = 0


def live_message(
    stage: Stage, counts: Counts, cursor: LiveCursor | None, now_ns: int, played: dict[str, float]
) -> tuple[dict[str, Any] | None, LiveCursor]:
    """The message for a page at ``cursor`` (None: all), or None if nothing moved; and its next cursor.

    ``played``: lane id -> value, for lanes that play what is recorded at the playhead.
    """
    full = cursor is None
    before = cursor or LiveCursor()
    runs = stage.transport.runs
    time_s = stage.transport.time_s(now_ns)
    pass_id = stage.current.plan.pass_id if stage.current else None
    if stage.current is not None:
        stage.growth.advance(stage.current, stage.song, [s.name for s in stage.monitor.sources], time_s)
    totals = (counts.malformed, counts.lost)
    if not (full or runs or before.running or stage.monitor.version != before.version or totals != before.counts):
        return None, before
    drawn = {} if full or before.pass_id != pass_id else before.drawn
    growth, drawn = _grown(stage, drawn)
    changed = [(i, s) for i, s in stage.monitor.listed() if s.version > before.version]
    message = {
        "type": "live",
        "full": full,
        "time_s": round(time_s, 4),
        "recording": stage.transport.state == RECORDING,
        "events_per_s": round(stage.monitor.events_per_s, 1),
        "received": counts.received,
        "malformed": counts.malformed,
        "lost": counts.lost,
        "sources": [_rounded(s.row(i)) for i, s in changed],
        "lanes": _lanes(stage, {s.name: s for _, s in changed}, played),
        "growth": growth,
    }
    return message, LiveCursor(stage.monitor.version, totals, pass_id, drawn, runs)


def _grown(stage: Stage, drawn: dict[str, int]) -> tuple[list[list[Any]], dict[str, int]]:
    if stage.current is None:
        return [], {}
    rows: list[list[Any]] = []
    upto = dict(drawn)
    for lane_id, grown in stage.growth.lanes.items():
        known = drawn.get(lane_id, 0)
        news = grown.values[known : known + MOST_GROWN]
        if news:
            rows.append([lane_id, grown.first_frame + known, [round(v, DIGITS) for v in news]])
            upto[lane_id] = known + len(news)
    return rows, upto


def _lanes(stage: Stage, moved: dict[str, Seen], played: dict[str, float]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for lane in stage.song.lanes:
        seen = moved.get(lane.source or "")
        if lane.id in played:
            rows.append([lane.id, round(played[lane.id], DIGITS), round(output_position(played[lane.id], lane), 4)])
        elif seen is not None and isinstance(seen.value, float):
            where = position(seen.value, lane)
            value = picks(seen.value, lane) if lane.chooses or lane.counts else output(where, lane)
            rows.append([lane.id, round(float(value), DIGITS), round(float(where), 4)])
    return rows


def output_position(value: float, lane: Lane) -> float:
    """Where a value lies in the lane's output range, 0..1."""
    span = lane.out_high - lane.out_low
    return min(1.0, max(0.0, (value - lane.out_low) / span)) if span else 0.0


def _rounded(row: list[Any]) -> list[Any]:
    return [round(v, DIGITS) if isinstance(v, float) else v for v in row]
