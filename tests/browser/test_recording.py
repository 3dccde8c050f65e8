"""Recordings: how they begin and end, what is visible meanwhile, and afterwards."""

from __future__ import annotations

import re
from math import sin

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App

GROWING = "#perform_stage canvas:nth-of-type(2)"
IS_BLANK = """which => {
    const canvas = document.querySelector(which);
    const blank = Object.assign(document.createElement("canvas"), {width: canvas.width, height: canvas.height});
    return canvas.toDataURL() === blank.toDataURL();
}"""
KEYS_AND_ERROR = re.compile(r"^\d+ keys? · largest error [\d.]+$")


def play(app: App, screen: Screen, address: str, frames: int, first: int = 1) -> None:
    """Move a knob, one message per frame of the recording."""
    for frame in range(first, first + frames):
        screen.at_frame(frame)
        app.send(address, 0.5 + 0.5 * sin(frame))


def test_a_recording_by_the_button(app: App, screen: Screen) -> None:
    """Record and Stop by the button: the curve grows while the knob moves, and then there is a take with its keys and
    its largest error."""
    app.lane("zoom", "/a")
    screen.record.click()
    screen.expect_transport("recording")
    expect(screen.record).to_contain_text("Stop")
    expect(screen.part("tag", ".perform-transport")).to_contain_text("take 1")
    play(app, screen, "/a", 4)
    expect(screen.part("note", ".perform-lane")).to_have_text("● writing")
    before = screen.pixels(GROWING)
    play(app, screen, "/a", 4, first=5)
    screen.until("([which, old]) => document.querySelector(which).toDataURL() !== old", [GROWING, before])
    screen.record.click()
    screen.expect_transport("stopped")
    expect(screen.part("takes", ".perform-inspector")).to_have_text("★ take 1")
    expect(screen.written).to_have_text(KEYS_AND_ERROR)
    take = app.state()["takes"][0]
    assert take["events"] == 8
    assert take["sources"] == ["/a"]


def test_the_red_curve_goes_when_the_take_is_there(app: App, screen: Screen) -> None:
    """What was drawn red while recording is replaced by the lane's own curve when that has arrived."""
    app.lane("zoom", "/a")
    screen.press("r")
    play(app, screen, "/a", 4)
    screen.until(f"which => !({IS_BLANK})(which)", GROWING)
    screen.press("r")
    expect(screen.written).to_have_text(KEYS_AND_ERROR)
    screen.until(IS_BLANK, GROWING)


PLATEAU = """which => {
    const canvas = document.querySelector(which);
    const {width, height} = canvas;
    const copy = Object.assign(document.createElement("canvas"), {width, height});
    const g = copy.getContext("2d", {willReadFrequently: true});
    g.drawImage(canvas, 0, 0);
    const {data} = g.getImageData(0, 0, width, height);
    const ys = (x) => [...Array(height).keys()].filter((y) => {
        const [r, g, b, a] = data.slice(4 * (y * width + x), 4 * (y * width + x) + 4);
        return a > 200 && (which.includes("2") || Math.max(r, g, b) - Math.min(r, g, b) > 60);
    }).filter((y) => y > 23 && y < 130);
    const columns = [...Array(width).keys()].filter((x) => x > 160 && ys(x).length > 0);
    const found = ys(columns[Math.round(columns.length * 0.3)]);
    return found.reduce((sum, y) => sum + y, 0) / found.length;
}"""
"""The height of the curve at three tenths of its length, in pixels from the top."""


def test_the_red_curve_follows_the_range_as_it_grows(app: App, screen: Screen) -> None:
    """A knob at 10 of 0 to 10 is drawn at the top; once it has been at 100, the 10 is drawn at a tenth, and stays there
    when the recording has ended."""
    app.lane("angle", "/a")
    screen.press("r")
    screen.expect_transport("recording")
    app.send("/a", 0.0)
    screen.at_frame(2)
    app.send("/a", 10.0)
    screen.at_frame(60)
    high = screen.page.evaluate(PLATEAU, GROWING)
    app.send("/a", 100.0)
    screen.until(f"([which, high]) => ({PLATEAU})(which) > high + 40", [GROWING, high])
    screen.at_frame(70)
    low = screen.page.evaluate(PLATEAU, GROWING)
    screen.press("r")
    expect(screen.written).to_have_text(KEYS_AND_ERROR)
    screen.until(IS_BLANK, GROWING)
    assert abs(screen.page.evaluate(PLATEAU, "#perform_stage canvas:nth-of-type(1)") - low) < 2


def test_a_recording_by_the_key(app: App, screen: Screen) -> None:
    """R starts a recording and R ends it."""
    app.lane("zoom", "/a")
    screen.press("r")
    play(app, screen, "/a", 3)
    screen.press("r")
    screen.expect_transport("stopped")
    expect(screen.part("takes", ".perform-timeline")).to_have_text("1 take")


def test_a_recording_by_osc(app: App, screen: Screen) -> None:
    """/perform/record starts a recording with 1 and ends it with 0, and is not a source."""
    app.lane("zoom", "/a")
    app.send("/perform/record", 1)
    screen.expect_transport("recording")
    play(app, screen, "/a", 3)
    app.send("/perform/record", 0)
    screen.expect_transport("stopped")
    expect(screen.part("takes", ".perform-inspector")).to_have_text("★ take 1")
    expect(screen.sources).to_have_count(1)


def test_a_recording_begins_at_the_first_move(app: App, screen: Screen) -> None:
    """Waiting, a recording starts when a source of an armed lane moves, and not when another one does."""
    app.lane("zoom", "/a")
    screen.part("wait", ".perform-transport").click()
    screen.expect_transport("waiting")
    app.send("/b", 0.5)
    expect(screen.sources).to_have_count(1)
    screen.expect_transport("waiting")
    app.send("/a", 0.1)
    app.send("/a", 0.9)
    screen.expect_transport("recording")
    play(app, screen, "/a", 2)
    screen.record.click()
    expect(screen.part("takes", ".perform-inspector")).to_have_text("★ take 1")


def test_the_newest_take_plays_and_can_be_silenced(app: App, screen: Screen) -> None:
    """A second recording makes a second take that plays; removing it from the lane restores the first, and Z undoes
    that."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    app.played(1.0, {"/a": lambda time_s: 1 - time_s})
    chips = screen.page.locator(".perform-takes .perform-chip")
    expect(chips).to_have_text(["★ take 2", "★ take 1"])
    expect(screen.part("source", ".perform-lane")).to_have_text("/a")
    chips.first.click()
    expect(chips).to_have_text(["take 2", "★ take 1"])
    screen.press("z")
    expect(chips).to_have_text(["★ take 2", "★ take 1"])
    assert len(app.state()["takes"]) == 2


def test_only_armed_lanes_are_written(app: App, screen: Screen) -> None:
    """The round button arms and disarms; a lane that is not armed has no curve after a recording in which its knob
    moved."""
    app.lane("zoom", "/a")
    app.lane("angle", "/a")
    arm = screen.part("arm", ".perform-lane")
    arm.nth(1).click()
    expect(arm.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(arm.nth(0)).to_have_attribute("aria-pressed", "true")
    screen.press("r")
    play(app, screen, "/a", 3)
    screen.press("r")
    screen.expect_transport("stopped")
    curves = [lane["curve_id"] for lane in app.state()["lanes"]]
    assert curves[0] is not None
    assert curves[1] is None


def test_arm_all_arms_all(app: App, screen: Screen) -> None:
    """One button arms every lane, or none."""
    for field in ("zoom", "angle", "strength_schedule"):
        app.lane(field)
    screen.say("Disarm all").click()
    arm = screen.part("arm", ".perform-lane")
    expect(screen.page.locator(".perform-arm[aria-pressed=true]")).to_have_count(0)
    screen.say("Arm all").click()
    expect(screen.page.locator(".perform-arm[aria-pressed=true]")).to_have_count(3)
    expect(arm).to_have_count(3)


def test_events_a_second_are_shown(app: App, screen: Screen) -> None:
    """While events arrive the connection shows how many a second, and nothing when none do."""
    rate = screen.part("rate", ".perform-transport")
    for k in range(20):
        app.send("/a", k / 20)
    expect(rate).to_have_text(re.compile("^[1-9]"))
    expect(rate).to_have_text("0/s")


def test_a_notice_that_comes_again_is_shown_again(app: App, screen: Screen) -> None:
    """Each recording in which nothing arrives says so, also after the first message was hidden."""
    for _ in range(2):
        app.do("record.start")
        screen.expect_transport("recording")
        app.do("record.stop")
        screen.expect_transport("stopped")
        expect(screen.toast("Nothing arrived")).to_have_count(1)
        screen.page.locator("[data-act='notices.open']").click()
        screen.popover.get_by_role("button", name="Hide this notice").click()
        expect(screen.popover.locator(".perform-notice")).to_have_count(0)
        expect(screen.toast("Nothing arrived")).to_have_count(0)
        screen.page.keyboard.press("Escape")


def test_a_lane_shows_what_it_holds_once_nothing_runs(app: App, screen: Screen) -> None:
    """When playing or recording has ended, and where the playhead is placed, value and meter are those of the curve
    there, not what was played last; a knob that moves afterwards is shown."""
    app.lane("zoom", "/a", in_low=0, in_high=1, out_low=1, out_high=2)
    app.played(4.0, {"/a": lambda time_s: time_s / 4})
    value, fill = screen.part("value", ".perform-lane"), screen.part("fill", ".perform-lane")
    expect(screen.written).to_have_text(KEYS_AND_ERROR)
    first = "1.000"
    for seconds, shown in ((2.0, "1.500"), (0.0, first)):
        app.do("seek", time_s=seconds)
        expect(value).to_have_text(shown)
    meter = fill.get_attribute("style")
    screen.press(" ")
    screen.at_frame(20)
    expect(value).not_to_have_text(first)
    screen.press(" ")
    screen.expect_transport("stopped")
    expect(value).to_have_text(first)
    assert fill.get_attribute("style") == meter
    app.do("seek", time_s=3.0)
    expect(value).to_have_text(re.compile(r"^1\.7"))
    app.send("/a", 0.25)
    expect(value).to_have_text(re.compile(r"^1\.25"))
    app.do("seek", time_s=0)
    expect(value).to_have_text(first)
    screen.press("r")
    screen.expect_transport("recording")
    play(app, screen, "/a", 3)
    app.send("/a", 0.9)
    expect(value).to_have_text(re.compile(r"^1\.9"))
    screen.press("r")
    screen.expect_transport("stopped")
    expect(value).not_to_have_text(re.compile(r"^1\.9"))


def test_a_silenced_take_is_said(app: App, screen: Screen) -> None:
    """A lane whose only take is silenced, or in the trash, says so, and not that nothing was recorded."""
    lane = app.lane("zoom", "/a")
    expect(screen.written).to_have_text("nothing yet (press R, move the knob)")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    expect(screen.written).to_have_text(KEYS_AND_ERROR)
    take = app.state()["takes"][0]["id"]
    screen.page.locator(".perform-chip").click()
    expect(screen.written).to_have_text("nothing: take 1 is not played here (click it under Takes)")
    expect(screen.part("message", ".perform-apply")).to_have_text("Nothing to write: take 1 is not played here.")
    screen.page.locator(".perform-chip").click()
    expect(screen.written).to_have_text(KEYS_AND_ERROR)
    app.do("lane.change", id=lane, muted=True)
    expect(screen.written).to_contain_text("muted: not written")
    app.do("lane.change", id=lane, muted=False)
    app.do("take.trash", id=take)
    expect(screen.written).to_have_text("nothing: take 1 is in the trash (restore it from the list of takes)")


def test_the_bar_keeps_its_counts_while_recording(app: App, screen: Screen) -> None:
    """How many lanes are ready, and their keys, stay visible while recording; only Check and Apply wait for its end."""
    for field in ("zoom", "angle", "translation_x"):
        app.lane(field, "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    bar = ".perform-apply"
    app.do("lane.change", id=app.state()["lanes"][0]["id"], muted=True)
    expect(screen.part("choose", bar)).to_have_text(re.compile(r"^3 lanes, 2ready$"))
    expect(screen.part("keys", bar)).not_to_have_text("0")
    expect(screen.page.locator(bar)).not_to_contain_text("refining")
    before = [screen.part(part, bar).inner_text() for part in ("of", "lanes", "keys")]
    screen.press("r")
    screen.expect_transport("recording")
    play(app, screen, "/a", 3)
    assert [screen.part(part, bar).inner_text() for part in ("of", "lanes", "keys")] == before
    expect(screen.part("apply", bar)).to_be_disabled()
    expect(screen.part("check", bar)).to_be_disabled()
    screen.press("r")
    screen.expect_transport("stopped")
    expect(screen.part("apply", bar)).to_be_enabled()
