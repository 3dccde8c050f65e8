"""Every lane's curve and schedule, computed on request and cached until something it depends on changes."""

from __future__ import annotations

import hashlib
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...core.checks import Problem, clipped_problem, still_problem
from ...core.deforum.reading import Reading, as_reading
from ...core.identity import by_identity
from ...core.song.binding import NO_SOURCE
from ...core.song.clip import Clips
from ...core.song.edit import Edits
from ...core.song.lane import Lane
from ...core.song.song import Song
from ...core.song.take import Take
from ...core.song.take_info import TakeInfo
from ..recording.problems import lane_reception_problems
from ..session.takes import Takes

if TYPE_CHECKING:
    from ...core.deforum.schedule import Schedule

KEPT_CURVES = 256


@dataclass(frozen=True, eq=False)
class LaneSchedule:
    """What a lane plays. ``curve_id`` changes with the curve or its keys; ``final``: the keys are the fewest known.

    ``saved_hits``: the frames of hits that only pooling onto the cadence preserves. ``extras``: field -> text of other
    fields that belong to it, such as those of a fading seed.
    """

    curve_id: str
    schedule: Schedule
    problems: tuple[Problem, ...]
    final: bool
    saved_hits: NDArray[np.int64]
    extras: Mapping[str, str]


class Schedules:
    """The schedules of a song's lanes. Thread-safe; each is computed once.

    ``on_final`` is called when the fewest keys of a lane were found after it had been returned with more.
    """

    def __init__(self, takes: Takes, on_final: Callable[[], None] = lambda: None) -> None:
        self._takes, self._on_final = takes, on_final
        self._kept: OrderedDict[str, LaneSchedule] = OrderedDict()
        self._working: dict[tuple[str, bool], threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, song: Song, lane: Lane, reading: Reading | int, final: bool = False) -> LaneSchedule:
        """The lane's schedule for a render with this reading, or at a cadence; ``final`` requests the fewest keys,
        otherwise the fast reduction is sufficient."""
        reading = as_reading(reading)
        key = _key(song, lane, reading)
        with self._lock:
            turn = self._working.setdefault((key, final), threading.Lock())
        with turn:
            known = self._kept.get(key)
            fewer = final and known is not None and not known.final
            if known is None or fewer:
                known = self._work_out(song, lane, reading, final, key)
                self._keep(key, known)
        with self._lock:
            self._working.pop((key, final), None)
        if fewer:
            self._on_final()
        return known

    def _keep(self, key: str, known: LaneSchedule) -> None:
        with self._lock:
            before = self._kept.get(key)
            if before is None or known.final or not before.final:
                self._kept[key] = known
            while len(self._kept) > KEPT_CURVES:
                self._kept.popitem(last=False)

    def known(self, song: Song, lane: Lane, reading: Reading | int) -> LaneSchedule | None:
        """The lane's schedule if it has already been computed. Never waits."""
        return self._kept.get(_key(song, lane, as_reading(reading)))

    def is_final(self, song: Song, lane: Lane, reading: Reading | int) -> bool:
        """Whether the fewest keys are already known."""
        known = self.known(song, lane, reading)
        return known is not None and known.final

    def _work_out(self, song: Song, lane: Lane, reading: Reading, final: bool, key: str) -> LaneSchedule:
        from ...core.curve.curve import Context
        from ...core.curve.lane_schedule import diffused_schedule, lane_schedule
        from ...core.curve.pipeline import played_curve, read_curve
        from ...core.curve.reading_stages import saved_hits
        from ...core.curve.seed_glide import glide_schedules, glides

        takes = self._takes.of(song, lane.id)
        clips, edits = song.clips_of(lane.id), song.edits_of(lane.id)
        context = Context(lane, song.fps, song.frames, reading, clips, edits, takes, song.tempo)
        played = played_curve(context)
        values = read_curve(played, context).values
        curve_id = hashlib.blake2b(f"{key}{final}".encode(), digest_size=8).hexdigest()
        spans, step = reading.spans(lane.row), reading.step(lane.row)
        extras: dict[str, str] = {}
        hits = saved_hits(played, context) if spans is None else np.empty(0, np.int64)
        if glides(lane):
            schedule, extras = glide_schedules(values, lane, song.fps, step)
        elif spans is not None:
            schedule, final = diffused_schedule(values, lane, song.fps, spans), True
        else:
            schedule = lane_schedule(values, lane, song.fps, cadence=step, fast=not final)
        problems = tuple(_curve_problems(song, lane, takes, values))
        return LaneSchedule(curve_id, schedule, problems, final, hits, extras)


def _curve_problems(song: Song, lane: Lane, takes: Mapping[str, Take], values: np.ndarray) -> list[Problem]:
    from ...core.curve.clip_events import raw_signals

    raw = raw_signals(song.clips_of(lane.id), takes)
    clipped = (clipped_problem(lane, binding, signal, song.fps) for binding, signal in raw.items())
    found = [*clipped, still_problem(lane, values)] if raw else []
    return [*(problem for problem in found if problem is not None), *lane_reception_problems(song, lane.id)]


def _key(song: Song, lane: Lane, reading: Reading) -> str:
    """Everything that a schedule depends on. Its parts are cached, because most of them are those of the previous
    song."""
    seed = reading.seed if lane.shaping.under else None
    rest = (song.id, song.tempo, song.fps, song.frames, reading.key(lane.row), seed)
    comp = f"{_clips_key(song.clips_of(lane.id), song.takes)} {_edits_key(song.edits_of(lane.id))}"
    return f"{_lane_key(lane)} {comp} {rest!r}"


@by_identity(KEPT_CURVES)
def _lane_key(lane: Lane) -> str:
    return repr(replace(lane, id="", binding=NO_SOURCE))


@by_identity(KEPT_CURVES)
def _clips_key(clips: Clips, takes: tuple[TakeInfo, ...]) -> str:
    """The clips, and the positions of their takes."""
    maps = {take.id: take.map for take in takes}
    text = repr((clips, [maps.get(clip.take) for clip in clips]))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@by_identity(KEPT_CURVES)
def _edits_key(edits: Edits) -> str:
    return hashlib.blake2b(repr(edits).encode(), digest_size=16).hexdigest()


def curve_bytes(schedule: Schedule) -> bytes:
    """The curve for the page, little endian: uint32 N, uint32 K, float32[N] values, uint32[K] frames, float32[K]
    values."""
    return b"".join(
        (
            struct.pack("<II", len(schedule.values), len(schedule.key_frames)),
            schedule.values.astype("<f4").tobytes(),
            schedule.key_frames.astype("<u4").tobytes(),
            schedule.key_values.astype("<f4").tobytes(),
        )
    )
