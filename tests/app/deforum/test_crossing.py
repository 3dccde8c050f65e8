"""What several schedules make of a render together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from deforum_perform.core.checks import DeforumTab
from tests.app.conftest import Hands
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded, with_two_prompts


def found(result: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """The problems with this code, of the render and of its lanes."""
    rows = [result, *result["lanes"]]
    return [problem for row in rows for problem in row["problems"] if problem["code"] == code]


def checked(webui: Any, tab: DeforumTab, *fields: str, **changes: Any) -> dict[str, Any]:
    """Check of recorded lanes for ``fields``, changed alike, in a WebUI whose tab is ``tab``."""
    hands = webui(WebUi())
    lanes = recorded(hands, *fields)
    for lane in lanes if changes else ():
        hands.do("lane.change", id=lane, **changes)
    hands.performer.see_deforum(tab)
    result: dict[str, Any] = hands.do("check", lanes=lanes)
    return result


@pytest.mark.parametrize(
    ("texts", "behavior", "fields", "said"),
    [
        ({}, "iter", ("seed_schedule",), True),
        ({"noise_schedule": "0: (0.02)"}, "iter", ("seed_schedule",), True),
        ({"noise_schedule": "0: (0)"}, "iter", ("seed_schedule",), False),
        ({"noise_schedule": "0: (0), 20: (0.01), 40: (0)"}, "iter", ("seed_schedule",), True),
        ({"noise_schedule": "0: (0)"}, "schedule", ("noise_schedule",), True),
        ({}, "schedule", ("angle",), True),
        ({}, "iter", ("angle",), False),
        ({}, "iter", ("image_strength_schedule",), True),
    ],
)
def test_scheduled_seeds_with_noise_are_not_repeatable(
    webui: Any, texts: dict[str, str], behavior: str, fields: tuple[str, ...], said: bool
) -> None:
    """Seeds from the schedule, whether a lane, the tab or guided images ask for it, and any noise: no two renders are
    alike, and the remedy is named."""
    tab = replace(COMPLETE, animation_mode="2D", seed_behavior=behavior, texts=texts)
    problems = found(checked(webui, tab, *fields), "not_repeatable")
    assert len(problems) == int(said)
    assert all("noise" in problem["remedy"] and not problem["blocks"] for problem in problems)


def test_where_no_noise_is_added_it_is_not_said(webui: Any) -> None:
    """Interpolation makes every frame without the previous one, so there is no noise to add."""
    tab = replace(COMPLETE, animation_mode="Interpolation", seed_behavior="schedule")
    assert found(checked(webui, tab, "seed_schedule"), "not_repeatable") == []


def test_a_controlnet_unit_that_would_begin_after_it_ends_is_not_filled(webui: Any) -> None:
    """ControlNet refuses such a unit, hours in: the frame is named, also with the values in the tab."""
    texts = {"cn_2_guidance_end": "0: (0.3)"}
    tab = replace(COMPLETE, animation_mode="2D", texts=texts)
    result = checked(webui, tab, "cn_2_guidance_start")
    (problem,) = found(result, "guidance")
    assert (problem["blocks"], result["can_apply"]) == (True, False)
    assert problem["frame"] is not None
    low = checked(webui, tab, "cn_2_guidance_start", out_low=0, out_high=0.3)
    assert (found(low, "guidance"), low["can_apply"]) == ([], True)


def test_both_ends_of_a_unit_are_looked_at_together(webui: Any) -> None:
    """Two lanes that cross are both named."""
    result = checked(webui, replace(COMPLETE, animation_mode="2D"), "cn_1_guidance_start", "cn_1_guidance_end")
    assert len(found(result, "guidance")) in (0, 2)
    apart = checked(webui, replace(COMPLETE, animation_mode="2D"), "cn_1_guidance_end", out_low=0.5, out_high=1)
    assert found(apart, "guidance") == []


@pytest.mark.parametrize(
    ("text", "frame"), [("0: (5)", None), ("0: (4)", 0), ("0: (3), 30: (9)", 6), ("0: (3), 29:(3), 30:(7)", None)]
)
def test_an_even_kernel_in_the_tab_is_said(webui: Any, text: str, frame: int | None) -> None:
    """What was typed into the box stops a render as well; Deforum cuts the fraction off at the frames it reads."""
    tab = replace(COMPLETE, animation_mode="2D", cadence=2, texts={"kernel_schedule": text})
    problems = found(checked(webui, tab, "angle"), "even")
    assert len(problems) == (frame is not None)
    assert all(f"at frame {frame}" in problem["message"] for problem in problems)


def test_a_played_kernel_is_never_even(webui: Any) -> None:
    """The lane's own schedule takes the place of what was typed."""
    tab = replace(COMPLETE, animation_mode="2D", texts={"kernel_schedule": "0: (4)"})
    assert found(checked(webui, tab, "kernel_schedule"), "even") == []


def test_the_seed_of_the_tab_is_s_in_a_formula_under_a_lane(webui: Any) -> None:
    """The text in the box continues as Deforum would read it: with the seed of the tab, not with -1."""
    hands = webui(WebUi())
    (lane,) = recorded(hands, "subseed_schedule")
    tab = replace(COMPLETE, texts={"subseed_schedule": "0: (s + 5)"}, seed=777001, cadence=1)
    hands.performer.see_deforum(tab)
    hands.do("song.change", length_s=10)
    hands.do("lane.import_schedule", id=lane)
    assert hands.performer.lane_text(lane).endswith("(777006)")
    hands.performer.see_deforum(replace(tab, seed=4))
    assert hands.performer.lane_text(lane).endswith("(9)")


def test_the_seed_of_the_base_is_s_in_a_formula_under_a_lane(hands: Hands) -> None:
    """The same of an imported settings file."""
    (lane,) = recorded(hands, "seed_schedule")
    base = {"seed_schedule": "0:(s), 1:(-1), \"max_f-2\":(-1), \"max_f-1\":(s)", "seed": 777001, "diffusion_cadence": 1}
    hands.do("settings.import", name="base.txt", settings=json.dumps(base))
    hands.do("song.change", length_s=10)
    hands.do("lane.import_schedule", id=lane)
    assert hands.performer.lane_text(lane).endswith("(777001)")


def test_a_formula_as_a_prompts_frame_is_that_frame(webui: Any) -> None:
    """A prompt for frame max_f/2 gives way where the lane plays, and comes back where the lane ends."""
    hands = webui(WebUi())
    lane = with_two_prompts(hands)
    typed = {"0": "mine", "max_f/4": "gone", "max_f-4": "end"}
    hands.performer.see_deforum(replace(COMPLETE, texts={"prompts": json.dumps(typed)}))
    plan = hands.performer.apply_plan([lane], False)
    assert json.loads(str(plan.values["prompts"])) == {
        "0": "mine",
        "10": "a cat",
        "20": "a dog",
        "40": "gone",
        "max_f-4": "end",
    }


@pytest.mark.parametrize(
    ("typed", "mode", "said"),
    [
        ({"0": "a", "max_f/2": "b"}, "2D", "'max_f/2'"),
        ({"0": "a", "max_f/2": "b"}, "3D", "'max_f/2'"),
        ({"0": "a", "max_f/2": "b"}, None, "'max_f/2'"),
        ({"0": "a", "max_f/2": "b"}, "Interpolation", None),
        ({"0": "a", "s": "b"}, "Interpolation", "'s'"),
        ({"0": "a", "soon": "b"}, "2D", "'soon'"),
        ({"0": "a", "60/2": "b"}, "2D", None),
        ({"0": "a", "500": "b"}, "2D", None),
    ],
)
def test_a_prompt_for_a_frame_that_stops_the_render_is_found(
    webui: Any, typed: dict[str, str], mode: str | None, said: str | None
) -> None:
    """Deforum knows no name in the frame of a prompt, but for max_f in Interpolation mode."""
    tab = replace(COMPLETE, texts={"prompts": json.dumps(typed)}, animation_mode=mode)
    result = checked(webui, tab, "translation_x")
    problems = found(result, "prompt_frame")
    assert [said in problem["message"] for problem in problems] == ([True] if said else [])
    middle = f" {(result['max_frames'] - 1) // 2}."
    assert all(problem["remedy"].endswith(middle) for problem in problems if said == "'max_f/2'")


def test_a_prompt_that_gives_way_stops_nothing(webui: Any) -> None:
    """A prompt for max_f/2 where a prompt lane plays is not in the box that a render reads."""
    hands = webui(WebUi())
    lane = hands.lane("prompts", "/pad", choices=["a cat", "a dog"], pick="index")
    hands.do("record.start")
    hands.play("/pad", (0.0, 0), (4.0, 1))
    hands.at(5.0)
    hands.do("record.stop")
    hands.performer.see_deforum(replace(COMPLETE, texts={"prompts": json.dumps({"0": "mine", "max_f/2": "gone"})}))
    assert found(hands.do("check", lanes=[lane]), "prompt_frame") == []
