"""Ableton Live as seen from outside: what AbletonOSC sends, and what happens to it while Live is held up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deforum_perform.osc.timing.ableton import SongTimes

SECOND = 1_000_000_000
START_NS = 1_000 * SECOND


@dataclass(frozen=True)
class Played:
    """Events of one Live in order: when they were meant and arrived (N,), and which of them are song times.

    ``beats`` (M,) and ``tempo_bpm`` (M,) belong to the song times.
    """

    meant_ns: np.ndarray
    received_ns: np.ndarray
    is_song_time: np.ndarray
    beats: np.ndarray
    tempo_bpm: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Where the song times are among the events."""
        return np.flatnonzero(self.is_song_time)

    def song(self, run: np.ndarray | None = None) -> SongTimes:
        """The song times as the listener has them."""
        runs = np.zeros(len(self.beats), np.int64) if run is None else run
        return SongTimes(self.received_ns[self.is_song_time], self.beats, self.tempo_bpm, runs)


def held_up(meant_ns: np.ndarray, stalls: list[tuple[float, float]], between_ns: int = 20_000) -> np.ndarray:
    """When events (N,) arrive that are sent at ``meant_ns``: those inside a stall (start, length in s) come at its end,
    one after the other."""
    arrived = meant_ns.copy()
    for start_s, length_s in stalls:
        start, end = START_NS + round(start_s * SECOND), START_NS + round((start_s + length_s) * SECOND)
        caught = np.flatnonzero((arrived >= start) & (arrived < end))
        arrived[caught] = end + between_ns * np.arange(len(caught))
    return np.maximum.accumulate(arrived)


def played(
    seconds: float,
    stalls: list[tuple[float, float]],
    tempo_bpm: float = 120.0,
    tick_s: float = 0.05,
    jitter_s: float = 0.0,
    card: float = 0.0,
    seed: int = 0,
) -> Played:
    """``seconds`` of a song with a knob at 60 Hz; Live says its song time every ``tick_s``.

    ``jitter_s``: by how much Live's timer is late, at most; ``card``: how much faster than the clock the sound card
    runs.
    """
    rng = np.random.default_rng(seed)
    ticks_s = np.arange(0, seconds, tick_s)
    ticks_s = ticks_s + rng.uniform(0, jitter_s, len(ticks_s)) if jitter_s else ticks_s
    knob_s = np.arange(0.001, seconds, 1 / 60)
    times_s = np.concatenate((ticks_s, knob_s))
    order = np.argsort(times_s, kind="stable")
    meant_ns = START_NS + np.rint(times_s[order] * SECOND).astype(np.int64)
    is_song_time = np.concatenate((np.ones(len(ticks_s), bool), np.zeros(len(knob_s), bool)))[order]
    beats = times_s[order][is_song_time] * (1 + card) * tempo_bpm / 60
    beats = beats.astype(np.float32).astype(np.float64)
    arrived = held_up(meant_ns, stalls)
    return Played(meant_ns, arrived, is_song_time, beats, np.full(len(beats), tempo_bpm))
