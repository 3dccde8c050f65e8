"""An idle page is idle."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App

WATCHED_MS = 1200
COUNT_FRAMES = """() => {
    window.framesAsked = 0;
    window.timersSet = 0;
    const ask = window.requestAnimationFrame, set = window.setTimeout, every = window.setInterval;
    window.requestAnimationFrame = (run) => { window.framesAsked += 1; return ask(run); };
    window.setTimeout = (run, ms) => { window.timersSet += 1; return set(run, ms); };
    window.setInterval = (run, ms) => { window.timersSet += 1; return every(run, ms); };
}"""


def test_an_idle_page_requests_and_receives_nothing(app: App, screen: Screen) -> None:
    """With nothing moving there is no request, no message of the stream, no drawn frame and no timer."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    expect(screen.written).to_contain_text("largest error")
    settle(app, screen)
    screen.page.evaluate(COUNT_FRAMES)
    requests, before = len(screen.requests), len(screen.messages)
    # the one place where time itself is what is tested
    screen.page.wait_for_timeout(WATCHED_MS)
    assert screen.requests[requests:] == []
    assert screen.messages[before:] == []
    assert screen.page.evaluate("[framesAsked, timersSet]") == [0, 0]


def test_the_stream_wakes_again(app: App, screen: Screen) -> None:
    """After a rest the next move is on the screen, without any request by the page."""
    app.send("/a", 0.25)
    expect(screen.part("value", ".perform-source")).to_have_text(re.compile(r"^0\.250*$"))
    settle(app, screen)
    requests = len(screen.requests)
    app.send("/a", 0.5)
    expect(screen.part("value", ".perform-source")).to_have_text(re.compile(r"^0\.50+$"))
    assert screen.requests[requests:] == []


def settle(app: App, screen: Screen) -> None:
    """Until the background has found the fewest keys, rates have fallen to zero, and all of that was received."""
    expect(screen.part("rate", ".perform-transport")).to_have_text("0/s")
    before = -1
    while before != len(screen.messages):
        before = len(screen.messages)
        screen.page.wait_for_timeout(1000)
