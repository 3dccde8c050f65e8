"""The keys of the page, and when they mean nothing."""

from __future__ import annotations

from math import sin

from playwright.sync_api import expect

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
    """While somebody types in a box, R, Space, Z and ? are letters and nothing else happens."""
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
    for words in ("Record a take", "Play or stop", "Undo"):
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
