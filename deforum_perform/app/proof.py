"""The proof before Apply: every text is read back, by Deforum itself where it is loaded, and the largest error is
named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.checks import DeforumTab, Problem, lane_problems, tab_problems
from ..core.lane import Lane
from ..core.schedule import max_frames_for
from ..core.song import Song
from ..core.units import MAX_FRAMES
from .host import Host
from .schedules import LaneSchedule


@dataclass(frozen=True, eq=False)
class LaneProof:
    """What was found for one lane; the error is in the field's unit, at the frames Deforum reads.

    ``extras``: field -> text of others that the lane writes as well.
    """

    lane: Lane
    text: str
    keys: int
    largest_error: float
    error_frame: int | None
    prover: str
    problems: tuple[Problem, ...]
    extras: Mapping[str, str]

    @property
    def blocked(self) -> bool:
        """Whether this lane cannot be filled."""
        return any(problem.blocks for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """For the page."""
        return {
            "id": self.lane.id,
            "field": self.lane.field,
            "label": self.lane.row.title,
            "keys": self.keys,
            "characters": len(self.text),
            "largest_error": self.largest_error,
            "error_frame": self.error_frame,
            "tolerance": self.lane.error_limit,
            "blocked": self.blocked,
            "problems": [problem.to_dict() for problem in self.problems],
        }


@dataclass(frozen=True, eq=False)
class Proof:
    """What Apply would fill, and what is to be known before."""

    song: Song
    cadence: int
    lanes: tuple[LaneProof, ...]
    problems: tuple[Problem, ...]

    @property
    def max_frames(self) -> int:
        """For Deforum, so that no frame of the song is lost."""
        return max_frames_for(self.song.frames, self.cadence)

    @property
    def fillable(self) -> tuple[LaneProof, ...]:
        """The lanes that can be filled."""
        return tuple(lane for lane in self.lanes if not lane.blocked)

    def to_dict(self) -> dict[str, Any]:
        """For the page."""
        return {
            "frames": self.song.frames,
            "max_frames": self.max_frames,
            "fps": self.song.fps,
            "cadence": self.cadence,
            "prover": "deforum" if any(lane.prover == "deforum" for lane in self.lanes) else "perform",
            "lanes": [lane.to_dict() for lane in self.lanes],
            "problems": [problem.to_dict() for problem in self.problems],
            "can_apply": bool(self.fillable) and not any(problem.blocks for problem in self.problems),
        }


def prove(song: Song, cadence: int, lanes: Iterable[tuple[Lane, LaneSchedule]], tab: DeforumTab, host: Host) -> Proof:
    """The proof for ``lanes`` with their final schedules."""
    max_frames = max_frames_for(song.frames, cadence)
    rows = tuple(_lane_proof(song, cadence, lane, known, tab, host, max_frames) for lane, known in lanes)
    problems = list(tab_problems(tab))
    if not rows:
        problems.append(
            Problem("no_lanes", "No lane is chosen.", "Add a lane, record it, and choose it for Apply.", blocks=True)
        )
    if tab.cadence is not None and song.cadence is not None and tab.cadence != song.cadence:
        problems.append(
            Problem(
                "cadence",
                f"The song was set to cadence {song.cadence}, but Deforum's tab has {tab.cadence}.",
                "Set the song's cadence to follow Deforum, or set Deforum's cadence.",
            )
        )
    if song.seconds * song.fps > MAX_FRAMES:
        end = f"Only the first {MAX_FRAMES:,} frames of the song are written; it goes on after them."
        problems.append(Problem("too_long", end, "Lower the frame rate, or set a length."))
    twice = _fields_twice(rows)
    problems += [
        Problem("two_lanes", f"Two lanes play {title}; the lower one wins.", "Mute one of them.") for title in twice
    ]
    return Proof(song, cadence, rows, tuple(problems))


def _fields_twice(rows: Iterable[LaneProof]) -> list[str]:
    titles = [row.lane.row.title for row in rows]
    return sorted({title for title in titles if titles.count(title) > 1})


def _lane_proof(
    song: Song, cadence: int, lane: Lane, known: LaneSchedule, tab: DeforumTab, host: Host, max_frames: int
) -> LaneProof:
    schedule, problems = known.schedule, list(known.problems)
    error, error_frame, prover = schedule.largest_error, schedule.error_frame, "perform"
    # names are proved when their schedule is made; Deforum's interpolater is asked about numbers
    read = host.interpolate(schedule.text, max_frames) if lane.row.is_number else None
    if read is not None:
        prover = "deforum"
        if read.values is None:
            problems.append(
                Problem(
                    "refused", f"Deforum cannot read this schedule: {read.fault}.", "Please report this.", blocks=True
                )
            )
        else:
            step = cadence if lane.row.reads == "cadence" else 1
            errors = np.abs(np.asarray(read.values, np.float64)[: song.frames] - schedule.values)[::step]
            worst = int(errors.argmax())
            error, error_frame = float(errors[worst]), worst * step if errors[worst] > 0 else None
    problems += lane_problems(lane, tab, bool(song.covers(lane.id)))
    return LaneProof(
        lane, schedule.text, len(schedule.key_frames), error, error_frame, prover, tuple(problems), known.extras
    )
