"""Choosing what a source plays: lanes and fields in one list, searched and chosen by the keyboard."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App

BEST = """async (queries) => {
    const {search} = await import(`${perform.modules}lanes/fields.js`);
    const {fields} = await (await fetch("/perform/v1/fields")).json();
    return queries.map((query) => search(fields, query)[0]?.name);
}"""
SAID = {
    "noise": "noise_schedule",
    "prompts": "prompts",
    "prompt": "prompts",
    "fov": "fov_schedule",
    "field of view": "fov_schedule",
    "steps": "steps_schedule",
    "step": "steps_schedule",
    "cfg": "cfg_scale_schedule",
    "pan": "rotation_3d_y",
    "tilt": "rotation_3d_x",
    "roll": "rotation_3d_z",
    "denoise": "strength_schedule",
    "denoising": "strength_schedule",
    "rotate": "angle",
    "spin": "angle",
    "move": "translation_x",
    "model": "checkpoint_schedule",
    "trans x": "translation_x",
    "translationx": "translation_x",
    "x": "translation_x",
    "3d y": "rotation_3d_y",
    "center y": "transform_center_y",
    "clipskip": "clipskip_schedule",
    "clip": "clipskip_schedule",
    "eta": "ddim_eta_schedule",
    "ancestral": "ancestral_eta_schedule",
    "controlnet": "cn_1_weight",
    "cn 3": "cn_3_weight",
    "antiblur": "amount_schedule",
    "blur": "amount_schedule",
    "flip": "perspective_flip_theta",
    "flip tv": "perspective_flip_fv",
    "hybrid": "hybrid_comp_alpha_schedule",
    "zooms": "zoom",
    "STRENGTH": "strength_schedule",
    "  Strength  schedule ": "strength_schedule",
    "strength keyframes": "keyframe_strength_schedule",
    "variation": "subseed_schedule",
    "color": "color_correction_factor",
    "colour": "color_correction_factor",
}


def active(screen: Screen) -> Locator:
    """The row that Enter takes, as the search box names it to those who listen."""
    row = screen.page.locator("#perform_search").get_attribute("aria-activedescendant")
    assert row is not None
    return screen.page.locator(f"#{row}")


def test_every_field_is_found_first_by_its_own_names(screen: Screen) -> None:
    """Typing a field's title, its name in Deforum, or a word that only it has, puts that field first."""
    fields = screen.page.evaluate("async () => (await (await fetch('/perform/v1/fields')).json()).fields")
    words = {field["name"]: set(plain(f"{field['label']} {field['name']}").split()) for field in fields}
    often = Counter(word for found in words.values() for word in found)
    wanted: dict[str, str] = dict(SAID)
    for field in fields:
        name = field["name"]
        for said in (field["label"], name, name.removesuffix("_schedule"), plain(name), field["label"].upper()):
            wanted[said] = name
        wanted.update({word: name for word in words[name] if often[word] == 1})
    assert len(wanted) > 3 * len(fields)
    queries = list(wanted)
    found = dict(zip(queries, screen.page.evaluate(BEST, queries)))
    assert {said: best for said, best in found.items() if best != wanted[said]} == {}


def plain(text: str) -> str:
    """Letters and digits in small letters, with spaces between words."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


@pytest.mark.parametrize("said", ["noise", "prompts", "fov", "steps", "cfg"])
def test_enter_takes_the_highlighted_field(app: App, screen: Screen, said: str) -> None:
    """The first row is the best match, is highlighted, and is the one that Enter makes a lane of."""
    screen.page.locator("#perform_add_lane").click()
    box = screen.page.locator("#perform_search")
    box.press_sequentially(said)
    rows = screen.popover.get_by_role("option")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    expect(active(screen)).to_have_text(str(rows.first.text_content()))
    expect(screen.page.locator(".perform-active")).to_have_count(1)
    box.press("Enter")
    expect(screen.lanes).to_have_count(1)
    assert app.state()["lanes"][0]["field"] == SAID[said]


def test_the_arrow_keys_move_the_highlight(app: App, screen: Screen) -> None:
    """Down and up walk through the rows and round the ends, the row stays in sight, and Enter takes it."""
    screen.page.locator("#perform_add_lane").click()
    box = screen.page.locator("#perform_search")
    box.press("ArrowUp")
    last = active(screen)
    expect(last).to_be_in_viewport()
    assert last.get_attribute("id") == screen.popover.get_by_role("option").last.get_attribute("id")
    box.press("ArrowDown")
    expect(active(screen)).to_contain_text("Strength")
    box.press("ArrowDown")
    expect(active(screen)).to_contain_text("Zoom")
    box.press("PageDown")
    expect(active(screen)).not_to_contain_text("Zoom")
    box.fill("rotation")
    expect(active(screen)).to_contain_text("Rotation 3D X")
    box.press("ArrowDown")
    box.press("Enter")
    expect(screen.lanes).to_have_count(1)
    assert app.state()["lanes"][0]["field"] == "rotation_3d_y"


def test_letters_at_a_second_source_are_a_search(app: App, screen: Screen) -> None:
    """Where lanes are offered too, what is typed after "choose..." filters lanes and fields; nothing is recorded."""
    lane = app.lane("zoom", "/a")
    app.send("/a", 0.5)
    app.send("/b", 0.5)
    expect(screen.sources).to_have_count(2)
    screen.sources.filter(has_text="/b").click()
    screen.page.keyboard.type("rz ?")
    screen.expect_transport("stopped")
    assert [one["id"] for one in screen.state()["lanes"]] == [lane]
    box = screen.page.locator("#perform_search")
    expect(box).to_have_value("rz ?")
    expect(screen.popover).to_contain_text("No lane or field of that name")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    box.press("Enter")
    expect(screen.popover).to_have_count(1)
    box.fill("zoom")
    rows = screen.popover.get_by_role("option")
    expect(rows.first).to_contain_text("lane")
    expect(rows.first).to_contain_text("now /a")
    box.press("Enter")
    expect(screen.part("source", ".perform-lane")).to_have_text("/b")
    assert [(one["id"], one["source"]) for one in app.state()["lanes"]] == [(lane, "/b")]


def test_a_second_source_makes_a_new_lane(app: App, screen: Screen) -> None:
    """In the same list a field becomes a new lane, which the source plays at once."""
    app.lane("zoom", "/a")
    app.send("/b", 0.5)
    screen.sources.filter(has_text="/b").click()
    screen.page.keyboard.type("strength")
    screen.page.keyboard.press("Enter")
    expect(screen.lanes).to_have_count(2)
    assert [(lane["field"], lane["source"]) for lane in app.state()["lanes"]] == [
        ("zoom", "/a"),
        ("strength_schedule", "/b"),
    ]


def test_enter_alone_takes_no_lane_from_its_source(app: App, screen: Screen) -> None:
    """The row highlighted at first is the lane that the source plays, one without a source, or else a new lane."""
    app.lane("zoom", "/a")
    free = app.lane("angle")
    app.send("/a", 0.5)
    app.send("/b", 0.5)
    screen.sources.filter(has_text="/a").click()
    expect(active(screen)).to_contain_text("plays it now")
    screen.page.keyboard.press("Escape")
    screen.sources.filter(has_text="/b").click()
    expect(active(screen)).to_contain_text("Angle")
    screen.page.keyboard.press("Escape")
    app.do("lane.change", id=free, source="/c")
    expect(screen.lanes.nth(1)).to_contain_text("/c")
    screen.sources.filter(has_text="/b").click()
    expect(active(screen)).to_contain_text("Strength")
    screen.page.keyboard.press("Enter")
    expect(screen.lanes).to_have_count(3)
    assert [lane["source"] for lane in app.state()["lanes"]] == ["/a", "/c", "/b"]


def test_the_list_follows_what_others_do(app: App, screen: Screen) -> None:
    """A lane that another page adds or removes while the list is open comes or goes; what is typed stays."""
    app.lane("zoom", "/a")
    app.send("/a", 0.5)
    screen.sources.first.click()
    box = screen.page.locator("#perform_search")
    box.fill("angle")
    expect(screen.popover.get_by_role("option")).to_have_count(1)
    added = app.lane("angle")
    expect(screen.popover.get_by_role("option")).to_have_count(2)
    app.do("lane.remove", id=added)
    expect(screen.popover.get_by_role("option")).to_have_count(1)
    expect(box).to_have_value("angle")
    expect(box).to_be_focused()


def overlap(first: dict[str, Any], second: dict[str, Any], reach: float) -> bool:
    """Whether two boxes come as near as ``reach`` pixels."""
    across = first["x"] - reach < second["x"] + second["width"] and second["x"] - reach < first["x"] + first["width"]
    down = first["y"] - reach < second["y"] + second["height"] and second["y"] - reach < first["y"] + first["height"]
    return across and down


def test_the_chooser_opens_where_it_was_asked_for(app: App, screen: Screen) -> None:
    """It hangs from the button or the source that was clicked."""
    for selector in ("#perform_add_lane", ".perform-empty [data-act='chooser.open']"):
        opener = screen.page.locator(selector)
        check_beside(screen, opener, opener)
    for address in ("/a", "/b", "/c"):
        app.send(address, 0.5)
    expect(screen.sources).to_have_count(3)
    for lanes in range(2):
        for row in screen.sources.all():
            check_beside(screen, row, row.locator("[part=plays]"))
        if lanes == 0:
            app.lane("zoom", "/a")
            expect(screen.lanes).to_have_count(1)


def check_beside(screen: Screen, opener: Locator, beside: Locator) -> None:
    """Click ``opener``: what opens is beside ``beside``; then close it."""
    opener.click()
    popover, place = screen.popover.bounding_box(), beside.bounding_box()
    assert popover is not None
    assert place is not None
    assert overlap(dict(popover), dict(place), 10)
    screen.page.keyboard.press("Escape")
    expect(screen.popover).to_have_count(0)


def test_fields_that_act_come_first(app: App, screen: Screen) -> None:
    """In a mode that ignores some fields these are marked with the reason and come after the others, in every list; an
    exact name still comes first."""
    app.do("settings.import", name="base.txt", settings={"animation_mode": "3D", "zoom": "0: (1)"})
    assert app.state()["deforum"]["idle"]["zoom"]
    app.lane("strength_schedule", "/a")
    expect(screen.lanes).to_have_count(1)
    screen.page.locator("#perform_add_lane").click()
    favourites = screen.popover.get_by_role("group", name="most played").get_by_role("option")
    expect(active(screen)).to_contain_text("Translation X")
    titles = favourites.locator("b").all_text_contents()
    assert titles.index("Rotation 3D Y") < titles.index("Zoom")
    expect(favourites.filter(has_text="Zoom")).to_contain_text("no effect: 2D only")
    expect(screen.page.locator(".perform-badge-warn", has_text="2D only").first).to_be_visible()
    box = screen.page.locator("#perform_search")
    box.fill("rotate")
    expect(screen.popover.get_by_role("option").first).to_contain_text("Rotation 3D")
    box.fill("angle")
    expect(active(screen)).to_contain_text("Angle")
    expect(active(screen)).to_contain_text("no effect: 2D only")
