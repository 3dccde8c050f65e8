"""Lanes that choose among names, prompts or numbers, and those that count hits."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from math import sin

import pytest
from playwright.sync_api import Locator, expect

from deforum_perform.core.deforum.reader import parse_schedule
from tests.browser.conftest import LookAt
from tests.browser.lane_tools import INSPECTOR, lane, segment, until, zones
from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.looks.measure import unreadable

SQUEEZED = """() => [...document.querySelectorAll(".perform-inspector button, .perform-inspector .perform-row-name")]
    .filter((node) => node.getClientRects().length > 0 && node.scrollWidth > node.clientWidth + 1)
    .map((node) => node.textContent)"""


def add(screen: Screen, text: str, box: str = "bankText") -> None:
    """Type a choice into the inspector's list."""
    screen.part(box, INSPECTOR).fill(text)
    screen.page.locator("[data-act='bank.addButton']").click()


def rows(screen: Screen) -> Locator:
    """The choices in the inspector's list."""
    return screen.page.locator(".perform-bank-item [part=text]")


def rendered(app: App, lane_id: str) -> set[float]:
    """The values of a lane's text at the frames that Deforum reads."""
    song = app.state()["song"]
    return set(parse_schedule(app.performer.lane_text(lane_id), song["frames"])[:: song["cadence_used"]].tolist())


def test_a_sampler_is_played_from_zones(app: App, screen: Screen) -> None:
    """A sampler lane with typed names, recorded over OSC: the text has a key only where the name changes."""
    screen.add_lane("sampler", "Sampler")
    app.send("/knob", 0.0)
    app.send("/knob", 1.0)
    expect(screen.part("source", ".perform-lane")).to_have_text("/knob")
    add(screen, "DDIM")
    expect(rows(screen)).to_have_count(2)
    app.send("/knob", 0.1)
    screen.record.click()
    screen.at_frame(3)
    app.send("/knob", 0.15)
    app.send("/knob", 0.9)
    expect(screen.part("value", ".perform-lane")).to_have_text("DDIM")
    screen.at_frame(8)
    app.send("/knob", 0.95)
    app.send("/knob", 0.05)
    expect(screen.part("value", ".perform-lane")).to_have_text("Euler a")
    screen.at_frame(12)
    screen.record.click()
    expect(screen.written).to_contain_text("keys")
    text = app.performer.lane_text(lane(app)["id"])
    names = re.findall(r'\d+: \("([^"]+)"\)', text)
    assert set(names) == {"Euler a", "DDIM"}
    assert all(before != after for before, after in pairwise(names))


def test_a_lane_that_chooses_has_no_range(app: App, screen: Screen) -> None:
    """Range, curve, smoothing and tolerance are shown for a lane that plays a range, and hidden for one that
    chooses."""
    app.lane("zoom", "/a")
    app.lane("sampler_schedule", "/a")
    expect(screen.lanes).to_have_count(2)
    names = ("presetRow", "outputRow", "shapeRow", "smoothingRow", "toleranceRow")
    for name in names:
        expect(screen.part(name, INSPECTOR)).to_be_visible()
    expect(screen.part("bank", INSPECTOR)).to_be_hidden()
    screen.lanes.nth(1).click()
    for name in names:
        expect(screen.part(name, INSPECTOR)).to_be_hidden()
    expect(screen.part("bank", INSPECTOR)).to_be_visible()


def test_a_name_that_deforum_would_mangle_is_refused_at_the_list(app: App, screen: Screen) -> None:
    """A name with a comma is refused with the reason below the list, stays typed, and can be put right."""
    app.lane("checkpoint_schedule", "/a")
    add(screen, "night, v2.safetensors")
    problem = screen.part("bankProblem", INSPECTOR)
    expect(problem).to_contain_text("Deforum would change")
    expect(screen.part("bankText", INSPECTOR)).to_have_value("night, v2.safetensors")
    assert lane(app)["choices"] == []
    screen.forgive("422")
    add(screen, "night-v2.safetensors")
    expect(problem).to_be_hidden()
    expect(rows(screen)).to_have_value("night-v2.safetensors")
    rows(screen).fill("night: v3")
    rows(screen).blur()
    expect(problem).to_contain_text("Deforum would change")
    expect(rows(screen)).to_have_value("night: v3")
    assert lane(app)["choices"] == ["night-v2.safetensors"]
    screen.forgive("422")


def test_choices_are_moved_and_taken_out(app: App, screen: Screen) -> None:
    """The list can be put in another order and shortened; the server has it as it is shown."""
    app.lane("sampler_schedule", "/a", choices=["Euler a", "DDIM", "UniPC"])
    expect(rows(screen)).to_have_count(3)
    screen.page.locator("[data-act='bank.up']").nth(2).click()
    expect(rows(screen).nth(1)).to_have_value("UniPC")
    screen.page.locator("[data-act='bank.out']").first.click()
    expect(rows(screen)).to_have_count(2)
    assert lane(app)["choices"] == ["UniPC", "DDIM"]


def test_known_names_are_picked_from_a_list(app: App, screen: Screen) -> None:
    """The names of the running WebUI can be searched, added and taken out again."""
    link = app.performer.parts.link
    link.tab = replace(link.tab, choices={"sampler_schedule": ("Euler a", "DPM++ 2M", "DPM++ 2M SDE")})
    app.lane("sampler_schedule", "/a")
    screen.part("bankKnown", INSPECTOR).click()
    screen.page.locator("#perform_choice_search").fill("2m sde")
    offered = screen.popover.get_by_role("option")
    expect(offered).to_have_count(1)
    offered.click()
    expect(offered).to_have_attribute("aria-selected", "true")
    expect(rows(screen)).to_have_count(2)
    assert lane(app)["choices"] == ["Euler a", "DPM++ 2M SDE"]
    screen.page.locator("#perform_choice_search").press("Enter")
    expect(offered).to_have_attribute("aria-selected", "false")
    expect(rows(screen)).to_have_count(1)


def test_a_pad_counts_or_goes_through_a_list(app: App, screen: Screen) -> None:
    """A seed lane plays a list of numbers, or counts hits from a first number; a typed word is refused at the list."""
    app.lane("seed_schedule", "/pad", out_low=100)
    app.played(3.0, {"/pad": lambda time_s: 1.0 if time_s % 1 < 0.2 else 0.0})
    expect(screen.written).to_contain_text("keys")
    segment(screen, "next").click()
    expect(screen.part("countRow", INSPECTOR)).to_be_visible()
    counted = until(screen, app, lambda found: found["pick"] == "step" and not found["chooses"])
    assert rendered(app, counted["id"]) == {101, 102, 103}
    segment(screen, "list").click()
    expect(rows(screen)).to_have_value("100")
    add(screen, "2024")
    expect(rows(screen)).to_have_count(2)
    add(screen, "many")
    expect(screen.part("bankProblem", INSPECTOR)).to_contain_text("not a whole number")
    screen.forgive("422")
    segment(screen, "step").click()
    chosen = until(screen, app, lambda found: found["pick"] == "step" and found["chooses"])
    assert rendered(app, chosen["id"]) == {100, 2024}


def test_a_bank_of_prompts_is_written_with_cross_fades(app: App, screen: Screen) -> None:
    """Prompts are typed into text areas; the text is JSON of frames, with a weighted prompt while one fades over."""
    app.lane("prompts", "/knob")
    add(screen, "a neon city --neg blurry", "bankPrompt")
    add(screen, "a quiet forest", "bankPrompt")
    expect(screen.part("bankLead", INSPECTOR)).to_contain_text("--neg")
    expect(rows(screen)).to_have_count(2)
    expect(rows(screen).first).to_have_js_property("tagName", "TEXTAREA")
    app.played(3.0, {"/knob": zones})
    fade = screen.part("fade_s", INSPECTOR)
    fade.fill("0.5")
    fade.blur()
    found = until(screen, app, lambda found: bool(found["curve_id"]) and found["fade_s"] == 0.5)
    prompts = json.loads(app.performer.lane_text(found["id"]))
    assert prompts["0"].startswith("a neon city")
    assert any(":`" in prompt for prompt in prompts.values())
    expect(screen.part("value", ".perform-lane")).to_have_text("a neon city --neg blurry")


def test_names_are_drawn_on_the_timeline(app: App, screen: Screen) -> None:
    """Another name at the same zone changes the drawing of the same curve: the names are on the timeline."""
    app.lane("sampler_schedule", "/knob", choices=["Euler a", "DDIM"])
    app.played(3.0, {"/knob": zones})
    expect(screen.written).to_contain_text("keys")
    value = screen.part("value", ".perform-lane")
    expect(value).to_have_text("Euler a")
    picture = screen.pixels("#perform_stage canvas:nth-of-type(1)")
    rows(screen).first.fill("Heun")
    rows(screen).first.blur()
    expect(value).to_have_text("Heun")
    screen.until(
        "old => document.querySelector('#perform_stage canvas:nth-of-type(1)').toDataURL() !== old",
        picture,
    )


def test_an_empty_list_holds_up_no_other_lane(app: App, screen: Screen) -> None:
    """A lane with nothing to choose from says so, and the lanes after it still get their fewest keys."""
    app.lane("checkpoint_schedule", "/a")
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(3 * time_s)})
    expect(screen.written).to_have_text("nothing: the list is empty")
    expect(screen.part("problems", INSPECTOR)).to_contain_text("empty list")
    until(screen, app, lambda _first: bool(app.state()["lanes"][1]["final"]))


@pytest.mark.parametrize(("theme", "width", "height"), [("dark", 1024, 700), ("light", 1280, 800)])
def test_lists_and_forms_fit_and_can_be_read(app: App, look_at: LookAt, theme: str, width: int, height: int) -> None:
    """Nothing of the inspector is squeezed or too faint, whatever kind of lane it shows, in both themes."""
    app.lane("zoom", "/a", form="rate")
    app.lane("sampler_schedule", "/a", choices=["Euler a", "DDIM"])
    app.lane("seed_schedule", "/a", choices=["11", "2024"])
    app.lane("steps_schedule", "/a", pick="step")
    app.lane("prompts", "/a", choices=["a neon city", "a quiet forest"])
    screen = look_at(app.url, width=width, height=height, theme=theme)
    expect(screen.lanes).to_have_count(5)
    for index in range(5):
        screen.lanes.nth(index).click(position={"x": 90, "y": 12})
        expect(screen.lanes.nth(index)).to_have_attribute("aria-current", "true")
        if index in (1, 4):
            add(screen, "`", "bankText" if index == 1 else "bankPrompt")
        assert screen.page.evaluate(SQUEEZED) == []
        assert unreadable(screen.page) == []
    screen.forgive("422")
