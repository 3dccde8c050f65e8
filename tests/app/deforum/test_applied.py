"""What is said after Apply: a green message only where everything was filled and will act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deforum_perform.app.deforum.applied import applied, warnings
from deforum_perform.core.deforum.fields import FIELDS
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded


def answer_of(webui: Any, tab: Any, *fields: str, **changes: Any) -> dict[str, Any]:
    """The messages after Apply of recorded lanes of a changed song in a tab, with the rest of the result."""
    hands = webui(WebUi(tab=replace(tab, animation_mode=None)))
    lanes = recorded(hands, *fields)
    if changes:
        hands.do("song.change", **changes)
    hands.performer.see_deforum(tab)
    plan = hands.performer.apply_plan(lanes, False)
    filled = [name for name in plan.values if name in FIELDS]
    return {**applied(plan.result, filled), "acting": plan.result["acting"]}


def test_all_filled_and_acting_is_a_plain_message(webui: Any) -> None:
    """No warning where there is none."""
    said = answer_of(webui, replace(COMPLETE, animation_mode="2D"), "zoom", "angle")
    assert (said["level"], said["message"]) == ("info", "Filled 2 schedules in Deforum's tab.")
    assert (said["acting"], said["fix"]) == (2, None)


def test_lanes_without_a_field_are_named(webui: Any) -> None:
    """Of those left out it says how many were filled and which this Deforum does not have."""
    gone = {"noise_schedule", "cfg_scale_schedule"}
    tab = replace(COMPLETE, animation_mode="2D", fields=frozenset(FIELDS) - gone)
    said = answer_of(webui, tab, "zoom", "noise_schedule", "cfg_scale_schedule")
    assert (said["level"], said["message"]) == ("warn", "Filled 1 of 3 schedules in Deforum's tab.")
    assert "Noise and CFG scale have no field here." in said["remedy"]
    one = answer_of(webui, replace(tab, fields=frozenset(FIELDS) - {"noise_schedule"}), "zoom", "noise_schedule")
    assert "Noise has no field here." in one["remedy"]


def test_many_lanes_without_a_field_are_counted(webui: Any) -> None:
    """Three by name, and how many more."""
    fields = ("noise_schedule", "cfg_scale_schedule", "contrast_schedule", "amount_schedule", "sigma_schedule")
    tab = replace(COMPLETE, animation_mode="2D", fields=frozenset(FIELDS) - set(fields))
    said = answer_of(webui, tab, "zoom", *fields)
    assert "Noise, CFG scale, Contrast and 2 more have no field here." in said["remedy"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"parseq": True, "animation_mode": "2D"}, "Parseq"), ({"animation_mode": "3D"}, "acts only in 2D mode")],
)
def test_what_will_do_nothing_is_a_warning(webui: Any, changes: dict[str, Any], why: str) -> None:
    """Filled, but nothing acts: the message says so, and that no chosen lane acts."""
    said = answer_of(webui, replace(COMPLETE, **changes), "zoom", "angle")
    assert (said["level"], said["acting"]) == ("warn", 0)
    assert why in said["remedy"]


def test_some_that_act_are_no_reason_to_ask(webui: Any) -> None:
    """One lane that acts beside one that does not: it is said, and counted."""
    said = answer_of(webui, replace(COMPLETE, animation_mode="3D"), "zoom", "translation_x")
    assert (said["level"], said["acting"]) == ("warn", 1)
    assert "Zoom acts only in 2D mode" in said["remedy"]


def test_a_keyframe_distribution_brings_its_button(webui: Any) -> None:
    """The setting that helps goes with the message."""
    tab = replace(COMPLETE, animation_mode="3D", distribution="Keyframes Only")
    said = answer_of(webui, tab, "strength_schedule")
    assert said["level"] == "warn"
    assert tuple(said["fix"]) == ("set_distribution", True, "Set it to Off")


def test_a_keyframe_distribution_that_was_set_is_no_warning(webui: Any) -> None:
    """Where Apply set it to Off, the message says so and is plain."""
    tab = replace(COMPLETE, animation_mode="3D", distribution="Keyframes Only")
    said = answer_of(webui, tab, "strength_schedule", set_distribution=True)
    assert said["level"] == "info"
    assert said["message"] == "Filled 1 schedule in Deforum's tab and set Keyframe distribution to 'Off'."


def test_many_warnings_are_cut_short() -> None:
    """Three, and how many more Check shows."""
    problems = [{"code": str(i), "message": f"No {i}.", "blocks": False, "idle": i == 4} for i in range(5)]
    assert warnings({"lanes": [], "problems": problems}) == ["No 4.", "No 0.", "No 1.", "Check shows 2 more."]
