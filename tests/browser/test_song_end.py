"""The song's numbers and its end: what applies them, what is said of them, and the view around the playhead."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App


@pytest.fixture
def timing(screen: Screen) -> Locator:
    """The popover of the song's numbers, open."""
    screen.page.locator("[data-act='song.settings']").click()
    return screen.popover


def box(timing: Locator, part: str) -> Locator:
    """One of its boxes."""
    return timing.locator(f"[part={part}]")


# --- applying ---------------------------------------------------------------------------------------------------------


def test_typing_alone_changes_nothing(app: App, timing: Locator) -> None:
    """Numbers count when Change timing is pressed, all of them as one step of undo; leaving a box, or the popover, does
    nothing."""
    before = app.state()["song"]
    apply = timing.get_by_role("button", name="Change timing")
    expect(apply).to_be_disabled()
    box(timing, "fps").fill("24")
    box(timing, "length").fill("1:10")
    box(timing, "tempo").focus()
    expect(apply).to_be_enabled()
    assert app.state()["song"] == before
    apply.click()
    expect(apply).to_be_disabled()
    song = app.state()["song"]
    assert (song["fps"], song["length_s"], song["tempo_bpm"]) == (24, 70, None)
    app.do("undo")
    assert app.state()["song"] == before


def test_what_was_not_applied_is_forgotten(app: App, screen: Screen, timing: Locator) -> None:
    """A popover that is closed and opened again shows the song as it is."""
    box(timing, "fps").fill("24")
    screen.page.keyboard.press("Escape")
    screen.page.locator("[data-act='song.settings']").click()
    expect(box(screen.popover, "fps")).to_have_value("15")
    assert app.state()["song"]["fps"] == 15


def test_a_refused_number_stays_typed(app: App, screen: Screen, timing: Locator) -> None:
    """A start after the end is refused with both places; two numbers that are refused together say so below both."""
    box(timing, "start").fill("2:00")
    box(timing, "start").press("Enter")
    expect(timing.get_by_role("alert")).to_contain_text("after the end of the song, 1:00.0")
    expect(box(timing, "start")).to_have_value("2:00")
    box(timing, "length").fill("1:30")
    timing.get_by_role("button", name="Change timing").click()
    expect(timing.get_by_role("alert").last).to_contain_text("after the end of the song, 1:30.0")
    box(timing, "start").fill("1:20")
    timing.get_by_role("button", name="Change timing").click()
    expect(timing.get_by_role("button", name="Change timing")).to_be_disabled()
    assert (app.state()["song"]["start_s"], app.state()["song"]["length_s"]) == (80, 90)
    screen.forgive("422")


def test_stretching_is_a_step_of_its_own(app: App, timing: Locator) -> None:
    """A new version has one tempo or one length: typing one empties the other, and only Stretch applies it."""
    app.do("song.change", tempo_bpm=100, length_s=60)
    stretch = timing.get_by_role("button", name="Stretch")
    expect(box(timing, "newTempo")).to_be_enabled()
    box(timing, "newLength").fill("0:30")
    box(timing, "newTempo").fill("120")
    expect(box(timing, "newLength")).to_have_value("")
    expect(timing.get_by_role("button", name="Change timing")).to_be_disabled()
    assert app.state()["song"]["seconds"] == 60
    stretch.click()
    expect(box(timing, "newTempo")).to_have_value("")
    expect(stretch).to_be_disabled()
    assert app.state()["song"]["seconds"] == pytest.approx(50)


# --- another frame rate -----------------------------------------------------------------------------------------------


def test_another_frame_rate_names_what_moves_faster(app: App, screen: Screen, timing: Locator) -> None:
    """Before it is applied and after, the lanes of steps per frame are named; one click keeps their speed, and Z gives
    it back."""
    app.lane("angle", "/a")
    app.lane("zoom", "/b", form="rate")
    expect(screen.lanes).to_have_count(2)
    box(timing, "fps").fill("30")
    expect(timing).to_contain_text("At 30 fps, Angle moves 2 times as fast")
    box(timing, "fps").press("Enter")
    expect(screen.toast("Angle moves 2 times as fast")).to_be_visible()
    screen.say("Keep its speed").click()
    expect(screen.page.get_by_role("textbox", name="Output high")).to_have_value("1")
    screen.press("z")
    expect(screen.toast("Undid: keep the speed of 15 fps")).to_be_visible()
    assert app.state()["lanes"][0]["out_high"] == 2


def test_nothing_is_said_where_nothing_moves_faster(app: App, screen: Screen, timing: Locator) -> None:
    """Another length, or another frame rate of lanes that are not steps per frame, shows no message."""
    app.lane("strength_schedule", "/a")
    expect(screen.lanes).to_have_count(1)
    box(timing, "fps").fill("30")
    box(timing, "fps").press("Enter")
    expect(screen.part("fps", ".perform-transport")).to_have_text("30 fps")
    expect(screen.page.locator(".perform-toast")).to_have_count(0)


# --- undo -------------------------------------------------------------------------------------------------------------


def test_undo_and_redo_say_what_they_did(app: App, screen: Screen) -> None:
    """Z and Shift+Z name the step, with the way back beside it; only the last one is said."""
    app.lane("zoom", "/a")
    app.played(2.0, {"/a": lambda time_s: time_s / 2})
    expect(screen.part("takes", ".perform-timeline")).to_have_text("1 take")
    screen.press("z")
    expect(screen.toast("Undid: take 1")).to_be_visible()
    expect(screen.part("takes", ".perform-timeline")).to_contain_text("1 in trash")
    screen.toast("Undid").get_by_role("button", name="Redo").click()
    expect(screen.toast("Redid: take 1")).to_be_visible()
    expect(screen.page.locator(".perform-toast")).to_have_count(1)
    expect(screen.part("takes", ".perform-timeline")).to_have_text("1 take")
    screen.toast("Redid").get_by_role("button", name="Undo").click()
    expect(screen.part("takes", ".perform-timeline")).to_contain_text("1 in trash")


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_recording_reports_that_it_is_past_the_end(app: App, screen: Screen) -> None:
    """After the end of a set length the page says that what comes is kept and not written, and offers to extend the
    song, while recording and at Stop."""
    app.lane("zoom", "/a")
    app.do("song.change", length_s=2)
    screen.press("r")
    screen.expect_transport("recording")
    app.send("/a", 0.1)
    screen.at_frame(10)
    app.send("/a", 0.9)
    expect(screen.toast("The song ends at 0:02.0, and the recording continues")).to_be_visible()
    expect(screen.part("tag", ".perform-transport")).to_have_text("● take 1, after the end")
    expect(screen.part("frame", ".perform-transport")).to_have_class("perform-over")
    screen.at_frame(40)
    screen.press("r")
    expect(screen.toast(re.compile(r"Take 1 continues for [\d.]+ s after the end of the song"))).to_be_visible()
    screen.page.locator(".perform-toast").get_by_role("button", name=re.compile("Extend the song to 0:0")).click()
    expect(screen.part("frame", ".perform-transport")).not_to_have_text("frame 0 / 30")
    state = app.state()
    assert state["song"]["length_s"] == pytest.approx(state["takes"][0]["end_s"])


def test_the_song_can_be_let_grow_while_it_is_recorded(app: App, screen: Screen) -> None:
    """One click while recording: the song is as long as its takes, and no further message appears."""
    app.lane("zoom", "/a")
    app.do("song.change", length_s=1)
    screen.press("r")
    screen.expect_transport("recording")
    app.send("/a", 0.1)
    app.send("/a", 0.9)
    screen.say("Let the song grow").click()
    expect(screen.part("tag", ".perform-transport")).to_have_text("● take 1")
    screen.at_frame(30)
    screen.press("r")
    expect(screen.part("takes", ".perform-timeline")).to_have_text("1 take")
    expect(screen.page.locator(".perform-toast")).to_have_count(0)
    assert app.state()["song"]["seconds"] > 1.9


def test_a_song_without_a_length_counts_as_it_grows(app: App, screen: Screen) -> None:
    """While a recording makes the song longer, the number of frames grows too."""
    app.lane("zoom", "/a")
    app.played(1.0, {"/a": lambda time_s: time_s})
    expect(screen.part("frame", ".perform-transport")).to_have_text("frame 0 / 15")
    screen.press("r")
    screen.until("""() => {
        const [frame, total] = document.querySelector('#perform_frame').textContent.match(/\\d+/g).map(Number);
        return frame > 20 && total === frame + 1;
    }""")
    screen.press("r")


def test_a_take_that_goes_on_after_the_end_says_so(app: App, screen: Screen) -> None:
    """Its own menu names what is not written, and extends the song."""
    app.lane("zoom", "/a")
    app.do("song.change", length_s=2)
    app.played(3.5, {"/a": lambda time_s: time_s / 4})
    screen.part("takes", ".perform-timeline").click()
    screen.popover.get_by_role("button", name="Take 1", exact=True).click()
    expect(screen.part("over", ".perform-popover")).to_contain_text("Take 1 continues for 1.5 s after the end")
    screen.popover.get_by_role("button", name="Extend the song to 0:03.5").click()
    expect(screen.part("over", ".perform-popover")).to_be_hidden()
    assert app.state()["song"]["length_s"] == pytest.approx(3.5)


def test_a_click_after_the_end_goes_to_the_end(app: App, screen: Screen) -> None:
    """The playhead stays inside the song, and the page says why."""
    app.do("song.change", length_s=4)
    expect(screen.part("frame", ".perform-transport")).to_have_text("frame 0 / 60")
    stage = screen.page.locator("#perform_stage")
    stage.click(position={"x": int(stage.evaluate("node => node.clientWidth")) - 20, "y": 60})
    expect(screen.toast("The song ends at 0:04.0: the start must be inside it")).to_be_visible()
    expect(screen.part("frame", ".perform-transport")).to_have_text("frame 60 / 60")
    assert app.state()["song"]["start_s"] == 4


# --- zooming ----------------------------------------------------------------------------------------------------------

HEAD = "() => document.querySelector('.perform-playhead').getBoundingClientRect().left"


def test_zooming_by_keys_and_buttons_keeps_the_playhead(app: App, screen: Screen) -> None:
    """In and out, the playhead stays where it is; from out of sight it comes into the middle."""
    app.do("seek", time_s=47)
    expect(screen.part("startText", ".perform-timeline")).to_have_text("Start 00:47.00")
    before = screen.page.evaluate(HEAD)
    stage = screen.page.locator("#perform_stage")
    stage.focus()
    for key in ("+", "+", "+", "-", "+"):
        stage.press(key)
    screen.page.locator("[data-act='zoom.in']").click()
    screen.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(screen.page.evaluate(HEAD) - before) < 3
    app.do("seek", time_s=2)
    expect(screen.part("startText", ".perform-timeline")).to_have_text("Start 00:02.00")
    expect(screen.page.locator(".perform-playhead")).to_be_hidden()
    stage.press("+")
    expect(screen.page.locator(".perform-playhead")).to_be_visible()


def test_zooming_while_playing_keeps_following(app: App, screen: Screen) -> None:
    """The wheel far from the playhead zooms there; the playhead, if it was followed, comes back into sight."""
    app.lane("zoom", "/a")
    app.played(30.0, {"/a": lambda time_s: time_s / 30}, events_per_s=5)
    expect(screen.page.locator("#perform_frame")).to_have_text("frame 0 / 450")
    screen.press(" ")
    screen.expect_transport("playing")
    stage = screen.page.locator("#perform_stage").bounding_box()
    assert stage is not None
    screen.page.mouse.move(stage["x"] + stage["width"] - 30, stage["y"] + 60)
    screen.page.keyboard.down("Control")
    for _ in range(8):
        screen.page.mouse.wheel(0, -120)
    screen.page.keyboard.up("Control")
    expect(screen.page.locator(".perform-playhead")).to_be_visible()
    now = screen.page.locator("#perform_frame").inner_text()
    expect(screen.page.locator("#perform_frame")).not_to_have_text(now)
    expect(screen.page.locator(".perform-playhead")).to_be_visible()
