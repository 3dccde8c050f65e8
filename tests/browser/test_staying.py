"""Servers that end, servers that are killed, several browsers, ports that are taken."""

from __future__ import annotations

import re
import socket
from math import sin
from urllib.parse import urlsplit

from playwright.sync_api import Route, expect

from tests.browser.conftest import LookAt
from tests.browser.screen import Screen
from tests.browser.standalone_app import LOOPBACK, App, Program

LOST = "WebSocket connection|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET"


def test_two_browsers_show_the_same(app: App, screen: Screen, look_at: LookAt) -> None:
    """What one browser does is visible in the other at once, and a recording continues when the one that started it
    leaves."""
    other = look_at(app.url, theme="light")
    screen.add_lane("zoom", "Zoom")
    app.send("/a", 0.0)
    app.send("/a", 1.0)
    expect(other.part("source", ".perform-lane")).to_have_text("/a")
    screen.press("r")
    other.expect_transport("recording")
    screen.page.goto("about:blank")
    frame = app.state()["transport"]["position_s"] * app.state()["song"]["fps"]
    other.at_frame(int(frame) + 2)
    app.send("/a", 0.5)
    expect(other.part("note", ".perform-lane")).to_have_text("● writing")
    other.press("r")
    screen.open()
    for each in (screen, other):
        expect(each.part("takes", ".perform-inspector")).to_have_text("★ take 1")
        expect(each.written).to_have_text(re.compile(r"^\d+ keys? · largest error"))
    assert screen.written.text_content() == other.written.text_content()


def test_a_reloaded_page_shows_the_whole_recording(app: App, screen: Screen) -> None:
    """Reloading the page while recording ends nothing and shows what was written before."""
    app.lane("zoom", "/a")
    screen.press("r")
    for frame in range(1, 6):
        screen.at_frame(frame)
        app.send("/a", 0.5 + 0.5 * sin(frame))
    screen.page.reload()
    screen.expect_transport("recording")
    expect(screen.part("note", ".perform-lane")).to_have_text("● writing")
    screen.press("r")
    expect(screen.part("takes", ".perform-inspector")).to_have_text("★ take 1")
    assert app.state()["takes"][0]["events"] == 5


def test_the_page_comes_back_by_itself(app: App, screen: Screen) -> None:
    """When the server stops the page says so and keeps its content; when it is back the page reconnects."""
    app.lane("zoom", "/a")
    expect(screen.lanes).to_have_count(1)
    app.leave_the_page()
    expect(screen.page.locator(".perform-banner")).to_contain_text("No connection to the server")
    expect(screen.lanes).to_have_count(1)
    app.lane("angle", "/b")
    app.come_back()
    expect(screen.page.locator(".perform-banner")).to_have_count(0)
    expect(screen.lanes).to_have_count(2)
    app.send("/b", 0.5)
    expect(screen.sources).to_have_count(1)
    screen.forgive(LOST)


def test_a_curve_that_the_network_swallowed_comes_later(app: App, screen: Screen) -> None:
    """A request for a curve that never reaches the server is made again, although nothing has changed since."""
    with screen.page.expect_request("**/curve?page=*") as first:
        app.lane("zoom", "/a")
        app.played(2.0, {"/a": lambda time_s: time_s / 2})
    before_reload = urlsplit(first.value.url).query
    swallowed: list[str] = []

    def swallow(route: Route) -> None:
        url = route.request.url
        if swallowed or urlsplit(url).query == before_reload:
            route.continue_()
        else:
            swallowed.append(url)
            route.abort()

    screen.page.route("**/curve?page=*", swallow)
    with screen.page.expect_response(lambda answer: answer.url in swallowed) as answer:
        screen.page.reload()
    assert answer.value.ok
    assert len(swallowed) == 1
    screen.forgive("ERR_FAILED")


def test_a_killed_recording_is_offered_back(program: Program, look_at: LookAt) -> None:
    """kill -9 while recording: started again, the open page reconnects, offers the recording, and makes a take of it
    that plays."""
    screen = look_at(program.url)
    screen.add_lane("zoom", "Zoom")
    program.send("/a", 0.0)
    program.send("/a", 1.0)
    expect(screen.part("source", ".perform-lane")).to_have_text("/a")
    screen.press("r")
    for frame in range(1, 12):
        screen.at_frame(frame)
        program.send("/a", 0.5 + 0.5 * sin(frame))
    program.until_journaled(11)
    program.kill()
    expect(screen.page.locator(".perform-banner")).to_contain_text("No connection to the server")
    program.start()
    offer = screen.page.locator(".perform-banner", has_text="A recording was cut off")
    expect(offer).to_be_visible()
    expect(screen.page.locator(".perform-banner", has_text="No link")).to_have_count(0)
    screen.expect_transport("stopped")
    offer.get_by_role("button", name="Recover").click()
    expect(offer).to_have_count(0)
    expect(screen.part("takes", ".perform-inspector")).to_have_text("★ take 1")
    expect(screen.written).to_contain_text("largest error")
    assert screen.state()["takes"][0]["events"] == 11
    screen.forgive(LOST)


def test_a_cut_off_recording_can_be_discarded(program: Program, look_at: LookAt) -> None:
    """Discard takes the offer away for good."""
    screen = look_at(program.url)
    screen.press("r")
    for frame in range(1, 5):
        screen.at_frame(frame)
        program.send("/a", frame / 5)
    program.until_journaled(4)
    program.kill()
    program.start()
    offer = screen.page.locator(".perform-banner", has_text="A recording was cut off")
    offer.get_by_role("button", name="Discard").click()
    expect(offer).to_have_count(0)
    screen.page.reload()
    expect(screen.part("song", ".perform-transport")).not_to_be_empty()
    expect(offer).to_have_count(0)
    assert screen.state()["takes"] == []
    screen.forgive(LOST)


def test_a_port_in_use_is_named_and_the_next_one_offered(app: App, screen: Screen) -> None:
    """For a port in use by another program, the page says which, offers the next free one, and continues at the old one
    until that is chosen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((LOOPBACK, 0))
        taken = other.getsockname()[1]
        screen.page.locator("#perform_osc").click()
        screen.page.locator("#perform_port").fill(str(taken))
        screen.page.get_by_role("button", name="Listen here").click()
        expect(screen.part("problem", ".perform-listener")).to_contain_text(str(taken))
        app.send("/a", 0.5)
        expect(screen.sources).to_have_count(1)
        screen.page.get_by_role("button", name=re.compile("^Use ")).click()
        screen.until("old => !document.querySelector('#perform_osc').textContent.includes(old)", str(app.port))
    app.port = app.state()["listener"]["port"]
    assert app.port > taken
    app.send("/b", 0.5)
    expect(screen.sources).to_have_count(2)
    screen.forgive("409")
