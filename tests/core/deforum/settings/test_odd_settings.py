"""Settings of another kind than their boxes hold: numbers as text, text as numbers, ticks as text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.deforum.settings.kinds import (
    MORE_SCHEDULES,
    NUMBER_SCHEDULES,
    NUMBERS,
    SWITCHES,
    UNIT_SCHEDULES,
)
from deforum_perform.core.deforum.settings.older import upgraded


def settings_of(**odd: Any) -> dict[str, Any]:
    """``odd`` as it is imported."""
    found = upgraded({**odd, "legacy_colormatch": False}).settings
    return {name: value for name, value in found.items() if name in odd}


@pytest.mark.parametrize(
    ("odd", "today"),
    [
        ({"cn_1_weight": True}, {"cn_1_weight": "0:(1)"}),
        ({"cn_2_guidance_start": False}, {"cn_2_guidance_start": "0:(0)"}),
        ({"cn_1_weight": "0.8"}, {"cn_1_weight": "0:(0.8)"}),
        ({"strength_schedule": "0.65"}, {"strength_schedule": "0:(0.65)"}),
        ({"strength_schedule": 0.65}, {"strength_schedule": "0:(0.65)"}),
        ({"zoom": " 1 "}, {"zoom": "0:(1)"}),
        ({"angle": "-.5"}, {"angle": "0:(-.5)"}),
        ({"freeu_b1": 1.3}, {"freeu_b1": "0:(1.3)"}),
        ({"diffusion_cadence": "8"}, {"diffusion_cadence": 8}),
        ({"seed": "9007199254740993"}, {"seed": 9007199254740993}),
        ({"seed": None}, {"seed": -1}),
        ({"W": "512", "fps": "23.976"}, {"W": 512, "fps": 23.976}),
        ({"use_init": "False"}, {"use_init": True}),
        ({"use_init": ""}, {"use_init": False}),
        ({"use_looper": None, "cn_1_enabled": "true"}, {"use_looper": False, "cn_1_enabled": True}),
        ({"animation_prompts_positive": None}, {"animation_prompts_positive": ""}),
    ],
)
def test_what_can_mean_one_thing_only_is_put_right(odd: dict[str, Any], today: dict[str, Any]) -> None:
    """As Deforum reads it, or as its box needs it, with a remark for each."""
    assert settings_of(**odd) == today
    assert len(upgraded({**odd, "legacy_colormatch": False}).remarks) >= 1


def test_a_remark_names_a_few() -> None:
    """However many schedules are numbers, the sentence stays short."""
    odd = dict.fromkeys(sorted(NUMBER_SCHEDULES), 1)
    (remark,) = upgraded({**odd, "legacy_colormatch": False}).remarks
    assert f"and {len(odd) - 5} more: numbers were converted to schedules" in remark
    assert len(remark) < 250


@pytest.mark.parametrize(
    "odd",
    [
        {"strength_schedule": ""},
        {"strength_schedule": "0:(0.5),"},
        {"strength_schedule": "5:(0), 10:(1)"},
        {"strength_schedule": "1_0"},
        {"strength_schedule": "nan"},
        {"noise_schedule": None},
        {"zoom": True},
        {"seed": "x"},
        {"seed": "8.0"},
        {"diffusion_cadence": "8.0"},
        {"W": "wide"},
        {"use_init": 1},
        {"sampler_schedule": "5"},
        {"batch_name": "7"},
        {"fill": 1},
    ],
)
def test_what_is_not_clear_stays_for_check_to_name(odd: dict[str, Any]) -> None:
    """Nothing is guessed: the value stays as it is in the file."""
    assert settings_of(**odd) == odd


@given(st.sampled_from(sorted(NUMBER_SCHEDULES)), st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6))
def test_a_number_reads_the_same_as_text_or_not(name: str, number: float) -> None:
    """Whatever the number, its schedule is that number at every frame, for both spellings."""
    for odd in (number, str(number)):
        read = parse_schedule(settings_of(**{name: odd})[name], 3)
        assert read.tolist() == [float(number)] * 3


def test_no_setting_is_of_two_kinds() -> None:
    """A name is a number, a tick or a schedule."""
    kinds = [NUMBERS, SWITCHES, NUMBER_SCHEDULES]
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
    assert UNIT_SCHEDULES | MORE_SCHEDULES <= NUMBER_SCHEDULES
