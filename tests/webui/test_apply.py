"""From OSC to the text in Deforum's boxes, in a real browser on real gradio."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.schedule import max_frames_for, parse_schedule
from tests.webui.deforum_arguments import DISTRIBUTION, tables
from tests.webui.page import until
from tests.webui.performance import boxes, make_lanes, record, send

CADENCE = 2
FOLLOWING = ("weight", "guidance_start", "guidance_end", "loopback_mode")


def curve(screen: Any, lane: str) -> np.ndarray:
    """The lane's values, one a frame, as the API gives them."""
    data = screen.page.evaluate(
        """async (lane) => Array.from(new Uint8Array(
            await (await fetch(`/perform/v1/lanes/${lane}/curve`)).arrayBuffer()))""",
        lane,
    )
    raw = bytes(data)
    frames = int.from_bytes(raw[:4], "little")
    return np.frombuffer(raw, "<f4", frames, 8)


def test_apply_fills_the_chosen_boxes_and_undo_gives_them_back(host: Any, look_at: Any) -> None:
    """Recorded lanes reach exactly their boxes, gates, max_frames and fps; all else, and Undo, byte for byte."""
    screen = look_at(host.url)
    screen.open()
    before = boxes(host, screen)
    screen.command("song.change", fps=24)
    lanes = make_lanes(screen)
    record(screen, host.osc_port)
    screen.bridge("read")
    chosen = [name for name in lanes if name != "angle"]
    answer = screen.bridge("apply", {"lanes": [lanes[name] for name in chosen], "set_fps": True})
    after = boxes(host, screen)

    state = screen.state()
    assert state["song"]["cadence_used"] == CADENCE
    max_frames = max_frames_for(state["song"]["frames"], CADENCE)
    gates = {"enable_perspective_flip": True, "cn_2_enabled": True}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {*chosen, *gates, "max_frames", "fps"}
    assert set(answer["applied"]) == changed
    assert {name: after[name] for name in gates} == gates
    assert (after["max_frames"], after["fps"]) == (max_frames, 24)
    tolerances = {lane["field"]: lane["tolerance"] * abs(lane["out_high"] - lane["out_low"]) for lane in state["lanes"]}
    for name in chosen:
        wanted = curve(screen, lanes[name])
        step = CADENCE if FIELDS[name].reads == "cadence" else 1
        read = parse_schedule(after[name], max_frames)[: len(wanted)]
        assert np.abs(read - wanted)[::step].max() <= tolerances[name] + 1e-4, name
        assert wanted.max() > wanted.min(), f"{name} was played"

    undone = screen.bridge("undo")
    assert set(undone["restored"]) == changed
    assert boxes(host, screen) == before
    assert host.look()["errors"] == []


def event_of(request: Any) -> list[int]:
    """The number of the gradio event that a request runs, if it runs one."""
    body = request.post_data if request.method == "POST" else None
    return [json.loads(body)["fn_index"]] if body and '"fn_index"' in body else []


def test_what_follows_a_tick_is_done_in_the_same_trip(host: Any, look_at: Any) -> None:
    """Boxes that Deforum shows when a unit is ticked are shown, and hidden by Undo, without one more request.

    Otherwise gradio 3 draws its page hundreds of times for the 65 events of five units. A tick by the user still has
    its events.
    """
    screen = look_at(host.url)
    screen.open()
    lanes = make_lanes(screen, {"/knob/net": ("cn_2_weight",)})
    record(screen, host.osc_port)
    events: set[int] = set()
    screen.page.on("request", lambda request: events.update(event_of(request)))
    queued: list[str] = []  # gradio 3 opens a websocket for each event that waits in its queue
    screen.page.on("websocket", lambda stream: queued.append(stream.url) if "queue" in stream.url else None)
    shown = screen.page.locator("#row_cn_2_weight")
    screen.show("Deforum")
    for title in ("ControlNet", "CN Model 2"):
        screen.page.locator("#tab_deforum_interface .tab-nav button", has_text=title).click()
    for act, request, ticked in (("apply", {"lanes": list(lanes.values())}, True), ("undo", None, False)):
        before, seen = len(host.look()["followed"]), events.copy()
        screen.bridge(act, request)
        (expect(shown).to_be_visible if ticked else expect(shown).to_be_hidden)()
        assert boxes(host, screen)["cn_2_enabled"] is ticked  # a later event: those of the ticks would be under way
        assert host.look()["followed"][before:] == [[f"cn_2_{name}", ticked] for name in FOLLOWING]
        assert len(events - seen) <= 2, "the click and Generate are all that was asked for"
        assert queued == []
    screen.page.locator("#row_cn_2_enabled input").check()
    expect(shown).to_be_visible()


def test_the_buttons_of_the_page_do_it_too(host: Any, look_at: Any) -> None:
    """Record, stop, Apply and Undo Apply by the page's own buttons end in Deforum's boxes and back."""
    screen = look_at(host.url)
    screen.open()
    screen.show("Perform")
    before = boxes(host, screen)
    make_lanes(screen, {"/knob/zoom": ("zoom",)})
    screen.page.keyboard.press("r")
    until(lambda: screen.state()["transport"]["state"] == "recording", "R records", screen.page)
    send(host.osc_port, screen.state)
    until(lambda: screen.state()["transport"]["state"] == "stopped", "OSC stops", screen.page)
    screen.page.locator("#perform_apply_now:enabled").click()
    after = until(lambda: (now := boxes(host, screen))["zoom"] != before["zoom"] and now, "Zoom is filled", screen.page)
    assert {name for name in after if after[name] != before[name]} >= {"zoom", "max_frames"}
    screen.page.get_by_text("Undo Apply").click()
    until(lambda: boxes(host, screen) == before, "previous text of Deforum's boxes is restored", screen.page)


def test_a_click_is_one_trip(host: Any, look_at: Any) -> None:
    """Check and Apply bring the boxes, check, and fill them in one request each; a check on the screen that still
    holds is what Apply writes."""
    screen = look_at(host.url)
    screen.open()
    screen.show("Perform")
    make_lanes(screen, {"/knob/zoom": ("zoom",)})
    record(screen, host.osc_port)
    events: list[int] = []
    commands: list[str] = []
    screen.page.on("request", lambda request: events.extend(event_of(request)))
    screen.page.on("request", lambda request: commands.append(request.url) if "/commands/" in request.url else None)
    screen.page.locator("#perform_check:enabled").click()
    verdict = screen.page.locator(".perform-verdict:not([data-mode=busy]):not([data-mode=open])")
    verdict.wait_for()
    assert (len(events), commands) == (1, [])
    screen.page.locator("#perform_apply_now:enabled").click()
    toast = screen.page.locator(".perform-toast", has_text="Filled 1 schedule")
    toast.wait_for()
    assert (len(events), commands) == (2, [])
    assert "checked again" not in toast.inner_text()


def test_two_browsers_fill_their_own_boxes(host: Any, look_at: Any) -> None:
    """Both have the same state; Apply in one does not change the other's boxes."""
    one, two = look_at(host.url), look_at(host.url)
    one.open()
    two.open()
    lanes = make_lanes(one)
    assert {lane["id"] for lane in two.state()["lanes"]} == set(lanes.values())
    record(one, host.osc_port)
    untouched = boxes(host, two)
    one.bridge("apply", {"lanes": [lanes["zoom"]], "set_fps": False})
    assert boxes(host, two) == untouched
    assert boxes(host, one)["zoom"] != untouched["zoom"]


def test_what_cannot_be_checked_is_not_written(host: Any, look_at: Any) -> None:
    """Apply of a lane with nothing recorded is refused by the check, which gives the reason, and no box changes."""
    screen = look_at(host.url)
    screen.open()
    before = boxes(host, screen)
    lanes = make_lanes(screen, {"/knob/zoom": ("zoom",)})
    answer = screen.bridge("apply", {"lanes": [lanes["zoom"]], "set_fps": True})
    assert (answer["outcome"], answer["applied"]) == ("refused", [])
    assert "nothing recorded" in answer["lanes"][0]["problems"][0]["message"]
    assert boxes(host, screen) == before


def test_without_deforum_the_page_offers_the_settings_file(start: Any, look_at: Any) -> None:
    """No Deforum tab: the page works anyway, says so, and has no form for boxes."""
    host = start("--no-deforum")
    screen = look_at(host.url)
    screen.open()
    state = screen.state()["host"]
    assert (state["deforum"], state["apply"]) == (False, "settings")
    assert state["message"]
    assert not screen.page.evaluate("perform.bridge.available()")
    assert host.look()["errors"] == []


def test_without_controlnet_its_lane_is_left_out(start: Any, look_at: Any) -> None:
    """A ControlNet lane on a WebUI without it: the others are filled, and the answer says why this one is not."""
    host = start(units=0)
    screen = look_at(host.url)
    screen.open()
    lanes = make_lanes(screen)
    record(screen, host.osc_port)
    before = boxes(host, screen)
    answer = screen.bridge("apply", {"lanes": [lanes["zoom"], lanes["cn_2_weight"]], "set_fps": False})
    after = boxes(host, screen)
    assert {name for name in after if after[name] != before[name]} == {"zoom", "max_frames"}
    rows = {row["field"]: row["problems"] for row in answer["lanes"]}
    assert "unknown_field" in {problem["code"] for problem in rows["cn_2_weight"]}


def test_apply_asks_where_nothing_would_act_and_says_so_after(host: Any, look_at: Any) -> None:
    """A Parseq manifest overrides every box: Apply fills them only when that was asked, and its message warns."""
    screen = look_at(host.url)
    screen.open()
    screen.show("Perform")
    make_lanes(screen, {"/knob/zoom": ("zoom",)})
    record(screen, host.osc_port)
    put(screen, "Parseq manifest (JSON or URL)", '{"rendered_frames": []}')
    before = boxes(host, screen)
    screen.show("Perform")
    screen.page.locator("#perform_apply_now:enabled").click()
    question = screen.page.locator(".perform-ask")
    question.get_by_text("Parseq manifest").wait_for()
    question.get_by_role("button", name="Cancel").click()
    assert boxes(host, screen) == before
    screen.show("Perform")
    screen.page.locator("#perform_apply_now:enabled").click()
    question.get_by_role("button", name="anyway").click()
    toast = screen.page.locator(".perform-toast-warn", has_text="Filled 1 schedule")
    toast.get_by_text("Parseq").wait_for()
    assert boxes(host, screen)["zoom"] != before["zoom"]


def test_a_keyframe_distribution_is_set_to_off_from_the_message(start: Any, look_at: Any, fork: bool) -> None:
    """In the Forge fork as it comes: Apply warns, its button sets the box to Off and applies again, after which nothing
    is left to look at; Undo gives it back."""
    if not fork:
        pytest.skip("sd-webui-deforum has no keyframe distribution")
    given = tables(fork)
    given["DeforumAnimArgs"]["keyframe_distribution"] = {**DISTRIBUTION, "value": "Keyframes Only"}
    host = start(given=given)
    screen = look_at(host.url)
    screen.open()
    before = boxes(host, screen)
    assert before["keyframe_distribution"] == "Keyframes Only"
    screen.show("Perform")
    make_lanes(screen, {"/knob/strength": ("strength_schedule",)})
    record(screen, host.osc_port)
    screen.page.locator("#perform_apply_now:enabled").click()
    toast = screen.page.locator(".perform-toast-warn", has_text="Keyframes Only")
    toast.get_by_role("button", name="Set it to Off").click()
    after = until(
        lambda: (now := boxes(host, screen))["keyframe_distribution"] == "Off" and now, "the box says Off", screen.page
    )
    keys = [int(key.split(":")[0]) for key in after["strength_schedule"].split(",")]
    assert all(key % CADENCE == 0 for key in keys)
    expect(screen.page.locator(".perform-apply-problem")).to_be_hidden()
    for _ in range(2):
        screen.bridge("undo")
    assert boxes(host, screen) == before


def put(screen: Any, label: str, text: str) -> None:
    """Type into a box of Deforum's tab."""
    screen.page.evaluate(
        """([label, text]) => {
            const named = [...document.querySelectorAll("label")].find((one) => one.textContent.trim() === label);
            const box = named.querySelector("textarea, input");
            box.value = text;
            box.dispatchEvent(new Event("input", {bubbles: true}));
        }""",
        [label, text],
    )
