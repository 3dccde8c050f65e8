"""The Forge fork's keyframe distribution: what is written for it, what is said, and setting it to Off."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deforum_perform.core.checks import DeforumTab
from deforum_perform.core.deforum.diffused import KEYFRAMES_ONLY, diffused
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.schedule import parse_schedule
from tests.app.conftest import Hands
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded

PROMPTS = json.dumps({"0": "a", "30": "b", "60": "c"})
FORGE = replace(COMPLETE, animation_mode="3D", cadence=10, distribution="Keyframes Only", texts={"prompts": PROMPTS})
Make = Callable[[WebUi], Hands]


def playing(make: Make, *fields: str, tab: DeforumTab = FORGE) -> tuple[Hands, list[str]]:
    """Someone in a WebUI whose tab is ``tab``, with lanes that were played for five seconds at 15 fps."""
    hands = make(WebUi(kind="forge"))
    lanes = recorded(hands, *fields)
    hands.performer.see_deforum(tab)
    return hands, lanes


def codes(result: dict[str, Any]) -> list[str]:
    """The codes of what concerns the whole render."""
    return [problem["code"] for problem in result["problems"]]


def test_keyframes_only_gets_the_value_of_each_span_where_the_fork_reads_it(webui: Make) -> None:
    """Strength at the pictures of the prompts and the last one, CFG at their numbers; held in between, and exact."""
    hands, lanes = playing(webui, "strength_schedule", "cfg_scale_schedule", "translation_x")
    result = hands.performer.check(lanes).to_dict()
    frames = result["frames"]
    assert result["max_frames"] == frames  # no tail is lost, so none is added
    pictures = diffused(KEYFRAMES_ONLY, ["0", "30", "60"], 10, frames).pictures
    assert pictures == (0, 29, 59, frames - 1)
    plan = hands.performer.apply_plan(lanes, False)
    strength = parse_schedule(str(plan.values["strength_schedule"]), frames)
    cfg = parse_schedule(str(plan.values["cfg_scale_schedule"]), frames)
    hands.performer.see_deforum(replace(FORGE, distribution="Off", cadence=1))
    own, own_cfg = (parse_schedule(hands.performer.lane_text(lane), frames) for lane in lanes[:2])
    for number, (first, end) in enumerate(zip(pictures, (*pictures[1:], frames), strict=True)):
        for read, values in ((strength[first], own[first:end]), (cfg[number], own_cfg[first:end])):
            span = np.ptp(values) + 0.06
            assert values.min() - 0.06 <= read <= values.max() + 0.06
            assert min(abs(read - values.min()), abs(read - values.max())) <= 0.01 * span + 0.06
        assert (strength[first:end] == strength[first]).all()
    for row in result["lanes"]:
        assert row["largest_error"] <= row["tolerance"] + 1e-9


def test_a_press_between_two_diffused_frames_is_not_lost(webui: Make) -> None:
    """A hit and a rest are separated by the span between two frames that are read, not by the cadence."""
    hands = webui(WebUi(kind="forge"))
    lane = hands.lane("strength_schedule", "/pad", in_low=0, in_high=1)
    hands.do("song.change", fps=15, length_s=6)
    hands.at(100.0)
    hands.do("record.start")
    hands.play("/pad", (100.01, 0.0), (100.3, 1.0), (101.7, 0.0), (104.5, 1.0), (104.6, 0.0))
    hands.at(106.0)
    hands.do("record.stop")
    hands.performer.see_deforum(FORGE)
    values = parse_schedule(hands.performer.lane_text(lane), 90)
    assert values[[0, 29, 59]].tolist() == [0.75, 0.45, 0.75]


@pytest.mark.parametrize("distribution", ["Keyframes Only", "Additive", "Redistributed"])
def test_check_warns_and_offers_to_set_it_to_off(webui: Make, distribution: str) -> None:
    """How many frames are diffused, of what, and the setting of the song that makes Apply set it to Off."""
    hands, lanes = playing(webui, "strength_schedule", tab=replace(FORGE, distribution=distribution))
    result = hands.do("check", lanes=lanes)
    (problem,) = [p for p in result["problems"] if p["code"] == "distribution"]
    assert distribution in problem["message"]
    assert f"of {result['frames']}" in problem["message"]
    assert tuple(problem["fix"][:2]) == ("set_distribution", True)
    assert result["can_apply"] is True


def test_motion_alone_is_not_warned_of(webui: Make) -> None:
    """Motion is read at every frame whatever is diffused."""
    hands, lanes = playing(webui, "translation_x")
    assert not [code for code in codes(hands.do("check", lanes=lanes)) if code.startswith("distribution")]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"animation_mode": "2D"}, "2D mode"),
        ({"depth_warping": False}, "3D mode without depth warping"),
        ({"animation_mode": "2D", "depth_maps": True}, None),
        ({"depth_warping": True}, None),
        ({"animation_mode": "2D", "distribution": "Off"}, None),
        ({"animation_mode": "2D", "distribution": None}, None),
    ],
)
def test_motion_that_the_fork_leaves_out_is_said(webui: Make, changes: dict[str, Any], where: str | None) -> None:
    """Without a depth model the fork moves only the frames that are diffused."""
    hands, lanes = playing(webui, "translation_x", tab=replace(FORGE, **changes))
    found = [p for p in hands.do("check", lanes=lanes)["problems"] if p["code"] == "distribution"]
    assert bool(found) == bool(where)
    for problem in found:
        assert f"In {where} no motion is applied" in problem["message"]
        assert tuple(problem["fix"][:2]) == ("set_distribution", True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("steps_schedule", "strength_schedule"), ", and Strength is read only there."),
        (("cfg_scale_schedule", "seed_schedule", "noise_schedule"), ", and CFG scale and 1 more are read only there."),
        (("steps_schedule",), "frames are diffused."),
    ],
)
def test_only_what_is_read_is_said_to_be_read(webui: Make, fields: tuple[str, ...], said: str) -> None:
    """A field that is never read with a distribution is not counted among those that are read at a few frames."""
    hands, lanes = playing(webui, *fields)
    (problem,) = [p for p in hands.do("check", lanes=lanes)["problems"] if p["code"] == "distribution"]
    assert problem["message"].endswith(said)


@pytest.mark.parametrize("distribution", ["keyframes only", "off", "", "null", "3"])
def test_a_distribution_that_the_fork_does_not_know_is_said(webui: Make, distribution: str) -> None:
    """Any value but the four runs the core of the distributions, which falls back to Off and stops: schedules are
    written by the cadence, and Check says so and offers Off."""
    hands, lanes = playing(webui, "strength_schedule", tab=replace(FORGE, distribution=distribution))
    result = hands.do("check", lanes=lanes)
    (problem,) = [p for p in result["problems"] if p["code"].startswith("distribution")]
    assert problem["code"] == "distribution_stops"
    assert "falls back to 'Off'" in problem["message"]
    assert tuple(problem["fix"][:2]) == ("set_distribution", True)
    assert result["cadence"] == 10
    hands.do("song.change", set_distribution=True)
    assert hands.performer.apply_plan(lanes, False).values["keyframe_distribution"] == "Off"


def test_set_to_off_apply_writes_it_and_the_cadence_counts(webui: Make) -> None:
    """As a gate is ticked: one more box, keys on the cadence grid, and Check says so with the way back."""
    hands, lanes = playing(webui, "strength_schedule")
    assert "keyframe_distribution" not in hands.performer.apply_plan(lanes, False).values
    hands.do("song.change", set_distribution=True)
    plan = hands.performer.apply_plan(lanes, False)
    assert plan.values["keyframe_distribution"] == "Off"
    assert plan.result["cadence"] == 10
    (problem,) = [p for p in plan.result["problems"] if p["code"] == "distribution_set"]
    assert tuple(problem["fix"][:2]) == ("set_distribution", False)
    keys = [int(key.split(":")[0]) for key in str(plan.values["strength_schedule"]).split(",")]
    assert all(key % 10 == 0 for key in keys)
    hands.do("undo")
    assert "keyframe_distribution" not in hands.performer.apply_plan(lanes, False).values


def test_off_already_is_left_alone(webui: Make) -> None:
    """Nothing is said and nothing more is written where it is Off, or where Deforum has no such box."""
    for tab in (replace(FORGE, distribution="Off"), replace(FORGE, distribution=None)):
        hands, lanes = playing(webui, "strength_schedule", tab=tab)
        hands.do("song.change", set_distribution=True)
        plan = hands.performer.apply_plan(lanes, False)
        assert not [code for code in codes(plan.result) if code.startswith("distribution")]
        assert plan.values.get("keyframe_distribution", "Off") == "Off"
        assert plan.result["cadence"] == 10


@pytest.mark.parametrize(
    ("prompts", "why"),
    [({"0": "a", "900": "b"}, "frame 900"), ({"0": "a", "max_f/2": "b"}, "max_f/2")],
)
def test_a_render_that_would_stop_is_said(webui: Make, prompts: dict[str, str], why: str) -> None:
    """The fork's render ends at once with such prompts; the message names them."""
    hands, lanes = playing(webui, "strength_schedule", tab=replace(FORGE, texts={"prompts": json.dumps(prompts)}))
    (problem,) = [p for p in hands.do("check", lanes=lanes)["problems"] if p["code"] == "distribution_stops"]
    assert why in problem["message"]


def test_played_prompts_decide_what_is_diffused(webui: Make) -> None:
    """With a prompt lane among those that are written, its prompts are the keyframes for all others."""
    hands, (strength,) = playing(webui, "strength_schedule")
    bank = hands.lane("prompts", "/pad", choices=["a", "b"], pick="index")
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/pad", (2.0, 0), (4.0, 1))
    hands.at(6.0)
    hands.do("record.stop")
    both = hands.performer.apply_plan([strength, bank], False)
    frames = both.result["frames"]
    written = list(json.loads(str(both.values["prompts"])))
    expected = diffused(KEYFRAMES_ONLY, written, 10, frames)
    message = next(p["message"] for p in both.result["problems"] if p["code"] == "distribution")
    assert f"{len(expected.starts)} of {frames}" in message
    text = parse_schedule(str(both.values["strength_schedule"]), frames)
    steps = set((np.flatnonzero(np.diff(text)) + 1).tolist())
    assert steps <= set(expected.pictures)
    assert "45" in written


def test_a_schedule_that_is_never_read_is_said(webui: Make) -> None:
    """Seeds and steps are not read with a distribution, so their lanes would do nothing."""
    hands, lanes = playing(webui, "steps_schedule")
    row = hands.do("check", lanes=lanes)["lanes"][0]
    assert "distribution_idle" in [p["code"] for p in row["problems"]]
    assert row["idle"] is True


def test_a_settings_file_decides_it_too(hands: Hands) -> None:
    """Without a WebUI the imported file's distribution counts, and the export carries Off where that was chosen."""
    lanes = recorded(hands, "strength_schedule")
    base = {"strength_schedule": "0: (0.5)", "prompts": json.loads(PROMPTS), "keyframe_distribution": "Keyframes Only"}
    hands.do("settings.import", name="forge.txt", settings=json.dumps({**base, "diffusion_cadence": 5}))
    assert "distribution" in codes(hands.do("check", lanes=lanes))
    kept = json.loads(hands.performer.settings_text()[1])
    assert (kept["keyframe_distribution"], kept["diffusion_cadence"]) == ("Keyframes Only", 5)
    hands.do("song.change", set_distribution=True)
    assert json.loads(hands.performer.settings_text()[1])["keyframe_distribution"] == "Off"


@pytest.mark.parametrize(
    ("mode", "code", "written"),
    [
        ("Classic 3D", None, "Classic 3D"),
        ("Keyframes Only", "distribution", "Classic 3D"),
        ("New 3D", "distribution", "Classic 3D"),
    ],
)
def test_the_render_mode_of_the_branch_dev_replaces_it(webui: Make, mode: str, code: str | None, written: str) -> None:
    """There the box is called Render Mode, and Classic 3D is what goes by the cadence."""
    hands, lanes = playing(webui, "cfg_scale_schedule", tab=replace(FORGE, render_mode=mode))
    found = [c for c in codes(hands.do("check", lanes=lanes)) if c.startswith("distribution")]
    assert found == ([code] if code else [])
    hands.do("song.change", set_distribution=True)
    values = hands.performer.apply_plan(lanes, False).values
    assert values["render_mode"] == written
    assert "keyframe_distribution" not in values


def test_an_unknown_render_mode_is_named(webui: Make) -> None:
    """For a value that the fork does not know, the check names it, and the mode that the fork uses in its place, also
    where no field depends on it; a known one is not called unknown."""
    for field in ("cfg_scale_schedule", "translation_x"):
        hands, lanes = playing(webui, field, tab=replace(FORGE, render_mode="Slow 3D"))
        (problem,) = [p for p in hands.do("check", lanes=lanes)["problems"] if p["code"] == "distribution"]
        assert problem["message"].startswith(
            "Render mode is 'Slow 3D', which the Forge fork does not know: it renders as with 'Keyframes Only'."
        )
    hands, lanes = playing(webui, "cfg_scale_schedule", tab=replace(FORGE, render_mode="Keyframes Only"))
    assert "does not know" not in json.dumps(hands.do("check", lanes=lanes)["problems"])


def test_interpolation_mode_diffuses_every_frame(webui: Make) -> None:
    """Deforum's Interpolation and Video Input know no cadence, so none is pooled and no tail is lost."""
    for mode in ("Interpolation", "Video Input"):
        hands, lanes = playing(webui, "cfg_scale_schedule", tab=replace(FORGE, distribution=None, animation_mode=mode))
        result = hands.do("check", lanes=lanes)
        assert (result["cadence"], result["max_frames"]) == (1, result["frames"])


def test_the_page_shows_what_would_have_no_effect(webui: Make) -> None:
    """The state names the mode, the distribution, and each field that would do nothing with the reason in a word."""
    tab = replace(FORGE, fields=frozenset(FIELDS) - {"scheduler_schedule"})
    hands, _ = playing(webui, "strength_schedule", tab=tab)
    state = hands.performer.snapshot()["deforum"]
    assert (state["mode"], state["distribution"]) == ("3D", "Keyframes Only")
    assert state["idle"]["zoom"] == "2D only"
    assert state["idle"]["scheduler_schedule"] == "not in this Deforum"
    assert state["idle"]["seed_schedule"] == "not read with 'Keyframes Only'"
    assert "translation_x" not in state["idle"]
