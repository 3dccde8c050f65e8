"""How late Ableton Live was, measured by the song time that AbletonOSC sends.

AbletonOSC (as of November 2025) sends ``current_song_time`` in beats, ``tempo`` and ``is_playing`` from inside Live's
own callbacks, at the moment of a change, together with everything else it listens to and from one socket. While Live is
blocked, by one of its menus or by loading, it sends nothing, and afterwards everything at once. Its audio continues
meanwhile. Between two song times that arrived on time, each song time therefore shows when it should have arrived: song
time and the clock advance alike, except for a constant difference. What arrives late in between was delayed by as much
as the song times around it.

A song time counts as late only if one before it and one soon after it were not: a pause, a jump, an unreported tempo, a
sound card that runs slow, or a Live that drops what it delayed, all move nothing.
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
"""Live's position in the song: these sources move by themselves, and never by a control."""

FEWEST_SONG_TIMES = 16
SHORTEST_LATE_NS = 30_000_000
"""Less than this is the jitter of Live's own timer."""

CATCHES_UP_NS = 2_000_000_000
"""A late song time has caught up within this time, or it was not a delay."""

SKIP_STEPS = 4.0
"""A step forward of more than this many usual ones, in less time than that, is a jump in the song."""

Nanoseconds = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SongTimes:
    """The song time reports of one Live, in order of arrival: three columns of one length.

    ``received_ns`` (M,) int64, non-decreasing; ``beats`` (M,); ``tempo_bpm`` (M,), above 0; ``run`` (M,): another
    number wherever playing was stopped or started in between.
    """

    received_ns: Nanoseconds
    beats: Floats
    tempo_bpm: Floats
    run: npt.NDArray[np.int64]


def lateness_ns(song: SongTimes) -> Nanoseconds:
    """How late each song time was (M,), 0 or at least 30 ms."""
    if len(song.beats) < FEWEST_SONG_TIMES:
        return np.zeros(len(song.beats), np.int64)
    waited = np.diff(song.received_ns).astype(np.float64)
    steps = np.diff(song.beats) * 60e9 / song.tempo_bpm[1:]
    forward = steps[steps > 0]
    usual = float(np.median(forward)) if len(forward) else 0.0
    skips = steps > waited + SKIP_STEPS * usual
    # A loop of the arrangement jumps back: a usual step replaces it.
    steps = np.where(steps < 0, usual, steps)
    behind = np.concatenate(([0.0], np.cumsum(waited - steps)))
    starts = np.flatnonzero(np.concatenate(([True], skips | (np.diff(song.run) != 0))))
    late = np.empty(len(behind))
    for first, end in zip(starts, [*starts[1:], len(behind)], strict=True):
        late[first:end] = _late(song.received_ns[first:end], behind[first:end])
    return np.where(late >= SHORTEST_LATE_NS, np.rint(late), 0).astype(np.int64)


def _late(received_ns: Nanoseconds, behind: Floats) -> Floats:
    """``behind`` (M,) above its best value before, and above its best value soon after."""
    before = np.minimum.accumulate(behind)
    soon = _least_to(behind, np.searchsorted(received_ns - CATCHES_UP_NS, received_ns, side="right"))
    return behind - np.maximum(before, soon)


def _least_to(values: Floats, ends: npt.NDArray[np.intp]) -> Floats:
    """The minimum of ``values[i:ends[i]]`` for each i (M,), with ends above i.

    From the minimum of each 1, 2, 4, ... neighbours: two such stretches span any other.
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
    """When the events of one Live should have arrived (N,), ``received_ns`` (N,) non-decreasing.

    ``rows`` (M,): the rows of the song times among the events. No event is moved beyond its arrival, and their order
    stays.
    """
    late = lateness_ns(song)
    if not late.any():
        return received_ns
    # Song times as knots: between two of them, the arrival times are compressed or stretched evenly.
    knots = np.maximum.accumulate(song.received_ns - late)
    place = np.searchsorted(rows, np.arange(len(received_ns)), side="right") - 1
    here, after = np.clip(place, 0, None), np.clip(place + 1, None, len(rows) - 1)
    width = (song.received_ns[after] - song.received_ns[here]).astype(np.float64)
    since = (received_ns - song.received_ns[here]).astype(np.float64)
    share = np.divide(since, width, out=np.zeros(len(since)), where=width > 0)
    moved = knots[here] + np.rint(share * (knots[after] - knots[here])).astype(np.int64)
    # The first and the last song time never count as late, nor do the events before and after them.
    moved = np.where((place >= 0) & (place < len(rows) - 1), moved, received_ns)
    return np.maximum.accumulate(np.minimum(moved, received_ns))
