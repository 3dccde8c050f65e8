"""Takes on the timeline: always in sight, with what went wrong in them and the time they play by."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take_info import SenderTimes, TakeProblem
from deforum_perform.core.time.clock_source import ManualClock
from tests.browser.conftest import LookAt
from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.osc.network import until

FIELDS = (
    *("zoom", "angle", "translation_x", "translation_y", "translation_z"),
    *("rotation_3d_x", "rotation_3d_y", "fov_schedule", "noise_schedule"),
)


@pytest.fixture
def take(app: App) -> App:
    """An app with a take of one lane."""
    app.lane("zoom", "/a")
    app.played(4.0, {"/a": lambda time_s: time_s / 4})
    return app


def known(app: App, *marks: TakeProblem, times: SenderTimes | None = None) -> None:
    """As if the take had these problems, and its sender's time were known."""

    def marked(song: Song) -> Song:
        return replace(song, takes=tuple(replace(take, marks=marks, sender_times=times) for take in song.takes))

    app.performer.session.edit("marks", marked, undoable=False)
    app.performer.publisher.announce()


def point(screen: Screen, seconds: float, row: int = 0) -> tuple[float, float]:
    """Where a time of a line of takes is on the screen."""
    x, y = screen.page.evaluate(
        """async ([seconds, row]) => {
            const [rows, viewport] = await Promise.all(
                ["rows", "viewport"].map((name) => import(`${perform.modules}timeline/${name}.js`)));
            const stage = document.querySelector("#perform_stage"), box = stage.getBoundingClientRect();
            const {song, takes, lanes} = JSON.parse(document.body.dataset.state);
            const plan = rows.layout(lanes.map((lane) => lane.id), takes, stage.clientHeight, false);
            const view = viewport.fit(rows.shownFrames(song.frames, 0, song.fps));
            const x = viewport.frameToX(seconds * song.fps, view, stage.clientWidth - rows.GUTTER);
            return [box.x + rows.GUTTER + x, box.y + rows.takeTop(plan.takesTop, row) + 4];
        }""",
        [seconds, row],
    )
    return float(x), float(y)


def remember(screen: Screen) -> None:
    """Keep the state where ``point`` finds it."""
    screen.page.evaluate(
        "async () => { document.body.dataset.state = await (await fetch('/perform/v1/state')).text(); }"
    )


def test_takes_are_in_sight_below_many_lanes(app: App, look_at: LookAt) -> None:
    """At 1024 x 700, with nine lanes and three takes, the last take can be clicked at the bottom of the timeline."""
    for number, field in enumerate(FIELDS):
        app.lane(field, f"/{number}")
    for _ in range(3):
        app.played(2.0, {"/0": lambda time_s: time_s / 2})
    screen = look_at(app.url, width=1024, height=700)
    expect(screen.part("takes", ".perform-timeline")).to_have_text("3 takes")
    remember(screen)
    x, y = point(screen, 1.0, row=2)
    stage = screen.page.locator("#perform_stage").bounding_box()
    assert stage is not None
    assert y < stage["y"] + stage["height"] - 10
    screen.page.mouse.click(x, y)
    expect(screen.popover).to_contain_text("Take 3")


def test_each_round_of_a_loop_is_a_take_of_its_own(app: App, look_at: LookAt) -> None:
    """A recording over a loop of two seconds shows a take for each round, one below the other; a lane can go back to
    an earlier one."""
    app.lane("zoom", "/a")

    def looped(start_s: float, origin_ns: int) -> ManualClock:
        """A clock source that plays a loop three times."""
        again = ((origin_ns + round(2e9 * number), 0.0, 1.0) for number in range(3))
        return ManualClock(tuple(again))

    app.performer.recorder.clock_from = looped
    app.played(6.0, {"/a": lambda time_s: time_s / 6})
    screen = look_at(app.url)
    expect(screen.part("takes", ".perform-timeline")).to_have_text("3 takes")
    remember(screen)
    for row in range(3):
        screen.page.mouse.click(*point(screen, 1.0, row=row))
        expect(screen.popover).to_contain_text(f"Take {row + 1}")
        screen.press("Escape")
    screen.page.mouse.click(*point(screen, 1.0, row=2))
    screen.popover.get_by_role("button", name="Remove from").click()
    second = app.state()["takes"][1]["id"]
    until(lambda: app.state()["lanes"][0]["clips"][-1]["take"] == second)


def test_the_keys_walk_through_the_lanes_of_the_timeline(app: App, look_at: LookAt) -> None:
    """Down selects the next lane and brings it into sight, in the timeline and in the list."""
    for number, field in enumerate(FIELDS):
        app.lane(field, f"/{number}")
    screen = look_at(app.url, width=1024, height=700)
    expect(screen.lanes).to_have_count(len(FIELDS))
    screen.page.locator("#perform_stage").focus()
    for _ in FIELDS[1:]:
        screen.page.keyboard.press("ArrowDown")
    last = screen.lanes.last
    expect(last).to_have_attribute("aria-current", "true")
    expect(last).to_be_in_viewport(ratio=1)


def test_reception_problems_are_listed_in_words(take: App, screen: Screen) -> None:
    """A take's menu shows its reception problems with times, a click shows the place; the pointer over a marker shows
    it too."""
    remember(screen)
    stage = screen.page.locator("#perform_stage")
    screen.page.mouse.move(*point(screen, 1.2))
    expect(stage).to_have_attribute("title", "Take 1: click for more")
    known(take, TakeProblem("stall", "/a", 1.0, 1.42, 12), TakeProblem("limited", "", 3.0, 3.0, 700, "192.168.1.23"))
    expect(stage).to_have_attribute("title", "0:01.0 /a: stalled for 0.42 s, then 12 events at once")
    screen.part("takes", ".perform-timeline").click()
    screen.popover.get_by_role("button", name="Take 1").click()
    limited = screen.popover.get_by_role("button", name="700 messages of 192.168.1.23 refused")
    limited.click()
    expect(screen.page.locator("#perform_clock")).to_have_text("00:03.00")


def test_a_stall_of_many_sources_is_listed_once(take: App, screen: Screen) -> None:
    """A stall of a sender affects each of its sources; the list and the menu show one problem with the names of the
    sources."""
    names = [f"/rig/{number}" for number in range(9)]
    known(take, *(TakeProblem("stall", name, 1.0, 1.8, 40) for name in names))
    screen.part("takes", ".perform-timeline").click()
    expect(screen.part("marked", ".perform-popover")).to_have_text("▲ 1")
    screen.popover.get_by_role("button", name="Take 1").click()
    reported = screen.popover.locator(".perform-take-problems button")
    expect(reported).to_have_text(["▲ 0:01.0 9 sources: stalled for 0.80 s, then 360 events at once"])
    expect(reported).to_have_attribute("title", f"{', '.join(names)}. Show it on the timeline")


def test_the_time_of_a_take_is_chosen_in_its_menu(take: App, screen: Screen) -> None:
    """Where the sender's time is known the menu offers it with how far it moves; choosing it can be undone."""
    screen.part("takes", ".perform-timeline").click()
    screen.popover.get_by_role("button", name="Take 1").click()
    menu = screen.popover
    expect(menu.locator(".perform-take-time")).to_be_hidden()
    known(take, TakeProblem("stall", "/a", 1.0, 1.42, 12, mended=True), times=SenderTimes("ableton", 0.42))
    expect(menu.locator(".perform-take-time")).to_contain_text("moves up to 0.42 s")
    expect(menu.locator(".perform-problem")).to_contain_text("▲")
    menu.get_by_text("as the sender meant it").click()
    expect(menu.locator("[aria-checked=true]")).to_have_text("as the sender meant it")
    expect(menu.locator(".perform-problem")).to_contain_text("corrected")
    assert take.state()["takes"][0]["time"] == "sender"
    take.do("undo")
    expect(menu.locator("[aria-checked=true]")).to_have_text("as it arrived")


def test_new_takes_play_by_the_song_s_choice(app: App, screen: Screen) -> None:
    """Whether new takes play by their sender's time is a choice of the song's settings."""
    screen.page.locator("[data-act='song.settings']").click()
    choice = screen.popover.get_by_label("Correct network delays in new takes")
    expect(choice).not_to_be_checked()
    with screen.page.expect_response("**/commands/song.change"):
        choice.click()
    expect(choice).to_be_checked()
    assert app.state()["song"]["sender_time"] is True
