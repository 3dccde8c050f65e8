"""What senders say of their own time: bundles' time tags, and Live's song time as AbletonOSC sends it."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence

import numpy as np

from deforum_perform.app.recording.event_log import Rows
from deforum_perform.app.recording.placing import place
from deforum_perform.osc.timing.ableton import PLAYING, SONG_TIME, TEMPO
from tests.fuzz.target import Broken, Target

RULE = "no event is moved beyond its arrival or before the recording, none if nothing is known, and their order stays"
ROW = struct.Struct("<BBHfI")
"""Source, sender, time since the row before (100 us), value, and time tag (see ``_timetag``)."""
NAMES = (SONG_TIME, TEMPO, PLAYING, "/knob", "/other")
START_NS, START_TAG = 10**12, 3_900_000_000 << 32

Line = tuple[int, int, int, float, int]


def seeds() -> Sequence[bytes]:
    """A Live that stalls, one that jumps and loops, a steady clock and one that steps, and a mixture."""
    stall = [(0, 0, {20: 8000}.get(k, 0 if 20 < k < 28 else 1000), k * 0.2, 0) for k in range(60)]
    jumps = [(0, 0, 9000 if k == 30 else 1000, k * 0.2, 0) for k in range(60)]
    loops = [(0, 0, 1000, (k % 16) * 0.2, 0) for k in range(60)]
    knobs = [(3, 0, 100, k / 60, 0) for k in range(60)]
    tagged = [(3, 1, 1000 + (k % 7 == 0), k / 60, 2 + k * 6554) for k in range(60)]
    steps = [(3, 1, 1000, k / 60, 2 + k * 6554 + (k > 30) * 999_999) for k in range(60)]
    tempo = [(1, 0, 0, 120.0, 0), (2, 0, 0, 1.0, 0)]
    mixed = [row for rows in zip(stall, knobs, tagged, jumps, strict=True) for row in rows]
    return [*(packed([*tempo, *rows]) for rows in (stall, jumps, loops, mixed)), packed(tagged), packed(steps), b""]


def packed(rows: Iterable[Line]) -> bytes:
    """The bytes of an input."""
    return b"".join(ROW.pack(*row) for row in rows)


def rows_of(data: bytes) -> Rows:
    """The rows that any bytes represent, as a recording would keep them: in order of arrival, every value finite."""
    lines = [line for line in ROW.iter_unpack(data[: len(data) // ROW.size * ROW.size]) if math.isfinite(line[3])]
    table = np.array(lines or [(0, 0, 0, 0.0, 0)], dtype=np.float64)[: len(lines)]
    received_ns = START_NS + np.cumsum(table[:, 2]).astype(np.int64) * 100_000
    timetags = np.array([_timetag(line[4]) for line in lines], dtype=np.uint64)
    senders = (table[:, 1].astype(np.int32) + 1) % 4 - 1
    sources, impulses = (table[:, 0] % len(NAMES)).astype(np.int32), np.zeros(len(table), np.bool_)
    return Rows(sources, received_ns, table[:, 3], senders, impulses, timetags)


def _timetag(said: int) -> int:
    """NTP time: a moment of the recording, 0 and 1 unchanged, and with the highest bit set any moment."""
    if said <= 1:
        return said
    return (said << 33) % 2**64 | 0xFFFF if said >> 31 else START_TAG + (said << 16)


def one_input(data: bytes) -> None:
    """Place the rows of a recording."""
    rows = rows_of(data)
    for before in ({}, {TEMPO: 120.0}):
        placing = place(rows, NAMES, before)
        if placing.sent_ns.shape != rows.received_ns.shape or placing.known.shape != rows.received_ns.shape:
            raise Broken("an event is missing")
        if (placing.sent_ns > rows.received_ns).any():
            raise Broken("an event is moved beyond its arrival")
        if (placing.sent_ns != rows.received_ns)[~placing.known].any():
            raise Broken("an event moved of which nothing is known")
        for sender in np.unique(rows.senders) if placing.by == "ableton" else ():
            if (np.diff(placing.sent_ns[rows.senders == sender]) < 0).any() and not (rows.timetags > 1).any():
                raise Broken("events changed places")


TARGET = Target(RULE, one_input, seeds, max_bytes=ROW.size * 300)
