"""What can be changed after the performance, without playing again."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import sin
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App

STILL = "#perform_stage canvas:nth-of-type(1)"
FINAL = re.compile(r"^\d+ keys? · largest error")
"""What the inspector says once no fewer keys are searched for."""


@pytest.fixture
def lane(app: App, screen: Screen) -> Callable[[], dict[str, Any]]:
    """A lane with a take of four seconds; called, it gives the lane as the server has it."""
    app.lane("zoom", "/a", tolerance=0.005)
    app.played(4.0, {"/a": lambda time_s: 0.5 + 0.4 * sin(3 * time_s) + 0.1 * sin(17 * time_s)})
    expect(screen.written).to_have_text(FINAL)
    return lambda: dict(app.state()["lanes"][0])


def choose(screen: Screen, value: str) -> None:
    """One of the choices in the inspector."""
    screen.page.locator(f".perform-inspector .perform-segment[data-value={value}]").click()


def slide(screen: Screen, name: str, position: int) -> None:
    """A slider to a place between 0 and 1000."""
    screen.part(name, ".perform-inspector").fill(str(position))


def test_a_preset_changes_the_range(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """Wild instead of standard: the boxes, the curve and the server's range change; the take is the same."""
    before, picture, takes = lane(), screen.pixels(STILL), screen.state()["takes"]
    choose(screen, "wild")
    expect(screen.part("out_high", ".perform-inspector")).not_to_have_value(f"{before['out_high']:g}")
    screen.until("([which, old]) => document.querySelector(which).toDataURL() !== old", [STILL, picture])
    after = lane()
    assert after["preset"] == "wild"
    assert after["out_high"] > before["out_high"]
    assert after["curve_id"] != before["curve_id"]
    assert screen.state()["takes"] == takes


def test_a_curve_changes_the_schedule(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """Another curve gives another schedule of the same take."""
    before = lane()["curve_id"]
    choose(screen, "exponential")
    expect(screen.page.locator(".perform-segment[data-value=exponential]")).to_have_attribute("aria-checked", "true")
    assert lane()["curve"] == "exponential"
    assert lane()["curve_id"] != before


def test_a_wider_tolerance_needs_fewer_keys(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """The slider of the tolerance changes the number of keys and the largest error that the page shows."""
    before, text = lane(), screen.written.text_content() or ""
    slide(screen, "tolerance", 900)
    expect(screen.written).not_to_have_text(text)
    expect(screen.written).to_have_text(FINAL)
    after = lane()
    expect(screen.written).to_have_text(re.compile(f"^{after['keys']} keys"))
    assert after["keys"] < before["keys"]
    assert (
        before["largest_error"] < after["largest_error"] <= after["tolerance"] * (after["out_high"] - after["out_low"])
    )


def test_smoothing_and_inversion_change_the_schedule(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """Smoothing and inversion are applied to what was recorded, each giving another schedule."""
    seen = {lane()["curve_id"]}
    slide(screen, "smoothing", 400)
    expect(screen.part("smoothingText")).not_to_have_text("off")
    seen.add(lane()["curve_id"])
    screen.part("invert", ".perform-inspector").click()
    expect(screen.part("invert", ".perform-inspector")).to_have_attribute("aria-pressed", "true")
    seen.add(lane()["curve_id"])
    assert len(seen) == 3


def test_hard_limits_cannot_be_left(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """A typed range beyond the field's hard limits ends at the limit."""
    box = screen.part("out_high", ".perform-inspector")
    box.fill("99999999")
    with screen.page.expect_response("**/commands/lane.change"):
        box.press("Enter")
    box.blur()
    most = lane()["hard"][1]
    expect(box).to_have_value(re.compile(f"^{most:g}"))
    assert lane()["out_high"] == most


def test_a_word_is_no_number(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """A word typed for a number is refused with a message, and the box shows the number it had."""
    box, before = screen.part("in_low", ".perform-inspector"), lane()["in_low"]
    had = box.input_value()
    box.fill("loud")
    box.blur()
    expect(screen.toast("loud")).to_be_visible()
    expect(box).to_have_value(had)
    assert lane()["in_low"] == before


def test_a_drift_is_typed(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """The inspector sets a motion lane's drift in percent of the output range; a word is refused with a message."""
    box = screen.part("drift", ".perform-inspector")
    expect(box).to_have_value("5")
    box.fill("2.5")
    with screen.page.expect_response("**/commands/lane.change"):
        box.press("Enter")
    assert lane()["drift"] == 0.025
    box.fill("little")
    box.blur()
    expect(screen.toast("“little” is not a percentage")).to_be_visible()
    expect(box).to_have_value("2.5")
    assert lane()["drift"] == 0.025


def test_a_muted_lane_is_not_written(lane: Callable[[], dict[str, Any]], screen: Screen) -> None:
    """A muted lane says so and is left out of Apply until it is brought back."""
    mute, lanes = screen.part("mute", ".perform-lane"), screen.part("lanes", ".perform-apply")
    expect(lanes).to_have_text("1")
    mute.click()
    expect(screen.part("note", ".perform-lane")).to_have_text("muted")
    expect(lanes).to_have_text("0")
    mute.click()
    expect(lanes).to_have_text("1")
