"""Problems of several schedules in combination: the render stops, or no two renders are alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.checks import DeforumTab, Problem, even_problem, guidance_problem, seed_problem
from ...core.deforum.fields import CONTROLNET_UNITS, FIELDS, Field
from ...core.deforum.reading import Reading
from ...core.deforum.schedule import parse_schedule
from ...core.errors import ScheduleTextError

Array = NDArray[np.float64]

SCHEDULED_SEEDS = frozenset({"seed_behavior", "use_looper"})
"""The gates with which Deforum takes its seeds from the schedule; guided images set that themselves."""


@dataclass(frozen=True)
class Render:
    """All schedules of the render: ``played`` (field -> text), otherwise those in the ``tab``, otherwise Deforum's
    defaults.

    ``frames``: the number of frames of the song.
    """

    played: Mapping[str, str]
    tab: DeforumTab
    reading: Reading
    frames: int

    def read(self, row: Field) -> Array | None:
        """(K,) the field's values at the frames that are read; None for a text that Deforum cannot read."""
        text = self.played.get(row.name) or self.tab.texts.get(row.name) or row.default
        most = max(self.reading.max_frames(self.frames), self.frames)
        try:
            return parse_schedule(text, most, self.reading.seed)[self.reading.places(row, self.frames)]
        except ScheduleTextError:
            return None

    def picture(self, row: Field, index: int) -> int:
        """The picture of the film for which value ``index`` is read."""
        return int(self.reading.starts(row, self.frames)[index])


def unit_problems(render: Render) -> Iterator[tuple[str, Problem]]:
    """(field, problem) of each played ControlNet field whose unit would begin after it ends, which ControlNet
    refuses."""
    for unit in range(1, CONTROLNET_UNITS + 1):
        played = [name for name in _guidance(unit) if name in render.played]
        problem = _begins_late(unit, render) if played else None
        yield from ((name, problem) for name in played if problem is not None)


def typed_unit_problems(render: Render) -> Iterator[Problem]:
    """The same for enabled units of which neither end is played."""
    for unit in range(1, CONTROLNET_UNITS + 1):
        if f"cn_{unit}_enabled" in render.tab.gates and not set(_guidance(unit)) & set(render.played):
            problem = _begins_late(unit, render)
            if problem is not None:
                yield replace(problem, blocks=False, remedy="Correct its starting or ending step in Deforum's tab.")


def _guidance(unit: int) -> tuple[str, str]:
    return f"cn_{unit}_guidance_start", f"cn_{unit}_guidance_end"


def _begins_late(unit: int, render: Render) -> Problem | None:
    start, end = (FIELDS[name] for name in _guidance(unit))
    first, last = render.read(start), render.read(end)
    if first is None or last is None or not (first > last).any():
        return None
    at = int(np.argmax(first > last))
    return guidance_problem(unit, float(first[at]), float(last[at]), render.picture(start, at))


def gates_of(played: Iterable[str]) -> set[str]:
    """The gates that are set with the fields."""
    return {gate.name for name in played if (gate := FIELDS[name].gate) is not None}


def render_problems(render: Render) -> Iterator[Problem]:
    """Problems that concern the whole render."""
    noise = render.read(FIELDS["noise_schedule"])
    acts = render.tab.animation_mode is None or FIELDS["noise_schedule"].acts_in(render.tab.animation_mode)
    scheduled = bool(gates_of(render.played) & SCHEDULED_SEEDS) or render.tab.seed_behavior == "schedule"
    if scheduled and acts and noise is not None and noise.max() > 0:
        yield seed_problem()
    yield from typed_unit_problems(render)
    for row in FIELDS.values():
        typed = row.odd and row.name not in render.played and row.name in render.tab.texts
        values = render.read(row) if typed else None
        even = np.zeros(0) if values is None else _even(values)
        if values is not None and even.any():
            at = int(np.argmax(even))
            yield even_problem(row, int(values[at]), render.picture(row, at))


def _even(values: Array) -> NDArray[np.bool_]:
    """Which of the values Deforum converts to an even whole number; a formula may give some that are not finite."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.trunc(values) % 2 == 0)
