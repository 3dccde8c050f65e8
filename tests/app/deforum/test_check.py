"""The check and the plan: what Apply would write, and the problems to report before."""

from __future__ import annotations

import dataclasses
import json
import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest

from deforum_perform.app.host import Interpolated
from deforum_perform.core.checks import DeforumTab
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.schedule import parse_schedule
from tests.app.conftest import Hands
from tests.app.deforum.conftest import COMPLETE, WebUi, recorded, with_two_prompts


def test_the_plan_holds_the_chosen_fields_their_gates_and_the_frames(webui: Any) -> None:
    """Nothing but the chosen lanes' fields, the gates they need, max_frames and fps is written."""
    hands = webui(WebUi())
    strength, perspective, angle = recorded(hands, "strength_schedule", "perspective_flip_phi", "angle")
    plan = hands.performer.apply_plan([strength, perspective], True)
    assert set(plan.values) == {
        "strength_schedule",
        "perspective_flip_phi",
        "enable_perspective_flip",
        "max_frames",
        "fps",
    }
    assert plan.values["enable_perspective_flip"] is True
    assert plan.values["fps"] == 15
    assert "fps" not in hands.performer.apply_plan([angle], False).values


@pytest.mark.parametrize("cadence", [1, 2, 3, 7])
def test_every_frame_deforum_reads_is_within_the_tolerance(webui: Any, cadence: int) -> None:
    """The text, read back at the frames a render reads, stays within each lane's tolerance of what was played."""
    hands = webui(WebUi())
    lanes = recorded(hands, "strength_schedule", "angle", "steps_schedule")
    hands.do("song.change", cadence=cadence)
    result = hands.performer.check(lanes).to_dict()
    assert result["checked_by"] == "deforum"
    for row in result["lanes"]:
        assert row["largest_error"] <= row["tolerance"] + 1e-12
    frames, most = result["frames"], result["max_frames"]
    assert (most if cadence == 1 else (most - 1) // cadence * cadence) >= frames


def test_an_error_that_deforum_finds_is_the_one_that_is_named(webui: Any) -> None:
    """Where Deforum is loaded its own interpolater is the judge."""
    hands = webui(WebUi(off_by=0.25))
    (lane,) = recorded(hands, "angle")
    assert hands.performer.check([lane]).to_dict()["lanes"][0]["largest_error"] == pytest.approx(0.25, abs=0.03)


def test_a_text_deforum_refuses_is_not_filled(webui: Any) -> None:
    """A schedule that the running Deforum cannot read blocks its lane."""
    hands = webui(WebUi(problem="SyntaxError"))
    lanes = recorded(hands, "angle")
    plan = hands.performer.apply_plan(lanes, True)
    assert plan.values == {}
    assert plan.result["can_apply"] is False


def test_where_deforums_own_reader_fails_perform_reads_back(webui: Any) -> None:
    """One message with its remedy for all lanes, none at a lane; the check continues with Perform's reader."""
    problem = ("Deforum cannot read any schedule with pandas 3.1.1.", 'Run pip install "pandas<3".')
    hands = webui(WebUi(tab=replace(COMPLETE, reader_problem=problem), problem="TypeError: Invalid value"))
    lanes = recorded(hands, "angle", "zoom")
    result = hands.performer.check(lanes).to_dict()
    assert [(p["message"], p["remedy"]) for p in result["problems"] if p["code"] == "reader"] == [problem]
    assert [p["code"] for row in result["lanes"] for p in row["problems"]] == []
    assert (result["checked_by"], result["can_apply"]) == ("perform", True)


@pytest.mark.parametrize(
    ("tab", "code"),
    [
        (DeforumTab(fields=frozenset(FIELDS), animation_mode="3D", controlnet=True), "mode"),
        (DeforumTab(fields=frozenset(FIELDS), parseq=True, controlnet=True), "parseq"),
        (DeforumTab(fields=frozenset(FIELDS), controlnet=False), "controlnet_missing"),
        (DeforumTab(fields=frozenset(FIELDS) - {"angle"}, controlnet=True), "unknown_field"),
    ],
)
def test_what_would_make_deforum_ignore_a_lane_is_said(webui: Any, tab: DeforumTab, code: str) -> None:
    """Each condition that costs a render is named before Apply, with what to do."""
    hands = webui(WebUi(tab=replace(tab, animation_mode=None)))
    lanes = recorded(hands, "angle")
    hands.performer.see_deforum(tab)
    result = hands.performer.check(lanes).to_dict()
    found = [p for p in (*result["problems"], *result["lanes"][0]["problems"]) if p["code"] == code]
    assert len(found) == 1
    assert found[0]["remedy"]


def test_a_lane_without_a_recording_is_not_filled(webui: Any) -> None:
    """An empty lane would overwrite a box with its resting value, so it is left out and said."""
    hands = webui(WebUi())
    lane = hands.lane("angle", "/k")
    plan = hands.performer.apply_plan([lane], True)
    assert plan.values == {}
    assert plan.result["lanes"][0]["problems"][0]["code"] == "nothing_recorded"


def test_muted_lanes_are_left_out_by_default(webui: Any) -> None:
    """Without a choice Apply takes every lane that plays something and is not muted."""
    hands = webui(WebUi())
    angle, zoom = recorded(hands, "angle", "zoom")
    hands.do("lane.change", id=zoom, muted=True)
    assert [row["id"] for row in hands.do("check")["lanes"]] == [angle]


def test_a_settings_file_keeps_its_base(hands: Hands) -> None:
    """Export changes the lanes' names, their gates and the frames in an imported file, and nothing else."""
    recorded(hands, "angle", "perspective_flip_phi")
    base = {
        "angle": "0:(0)",
        "zoom": "0:(1)",
        "W": 512,
        "max_frames": 120,
        "diffusion_cadence": 3,
        "extra": [1, {"a": 2}],
    }
    hands.do("settings.import", name="mine.txt", settings=base)
    written = json.loads(hands.performer.settings_text()[1])
    assert {k: written[k] for k in ("zoom", "W", "extra", "diffusion_cadence")} == {
        "zoom": "0:(1)",
        "W": 512,
        "extra": [1, {"a": 2}],
        "diffusion_cadence": 3,
    }
    assert written["angle"] == hands.performer.lane_text(hands.performer.session.song.lanes[0].id)
    assert written["enable_perspective_flip"] is True
    assert written["max_frames"] == hands.performer.snapshot()["song"]["max_frames"]
    assert hands.performer.snapshot()["song"]["cadence_used"] == 3


def test_a_name_this_webui_does_not_know_blocks_its_lane(webui: Any) -> None:
    """An unknown sampler raises only at the frame that uses it, so it is found before anything is filled."""
    hands = webui(WebUi(tab=replace(COMPLETE, choices={"sampler_schedule": ("Euler a", "LMS")})))
    lane = hands.lane("sampler_schedule", "/k", choices=["Euler a", "Gone"])
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.0), (2.0, 1.0))
    hands.at(3.0)
    hands.do("record.stop")
    blocked = hands.performer.check([lane]).to_dict()["lanes"][0]
    assert [p["code"] for p in blocked["problems"]] == ["unknown_name"]
    hands.do("lane.change", id=lane, choices=["Euler a", "LMS"])
    plan = hands.performer.apply_plan([lane], False)
    assert plan.values["sampler_schedule"] == '0: ("Euler a"), 14: ("LMS")'
    assert plan.values["enable_sampler_scheduling"] is True


def test_prompts_are_switched_where_they_are_hit_and_typed_ones_stay(webui: Any) -> None:
    """The Prompts box gets the bank's prompts where the lane plays; what was typed for other frames is kept."""
    hands = webui(WebUi())
    lane = with_two_prompts(hands)
    hands.performer.see_deforum(replace(COMPLETE, texts={"prompts": '{"0": "mine", "15": "gone", "50": "end"}'}))
    plan = hands.performer.apply_plan([lane], False)
    assert json.loads(str(plan.values["prompts"])) == {
        "0": "mine",
        "10": "a cat",
        "20": "a dog",
        "40": "gone",
        "50": "end",
    }


def test_a_prompts_box_that_is_no_json_is_left_alone(webui: Any) -> None:
    """What the user typed is never overwritten by guessing: Apply is refused, and the check names the line."""
    hands = webui(WebUi())
    lane = hands.lane("prompts", "/pad", choices=["a cat", "a dog"])
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/pad", (2.0, 0), (3.0, 1))
    hands.do("record.stop")
    hands.performer.see_deforum(replace(COMPLETE, texts={"prompts": "{ half"}))
    plan = hands.performer.apply_plan([lane], False)
    assert (plan.values, plan.result["outcome"]) == ({}, "refused")
    assert any("line 1" in problem["message"] for problem in plan.result["problems"] if problem["blocks"])


def test_deforums_own_schedule_comes_under_a_lane(webui: Any) -> None:
    """Import takes the box of the browser that was read, and the curve follows it where nothing is played."""
    hands = webui(WebUi())
    (lane,) = recorded(hands, "angle")
    hands.performer.see_deforum(replace(COMPLETE, texts={"angle": "0:(5), 100:(5)"}))
    hands.do("song.change", length_s=8)
    hands.do("lane.import_schedule", id=lane)
    read = parse_schedule(hands.performer.lane_text(lane), hands.performer.session.song.frames)
    assert read[-1] == pytest.approx(5.0, abs=0.03)
    assert hands.state_of(lane)["under"] == "0:(5), 100:(5)"


def test_a_source_beyond_its_range_is_marked_where_it_left_it(hands: Hands) -> None:
    """Clipping is reported with the range that was played and its first frame; Fit resolves it."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5), (2.0, 1.5), (3.0, 0.5))
    hands.do("record.stop")
    (clipped,) = [p for p in hands.state_of(lane)["problems"] if p["code"] == "clipped"]
    assert clipped["frame"] == 30
    hands.do("lane.fit_input_range", id=lane)
    assert "clipped" not in [p["code"] for p in hands.state_of(lane)["problems"]]


@pytest.mark.parametrize(("highest", "listed"), [(1.004, False), (1.02, True)])
def test_a_source_beyond_its_range_by_less_than_the_tolerance_is_no_problem(
    hands: Hands, highest: float, listed: bool
) -> None:
    """A knob that ends a little higher than last time is clipped by no more than the keys may leave out."""
    lane = hands.lane("angle", "/k", in_low=0, in_high=1, tolerance=0.01)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/k", (1.0, 0.5), (2.0, highest), (3.0, 0.5))
    hands.do("record.stop")
    assert ("clipped" in [p["code"] for p in hands.state_of(lane)["problems"]]) is listed


def test_a_gliding_seed_writes_its_subseed_too(webui: Any) -> None:
    """One seed lane fills seed, subseed and strength with their gates; a separate lane for one of them overrides it."""
    hands = webui(WebUi())
    lane = hands.lane("seed_schedule", "/pad", in_low=0, in_high=1, pick="step", out_low=100, fade_s=0.5)
    hands.do("song.change", cadence=1)
    hands.at(0.0)
    hands.do("record.start")
    hands.play("/pad", (1.0, 0), (2.0, 1), (2.1, 0))
    hands.at(4.0)
    hands.do("record.stop")
    values = hands.performer.apply_plan([lane], False).values
    assert values["seed_behavior"] == "schedule"
    assert values["enable_subseed_scheduling"] is True
    assert parse_schedule(str(values["subseed_schedule"]), 61)[35] == 101
    assert 0 < parse_schedule(str(values["subseed_strength_schedule"]), 61)[34] < 1
    assert parse_schedule(str(values["seed_schedule"]), 61)[[29, 34, 40]].tolist() == [100, 100, 101]


@pytest.mark.parametrize("how", ["check", "settings_text", "lane_text"])
def test_the_keys_of_a_check_are_shown_everywhere(hands: Hands, how: str) -> None:
    """What Check, an export or a copied text found has the fewest keys; the state then has these for good, and says
    that they are final."""
    lanes = recorded(hands, "zoom", "angle")
    before = hands.performer.snapshot()
    if how == "check":
        hands.do("check")
    elif how == "settings_text":
        hands.performer.settings_text()
    else:
        for lane in lanes:
            hands.performer.lane_text(lane)
    after = hands.performer.snapshot()
    assert after["revision"] > before["revision"]
    assert all(lane["final"] for lane in after["lanes"])
    shown = [(lane["keys"], lane["characters"], lane["largest_error"]) for lane in after["lanes"]]
    checked = hands.do("check")["lanes"]
    assert shown == [(lane["keys"], lane["characters"], lane["largest_error"]) for lane in checked]


@dataclass(frozen=True)
class Listing(WebUi):
    """A WebUI that notes what its Deforum is asked to read."""

    asked: list[str] = dataclasses.field(default_factory=list)
    news: threading.Event = dataclasses.field(default_factory=threading.Event)

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        self.asked.append(text)
        self.news.set()
        return super().interpolate(text, max_frames)


def test_deforum_reads_ahead_what_check_will_ask_for(webui: Any) -> None:
    """While a page is open and the fewest keys are known, the running Deforum reads each lane's text, once."""
    host = Listing()
    hands = webui(host)
    (lane,) = recorded(hands, "angle")
    assert host.asked == [], "no page is open"
    hands.performer.subscribe(lambda: None)
    assert host.news.wait(30)
    assert host.asked == [hands.performer.lane_text(lane)]
    host.news.clear()
    hands.do("lane.change", id=lane, tolerance=0.1)
    assert host.news.wait(30)
    assert host.asked[1:] == [hands.performer.lane_text(lane)]


@pytest.mark.parametrize(
    ("field", "changes", "said"),
    [
        ("zoom", {}, "Zoom stays at 1 for the whole song."),
        ("scheduler_schedule", {"choices": ["Simple", "Karras"]}, "Scheduler stays at “Karras” for the whole song."),
        ("prompts", {"choices": ["a", "b" * 60]}, f"Prompts stays at “{'b' * 40}…” for the whole song."),
        ("seed_schedule", {"choices": ["7", "9"]}, "Seed stays at “9” for the whole song."),
        ("sampler_schedule", {}, "Sampler stays at “Euler a” for the whole song."),
    ],
)
def test_a_lane_that_never_moves_says_what_it_stays_at(
    hands: Hands, field: str, changes: dict[str, Any], said: str
) -> None:
    """A value of the field, or the name in the lane's list instead of its place there."""
    changes = {**changes, "in_low": 0, "in_high": 1} if changes else {"out_low": 1, "out_high": 1}
    lane = hands.lane(field, "/k", **changes)
    hands.do("record.start")
    hands.play("/k", (0.0, 1.0), (1.0, 1.0))
    hands.at(2.0)
    hands.do("record.stop")
    assert said in [problem["message"] for problem in hands.state_of(lane)["problems"]]
