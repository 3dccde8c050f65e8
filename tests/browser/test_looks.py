"""How it looks: nothing shifts, nothing is cut off, everything can be read."""

from __future__ import annotations

from math import sin
from typing import Any

import pytest
from playwright.sync_api import expect

from deforum_perform.app.notices import Notice
from tests.browser.conftest import LookAt
from tests.browser.screen import Screen
from tests.browser.standalone_app import App

BOXES = """() => {
    const watched = ".perform-transport > *, .perform-time *, .perform-lane, .perform-lane > *, .perform-inspector,"
        + ".perform-inspector .perform-row, .perform-source, .perform-source > *, .perform-timeline, #perform_stage,"
        + ".perform-apply, .perform-apply > button:not([hidden])";
    return [...document.querySelectorAll(watched)].filter((node) => node.getClientRects().length > 0).map((node) => {
        const box = node.getBoundingClientRect();
        return [String(node.className).split(" ")[0] || node.tagName, box.y, box.height, box.left, box.right];
    });
}"""

CUT_OFF = """() => {
    const shown = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility === "visible";
    const buttons = [...document.querySelectorAll(".perform-root button, .perform-root input")].filter(shown);
    const outside = buttons.filter((node) => {
        const box = node.getBoundingClientRect();
        return box.left < 0 || box.top < 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
    });
    const squeezed = buttons.filter((node) => node.scrollWidth > node.clientWidth + 1);
    return [...outside, ...squeezed].map((node) => node.title || node.textContent || node.className);
}"""

CUT_NUMBERS = """() => {
    const watched = ".perform-source-facts, .perform-source-value, .perform-hard, .perform-cut";
    const cut = (node) => node.getClientRects().length > 0 && node.scrollWidth > node.clientWidth + 1;
    return [...document.querySelectorAll(watched)].filter(cut).map((node) => node.textContent);
}"""

OVERLAPS = """() => {
    const watched = ".perform-transport > :not(.perform-time):not([hidden]), .perform-clock, .perform-frames span";
    const parts = [...document.querySelectorAll(watched)];
    const over = (first, second) => {
        const a = first.getBoundingClientRect(), b = second.getBoundingClientRect();
        const across = a.left < b.right - 1 && b.left < a.right - 1;
        return across && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    };
    const found = parts.filter((part, i) => parts.slice(i + 1).some((other) => over(part, other)));
    return found.map((part) => part.textContent);
}"""

@pytest.fixture
def busy(app: App) -> App:
    """Three lanes with a take, five sources, one of them text."""
    app.lane("strength_schedule", "/nts1/cutoff")
    app.lane("zoom", "/nts1/resonance")
    app.lane("rotation_3d_y", "/touch/xy[0]")
    app.played(6.0, {"/nts1/cutoff": lambda s: 0.5 + 0.5 * sin(s), "/nts1/resonance": lambda s: 0.3 + 0.1 * sin(9 * s)})
    app.send("/touch/xy", -0.75, 63.25)
    app.send("/pads/3", "neon city")
    return app


def ready(screen: Screen) -> Screen:
    """When everything of ``busy`` is on the screen."""
    expect(screen.sources).to_have_count(5)
    expect(screen.written).to_contain_text("largest error")
    return screen


def test_the_themes_differ(app: App, look_at: LookAt) -> None:
    """The page follows the system's theme."""
    grounds = {
        look_at(app.url, theme=theme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for theme in ("dark", "light")
    }
    assert len(grounds) == 2


def test_nothing_shifts_while_playing(busy: App, screen: Screen) -> None:
    """Place and height of every part of the bands are the same stopped, playing and recording."""
    ready(screen)
    before = screen.page.evaluate(BOXES)
    assert len(before) > 60
    screen.press("Space")
    screen.at_frame(5)
    busy.send("/nts1/cutoff", 0.123)
    expect(screen.page.locator(".perform-source").first).to_contain_text("0.123")
    assert shifted(before, screen.page.evaluate(BOXES)) == []
    screen.press("Space")
    screen.expect_transport("stopped")
    screen.press("r")
    screen.expect_transport("recording")
    busy.send("/nts1/cutoff", 0.877)
    busy.send("/touch/xy", 0.5, 1.0)
    expect(screen.part("note", ".perform-lane").first).to_have_text("● writing")
    during = screen.page.evaluate(BOXES)
    screen.press("r")
    assert shifted(before, during) == []


def shifted(before: list[list[Any]], after: list[list[Any]]) -> list[Any]:
    """Parts whose top, height, or both sides moved; a text set to one side keeps that side while its words change."""
    assert [box[0] for box in before] == [box[0] for box in after]
    return [
        (old, new) for old, new in zip(before, after) if old[1:3] != new[1:3] or (old[3] != new[3] and old[4] != new[4])
    ]


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (1280, 800), (1920, 1080)])
def test_everything_fits(busy: App, look_at: LookAt, width: int, height: int) -> None:
    """At 1024 x 700 and above every button is on the screen, none is squeezed, and the page itself does not scroll."""
    screen = ready(look_at(busy.url, width=width, height=height))
    root = "document.scrollingElement"
    assert screen.page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == [width, height]
    assert screen.page.evaluate(CUT_OFF) == []
    for name in (".perform-transport", ".perform-lanes", ".perform-timeline", ".perform-inspector", ".perform-apply"):
        box = screen.page.locator(name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def test_a_narrow_monitor_shows_whole_numbers_and_names(app: App, look_at: LookAt) -> None:
    """At 1024 wide no range is cut into another number, short texts are whole, and what plays keeps its X, Y or Z."""
    for field, axis in (("translation_x", "X"), ("rotation_3d_y", "Y"), ("translation_z", "Z")):
        app.lane(field, f"/long/address/of/a/knob/{axis}")
        for value in (-32346.5, 0.0000014, 127.25):
            app.send(f"/long/address/of/a/knob/{axis}", value)
    app.send("/pads/3", "neon city")
    screen = look_at(app.url, width=1024, height=700)
    expect(screen.sources).to_have_count(4)
    expect(screen.part("range", ".perform-source").first).to_have_text("-32.3k … 100")
    assert screen.page.evaluate(CUT_NUMBERS) == []
    for row, axis in zip(screen.sources.all(), "XYZ"):
        expect(row.locator(".perform-source-plays")).to_have_attribute("data-tail", f" {axis}")
        expect(row.locator(".perform-source-name")).to_have_attribute("data-tail", f"/a/knob/{axis}")


def test_rows_scrolled_to_show_their_values(app: App, screen: Screen) -> None:
    """Sources below the fold show value and range when they are scrolled to, also when nothing is sent any more."""
    for number in range(30):
        app.send(f"/knob/{number}", 0.25)
    expect(screen.sources).to_have_count(30)
    expect(screen.part("rate", ".perform-transport")).to_have_text("0/s")
    last = screen.sources.last
    last.scroll_into_view_if_needed()
    expect(last.locator("[part=value]")).to_have_text("0.250")


def test_a_full_transport_fits(app: App, look_at: LookAt) -> None:
    """At 1024 wide a long name, a long song, the network and a notice are side by side without overlapping."""
    app.do("song.rename", name="A rather long name of a song that goes on and on")
    app.do("song.change", length_s=2000)
    app.do("listener.change", host="0.0.0.0", port=app.port)
    app.performer.publisher.notice("test", Notice("warn", "Something.", "Do it."))
    screen = look_at(app.url, width=1024, height=700)
    expect(screen.part("notices", ".perform-transport")).to_be_visible()
    assert screen.page.evaluate(CUT_OFF) == []
    assert screen.page.evaluate(OVERLAPS) == []


def test_a_small_page_can_be_used(app: App, look_at: LookAt) -> None:
    """At 1024 x 700 a lane can be added, recorded and checked."""
    screen = look_at(app.url, width=1024, height=700)
    screen.add_lane("zoom", "Zoom")
    app.send("/a", 0.0)
    app.send("/a", 1.0)
    expect(screen.part("source", ".perform-lane")).to_have_text("/a")
    screen.record.click()
    screen.at_frame(2)
    app.send("/a", 0.5)
    screen.at_frame(4)
    screen.record.click()
    expect(screen.written).to_contain_text("largest error")
    screen.page.locator("#perform_check").click()
    expect(screen.page.locator(".perform-check-rows")).to_contain_text("✓")


def test_a_lane_with_a_problem_keeps_its_whole_name(app: App, screen: Screen) -> None:
    """The marker of a problem hides no letter of the lane's name."""
    app.lane("strength_schedule", "/a", in_low=0.2, in_high=0.4)
    app.played(2.0, {"/a": lambda s: s / 2})
    expect(screen.page.locator(".perform-has-problem")).to_have_count(1)
    name = screen.part("name", ".perform-lane")
    tail = name.evaluate("(node) => getComputedStyle(node, '::after').content")
    assert name.get_attribute("data-tail") in tail
    expect(name).to_have_text("Strength")


HAS_COLOUR = """([row, name]) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.querySelector("#perform_root").append(probe);
    const dot = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
    const one = dot.getContext("2d", {willReadFrequently: true});
    one.fillStyle = getComputedStyle(probe).color;
    one.fillRect(0, 0, 1, 1);
    probe.remove();
    const wanted = one.getImageData(0, 0, 1, 1).data.join();
    const canvas = document.querySelectorAll(".perform-source canvas")[row];
    const copy = Object.assign(document.createElement("canvas"), {width: canvas.width, height: canvas.height});
    const g = copy.getContext("2d", {willReadFrequently: true});
    g.drawImage(canvas, 0, 0);
    const {data} = g.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) if (data.slice(i, i + 4).join() === wanted) return true;
    return false;
}"""
"""Whether a row of the monitor has a pixel of that colour of the page."""


def test_the_last_moves_of_a_source_follow_the_theme(app: App, look_at: LookAt) -> None:
    """When the system's theme or the host's class changes, the lines of silent sources are drawn in the new colours, of
    sources that are scrolled to later too."""
    app.lane("zoom", "/00")
    screen = look_at(app.url)
    for step in range(6):
        for number in range(20):
            app.send(f"/{number:02}", step / 6)
        screen.state()
    expect(screen.part("value", ".perform-source").first).to_have_text("0.833")
    for change in (
        "document.body.classList.add('dark')",
        "document.body.classList.remove('dark')",
        None,
    ):
        if change is None:
            screen.page.emulate_media(color_scheme="light")
        else:
            screen.page.evaluate(change)
        for row, colour in ((0, "--perform-c1"), (1, "--perform-dim"), (19, "--perform-dim")):
            screen.sources.nth(row).scroll_into_view_if_needed()
            screen.until(HAS_COLOUR, [row, colour])
