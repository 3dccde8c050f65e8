"""The check panel: what is to be looked at, what is written, and one number of keys everywhere."""

from __future__ import annotations

import re
from math import sin
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from deforum_perform.osc.datagrams import Datagrams
from tests.browser.conftest import LookAt
from tests.browser.lane_tools import zones
from tests.browser.screen import Screen
from tests.browser.standalone_app import LOOPBACK, SECOND, App, packet

COVERED = """() => [...document.querySelectorAll(".perform-lanes *, .perform-monitor *, .perform-timeline *")]
    .filter((node) => node.matches("button, .perform-lane, .perform-source, canvas"))
    .filter((node) => {
        const box = node.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return box.width > 0 && top?.closest(".perform-check-panel");
    }).length"""


@pytest.fixture
def recorded(app: App) -> App:
    """Two lanes with a take and nothing to complain of."""
    app.lane("strength_schedule", "/a", tolerance=0.01)
    app.lane("zoom", "/b", tolerance=0.02)
    app.played(3.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(2 * time_s), "/b": lambda time_s: time_s / 3})
    return app


def stalled(app: App, addresses: list[str]) -> None:
    """A recording in which one sender of several addresses stalls once."""
    times = [k / 50 for k in range(200)]
    times += [times[-1] + 1.0 + k / 5000 for k in range(30)]
    times += [times[-1] + (k + 1) / 50 for k in range(200)]
    end_ns = app.performer.parts.clock_ns()
    begin_ns = end_ns - round((times[-1] + 0.5) * SECOND)
    app.performer.recorder.start(begin_ns, 0.0)
    for time_s in times:
        packets = [packet(address, 0.5 + 0.5 * sin(time_s + k)) for k, address in enumerate(addresses)]
        stamps = [begin_ns + round(time_s * SECOND)] * len(packets)
        app.performer.parts.reception.receive(Datagrams(stamps, packets, [(LOOPBACK, 1)] * len(packets)))
    app.performer.recorder.stop(end_ns)


def check(screen: Screen) -> Locator:
    """Press Check and wait for what it found; the panel."""
    screen.page.locator("#perform_check").click()
    panel = screen.page.locator(".perform-check-panel")
    expect(panel.locator("[part=lead]")).to_contain_text("Read back by")
    return panel


def test_a_check_is_not_ready_after_a_change(recorded: App, screen: Screen) -> None:
    """Once a lane has changed, the panel says so instead of Ready, until Check is pressed again."""
    panel = check(screen)
    verdict = panel.locator("[part=verdict]")
    expect(verdict).to_have_text("✓ Ready")
    recorded.do("lane.change", id=recorded.state()["lanes"][0]["id"], tolerance=0.03)
    expect(verdict).to_have_text("Changed since the check")
    expect(verdict).to_have_attribute("data-mode", "open")
    screen.page.locator("#perform_check").click()
    expect(verdict).to_have_text("✓ Ready")


def test_check_lists_what_is_written(recorded: App, screen: Screen) -> None:
    """Check reads back what would be written, says Ready, and lists each lane's keys and largest error, as the server
    has them."""
    panel = check(screen)
    expect(panel.locator("[part=verdict]")).to_have_text("✓ Ready")
    rows = panel.locator(".perform-check-row")
    expect(rows).to_have_count(2)
    found = recorded.do("check")
    assert found["can_apply"]
    for row, lane in zip(rows.all(), found["lanes"]):
        assert lane["largest_error"] <= lane["tolerance"]
        expect(row.locator("[part=keys]")).to_have_text(f"{lane['keys']:,}")
        expect(row.locator("[part=characters]")).to_have_text(f"{lane['characters']:,}")
        expect(row).to_contain_text(lane["field"])
    screen.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(screen.page.locator(".perform-inspector")).to_be_visible()


def test_a_check_holds_until_a_lane_changes(recorded: App, screen: Screen) -> None:
    """The fewer keys that Check found, and arming, leave a check as it is; a changed lane makes it an old one."""
    before = [lane["keys"] for lane in recorded.state()["lanes"]]
    lead = check(screen).locator("[part=lead]")
    recorded.do("lane.arm_all", armed=False)
    expect(screen.page.locator(".perform-arm[aria-pressed=true]")).to_have_count(0)
    lanes = recorded.state()["lanes"]
    assert sum(lane["keys"] for lane in lanes) <= sum(before)
    expect(lead).not_to_contain_text("changed since")
    recorded.do("lane.change", id=lanes[0]["id"], tolerance=0.05)
    expect(lead).to_contain_text("changed since")


def test_one_stall_of_several_lanes_is_one_thing(app: App, screen: Screen) -> None:
    """A stall that affects four lanes is listed once with their names; another problem is separate; bar and panel show
    the same number."""
    fields = {"/a": "zoom", "/b": "angle", "/c": "translation_x", "/d": "strength_schedule"}
    for address, field in fields.items():
        app.lane(field, address)
    stalled(app, list(fields))
    panel = check(screen)
    verdict, problem = panel.locator("[part=verdict]"), screen.part("problem", ".perform-apply")
    expect(verdict).to_have_text("▲ 1 thing to look at")
    things = panel.locator(".perform-finding")
    expect(things).to_have_count(1)
    expect(things).to_contain_text("stalled for 1.0")
    expect(things).to_contain_text("4 lanes: Zoom, Angle, Translation X, Strength")
    expect(problem).to_contain_text("stalled for 1.0")
    app.do("settings.import", name="base.txt", settings={"animation_mode": "3D", "zoom": "0: (1)"})
    check(screen)
    expect(verdict).to_have_text("▲ 2 things to look at")
    expect(problem).to_have_text("▲ 2 things to look at")
    expect(things.filter(has_text="2D mode")).to_contain_text("2 lanes: Zoom, Angle")
    panel.locator(".perform-finding button").first.click()
    expect(panel).to_be_visible()
    expect(screen.part("frame", ".perform-transport")).not_to_have_text(re.compile("^frame 0 /"))
    assert app.state()["transport"]["position_s"] == pytest.approx(4.0, abs=0.2)


def test_what_is_found_can_be_seen_from_the_bar(app: App, screen: Screen) -> None:
    """The bar says in one sentence how many lanes there are and how many are ready; what keeps one from it is a click
    away."""
    app.lane("zoom", "/a")
    app.lane("angle", "/b")
    lane = app.lane("strength_schedule", "/c")
    app.played(3.0, {"/a": lambda time_s: time_s / 3, "/c": lambda time_s: time_s / 3})
    choose = screen.part("choose", ".perform-apply")
    expect(choose).to_have_text("3 lanes, 2ready")
    expect(screen.part("problem", ".perform-apply")).to_be_hidden()
    app.do("lane.change", id=lane, in_low=0.2, in_high=0.4)
    app.do("settings.import", name="base.txt", settings={"animation_mode": "3D", "zoom": "0: (1)"})
    problem = screen.part("problem", ".perform-apply")
    expect(problem).to_have_text("▲ 2 things to look at")
    problem.click()
    panel = screen.page.locator(".perform-check-panel")
    expect(panel.locator("[part=verdict]")).to_have_text("▲ 2 things to look at")
    expect(panel.locator(".perform-check-row", has_text="angle")).to_contain_text("nothing recorded")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1440, 900), (1280, 720), (960, 1040)])
def test_lanes_monitor_and_timeline_stay_in_sight(recorded: App, look_at: LookAt, width: int, height: int) -> None:
    """The panel replaces the inspector and covers nothing else; a click on a lane brings the inspector back."""
    screen = look_at(recorded.url, width=width, height=height)
    expect(screen.sources).to_have_count(2)
    inspector = screen.page.locator(".perform-inspector")
    place = inspector.bounding_box()
    panel = check(screen)
    assert panel.bounding_box() == place
    assert screen.page.evaluate(COVERED) == 0
    expect(inspector).to_be_hidden()
    screen.lanes.nth(1).click()
    expect(panel).to_be_hidden()
    expect(inspector).to_contain_text("Zoom")


def test_the_text_of_a_lane_is_shown_and_copied(recorded: App, screen: Screen) -> None:
    """A lane's row opens its schedule text, which Copy puts on the clipboard; it follows a change of the lane."""
    panel = check(screen)
    row = panel.locator(".perform-check-row", has_text="zoom")
    fold = row.locator("[part=textFold]")
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")
    lane = recorded.state()["lanes"][1]["id"]
    shown = row.locator("[part=text]")
    expect(shown).to_have_text(recorded.performer.lane_text(lane))
    row.get_by_role("button", name="Copy text").click()
    expect(screen.toast("characters of schedule text")).to_be_visible()
    assert screen.page.evaluate("navigator.clipboard.readText()") == recorded.performer.lane_text(lane)
    recorded.do("lane.change", id=lane, out_low=1.1, out_high=1.2)
    expect(shown).to_have_text(recorded.performer.lane_text(lane))
    fold.press("Enter")
    expect(shown).to_be_hidden()


def test_a_page_without_the_clipboard_copies_too(recorded: App, screen: Screen) -> None:
    """A page by plain http from another computer has no clipboard interface: the text is copied all the same."""
    screen.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    expect(screen.written).to_contain_text("key")
    screen.page.locator(".perform-inspector [data-act='lane.copy']").click()
    expect(screen.toast("characters of schedule text")).to_be_visible()
    screen.page.locator("#perform_add_lane").click()
    box = screen.page.locator("#perform_search")
    box.press("Control+v")
    expect(box).to_have_value(re.compile(r"^0: ?\("))


def test_a_setting_that_helps_is_a_click_away(recorded: App, screen: Screen) -> None:
    """Where a setting of the song helps, the thing to look at has a button for it, which checks again; Z takes it
    back."""
    base = {"animation_mode": "2D", "keyframe_distribution": "Keyframes Only", "zoom": "0: (1)"}
    recorded.do("settings.import", name="base.txt", settings=base)
    panel = check(screen)
    thing = panel.locator(".perform-finding", has_text="Keyframes Only")
    thing.get_by_role("button", name="Off").click()
    expect(panel.locator(".perform-finding", has_text="Apply sets it to")).to_have_count(1)
    assert recorded.state()["song"]["set_distribution"]
    expect(panel.locator("[part=lead]")).not_to_contain_text("changed since")
    screen.press("z")
    expect(panel.locator("[part=lead]")).to_contain_text("changed since")
    assert not recorded.state()["song"]["set_distribution"]


def test_a_check_says_why_there_is_an_error(app: App, screen: Screen) -> None:
    """An error within the tolerance is named as such; a lane of names is exact."""
    app.lane("zoom", "/a", tolerance=0.02)
    app.lane("sampler_schedule", "/b", choices=["Euler a", "DDIM"])
    app.played(4.0, {"/a": lambda time_s: 0.5 + 0.5 * sin(5 * time_s), "/b": zones})
    expect(screen.part("lanes", ".perform-apply")).to_have_text("2")
    remarks = check(screen).locator("[part=remarks]")
    expect(remarks.first).to_contain_text("within the tolerance you set")
    expect(remarks.nth(1)).to_contain_text("exact")


def noisy(time_s: float) -> float:
    """A move of which the quick search for keys needs more than the thorough one."""
    return 0.5 + 0.3 * sin(3 * time_s) + 0.2 * sin(17 * time_s) * sin(0.7 * time_s)


def test_there_is_one_number_of_keys(app: App, screen: Screen) -> None:
    """Inspector, bar and check panel show the same keys: "refining…" while there may be fewer, and for good what Check
    found, as the file has them."""
    app.performer.ticker.close()  # nothing searches for fewer keys automatically
    app.lane("zoom", "/a")
    app.lane("angle", "/b")
    app.played(12.0, {"/a": noisy, "/b": lambda time_s: noisy(1.3 * time_s)})
    bar = screen.page.locator(".perform-apply")
    expect(screen.written).to_contain_text("keys, refining…")
    expect(bar).to_contain_text("keys, refining…")
    quick = keys(app.state()["lanes"])
    assert shown(screen) == quick
    check(screen)
    expect(bar).not_to_contain_text("refining")
    found = keys(app.do("check")["lanes"])
    assert found != quick
    assert [screen.page.locator(".perform-check-panel [part=keys]").nth(k).text_content() for k in (0, 1)] == list(
        found[:2]
    )
    expect(screen.part("keys", ".perform-apply")).to_have_text(found[2])
    screen.page.keyboard.press("Escape")
    expect(screen.written).not_to_contain_text("refining")
    assert shown(screen) == keys(app.state()["lanes"]) == found
    assert len(re.findall(r"\d+:", app.performer.lane_text(app.state()["lanes"][0]["id"]))) == int(found[0])


def keys(lanes: list[dict[str, Any]]) -> tuple[str, str, str]:
    """The keys of two lanes, and of both, as they are shown."""
    first, second = (lane["keys"] for lane in lanes)
    return f"{first:,}", f"{second:,}", f"{first + second:,}"


def shown(screen: Screen) -> tuple[str, ...]:
    """The keys of both lanes in the inspector, and their sum in the bar."""
    found = []
    for row in screen.lanes.all():
        row.click()
        expect(screen.part("title", ".perform-inspector")).to_have_text(str(row.locator("[part=name]").text_content()))
        found.append(str(screen.written.text_content()).split(" ")[0])
    return (*found, str(screen.part("keys", ".perform-apply").text_content()))
