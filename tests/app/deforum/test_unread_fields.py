"""What stops a render in the fields that no lane plays is named at Check."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from deforum_perform.app.deforum.base_tab import tab_of
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.errors import InputError
from deforum_perform.store.exports.settings_file import default_settings
from tests.app.conftest import Hands
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded

CLEAN = {**default_settings(), "diffusion_cadence": 2, "seed": 1, "prompts": {"0": "a"}}


def checked(hands: Hands, odd: dict[str, Any]) -> list[dict[str, Any]]:
    """The problems of the whole render with ``odd`` in the imported file, and a lane that plays the angle."""
    lanes = [lane.id for lane in hands.performer.session.song.lanes] or recorded(hands, "angle")
    hands.do("settings.import", name="b.txt", settings=json.dumps({**CLEAN, **odd}))
    result = hands.do("check", lanes=lanes)
    assert result["can_apply"]
    return list(result["problems"])


def test_a_plain_file_has_nothing_to_name(hands: Hands) -> None:
    """Deforum's own values are read, formulas and names among them."""
    assert checked(hands, {}) == []


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"strength_schedule": ""}, "Strength: A key is missing"),
        ({"strength_schedule": "5:(0), 10:(1)"}, "There is no key for frame 0"),
        ({"strength_schedule": "0:(0.5),"}, "A key is missing here"),
        ({"strength_schedule": "0:(a+)"}, "cannot be read"),
        ({"noise_schedule": None}, "noise_schedule is null, not a schedule"),
        ({"zoom": True}, "zoom is true, not a schedule"),
        ({"zoom": [1, 2]}, "zoom is [1, 2], not a schedule"),
        ({"cn_1_weight": "0:(1), x"}, "A render with ControlNet stops"),
        ({"sampler_schedule": ""}, "Sampler"),
        ({"freeu_b1": "3:(1)"}, "freeu_b1"),
        ({"sampler_schedule": '0: ("Eulr a")', "enable_sampler_scheduling": True}, "Did you mean 'Euler a'"),
        ({"seed": "x"}, 'seed is "x", not a number'),
        ({"seed": [7]}, "seed is [7], not a number"),
        ({"seed": 2**64}, "more than the largest seed"),
        ({"seed_behavior": "Schedule"}, 'seed_behavior is "Schedule", not a seed behavior'),
        ({"seed_behavior": None}, "seed_behavior is null"),
        ({"batch_name": None}, "batch_name is null, not a text"),
        ({"W": "wide"}, 'W is "wide", not a number'),
        ({"noise_schedule": "0:(1/(t-8))"}, "Noise is not a finite number at frame 8"),
        ({"kernel_schedule": "0:(t/0)"}, "Anti-blur kernel is not a finite number at frame 0"),
        ({"fps": None}, "fps is null, not a number"),
        ({"cn_2_enabled": True, "cn_2_guidance_start": "0:(0.9)", "cn_2_guidance_end": 0.5}, "ControlNet 2 would"),
        ({"animation_mode": 2}, "animation_mode is 2, not the name of a mode"),
        ({"sampler": "Eulr a"}, "sampler is 'Eulr a', which neither A1111 nor Forge has: a render uses another one."),
        ({"sampler": "euler a"}, "Did you mean 'Euler a'?"),
        ({"scheduler": "Karas"}, "Did you mean 'Karras'?"),
    ],
)
def test_what_a_render_stops_at_is_named(hands: Hands, odd: dict[str, Any], said: str) -> None:
    """The field, what is wrong, and what to do; lanes can be written all the same."""
    (problem,) = checked(hands, odd)
    assert said in problem["message"]
    assert "Correct" in problem["remedy"]


@pytest.mark.parametrize(
    "odd",
    [
        {"angle": ""},
        {"angle": None},
        {"cn_1_weight": True},
        {"cn_1_weight": "0.8"},
        {"strength_schedule": "0.65"},
        {"seed": None},
        {"max_frames": None},
        {"seed": 2**64 - 1, "seed_behavior": "ladder"},
        {"noise_schedule": "0:(1/(t-7))", "diffusion_cadence": 2},
        {"zoom": "0:(t/0)", "animation_mode": "3D"},
        {"steps_schedule": "0:(t/0)", "enable_steps_scheduling": False},
        {"cn_2_guidance_start": "0:(0.9)", "cn_2_guidance_end": 0.5},
        {"sampler_schedule": '0: ("Eulr a")'},
        {"sampler_schedule": '0: ("euler A")', "enable_sampler_scheduling": True},
        {"zoom": "5:(0)", "parseq_manifest": "{}"},
        {"sampler": 5},
        {"sampler": "DPM++ 2M Karras"},
        {"sampler": "Eulr a", "enable_sampler_scheduling": True},
    ],
)
def test_what_stops_no_render_is_not_named(hands: Hands, odd: dict[str, Any]) -> None:
    """A field that is played, a value that was converted, a name whose gate is off, what a manifest overrides."""
    codes = {problem["code"] for problem in checked(hands, odd)}
    assert not codes & {"unread", "unreadable", "unknown_name", "guidance"}


def test_many_are_counted(hands: Hands) -> None:
    """The first few are named one by one, the rest in one sentence."""
    odd = {name: "" for name in FIELDS if name not in ("angle", "prompts")}
    problems = checked(hands, odd)
    assert len(problems) == 6
    assert f"{len(odd) - 5} more fields" in problems[-1]["message"]


def test_what_the_tab_has_counts_too(webui: Any) -> None:
    """In a WebUI the boxes of Deforum's tab are looked at, but not fields that this Deforum does not have."""
    hands = webui(WebUi())
    lanes = recorded(hands, "angle")
    for fields, named in ((COMPLETE.fields, 1), (frozenset({"angle"}), 0)):
        seen = tab_of({"angle": "0: (0)", "noise_schedule": "7:(1)"})
        hands.performer.see_deforum(replace(seen, fields=fields, controlnet=True))
        problems = [p for p in hands.do("check", lanes=lanes)["problems"] if p["code"] == "unreadable"]
        assert len(problems) == named


@pytest.mark.parametrize("value", [None, True, [], {}])
def test_what_is_no_schedule_is_not_put_under_a_lane(hands: Hands, value: object) -> None:
    """A lane replaces it, and there is nothing to import."""
    (lane,) = recorded(hands, "cfg_scale_schedule")
    hands.do("settings.import", name="b.txt", settings=json.dumps({**CLEAN, "cfg_scale_schedule": value}))
    assert hands.do("check", lanes=[lane])["problems"] == []
    with pytest.raises(InputError, match="is empty"):
        hands.do("lane.import_schedule", id=lane)
    assert "(" in json.loads(hands.performer.settings_text(lane)[1])["cfg_scale_schedule"]


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ('{"0": "a",\n}', "not JSON at line 2, column 1"),
        ("a cat", "not JSON at line 1, column 1"),
        ('["a cat"]', "frame and prompt"),
        ('{"0": 5}', "frame and prompt"),
        ("", "has no prompt"),
        ("{}", "has no prompt"),
        ('{"0": "a"}', None),
    ],
)
def test_a_prompts_box_that_stops_the_render_is_named(webui: Any, box: str, said: str | None) -> None:
    """Whatever is played: other lanes can be written all the same, prompts cannot where the box is not JSON."""
    hands = webui(WebUi())
    lanes = recorded(hands, "angle")
    words = hands.lane("prompts", "/p", choices=["a cat", "a dog"], pick="index")
    hands.at(10.0)
    hands.do("record.start", start_s=0.0)
    hands.play("/p", (10.5, 0.0), (11.0, 1.0))
    hands.at(12.0)
    hands.do("record.stop")
    hands.performer.see_deforum(replace(COMPLETE, texts={"prompts": box}))
    result = hands.do("check", lanes=lanes)
    found = [problem for problem in result["problems"] if problem["code"] == "prompts_box"]
    assert result["can_apply"]
    assert [said in problem["message"] for problem in found] == ([True] if said else [])
    writable = said is None or "no prompt" in said
    assert hands.do("check", lanes=[*lanes, words])["can_apply"] is writable


def test_a_file_without_prompts_is_said_at_the_export_alone(hands: Hands) -> None:
    """A settings file without prompts gets some when it is written."""
    recorded(hands, "angle")
    hands.do("settings.import", name="b.txt", settings=json.dumps({"angle": "0: (1)", "legacy_colormatch": False}))
    assert hands.do("check")["problems"] == []
    assert "no prompts" in " ".join(hands.performer.export("settings").remarks)


def test_a_seed_behavior_that_a_lane_sets_is_not_named(hands: Hands) -> None:
    """The gate of a played field is written with it."""
    lanes = recorded(hands, "seed_schedule")
    hands.do("settings.import", name="b.txt", settings=json.dumps({**CLEAN, "seed_behavior": "x", "noise_schedule": 0}))
    assert hands.do("check", lanes=lanes)["problems"] == []
