"""Schedules that no lane plays: a render reads all of them, and stops at one that it cannot read.

``DeformAnimKeys`` and ``LooperAnimKeys`` of both forks parse every schedule before the first frame, whatever the mode
and the gates are; those of ControlNet if a unit is enabled (``render.py``, ``deforum_controlnet.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from ...core.checks import Problem, idle_problem, schedule_problem
from ...core.deforum.fields import FIELDS, Field
from ...core.deforum.known_names import replaced_name, unknown_name
from ...core.deforum.reader import parse_names, parse_schedule
from ...core.errors import ScheduleTextError
from .crossing import Render

MOST = 5
KEPT = 128
"""How many texts are cached for the next Check."""


def unread_problems(render: Render) -> Iterator[Problem]:
    """What stops the render in the fields that are not played, the first few and how many more.

    A Parseq manifest has schedules of its own.
    """
    if render.tab.parseq or render.tab.reader_problem is not None:
        return
    found = [(name, problem) for name in render.tab.texts for problem in [_problem(name, render)] if problem]
    yield from (problem for _, problem in found[:MOST])
    if len(found) > MOST:
        names = ", ".join(name for name, _ in found[MOST:])
        yield schedule_problem(f"{len(found) - MOST} more fields", f"they are {names}.")


def box_problems(render: Render) -> Iterator[Problem]:
    """A sampler or scheduler for all frames that the host does not have."""
    tab = render.tab
    for box, value in (("sampler", tab.sampler), ("scheduler", tab.scheduler)):
        row = FIELDS[f"{box}_schedule"]
        absent = tab.fields is not None and row.name not in tab.fields
        scheduled = row.name in render.played or (row.gate is not None and row.gate.name in tab.gates)
        if value is None or absent or scheduled:
            continue
        reason = replaced_name(row.name, value, tab.choices.get(row.name))
        if reason is not None:
            remedy = f"Correct {box} in Deforum's tab or in the settings file, or play it with a lane."
            yield Problem("unknown_name", f"Deforum's {box} is {reason}", remedy)


def _problem(name: str, render: Render) -> Problem | None:
    row, tab = FIELDS.get(name), render.tab
    absent = row is not None and tab.fields is not None and name not in tab.fields
    if name in render.played or name == "prompts" or absent:
        return None
    asked = tab.texts[name], render.reading.max_frames(render.frames), render.reading.seed
    try:
        if row is not None and not row.is_number:
            names = _names(*asked)
            return _unknown(row, names, render) if _acts(row, render) else None
        frames = _endless_frames(*asked)
    except ScheduleTextError as error:
        title = name if row is None else row.title
        return schedule_problem(title, str(error), " with ControlNet" if name.startswith("cn_") else "")
    return _endless(row, frames, render) if row is not None and _acts(row, render) else None


def _acts(row: Field, render: Render) -> bool:
    gated = row.gate is None or row.gate.name in render.tab.gates
    return gated and idle_problem(row, render.tab, render.reading) is None


@lru_cache(maxsize=KEPT)
def _names(text: str, frames: int, seed: int) -> tuple[str, ...]:
    """The names in a schedule, each once; ScheduleTextError says why Deforum cannot read it."""
    return tuple(dict.fromkeys(parse_names(text, frames, seed)))


@lru_cache(maxsize=KEPT)
def _endless_frames(text: str, frames: int, seed: int) -> frozenset[int]:
    """The frames at which a schedule has no finite number; ScheduleTextError says why Deforum cannot read it."""
    return frozenset(np.flatnonzero(~np.isfinite(parse_schedule(text, frames, seed))).tolist())


def _endless(row: Field, frames: frozenset[int], render: Render) -> Problem | None:
    read = set(render.reading.places(row, render.frames).tolist()) & frames if frames else set()
    if not read:
        return None
    where = f"{row.title} is not a finite number at frame {min(read):,} in Deforum's schedule"
    return Problem(
        "unreadable",
        f"{where}: a render stops there or shows nothing.",
        f"Correct {row.title} in Deforum's tab or in the settings file, or play it with a lane.",
        frame=min(read),
    )


def _unknown(row: Field, names: tuple[str, ...], render: Render) -> Problem | None:
    """A name at which the render stops; for a checkpoint a part of its name is sufficient."""
    if row.names_files:
        return None
    known = render.tab.choices.get(row.name)
    for name in names:
        reason = unknown_name(row.name, name, known)
        if reason is not None:
            where = f"Correct it in Deforum's schedule of {row.title}, or play it with a lane."
            return Problem("unknown_name", f"In Deforum's schedule of {row.title}: {reason}", where)
    return None
