"""The way in: what an empty page says, and how a knob comes to play a field."""

from __future__ import annotations

import subprocess

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import LOOPBACK, App


def test_an_empty_page_says_where_to_send(app: App, screen: Screen) -> None:
    """With no source yet the page names the address that is listened at, and copies it at a press."""
    where = f"{LOOPBACK}:{app.port}"
    expect(screen.page.locator("#perform_where")).to_have_text(where)
    screen.say("Copy address").click()
    expect(screen.toast(where)).to_be_visible()
    assert screen.page.evaluate("navigator.clipboard.readText()") == where


def test_empty_bands_say_what_to_do_next(app: App, screen: Screen) -> None:
    """With no lane, and with nothing recorded, the place where it will be says how it comes there."""
    expect(screen.page.get_by_text("Move a knob, then choose what it plays.")).to_be_visible()
    expect(screen.part("hintText")).to_contain_text("once you add one")
    lane = app.lane("zoom")
    expect(screen.part("hintText")).to_contain_text("press Learn")
    app.do("lane.change", id=lane, source="/a")
    expect(screen.part("hintText")).to_contain_text("Press R")
    expect(screen.part("apply", ".perform-apply")).to_be_disabled()


def test_a_source_appears_when_it_sends(app: App, screen: Screen) -> None:
    """The first message of a source lists it with its value and range, and every further one moves them."""
    app.send("/nts1/cutoff", 0.25)
    row = screen.sources.filter(has_text="/nts1/cutoff")
    expect(screen.part("value", ".perform-source")).to_have_text("0.250")
    app.send("/nts1/cutoff", 0.75)
    expect(screen.part("value", ".perform-source")).to_have_text("0.750")
    expect(row).to_contain_text("0.25 … 0.75")
    expect(screen.page.locator("#perform_where")).to_be_hidden()


def test_every_argument_is_a_source(app: App, screen: Screen) -> None:
    """A message with several arguments is listed as one source an argument."""
    app.send("/xy", 0.5, -0.5)
    expect(screen.sources).to_have_count(2)
    expect(screen.part("name", ".perform-source")).to_have_text(["/xy[0]", "/xy[1]"])


def test_oscsend_is_received(app: App, screen: Screen, oscsend_path: str) -> None:
    """What liblo's oscsend sends is listed, strings too."""
    for kind, value in (("f", "0.5"), ("i", "7"), ("s", "neon city")):
        subprocess.run([oscsend_path, LOOPBACK, str(app.port), f"/liblo/{kind}", kind, value], check=True)
    expect(screen.sources).to_have_count(3)
    values = screen.part("value", ".perform-source")
    expect(values).to_have_text(["0.500", "7.000", "neon city"])


def test_learn_binds_the_next_knob_that_moves(app: App, screen: Screen) -> None:
    """Adding a lane and moving a knob is all there is to it: the lane has the source and shows its value."""
    app.send("/other", 0.5)
    expect(screen.sources).to_have_count(1)
    screen.add_lane("strength", "Strength")
    expect(screen.lanes).to_contain_text("move a knob…")
    app.send("/nts1/cutoff", 0.0)
    app.send("/nts1/cutoff", 1.0)
    expect(screen.part("source", ".perform-lane")).to_have_text("/nts1/cutoff")
    expect(screen.part("value", ".perform-lane")).to_have_text("0.7500")
    expect(screen.part("source", ".perform-inspector")).to_have_text("/nts1/cutoff")


def test_learn_can_be_taken_back(app: App, screen: Screen) -> None:
    """A second press on Learn ends it, and what moves then binds nothing."""
    app.lane("zoom", "/a")
    learn = screen.part("learn", ".perform-inspector")
    learn.click()
    expect(learn).to_have_text("Cancel")
    learn.click()
    expect(learn).to_have_text("Learn")
    app.send("/b", 0.5)
    expect(screen.sources).to_have_count(1)
    expect(screen.part("source", ".perform-lane")).to_have_text("/a")


def test_learn_ends_with_escape_or_another_lane(app: App, screen: Screen) -> None:
    """Escape, or selecting another lane, by mouse or by keys, ends it: the next knob binds nothing."""
    lanes = [app.lane("zoom", "/a"), app.lane("angle", "/b")]
    expect(screen.lanes).to_have_count(2)
    for end in ("escape", "click", "arrow"):
        screen.add_lane("strength", "Strength")
        if end == "escape":
            screen.page.keyboard.press("Escape")
        elif end == "click":
            screen.part("name", ".perform-lane").first.click()
        else:
            screen.part("name", ".perform-lane").last.press("ArrowUp")
        expect(screen.page.locator(".perform-lane.perform-learning")).to_have_count(0)
        app.send("/knob", 0.1)
        app.send("/knob", 0.9)
        expect(screen.part("value", ".perform-source")).to_have_text("0.900")
        assert [lane["source"] for lane in app.state()["lanes"]] == ["/a", "/b", None]
        app.do("lane.remove", id=app.state()["lanes"][-1]["id"])
        expect(screen.lanes).to_have_count(len(lanes))


def test_each_new_lane_learns_in_place_of_the_one_before(app: App, screen: Screen) -> None:
    """A second lane that is added while the first still waits is the one that learns."""
    for field, title in (("zoom", "Zoom"), ("angle", "Angle")):
        screen.add_lane(field, title)
        expect(screen.page.locator(".perform-lane.perform-learning")).to_contain_text(title)
    app.send("/knob", 0.1)
    app.send("/knob", 0.9)
    expect(screen.part("source", ".perform-lane")).to_have_text(["no source", "/knob"])


def test_a_source_is_given_to_a_new_lane(app: App, screen: Screen) -> None:
    """Clicking a source and choosing a field makes a lane that it plays."""
    app.send("/nts1/cutoff", 0.5)
    screen.sources.first.click()
    screen.page.locator("#perform_search").fill("zoom")
    screen.page.locator(".perform-chooser-item").first.click()
    expect(screen.part("source", ".perform-lane")).to_have_text("/nts1/cutoff")
    expect(screen.part("plays", ".perform-source")).to_have_text("Zoom")


def test_a_text_source_cannot_be_bound(app: App, screen: Screen) -> None:
    """Text is listed with its value; clicking it says why it drives no number lane, and binds nothing."""
    lane = app.lane("zoom")
    app.send("/pads/3", "neon city")
    row = screen.sources.filter(has_text="/pads/3")
    expect(row).to_contain_text("neon city")
    expect(row).to_contain_text("a lane needs numbers")
    row.click()
    expect(screen.toast("sends text")).to_be_visible()
    screen.part("learn", ".perform-inspector").click()
    app.send("/pads/3", "slow river")
    expect(row).to_contain_text("slow river")
    state = next(entry for entry in app.state()["lanes"] if entry["id"] == lane)
    assert state["source"] is None
    assert state["learning"]


def test_malformed_packets_are_counted_on_the_page(app: App, screen: Screen) -> None:
    """Packets that are not OSC are counted in the listener's panel, and what follows is received."""
    app.send_bytes(b"nothing that OSC allows")
    app.send("/a", 0.5)
    expect(screen.sources).to_have_count(1)
    screen.page.locator("#perform_osc").click()
    expect(screen.part("malformed", ".perform-popover")).to_have_text("1")
    expect(screen.part("received", ".perform-popover")).to_have_text("2")
