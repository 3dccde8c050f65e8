"""Movements by speed or position, and what was in Deforum's box before."""

from __future__ import annotations

from math import sin

from playwright.sync_api import expect

from deforum_perform.core.deforum.reader import parse_schedule
from tests.browser.lane_tools import INSPECTOR, lane, segment, until
from tests.browser.screen import Screen
from tests.browser.standalone_app import App


def test_a_form_changes_the_unit_and_keeps_the_take(app: App, screen: Screen) -> None:
    """Per second instead of per frame: another unit and range of the same take, and back."""
    app.lane("angle", "/a")
    app.played(3.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(time_s)})
    expect(screen.written).to_contain_text("keys")
    before = lane(app)
    segment(screen, "rate").click()
    expect(screen.part("out_high", INSPECTOR)).to_have_value("30")
    expect(screen.part("hard", INSPECTOR)).to_have_text("deg/s")
    after = lane(app)
    assert (after["unit"], after["form"], after["clips"]) == ("deg/s", "rate", before["clips"])
    segment(screen, "position").click()
    expect(screen.part("hard", INSPECTOR)).to_have_text("deg")
    segment(screen, "frame").click()
    expect(screen.part("out_high", INSPECTOR)).to_have_value("2")


def test_only_movements_have_forms(app: App, screen: Screen) -> None:
    """A field that is not a movement offers no form."""
    app.lane("strength_schedule", "/a")
    expect(screen.part("preset", INSPECTOR)).to_be_visible()
    expect(screen.part("formRow", INSPECTOR)).to_be_hidden()


def test_what_was_there_is_under_a_lane(app: App, screen: Screen) -> None:
    """The imported file's schedule is taken under the lane, added to, and removed; the schedule follows."""
    app.lane("zoom", "/a", out_low=1.0, out_high=1.1)
    app.played(2.0, {"/a": lambda time_s: 1.0})
    expect(screen.written).to_contain_text("key")
    more = screen.page.locator("[data-act='more.open']")
    more.click()
    expect(screen.part("hint", ".perform-popover")).to_contain_text("Import")
    app.do("settings.import", name="night.txt", settings={"zoom": "0: (1.5), 20: (1.5)"})
    take = screen.part("take", ".perform-popover")
    expect(take).to_have_text("Use the one from night.txt")
    take.click()
    expect(screen.part("under", ".perform-popover")).to_have_text("0: (1.5), 20: (1.5)")
    screen.popover.locator(".perform-segment[data-value=add]").click()
    found = until(screen, app, lambda found: found["blend"] == "add")
    values = parse_schedule(app.performer.lane_text(found["id"]), app.state()["song"]["frames"])
    assert abs(values[5] - 1.6) < 0.001
    screen.part("clear", ".perform-popover").click()
    expect(screen.part("under", ".perform-popover")).to_have_text("none: only the lane is written")
    assert lane(app)["under"] == ""
