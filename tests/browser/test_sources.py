"""Sources that are only recorded, and the list in which a lane's source is chosen or typed."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App


@pytest.fixture
def elsewhere(app: App, screen: Screen) -> None:
    """A song recorded on another machine, copied into the songs' folder and opened from the page's own list."""
    app.played(4.0, {"/nts1/cutoff": lambda t: t / 4, "/nts1/lfo": lambda t: abs(t % 1 - 0.5)})
    app.do("song.rename", name="from the studio")
    here = app.performer.parts.store.folder(app.performer.session.song.id)
    copy = here.parent / "Studio Take"
    shutil.copytree(here, copy)
    app.do("song.rename", name="here")
    app.do("monitor.clear")
    pill = screen.part("song", ".perform-transport")
    expect(pill).to_have_text("here")  # before, the list has one song, under its old name
    pill.click()
    row = screen.popover.locator(".perform-menu-item").filter(has_text="from the studio")
    row.click()
    expect(pill).to_have_text("from the studio")


def row(screen: Screen, name: str) -> Locator:
    """A source's row of the monitor."""
    return screen.sources.filter(has_text=name)


@pytest.mark.usefixtures("elsewhere")
def test_a_recorded_source_is_listed_and_played_by_a_click(app: App, screen: Screen) -> None:
    """The monitor marks what is only recorded; a lane made of it plays it at once."""
    expect(screen.sources).to_have_count(2)
    expect(row(screen, "/nts1/cutoff").locator("[part=rate]")).to_have_text("recorded")
    expect(row(screen, "/nts1/cutoff").locator("[part=value]")).to_have_text("–")
    row(screen, "/nts1/cutoff").click()
    screen.page.locator("#perform_search").fill("zoom")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator(".perform-lane")).to_have_count(1)
    (lane,) = app.state()["lanes"]
    assert (lane["source"], len(lane["clips"])) == ("/nts1/cutoff", 1)
    app.send("/nts1/cutoff", 0.5)
    expect(row(screen, "/nts1/cutoff").locator("[part=value]")).to_have_text("0.500")
    expect(row(screen, "/nts1/cutoff").locator("[part=rate]")).not_to_have_text("recorded")
    expect(screen.sources).to_have_count(2)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("typed", ["", "lfo", "nts1/lfo"])
def test_a_lanes_source_is_chosen_in_its_own_list(app: App, screen: Screen, typed: str) -> None:
    """A click on the source in the lane's panel lists received and recorded sources; letters narrow it, Enter takes
    one."""
    lane = app.lane("zoom")
    screen.part("source", ".perform-inspector").click()
    box = screen.page.locator("#perform_source_search")
    expect(box).to_be_focused()
    expect(screen.popover.locator("[role=option]")).to_have_text(
        ["/nts1/cutoffrecorded in take 1", "/nts1/lforecorded in take 1"]
    )
    box.fill(typed)
    if not typed:
        screen.page.keyboard.press("ArrowDown")
    screen.page.keyboard.press("Enter")
    expect(screen.part("source", ".perform-inspector")).to_have_text("/nts1/lfo")
    (state,) = [entry for entry in app.state()["lanes"] if entry["id"] == lane]
    assert [clip["source"] for clip in state["clips"]] == ["/nts1/lfo"]
    screen.page.keyboard.press("z")
    expect(screen.part("source", ".perform-inspector")).to_have_text("none yet")


def test_an_address_can_be_typed_before_it_sends(app: App, screen: Screen) -> None:
    """A lane can be bound to a sender that is not switched on yet; letters do nothing to the page meanwhile."""
    lane = app.lane("zoom")
    screen.part("source", ".perform-inspector").click()
    screen.page.keyboard.type("rec/rz")
    screen.page.keyboard.press("Enter")
    expect(screen.part("source", ".perform-lane")).to_have_text("/rec/rz")
    assert app.state()["transport"]["state"] == "stopped"
    app.send("/rec/rz", 0.25)
    expect(row(screen, "/rec/rz").locator("[part=plays]")).to_have_text("Zoom")
    (state,) = [entry for entry in app.state()["lanes"] if entry["id"] == lane]
    assert state["source"] == "/rec/rz"


def test_clear_empties_the_monitor(app: App, screen: Screen) -> None:
    """Clear does what it says: the list is empty until a source sends again."""
    app.send("/a", 0.5)
    expect(screen.sources).to_have_count(1)
    screen.page.locator(".perform-monitor").get_by_role("button", name="Clear").click()
    expect(screen.sources).to_have_count(0)
    app.send("/a", 0.25)
    expect(screen.part("value", ".perform-source")).to_have_text("0.2500")
