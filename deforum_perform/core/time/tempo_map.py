"""Tempo maps: from beats to seconds and back, with a tempo that holds from one change to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..records import Record

MIN_BPM, MAX_BPM = 10.0, 999.0

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tempo(Record):
    """From ``beat`` on (a beat of the song, from 0) there are ``bpm`` beats per minute."""

    beat: float
    bpm: float


@dataclass(frozen=True)
class TempoMap(Record):
    """The tempos of a song in order of beats; the first begins at beat 0, which is at 0 s."""

    changes: tuple[Tempo, ...]

    @property
    def bpm(self) -> float:
        """The tempo at the beginning."""
        return self.changes[0].bpm


def constant_tempo(bpm: float) -> TempoMap:
    """One tempo for the whole song."""
    return TempoMap((Tempo(0.0, bpm),))


def beginning_at(tempos: TempoMap | None, bpm: float) -> TempoMap:
    """The tempo map with another tempo at its beginning, or with only that one."""
    later = () if tempos is None else tempos.changes[1:]
    return TempoMap((Tempo(0.0, bpm), *later))


def tempo_map(changes: Iterable[Tempo]) -> TempoMap:
    """The tempo map of ``changes``; InputError if it is invalid."""
    tempos = checked_tempos(TempoMap(tuple(changes)))
    for tempo in tempos.changes:
        if not MIN_BPM <= tempo.bpm <= MAX_BPM:
            raise InputError(f"A tempo is from {MIN_BPM:g} to {MAX_BPM:g} beats a minute, not {tempo.bpm:g}.")
    return tempos


def checked_tempos(tempos: TempoMap) -> TempoMap:
    """The tempo map with valid tempos; InputError says what is wrong with it."""
    beats = [tempo.beat for tempo in tempos.changes]
    if not beats or beats[0] != 0:
        raise InputError("A tempo map begins at beat 0.")
    if any(later <= earlier for earlier, later in pairwise(beats)):
        raise InputError("The changes of a tempo map have to be in order of beats.")
    if any(tempo.bpm <= 0 for tempo in tempos.changes):
        raise InputError("A tempo has to be above 0 beats a minute.")
    return tempos


def seconds_at(tempos: TempoMap, beats: ArrayLike) -> Array:
    """The time (s) of each of ``beats`` (any shape); beats before 0 are counted in the first tempo."""
    wanted = np.asarray(beats, dtype=np.float64)
    starts, times_s, bpm = _columns(tempos)
    place = np.maximum(np.searchsorted(starts, wanted, side="right") - 1, 0)
    return times_s[place] + (wanted - starts[place]) * 60.0 / bpm[place]


def beats_at(tempos: TempoMap, times_s: ArrayLike) -> Array:
    """The beat at each of ``times_s`` (any shape, s); times before 0 are counted in the first tempo."""
    wanted = np.asarray(times_s, dtype=np.float64)
    starts, begins_s, bpm = _columns(tempos)
    place = np.maximum(np.searchsorted(begins_s, wanted, side="right") - 1, 0)
    return starts[place] + (wanted - begins_s[place]) * bpm[place] / 60.0


def _columns(tempos: TempoMap) -> tuple[Array, Array, Array]:
    """The beat, the time (s) and the tempo of each change, (C,) each."""
    beats = np.array([tempo.beat for tempo in tempos.changes])
    bpm = np.array([tempo.bpm for tempo in tempos.changes])
    times_s = np.concatenate(([0.0], np.cumsum(np.diff(beats) * 60.0 / bpm[:-1])))
    return beats, times_s, bpm
