"""Faults on the way to us, marked on the take they are in and told where they are heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..core.checks import Problem
from ..core.song import Song, TakeMark
from ..osc.datagrams import Loss
from ..osc.marks import Mark, find_marks, find_two_senders
from .recording import Pass

MOST_MARKS = 50
"""How many marks a source keeps in a take; what is faulty all the time needs no more."""

SHORTEST_GAP_NS = 250_000_000
"""A shorter silence is how programs send on a busy machine, and cannot be seen in a picture."""

STREAM_NS = 10_000_000_000
MOST_SILENT = 0.02
"""A source is a stream that never rests if it went on for so long and was silent for at most this share of it."""

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "stall": "{source} stalled for {seconds:.2f} s, then sent {count} events at once.",
        "burst": "{source} sent {count} events at once.",
        "gap": "{source} sent nothing for {seconds:.2f} s in the middle of a steady stream.",
        "two_senders": "Two programs send {source} at the same time.",
        "lost": "{count} messages were lost before they could be read.",
    }
)
REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "stall": "Keep the sender's menus closed while you play, or play this part again.",
        "burst": "Play this part again if it matters.",
        "gap": "Play this part again if it matters.",
        "two_senders": "Stop one of the programs, or give it another address.",
        "lost": "Send fewer messages, or close other programs.",
    }
)


def pass_marks(playing: Pass, names: Sequence[str], end_ns: int, losses: Iterable[Loss]) -> tuple[TakeMark, ...]:
    """What went wrong in a pass up to ``end_ns`` (monotonic), in seconds of its song."""
    rows = playing.log.rows()
    marks: list[TakeMark] = []
    for index in np.unique(rows.sources).tolist():
        mine = (rows.sources == index) & (rows.received_ns <= end_ns)
        stamps = rows.received_ns[mine]
        found = [*_telling(find_marks(stamps), stamps), *find_two_senders(stamps, rows.senders[mine])]
        for mark in found[:MOST_MARKS]:
            start_s, last_s = playing.song_time_s(mark.start_ns), playing.song_time_s(mark.end_ns)
            marks.append(TakeMark(mark.kind, names[index], start_s, last_s, mark.count))
    for loss in losses:
        if playing.plan.origin_ns <= loss.noticed_ns <= end_ns:
            at_s = playing.song_time_s(loss.noticed_ns)
            marks.append(TakeMark("lost", "", at_s, at_s, loss.count))
    return tuple(sorted(marks, key=lambda mark: mark.start_s))


def _telling(marks: list[Mark], stamps: NDArray[np.int64]) -> list[Mark]:
    """The marks without the gaps of a source that may just rest: a hand pauses, a stream that never does has lost
    something."""
    gaps = [mark for mark in marks if mark.kind == "gap"]
    span_ns = int(stamps[-1] - stamps[0]) if len(stamps) else 0
    silent_ns = sum(mark.end_ns - mark.start_ns for mark in gaps)
    streams = span_ns >= STREAM_NS and silent_ns <= MOST_SILENT * span_ns
    told = [mark for mark in gaps if streams and mark.end_ns - mark.start_ns >= SHORTEST_GAP_NS]
    return [mark for mark in marks if mark.kind != "gap" or mark in told]


def mark_problems(song: Song, lane_id: str) -> Iterator[Problem]:
    """The marks that are heard in what a lane plays: one problem a kind, at the frame of the first and with their
    number."""
    takes = {take.id: take for take in song.takes}
    heard: dict[str, list[TakeMark]] = {}
    for cover in song.covers(lane_id):
        for mark in takes[cover.take].marks:
            if mark.source in ("", cover.source) and cover.start_s <= mark.start_s < cover.end_s:
                heard.setdefault(mark.kind, []).append(mark)
    for kind, marks in heard.items():
        first = min(marks, key=lambda mark: mark.start_s)
        message = MESSAGES.get(kind, "Something went wrong here.").format(
            source=first.source, count=first.count, seconds=first.end_s - first.start_s
        )
        more = f" And {len(marks) - 1} more times." if len(marks) > 1 else ""
        yield Problem(kind, message + more, REMEDIES.get(kind, ""), round(first.start_s * song.fps))
