"""How late Ableton Live was, from the song time that AbletonOSC sends.

AbletonOSC (as of November 2025) sends ``current_song_time`` in beats, ``tempo`` and ``is_playing`` from inside Live's
own callbacks, the moment Live tells it of a change, together with everything else it listens to and from one socket.
While Live is held up, by one of its menus or by loading, it sends nothing, and what it then sends comes at once. Its
audio goes on meanwhile. So between two song times that came in time, each song time says when it should have come:
song time and the clock run alike, but for a fixed distance. What comes late in between was held up by as much as the
song times around it.

A song time is late only if one before it and one soon after it were not: a pause, a jump, a tempo that nobody told, a
sound card that runs slow, or a Live that drops what it was held up with, all move nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SONG_TIME = "/live/song/get/current_song_time"
TEMPO = "/live/song/get/tempo"
PLAYING = "/live/song/get/is_playing"
BEAT = "/live/song/get/beat"
CLOCKS = frozenset({SONG_TIME, BEAT, PLAYING})
"""Where Live is in the song: these move by themselves, and never by hand."""

FEWEST_SONG_TIMES = 16
SHORTEST_LATE_NS = 30_000_000
"""Less than this is how Live's own timer wanders."""

CATCHES_UP_NS = 2_000_000_000
"""Song time that is late has caught up this long afterwards, or it was no delay."""

SKIP_STEPS = 4.0
"""A step forward of more than so many usual ones, in less time than that, is a jump in the song."""

Nanoseconds = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SongTimes:
    """What one Live said of its song time, in order of arrival: three columns of one length.

    ``received_ns`` (M,) int64, never falling; ``beats`` (M,); ``tempo_bpm`` (M,), above 0; ``run`` (M,): another number
    wherever playing was stopped or started in between.
    """

    received_ns: Nanoseconds
    beats: Floats
    tempo_bpm: Floats
    run: npt.NDArray[np.int64]


def lateness_ns(song: SongTimes) -> Nanoseconds:
    """How much later than it should each song time came (M,), 0 or at least 30 ms."""
    if len(song.beats) < FEWEST_SONG_TIMES:
        return np.zeros(len(song.beats), np.int64)
    waited = np.diff(song.received_ns).astype(np.float64)
    steps = np.diff(song.beats) * 60e9 / song.tempo_bpm[1:]
    forward = steps[steps > 0]
    usual = float(np.median(forward)) if len(forward) else 0.0
    skips = steps > waited + SKIP_STEPS * usual
    # A loop of the arrangement leads back: in its place stands a usual step.
    steps = np.where(steps < 0, usual, steps)
    behind = np.concatenate(([0.0], np.cumsum(waited - steps)))
    starts = np.flatnonzero(np.concatenate(([True], skips | (np.diff(song.run) != 0))))
    late = np.empty(len(behind))
    for first, end in zip(starts, [*starts[1:], len(behind)], strict=True):
        late[first:end] = _late(song.received_ns[first:end], behind[first:end])
    return np.where(late >= SHORTEST_LATE_NS, np.rint(late), 0).astype(np.int64)


def _late(received_ns: Nanoseconds, behind: Floats) -> Floats:
    """``behind`` (M,) above what it was at best before, and above what it becomes soon."""
    before = np.minimum.accumulate(behind)
    soon = _least_to(behind, np.searchsorted(received_ns - CATCHES_UP_NS, received_ns, side="right"))
    return behind - np.maximum(before, soon)


def _least_to(values: Floats, ends: npt.NDArray[np.intp]) -> Floats:
    """The least of ``values[i:ends[i]]`` for each i (M,), with ends above i.

    From the least of each 1, 2, 4, ... neighbours: two such stretches cover any other.
    """
    lengths = ends - np.arange(len(values))
    level = np.log2(lengths).astype(np.int64)
    level -= (1 << level) > lengths
    found, least = np.empty(len(values)), values
    for power in range(int(level.max()) + 1):
        mine = np.flatnonzero(level == power)
        found[mine] = np.minimum(least[mine], least[ends[mine] - (1 << power)])
        least = np.minimum(least[: -(1 << power)], least[1 << power :]) if len(least) > 1 << power else least
    return found


def put_back(received_ns: Nanoseconds, song: SongTimes, rows: npt.NDArray[np.int64]) -> Nanoseconds:
    """When the events of one Live should have come (N,), ``received_ns`` (N,) never falling.

    ``rows`` (M,): where the song times stand among the events. No event is moved beyond its arrival, and their order
    stays.
    """
    late = lateness_ns(song)
    if not late.any():
        return received_ns
    # Song times as knots: between two of them the time of arrival is squeezed or stretched evenly.
    knots = np.maximum.accumulate(song.received_ns - late)
    place = np.searchsorted(rows, np.arange(len(received_ns)), side="right") - 1
    here, after = np.clip(place, 0, None), np.clip(place + 1, None, len(rows) - 1)
    width = (song.received_ns[after] - song.received_ns[here]).astype(np.float64)
    since = (received_ns - song.received_ns[here]).astype(np.float64)
    share = np.divide(since, width, out=np.zeros(len(since)), where=width > 0)
    moved = knots[here] + np.rint(share * (knots[after] - knots[here])).astype(np.int64)
    # The first song time and the last one are never late, nor is what came before and after them.
    moved = np.where((place >= 0) & (place < len(rows) - 1), moved, received_ns)
    return np.maximum.accumulate(np.minimum(moved, received_ns))
