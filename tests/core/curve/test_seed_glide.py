"""Seeds that glide over by the subseed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deforum_perform.core.curve.seed_glide import STRENGTH, SUBSEED, glide_schedules, glided, glides
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.song.lane import changed, new_lane

SEEDS = arrays(np.float64, st.integers(1, 60), elements=st.integers(0, 3).map(float))


@given(SEEDS, st.integers(1, 12))
def test_a_glide_goes_from_the_old_seed_to_the_new_and_ends_there(seeds: np.ndarray, steps: int) -> None:
    """At every frame the noise is a mix of the seed before and the seed wanted, and outside a glide the wanted one
    alone."""
    seed, subseed, strength = glided(seeds, steps)
    assert ((strength >= 0) & (strength < 1)).all()
    assert (subseed == seeds).all()
    edges = [0, *(np.flatnonzero(np.diff(seeds)) + 1).tolist(), seeds.size]
    for start, following in pairwise(edges):
        end = min(start + steps, following) if start else start
        assert (seed[start:end] == seeds[max(start - 1, 0)]).all()
        assert strength[start:end] == pytest.approx(np.arange(end - start) / max(end - start, 1))
        assert (seed[end:following] == seeds[start]).all()
        assert (strength[end:following] == 0).all()


def test_the_three_texts_say_so_on_the_cadence_grid() -> None:
    """Read back at the frames of a render, seed, subseed and strength are the glide's."""
    lane = changed(new_lane("a", "seed_schedule", "/pad"), {"choices": ["7", "9"], "pick": "index", "fade_s": 0.8})
    assert glides(lane)
    index = np.repeat([0.0, 1.0], [10, 20])
    seed, extras = glide_schedules(index, lane, 10.0, 2)
    grid = range(0, 30, 2)
    assert [parse_schedule(seed.text, 31)[f] for f in grid] == [7.0] * 9 + [9.0] * 6
    assert [parse_schedule(extras[SUBSEED], 31)[f] for f in grid] == [7.0] * 5 + [9.0] * 10
    strength = [parse_schedule(extras[STRENGTH], 31)[f] for f in grid]
    assert strength == pytest.approx([0.0] * 5 + [0, 0.25, 0.5, 0.75] + [0.0] * 6, abs=0.0021)


def test_only_seeds_that_are_chosen_glide() -> None:
    """A knob over a range of seeds has no steps to glide between."""
    assert not glides(changed(new_lane("a", "seed_schedule"), {"fade_s": 1}))
    assert not glides(changed(new_lane("a", "steps_schedule"), {"fade_s": 1, "pick": "step"}))
