"""From one seed to the next by the subseed: the noise fades over instead of jumping.

The WebUI mixes the noise of ``seed`` with that of ``subseed`` by ``subseed_strength`` (0: seed alone, 1: subseed
alone). A glide keeps the old seed, sets the new one as subseed and raises the strength; at its end the new value
becomes the seed.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..deforum.schedule import Schedule, make_schedule
from ..song.lane import Lane
from .frames import spread

SUBSEED, STRENGTH = "subseed_schedule", "subseed_strength_schedule"
STRENGTH_ERROR = 0.002

Array = NDArray[np.float64]


def glides(lane: Lane) -> bool:
    """Whether the lane fades from one seed to the next."""
    return lane.field == "seed_schedule" and lane.selection.fade_s > 0 and (lane.chooses or lane.counts)


def glided(seeds: Array, steps: int) -> tuple[Array, Array, Array]:
    """Seed, subseed and strength, (N,) each, for the wanted ``seeds`` (N,) with glides of ``steps`` frames.

    A glide that the next change would cut off is made shorter, so that every seed is reached.
    """
    seed, subseed, strength = seeds.copy(), seeds.copy(), np.zeros(seeds.size)
    edges = [*(np.flatnonzero(np.diff(seeds)) + 1).tolist(), seeds.size]
    for start, following in pairwise(edges):
        end = min(start + steps, following)
        seed[start:end] = seeds[start - 1]
        strength[start:end] = np.arange(end - start) / (end - start)
    return seed, subseed, strength


def glide_schedules(values: Array, lane: Lane, fps: float, cadence: int) -> tuple[Schedule, dict[str, str]]:
    """The seed lane's schedule, and field -> text of the two that produce the fade.

    ``values`` (N,): per-frame seeds, or indexes into the lane's choices, held over each cadence step.
    """
    numbers = values
    if lane.chooses:
        numbers = np.array([float(choice) for choice in lane.selection.choices])[values.astype(np.int64)]
    steps = max(1, round(lane.selection.fade_s * fps / cadence))
    columns = [spread(column, cadence, values.size) for column in glided(numbers[::cadence], steps)]
    seed = make_schedule(columns[0], 0.0, kind="int", cadence=cadence)
    subseed = make_schedule(columns[1], 0.0, kind="int", cadence=cadence)
    strength = make_schedule(columns[2], STRENGTH_ERROR, cadence=cadence, limits=(0.0, 1.0))
    return seed, {SUBSEED: subseed.text, STRENGTH: strength.text}
