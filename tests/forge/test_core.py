"""What Perform knows of the Forge fork's keyframe distribution, held against the fork's own code."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deforum_perform.core.deforum.diffused import (
    ADDITIVE,
    KEYFRAMES_ONLY,
    READ_BY_NUMBER,
    READ_ONE_LATER,
    REDISTRIBUTED,
    diffused,
)
from deforum_perform.core.errors import InputError
from deforum_perform.store.exports.parseq_file import frames_to_parseq

from .fork_core import Keys, frames_of

FRAMES = 40
distributions = st.sampled_from([KEYFRAMES_ONLY, ADDITIVE, REDISTRIBUTED])
keys = st.lists(st.integers(-2, 60).map(str) | st.sampled_from(["max_f/2", "00", "7.0"]), max_size=5, unique=True)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(distributions, keys.map(lambda found: ["0", *(key for key in found if key != "0")]), st.integers(1, 60))
def test_the_same_frames_are_diffused(
    core: SimpleNamespace, distribution: str, prompts: list[str], cadence: int
) -> None:
    """Picture for picture what the fork diffuses; and what stops its render is an error here."""
    try:
        theirs = [frame.i - 1 for frame in frames_of(core, distribution, prompts, cadence, FRAMES, Keys({}, FRAMES))]
    except (ArithmeticError, AssertionError, LookupError, ValueError) as error:
        with pytest.raises(InputError):
            diffused(distribution, prompts, cadence, FRAMES)
        assert error is not None
        return
    assert list(diffused(distribution, prompts, cadence, FRAMES).pictures) == theirs


@many
@given(distributions, st.sets(st.integers(1, FRAMES - 1), max_size=5), st.integers(2, 30))
def test_each_diffused_picture_is_made_with_its_own_value(
    core: SimpleNamespace, distribution: str, frames: set[int], cadence: int
) -> None:
    """A schedule written for the distribution, read by the fork, gives each diffused picture the value that holds from
    it to the next: wherever in the schedule the fork looks for it."""
    prompts = ["0", *map(str, sorted(frames))]
    try:
        found = diffused(distribution, prompts, cadence, FRAMES)
    except InputError:
        return
    held = np.searchsorted(found.starts, np.arange(FRAMES), side="right").astype(np.float64)
    read = [*READ_BY_NUMBER, *READ_ONE_LATER, "strength_schedule", "keyframe_strength_schedule", "subseed_schedule"]
    series = {name: found.written(name, held).tolist() for name in read}
    named = {name: [f"v{int(v)}" for v in series[name]] for name in ("sampler_schedule", "scheduler_schedule")}
    made = frames_of(core, distribution, prompts, cadence, FRAMES, Keys(series | named, FRAMES))
    wanted = [held[picture] for picture in found.pictures]
    assert [frame.frame_data.noise for frame in made] == wanted
    assert [frame.frame_data.cfg_scale for frame in made] == wanted
    assert [frame.frame_data.kernel for frame in made] == wanted
    assert [frame.strength for frame in made] == wanted
    assert [frame.subseed for frame in made] == wanted
    for name in ("sampler_name", "scheduler_name", "clipskip", "noise_multiplier", "eta_ancestral"):
        values = [getattr(frame.schedule, name) for frame in made]
        expected = [f"v{int(v)}" for v in wanted] if name.endswith("_name") else wanted
        # the last two are read at the last frame of the schedule, so they share a value
        clash = found.pictures[-1] - found.pictures[-2] == 1
        assert values[: len(values) - (2 if clash else 0)] == expected[: len(values) - (2 if clash else 0)], name


@pytest.mark.parametrize("distribution", ["keyframes only", "off", None, 3])
def test_a_value_that_the_fork_does_not_know_stops_it(core: SimpleNamespace, distribution: object) -> None:
    """It falls back to "Off", for which this core has no frames, and divides by their number."""
    with pytest.raises(ZeroDivisionError):
        frames_of(core, distribution, ["0", "20"], 5, FRAMES, Keys({}, FRAMES))  # type: ignore[arg-type]


@many
@given(st.integers(2, FRAMES), st.integers(1, 50))
def test_a_manifest_has_what_keyframes_only_asks_for(core: SimpleNamespace, count: int, cadence: int) -> None:
    """With a manifest the fork takes its keyframes from it, and diffuses the frames of the cadence and the last."""
    manifest = json.loads(frames_to_parseq({"angle": [0.0] * count}, 15, cadence))
    made = frames_of(core, KEYFRAMES_ONLY, ["0"], cadence, count, Keys({}, count), manifest)
    assert [frame.i - 1 for frame in made] == sorted({*range(0, count, cadence), count - 1})
