"""How it looks: nothing shifts, nothing is cut off, everything can be read."""

from __future__ import annotations

from math import sin
from typing import Any

import pytest
from playwright.sync_api import expect

from deforum_perform.app.notices import Notice
from deforum_perform.osc.datagrams import Datagrams
from tests.browser.conftest import LookAt
from tests.browser.screen import Screen
from tests.browser.standalone_app import App

READABLE = 4.5
"""The contrast that WCAG 2.1 asks of text (1.4.3)."""

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

CONTRASTS = """() => {
    const pixel = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = (colour) => {
        pixel.clearRect(0, 0, 1, 1);
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, bottom) => [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3])).concat(1);
    const behind = (node) => {
        const layers = [];
        for (let at = node; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
    };
    const light = (colour) => {
        const [r, g, b] = colour.map((part) => {
            const c = part / 255;
            return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const says = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    const disabled = (node) => node.closest(":disabled, [aria-hidden=true]");
    return [...document.querySelectorAll(".perform-root *")]
        .filter((node) => says(node) && !disabled(node) && node.getClientRects().length > 0)
        .map((node) => {
            const ground = behind(node);
            const text = light(over(rgba(getComputedStyle(node).color), ground)), back = light(ground);
            const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
            return [ratio, node.textContent.trim().slice(0, 40), String(node.className)];
        });
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


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_texts_can_be_read(busy: App, look_at: LookAt, theme: str) -> None:
    """Every text has a contrast of 4.5 or more to what is behind it, in both themes, with popovers and proof open."""
    screen = ready(look_at(busy.url, theme=theme))
    faint = unreadable(screen)
    screen.page.locator("#perform_check").click()
    expect(screen.page.locator(".perform-proof-rows")).to_contain_text("within the tolerance")
    faint += unreadable(screen)
    screen.page.keyboard.press("Escape")
    for button in (".perform-pill-song", "#perform_osc", "[data-act='song.settings']", "[data-act='help.open']"):
        screen.page.locator(button).click()
        expect(screen.popover).to_be_visible()
        faint += unreadable(screen)
        screen.page.keyboard.press("Escape")
    busy.do("listener.change", host="0.0.0.0", port=busy.port, allowed=["10.0.0.0/8"])
    refused = Datagrams([busy.performer.clock_ns()], [b"/a\0\0,\0\0\0"], [("192.168.1.23", 5000)])
    busy.performer.recorder.receive(refused)
    screen.page.locator("#perform_osc").click()
    expect(screen.page.locator(".perform-allowed-refused")).to_be_visible()
    screen.page.locator("[data-act='sender.addButton']").click()
    faint += unreadable(screen)
    screen.page.keyboard.press("Escape")
    screen.part("takes", ".perform-timeline").click()
    faint += unreadable(screen)
    screen.popover.get_by_role("button", name="Take 1").click()
    faint += unreadable(screen)
    assert faint == []


def unreadable(screen: Screen) -> list[Any]:
    """Texts of too little contrast: ratio, words, class."""
    texts = screen.page.evaluate(CONTRASTS)
    assert len(texts) > 20
    return [text for text in texts if text[0] < READABLE]


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
    """At 1024 wide a long name, a long song, the network and a notice stand side by side without overlapping."""
    app.do("song.rename", name="A rather long name of a song that goes on and on")
    app.do("song.change", length_s=2000)
    app.do("listener.change", host="0.0.0.0", port=app.port)
    app.performer.stage.notice("test", Notice("warn", "Something.", "Do it."))
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
    expect(screen.page.locator(".perform-proof-rows")).to_contain_text("✓")


def test_a_lane_with_a_problem_keeps_its_whole_name(app: App, screen: Screen) -> None:
    """The mark of a problem takes no letter of the lane's name."""
    app.lane("strength_schedule", "/a", in_low=0.2, in_high=0.4)
    app.played(2.0, {"/a": lambda s: s / 2})
    expect(screen.page.locator(".perform-has-problem")).to_have_count(1)
    name = screen.part("name", ".perform-lane")
    tail = name.evaluate("(node) => getComputedStyle(node, '::after').content")
    assert name.get_attribute("data-tail") in tail
    expect(name).to_have_text("Strength")
