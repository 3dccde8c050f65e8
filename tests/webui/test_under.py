"""Deforum's present schedule, taken from its tab and put under a lane by the page's own button."""

from __future__ import annotations

from typing import Any

from tests.webui.page import until
from tests.webui.performance import boxes


def test_the_page_takes_what_is_in_deforum(host: Any, look_at: Any) -> None:
    """The button asks this browser's Deforum tab first, so the text under the lane is the one in the box now."""
    screen = look_at(host.url)
    screen.open()
    there = boxes(host, screen)["zoom"]
    lane = screen.command("lane.add", field="zoom", source="/a")["id"]
    screen.show("Perform")
    screen.page.locator("[data-act='more.open']").click()
    take = screen.page.locator(".perform-popover [part=take]")
    take.click()
    found = until(lambda: screen.state()["lanes"][0]["under"], "the text is under the lane", screen.page)
    assert (screen.state()["lanes"][0]["id"], found) == (lane, there)
    assert take.text_content() == "Use the schedule in Deforum's tab"
