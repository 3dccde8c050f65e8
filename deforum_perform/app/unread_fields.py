"""Schedules that no lane plays: a render reads them all, and stops at one that it cannot read.

``DeformAnimKeys`` and ``LooperAnimKeys`` of both forks parse every schedule before the first frame, whatever the mode
and the gates are; those of ControlNet where a unit is enabled (``render.py``, ``deforum_controlnet.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..core.checks import Problem, schedule_problem
from ..core.deforum_reader import parse_names, parse_schedule
from ..core.errors import ScheduleTextError
from ..core.fields import FIELDS, Field
from ..core.known_names import unknown_name
from .crossing import Render

MOST = 5
KEPT = 128
"""How many texts need not be read again at the next Check."""


def unread_problems(render: Render) -> Iterator[Problem]:
    """What stops the render in the fields that are not played, the first few and how many more.

    A Parseq manifest has schedules of its own.
    """
    if render.tab.parseq or render.tab.reader_fault is not None:
        return
    found = [(name, problem) for name in render.tab.texts for problem in [_problem(name, render)] if problem]
    yield from (problem for _, problem in found[:MOST])
    if len(found) > MOST:
        names = ", ".join(name for name, _ in found[MOST:])
        yield schedule_problem(f"{len(found) - MOST} more fields", f"they are {names}.")


def _problem(name: str, render: Render) -> Problem | None:
    row, tab = FIELDS.get(name), render.tab
    absent = row is not None and tab.fields is not None and name not in tab.fields
    if name in render.played or name == "prompts" or absent:
        return None
    of_names = row is not None and not row.is_number
    names, fault = _read(tab.texts[name], render.reading.max_frames(render.frames), render.reading.seed, of_names)
    if fault is not None:
        title = name if row is None else row.title
        return schedule_problem(title, fault, " with ControlNet" if name.startswith("cn_") else "")
    return None if row is None else _unknown(row, names, render)


@lru_cache(maxsize=KEPT)
def _read(text: str, frames: int, seed: int, of_names: bool) -> tuple[tuple[str, ...], str | None]:
    """The names in a schedule, each once, and why Deforum cannot read it, or None."""
    try:
        if of_names:
            return tuple(dict.fromkeys(parse_names(text, frames, seed))), None
        parse_schedule(text, frames, seed)
    except ScheduleTextError as error:
        return (), str(error)
    return (), None


def _unknown(row: Field, names: tuple[str, ...], render: Render) -> Problem | None:
    """A name at which the render stops where the field's gate is set; of a checkpoint a part of its name will do."""
    if row.names_files or row.gate is None or row.gate.name not in render.tab.gates:
        return None
    known = render.tab.choices.get(row.name)
    for name in names:
        reason = unknown_name(row.name, name, known)
        if reason is not None:
            where = f"Correct it in Deforum's schedule of {row.title}, or play it."
            return Problem("unknown_name", f"In Deforum's schedule of {row.title}: {reason}", where)
    return None
