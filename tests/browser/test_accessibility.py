"""The page for those who do not see it or use no pointer: axe-core, names, and the keyboard alone."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.looks.measure import inaccessible
from tests.looks.states import LANES, POPOVERS, Desk, Rare, findings, states
from tests.looks.walking import walk

KEYS = ("ArrowRight", "ArrowDown", "ArrowLeft", "End", "ArrowRight", "ArrowUp", "Home")
RADIOS = ".perform-inspector [part=curve] [role=radio]"


def test_axe_finds_nothing(app: App, page: Page, tmp_path: Path) -> None:
    """axe-core has nothing to say of any state of the page, of any level, WCAG 2.2 and the best practices included."""
    rare = Rare(page)
    Screen(page, app.url).open()
    desk = Desk(page, app.port)
    found = findings(desk, chain(states(desk, tmp_path), rare.states(desk)), whole)
    desk.leave()
    assert not found, "\n".join(found)


def whole(page: Page) -> list[str]:
    """What axe-core finds on the whole document."""
    return inaccessible(page, "html")


def test_every_state_is_walked_by_the_keyboard(app: App, page: Page, tmp_path: Path) -> None:
    """In every state Tab reaches every control once, in sight, with a name and a focus that can be seen."""
    rare = Rare(page)
    Screen(page, app.url).open()
    desk = Desk(page, app.port)
    found = findings(desk, chain(states(desk, tmp_path), rare.states(desk)), walk)
    desk.leave()
    assert not found, "\n".join(found)


def test_every_popover_opens_and_closes_by_the_keyboard(desk: Desk) -> None:
    """Enter on a button opens its popover and puts the keyboard into it; Escape closes it and gives it back."""
    for title, button in POPOVERS.items():
        opener = desk.at(button).first
        opener.focus()
        desk.page.keyboard.press("Enter")
        expect(desk.popover).to_have_attribute("aria-label", title)
        assert desk.popover.evaluate("(frame) => frame.contains(document.activeElement)"), title
        desk.page.keyboard.press("Escape")
        expect(desk.popover).to_have_count(0)
        expect(opener).to_be_focused()


def test_a_radio_group_is_one_stop_and_the_arrows_choose(desk: Desk) -> None:
    """Of a group of radio buttons one is a tab stop, the one that is on; arrows, Home and End go round and choose."""
    groups = desk.page.locator("#perform_root [role=radiogroup]:visible")
    assert groups.count() >= 3
    for group in groups.all():
        stops = group.locator("[role=radio][tabindex='0']")
        expect(stops).to_have_count(1)
        on = group.locator("[role=radio][aria-checked=true]")
        assert on.count() == 0 or on.get_attribute("tabindex") == "0"
    radios = desk.at(RADIOS)
    radios.first.focus()
    for key, index in zip(KEYS, (1, 2, 1, 3, 0, 3, 0)):
        desk.page.keyboard.press(key)
        expect(radios.nth(index)).to_be_focused()
        expect(radios.nth(index)).to_have_attribute("aria-checked", "true")
        expect(radios.nth(index)).to_have_attribute("tabindex", "0")
        expect(radios.and_(desk.page.locator("[aria-checked=true]"))).to_have_count(1)


def test_the_lanes_are_one_stop_a_button(desk: Desk) -> None:
    """The selected lane has the list's tab stops: arrows walk through the lanes, select, and stay on one button."""
    lanes = desk.at(".perform-lane")
    expect(desk.at(".perform-lane-list [tabindex='0']")).to_have_count(3)
    desk.at(".perform-lane-name").first.focus()
    desk.page.keyboard.press("ArrowDown")
    expect(lanes.nth(1)).to_have_attribute("aria-current", "true")
    expect(desk.at(".perform-lane-name").nth(1)).to_be_focused()
    desk.page.keyboard.press("ArrowRight")
    expect(lanes.nth(1).locator("[part=mute]")).to_be_focused()
    desk.page.keyboard.press("ArrowUp")
    expect(lanes.first.locator("[part=mute]")).to_be_focused()
    expect(lanes.first).to_have_attribute("aria-current", "true")
    desk.page.keyboard.press("ArrowLeft")
    desk.page.keyboard.press("ArrowLeft")
    expect(lanes.first.locator("[part=arm]")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(lanes.first.locator("[part=arm]")).to_have_attribute("aria-pressed", "false")
    desk.at(".perform-lane-name").first.focus()
    desk.page.keyboard.press("Alt+ArrowDown")
    expect(lanes.nth(1)).to_have_attribute("aria-current", "true")


def test_the_sources_are_one_stop(desk: Desk) -> None:
    """The monitor is one tab stop: the arrows walk through its sources, Enter asks what one plays."""
    sources = desk.at("[data-act='source.open']")
    expect(desk.at("[data-act='source.open'][tabindex='0']")).to_have_count(1)
    sources.first.focus()
    desk.page.keyboard.press("ArrowDown")
    expect(sources.nth(1)).to_be_focused()
    desk.page.keyboard.press("End")
    expect(sources.last).to_be_focused()
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("Enter")
    expect(desk.popover).to_be_visible()


def test_names_distinguish_one_from_the_other(desk: Desk) -> None:
    """A lane, its buttons, a source and the two buttons "Fit" are called by their own whole names; two lanes of one
    field are numbered."""
    root = desk.page.locator("#perform_root")
    for name in ("Strength", "Zoom", "Rotation 3D Y"):
        expect(root.get_by_role("listitem", name=name, exact=True)).to_have_count(1)
        for role in (f"Arm {name}", f"Mute {name}"):
            expect(root.get_by_role("button", name=role, exact=True)).to_have_count(1)
    expect(root.get_by_role("button", name="/nts1/resonance Zoom", exact=True)).to_have_count(1)
    for name in ("Fit the input range", "Fit the whole song"):
        expect(root.get_by_role("button", name=name, exact=True)).to_have_count(1)
    desk.do("lane.add", field="zoom")
    expect(root.get_by_role("button", name="Mute Zoom, lane 2", exact=True)).to_have_count(1)
    expect(root.get_by_role("button", name=f"Mute Zoom, lane {len(LANES) + 1}", exact=True)).to_have_count(1)


def test_the_focus_on_the_timeline_can_be_seen(desk: Desk) -> None:
    """Reached by Tab, the timeline has a ring of 2 px inside its own edges."""
    desk.at("[data-act='zoom.fit']").focus()
    desk.page.keyboard.press("Tab")
    stage = desk.at("#perform_stage")
    expect(stage).to_be_focused()
    expect(stage).to_have_css("outline-width", "2px")
    expect(stage).to_have_css("outline-style", "solid")
    expect(stage).to_have_css("outline-offset", "-2px")
