"""The keys of the page, and when they mean nothing."""

from __future__ import annotations

from dataclasses import replace
from math import sin

import pytest
from playwright.sync_api import expect

from deforum_perform.app.notices import Notice
from tests.browser.screen import Screen
from tests.browser.standalone_app import App


def test_space_plays_and_stops(app: App, screen: Screen) -> None:
    """Space plays what is recorded: the playhead moves and the lane shows what it plays; Space again stops."""
    app.lane("zoom", "/a", in_low=0, in_high=1, out_low=1, out_high=2)
    app.played(8.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(time_s)})
    expect(screen.written).to_contain_text("keys")
    screen.press("Space")
    screen.expect_transport("playing")
    screen.at_frame(5)
    shown = screen.part("value", ".perform-lane").text_content()
    screen.until("old => document.querySelector('.perform-lane [part=value]').textContent !== old", shown)
    screen.press("Space")
    screen.expect_transport("stopped")


def test_z_undoes_and_shift_z_brings_back(app: App, screen: Screen) -> None:
    """Z takes the last change back and Shift+Z makes it again; the buttons say what that is."""
    app.lane("zoom")
    expect(screen.lanes).to_have_count(1)
    screen.press("z")
    expect(screen.lanes).to_have_count(0)
    screen.press("Shift+Z")
    expect(screen.lanes).to_have_count(1)
    expect(screen.part("undo", ".perform-transport")).to_have_attribute("title", "Undo: add Zoom (Z)")


def test_typing_is_no_command(app: App, screen: Screen) -> None:
    """While typing in a box, R, Space, Z and ? are letters and nothing else happens."""
    app.lane("zoom")
    revision = screen.state()["revision"]
    screen.page.locator("#perform_add_lane").click()
    box = screen.page.locator("#perform_search")
    box.press_sequentially("r z?")
    expect(box).to_have_value("r z?")
    screen.expect_transport("stopped")
    assert screen.state()["revision"] == revision


def test_keys_of_the_browser_stay(app: App, screen: Screen) -> None:
    """With Ctrl, Alt or Meta held the letters belong to the browser."""
    app.lane("zoom")
    expect(screen.lanes).to_have_count(1)
    revision = screen.state()["revision"]
    for key in ("Control+z", "Alt+r", "Meta+z"):
        screen.press(key)
    screen.expect_transport("stopped")
    assert screen.state()["revision"] == revision


def test_help_lists_the_keys(screen: Screen) -> None:
    """? shows what the keys do, Escape closes it."""
    screen.press("?")
    for words in ("Start or stop recording", "Play or stop", "Undo"):
        expect(screen.popover).to_contain_text(words)
    screen.press("Escape")
    expect(screen.popover).to_have_count(0)


def test_space_plays_after_a_popover_of_the_mouse(app: App, screen: Screen) -> None:
    """What the mouse opened leaves Space to playing when it is closed; what a key opened gives its button back."""
    app.lane("zoom", "/a")
    app.played(8.0, {"/a": lambda time_s: time_s / 8})
    expect(screen.written).to_contain_text("key")
    pill = screen.page.locator("#perform_osc")
    pill.click()
    expect(screen.popover).to_have_count(1)
    screen.page.keyboard.press("Escape")
    expect(screen.popover).to_have_count(0)
    screen.page.keyboard.press("Space")
    screen.expect_transport("playing")
    pill.focus()
    screen.page.keyboard.press("Enter")
    expect(screen.popover).to_have_count(1)
    screen.page.keyboard.press("Escape")
    expect(pill).to_be_focused()


def test_space_on_a_button_presses_it_once(app: App, screen: Screen) -> None:
    """Space on a focused button is that button's press and does not also play."""
    app.lane("zoom")
    arm = screen.part("arm", ".perform-lane")
    arm.focus()
    screen.page.keyboard.press("Space")
    expect(arm).to_have_attribute("aria-pressed", "false")
    screen.expect_transport("stopped")


POPOVERS = (
    ".perform-pill-song",
    "[data-act='song.settings']",
    "#perform_osc",
    "[data-act='notices.open']",
    "[data-act='help.open']",
    "[data-act='files.open']",
    "[data-act='takes.open']",
    "[data-act='more.open']",
    "#perform_add_lane",
    ".perform-source",
    "[part='bankKnown']",
)


@pytest.fixture
def everything(app: App, screen: Screen) -> Screen:
    """A page on which every popover can be opened."""
    link = app.performer.parts.link
    link.tab = replace(link.tab, choices={"sampler_schedule": ("Euler a", "DDIM")})
    app.performer.publisher.announce_notice("test", Notice("warn", "A notice.", "Read it."))
    app.lane("sampler_schedule", "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    app.lane("zoom", "/b")
    app.send("/a", 0.5)
    expect(screen.lanes).to_have_count(2)
    expect(screen.sources).to_have_count(1)
    return screen


@pytest.mark.parametrize("opener", POPOVERS)
def test_shortcuts_rest_while_a_popover_is_open(app: App, everything: Screen, opener: str) -> None:
    """R, Space, Z, Shift+Z and ? act on nothing behind an open popover, wherever in it the keyboard is."""
    screen = everything
    if opener == "[data-act='more.open']":
        screen.lanes.nth(1).click()
    screen.page.locator(opener).first.click()
    name = screen.popover.get_attribute("aria-label")
    for key in ("r", "R", "z", "Shift+Z", "?"):
        screen.page.keyboard.press(key)
    screen.popover.focus()
    for key in ("Space", "r", "R", "z", "Shift+Z", "?"):
        screen.page.keyboard.press(key)
    screen.expect_transport("stopped")
    expect(screen.popover).to_have_count(1)
    assert screen.popover.get_attribute("aria-label") == name
    state = screen.state()
    assert [lane["field"] for lane in state["lanes"]] == ["sampler_schedule", "zoom"]
    assert state["undo"] == {"undo": "add Zoom", "redo": None}
    screen.page.keyboard.press("Escape")
    expect(screen.popover).to_have_count(0)
    screen.page.keyboard.press("r")
    screen.expect_transport("recording")


def test_letters_find_an_item_of_a_menu(app: App, screen: Screen) -> None:
    """In a menu without a search box letters go to the next item that begins with them, the arrows to the next one."""
    screen.open_files()
    items = screen.popover.locator(".perform-menu-item:enabled")
    screen.page.keyboard.type("wh")
    expect(items.filter(has_text="Whole song")).to_be_focused()
    screen.page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    screen.page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    assert app.state()["transport"]["state"] == "stopped"


def test_a_letter_goes_to_the_search_box(app: App, screen: Screen) -> None:
    """Wherever the keyboard is in a popover with a search box, what is typed is searched for."""
    screen.page.locator("#perform_add_lane").click()
    screen.popover.focus()
    screen.page.keyboard.type("room")
    expect(screen.page.locator("#perform_search")).to_have_value("room")
    screen.expect_transport("stopped")


def test_the_focus_stays_when_other_rows_go_or_move(app: App, screen: Screen) -> None:
    """A row keeps the keyboard while another page removes a lane before it, or moves the first one behind it."""
    first, second, last = (app.lane(field) for field in ("zoom", "angle", "noise_schedule"))
    mute = screen.lanes.last.locator("[part=mute]")
    expect(screen.lanes).to_have_count(3)
    mute.focus()
    app.do("lane.remove", id=first)
    expect(screen.lanes).to_have_count(2)
    expect(mute).to_be_focused()
    app.do("lane.move", id=second, index=1)
    expect(screen.part("name", ".perform-lane")).to_have_text(["Noise", "Angle"])
    expect(screen.lanes.first.locator("[part=mute]")).to_be_focused()
    assert app.state()["lanes"][0]["id"] == last
