"""The check before Apply: every text is read back, by Deforum itself if it is loaded, and the largest error is
reported."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import DeforumTab, Problem, distribution_problems, lane_problems, tab_problems
from ...core.deforum.motion import drift_between, moves
from ...core.deforum.reader import parse_schedule
from ...core.deforum.reading import Reading
from ...core.song.lane import Lane
from ...core.song.song import Song
from ...core.units import MAX_FRAMES
from ..host import Host
from .crossing import Render, gates_of, render_problems, unit_problems
from .prompt_box import prompt_problems
from .schedules import LaneSchedule
from .unread_fields import box_problems, unread_problems


@dataclass(frozen=True, eq=False)
class LaneCheck:
    """The check of one lane; the error is in the field's unit, at the frames that Deforum reads.

    ``extras``: field -> text of other fields that the lane writes as well. ``largest_drift``: for a motion, the largest
    sum of the errors, and ``drift``, its bound; None for other fields, and for a lane without a bound.
    """

    lane: Lane
    text: str
    keys: int
    largest_error: float
    error_frame: int | None
    checked_by: str
    problems: tuple[Problem, ...]
    extras: Mapping[str, str]
    largest_drift: float | None
    drift: float | None

    @property
    def blocked(self) -> bool:
        """Whether this lane cannot be filled."""
        return any(problem.blocks for problem in self.problems)

    @property
    def idle(self) -> bool:
        """Whether the lane would have no effect in the render."""
        return any(problem.idle for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """The data for the page."""
        return {
            "id": self.lane.id,
            "field": self.lane.field,
            "label": self.lane.row.title,
            "keys": self.keys,
            "characters": len(self.text),
            "largest_error": self.largest_error,
            "error_frame": self.error_frame,
            "tolerance": self.lane.error_limit,
            "largest_drift": self.largest_drift,
            "drift": self.drift,
            "blocked": self.blocked,
            "idle": self.idle,
            "problems": [problem.to_dict() for problem in self.problems],
        }


@dataclass(frozen=True, eq=False)
class SongCheck:
    """What Apply would write, and the problems to report before; ``id`` is unique."""

    song: Song
    reading: Reading
    tab: DeforumTab
    lanes: tuple[LaneCheck, ...]
    problems: tuple[Problem, ...]
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def max_frames(self) -> int:
        """Max frames for Deforum, so that no frame of the song is lost."""
        return self.reading.max_frames(self.song.frames)

    @property
    def fillable(self) -> tuple[LaneCheck, ...]:
        """The lanes that can be filled."""
        return tuple(lane for lane in self.lanes if not lane.blocked)

    @property
    def acting(self) -> tuple[LaneCheck, ...]:
        """Those of them that have an effect in the render."""
        idle = any(problem.idle for problem in self.problems)
        return () if idle else tuple(lane for lane in self.fillable if not lane.idle)

    @property
    def can_apply(self) -> bool:
        """Whether anything can be written, and nothing forbids it."""
        return bool(self.fillable) and not any(problem.blocks for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """The data for the page."""
        return {
            "check": self.id,
            "frames": self.song.frames,
            "max_frames": self.max_frames,
            "fps": self.song.fps,
            "cadence": self.reading.cadence,
            "checked_by": "deforum" if any(lane.checked_by == "deforum" for lane in self.lanes) else "perform",
            "lanes": [lane.to_dict() for lane in self.lanes],
            "problems": [problem.to_dict() for problem in self.problems],
            "acting": len(self.acting),
            "can_apply": self.can_apply,
        }


def check_song(
    song: Song, reading: Reading, lanes: Iterable[tuple[Lane, LaneSchedule]], tab: DeforumTab, host: Host
) -> SongCheck:
    """The check of ``lanes`` with their final schedules."""
    rows = [_lane_check(song, reading, lane, known, tab, host) for lane, known in lanes]
    played = {row.lane.field: row.text for row in rows if not row.blocked}
    render = Render(played, tab, reading, song.frames)
    crossing = dict(unit_problems(render))
    for i, row in enumerate(rows):
        if row.lane.field in crossing and not row.blocked:
            rows[i] = replace(row, problems=(*row.problems, crossing[row.lane.field]))
    problems = list(tab_problems(tab, {*played, *gates_of(played)}))
    problems += distribution_problems(tab, reading, song.frames, [row.lane for row in rows])
    prompting = [(row.lane, row.text) for row in rows if row.lane.row.kind == "prompt" and not row.blocked]
    problems += [*render_problems(render), *box_problems(render), *unread_problems(render)]
    problems += prompt_problems(song, prompting, tab, reading)
    problems += _song_problems(song, tab, rows)
    return SongCheck(song, reading, tab, tuple(rows), tuple(problems))


def _song_problems(song: Song, tab: DeforumTab, rows: Sequence[LaneCheck]) -> Iterator[Problem]:
    if not rows:
        yield Problem("no_lanes", "No lane is chosen.", "Add a lane, record it, and choose it for Apply.", blocks=True)
    if tab.cadence is not None and song.cadence is not None and tab.cadence != song.cadence:
        yield Problem(
            "cadence",
            f"The song has cadence {song.cadence}, but Deforum's tab has {tab.cadence}.",
            "Set the song's cadence to follow Deforum, or set Deforum's cadence.",
        )
    if song.seconds * song.fps > MAX_FRAMES:
        end = f"Only the first {MAX_FRAMES:,} frames of the song are written; the song is longer."
        yield Problem("too_long", end, "Lower the frame rate, or set a length.")
    for title in _fields_twice(rows):
        yield Problem("two_lanes", f"Two lanes play {title}; the lower one wins.", "Mute one of them.")


def _fields_twice(rows: Iterable[LaneCheck]) -> list[str]:
    titles = [row.lane.row.title for row in rows]
    return sorted({title for title in titles if titles.count(title) > 1})


def _lane_check(
    song: Song, reading: Reading, lane: Lane, known: LaneSchedule, tab: DeforumTab, host: Host
) -> LaneCheck:
    from ...core.curve.lane_schedule import step_drift

    schedule, problems = known.schedule, list(known.problems)
    error, error_frame, checked_by = schedule.largest_error, schedule.error_frame, "perform"
    written: NDArray[np.float64] | None = None
    # names are checked when their schedule is made; Deforum's interpolater reads numbers
    asked = lane.row.is_number and tab.reader_problem is None
    read = host.interpolate(schedule.text, reading.max_frames(song.frames)) if asked else None
    if read is not None:
        checked_by = "deforum"
        if read.values is None:
            message = f"Deforum cannot read this schedule: {read.problem}."
            problems.append(Problem("refused", message, "Please report this.", blocks=True))
        else:
            written = np.asarray(read.values, np.float64)
            error, error_frame = _largest_error(written, known, reading, lane)
    problems += lane_problems(lane, tab, song.plays(lane.id), reading)
    return LaneCheck(
        lane,
        schedule.text,
        len(schedule.key_frames),
        error,
        error_frame,
        checked_by,
        tuple(problems),
        known.extras,
        _largest_drift(written, known, lane),
        step_drift(schedule.values, lane, song.fps) if lane.row.is_number else None,
    )


def _largest_drift(written: NDArray[np.float64] | None, known: LaneSchedule, lane: Lane) -> float | None:
    """How far the errors of a motion add up in what Deforum read, or Perform."""
    if not moves(lane.row) or lane.chooses:
        return None
    schedule = known.schedule
    size = schedule.values.size
    read = parse_schedule(schedule.text, size) if written is None else written[:size]
    return drift_between(read, schedule.values, lane.row)


def _largest_error(
    read: NDArray[np.float64], known: LaneSchedule, reading: Reading, lane: Lane
) -> tuple[float, int | None]:
    """The largest difference between what Deforum ``read`` and the wanted values, at the frames that a render reads,
    and its frame."""
    values = known.schedule.values
    starts, places = reading.starts(lane.row, values.size), reading.places(lane.row, values.size)
    errors = np.abs(read[places] - values[starts])
    worst = int(errors.argmax())
    return float(errors[worst]), int(starts[worst]) if errors[worst] > 0 else None
