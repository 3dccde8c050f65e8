"""Which frames the Forge fork diffuses with a keyframe distribution. tests/forge holds this against its code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.diffused import (
    ADDITIVE,
    DEV_FIRST,
    KEYFRAMES_ONLY,
    OFF,
    READ_BY_NUMBER,
    READ_ONE_LATER,
    REDISTRIBUTED,
    Diffused,
    diffused,
    reads,
)
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.errors import InputError

PROMPTS = ["0", "120"]


@pytest.mark.parametrize(
    ("distribution", "cadence", "pictures"),
    [
        (KEYFRAMES_ONLY, 10, [0, 119, 299]),
        (ADDITIVE, 100, [0, 99, 119, 199, 299]),
        (REDISTRIBUTED, 100, [0, 119, 199, 299]),
    ],
)
def test_the_pictures_that_are_diffused(distribution: str, cadence: int, pictures: list[int]) -> None:
    """The first, the last, and by the choice those of the prompts, those of the cadence, or some of both; the fork
    counts from 1, so the prompt for frame 120 makes the picture before."""
    assert list(diffused(distribution, PROMPTS, cadence, 300).pictures) == pictures


def test_the_branch_dev_counts_from_zero() -> None:
    """There the prompt's frame is the picture itself, and the last frame is the last of the schedule."""
    assert list(diffused(KEYFRAMES_ONLY, PROMPTS, 10, 300, DEV_FIRST).pictures) == [0, 120, 299]


@pytest.mark.parametrize(
    ("distribution", "prompts", "cadence", "why"),
    [
        (KEYFRAMES_ONLY, ["0", "300"], 10, "frame 300"),
        (KEYFRAMES_ONLY, ["0", "400"], 10, "frame 400"),
        (KEYFRAMES_ONLY, ["0", "max_f/2"], 10, "max_f/2"),
        (KEYFRAMES_ONLY, ["5", "05"], 10, "same frame"),
        (ADDITIVE, PROMPTS, 400, "cadence of 400"),
        (REDISTRIBUTED, PROMPTS, 1, "cannot use this cadence"),
        (REDISTRIBUTED, ["0", "50"], 299, "more prompts"),
    ],
)
def test_what_stops_a_render_is_an_error(distribution: str, prompts: list[str], cadence: int, why: str) -> None:
    """Each of these ends the fork's render before its first frame, and the message says which it is."""
    with pytest.raises(InputError, match=why):
        diffused(distribution, prompts, cadence, 300)


@given(st.sets(st.integers(0, 39)), st.sampled_from(sorted(FIELDS)), st.sampled_from([0, 1]))
def test_what_is_written_is_read_for_its_picture(pictures: set[int], field: str, first: int) -> None:
    """At the place where a picture's value is read, the schedule has it; where nothing is read it holds on."""
    found = Diffused(tuple(sorted(pictures | {0})), first)
    held = np.searchsorted(found.starts, np.arange(40), side="right").astype(np.float64)
    written, places = found.written(field, held), found.places(field, 40)
    clash = first and field in READ_ONE_LATER and {38, 39} <= pictures
    for picture, place in list(zip(found.pictures, places, strict=True))[: -2 if clash else None]:
        assert written[place] == held[picture]
    elsewhere = np.setdiff1d(np.arange(40), places)
    assert (written[elsewhere] == held[elsewhere]).all()


def test_every_field_of_the_lists_is_in_the_table() -> None:
    """Where a field is read is known for fields that there are."""
    assert {*READ_BY_NUMBER, *READ_ONE_LATER} <= set(FIELDS)
    assert not READ_BY_NUMBER & READ_ONE_LATER


@pytest.mark.parametrize(
    ("field", "distribution", "first", "read"),
    [
        ("strength_schedule", KEYFRAMES_ONLY, 1, True),
        ("keyframe_strength_schedule", KEYFRAMES_ONLY, 1, False),
        ("strength_schedule", KEYFRAMES_ONLY, 0, False),
        ("keyframe_strength_schedule", KEYFRAMES_ONLY, 0, True),
        ("keyframe_strength_schedule", OFF, 1, False),
        ("keyframe_strength_schedule", ADDITIVE, 1, True),
        ("seed_schedule", ADDITIVE, 1, False),
        ("seed_schedule", OFF, 1, True),
        ("zoom", KEYFRAMES_ONLY, 1, True),
    ],
)
def test_some_schedules_are_never_read(field: str, distribution: str, first: int, read: bool) -> None:
    """The core of a distribution makes its own seeds; of the two strengths each reads its own."""
    assert reads(field, distribution, first) is read
