"""What a recording replaced is shown at Stop, with the way back beside it, and in the lists of takes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App


@pytest.fixture
def twice(app: App, screen: Screen) -> App:
    """A second recording, with the page open, over a lane that already played."""
    app.lane("zoom", "/a")
    app.lane("angle", "/b")
    app.played(60.0, {"/a": lambda s: s / 60, "/b": lambda s: s / 60}, 2)
    expect(screen.page.locator(".perform-chip")).to_have_count(1)
    app.played(50.0, {"/a": lambda s: 0.5 if s < 10 else 0.6}, 2)
    return app


def test_the_page_says_what_was_replaced_and_gives_it_back(twice: App, screen: Screen) -> None:
    """The message has a button for the lane; then the lane plays its old take, and the message disappears."""
    toast = screen.toast("Take 2 replaced Zoom from 0:00.0 to 0:50.0.")
    expect(toast).to_be_visible()
    expect(toast.locator("button.perform-button-small")).to_have_text(["Keep the old one", "Undo"])
    screen.say("Keep the old one: Zoom, 0:00.0 to 0:50.0").click()
    expect(toast).to_have_count(0)
    expect(screen.part("notices", ".perform-transport")).to_be_hidden()
    assert [clip["take"] for clip in twice.state()["lanes"][0]["clips"]] == [twice.state()["takes"][0]["id"]]


def test_undo_beside_it_reverts_the_recording(twice: App, screen: Screen) -> None:
    """The whole take goes to the trash, from where it can be had back."""
    screen.say("Undo: The whole take 2").click()
    expect(screen.toast("Take 2 replaced")).to_have_count(0)
    assert [take["trashed"] for take in twice.state()["takes"]] == [False, True]


def test_the_notice_stays_until_it_is_dealt_with(twice: App, screen: Screen) -> None:
    """Behind the ▲ the same buttons are there for those who were not looking."""
    screen.toast("Take 2 replaced").locator("[data-act='toast.close']").click()
    screen.part("notices", ".perform-transport").click()
    expect(screen.popover).to_contain_text("Take 2 replaced Zoom from 0:00.0 to 0:50.0.")
    screen.popover.locator("[data-act='notice.offer']").first.click()
    expect(screen.popover.locator(".perform-notice")).to_have_count(0)
    assert len(twice.state()["lanes"][0]["clips"]) == 1


def test_the_lists_of_takes_say_it_too(twice: App, screen: Screen) -> None:
    """The list above the timeline and the take's own menu, which gives the old one back."""
    screen.page.locator("[data-act='takes.open']").click()
    row = screen.popover.locator(".perform-take-row").first
    expect(row).to_contain_text("replaced Zoom, 0:00.0 to 0:50.0")
    row.locator("[data-act='take.open']").click()
    expect(screen.popover).to_contain_text("Replaced Zoom, 0:00.0 to 0:50.0")
    screen.popover.locator("[data-act='take.keep']").click()
    expect(screen.popover.locator(".perform-offer")).to_have_count(0)
    assert len(twice.state()["lanes"][0]["clips"]) == 1
