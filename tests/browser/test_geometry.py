"""Every control can be used in every window: nothing is cut, squeezed, covered or out of reach."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from deforum_perform.app.notices import Notice
from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.looks.geometry import WHOLE, ZOOMED, cut, hiding_message, squeezed_message, toast_in_the_way
from tests.looks.measure import cut_texts, unusable
from tests.looks.states import DRAWN, STREAM, Desk, Rare, close_toasts, findings, prepare, toasts

WORDS = """() => {
    const walker = document.createTreeWalker(document.querySelector("#perform_root"), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        if (text.data.trim() && text.parentElement.checkVisibility({visibilityProperty: true})) found.push(text.data);
    }
    return found;
}"""


def test_everything_can_be_used_in_windows_of_any_size(desk: Desk) -> None:
    """From half of a 1920 screen upwards everything is visible at once; at 200 % zoom it can be scrolled to; nowhere is
    a control cut, squeezed, covered or outside the window."""
    found = []
    for width, height in (*WHOLE, *ZOOMED):
        desk.page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} x {height}: {problem}" for problem in cut(desk, (width, height) in WHOLE)]
    assert not found, "\n".join(found)


def test_toasts_leave_the_takes_in_sight(desk: Desk) -> None:
    """In a window of any size, wherever it is scrolled, a toast is visible and covers no take's bar."""
    found = []
    for width, height in (*WHOLE, *ZOOMED):
        desk.page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} x {height}: {problem}" for problem in toast_in_the_way(desk)]
    assert not found, "\n".join(found)


def test_an_empty_page_says_the_next_step_in_any_window(app: App, page: Page) -> None:
    """Before the first source every button of the page can be used, in half a window inside a host too."""
    Screen(page, app.url).open()
    desk = Desk(page, app.port)
    found = []
    for width, height in (*WHOLE, (878, 540)):
        page.set_viewport_size({"width": width, "height": height})
        expect(desk.at(".perform-monitor").get_by_role("button", name="How to send")).to_be_visible()
        found += findings(desk, iter([f"{width} x {height}"]), unusable, cut_texts)
    desk.leave()
    assert not found, "\n".join(found)


def test_a_short_message_leaves_all_that_moves_in_sight(desk: Desk) -> None:
    """Wherever the page is in sight at once, a message of one line hides no source, no curve and no take."""
    found = []
    for width, height in WHOLE:
        desk.page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} x {height}: {problem}" for problem in hiding_message(desk)]
    assert not found, "\n".join(found)


def test_a_message_with_a_button_is_whole(desk: Desk) -> None:
    """Wherever the page is in sight at once, so is a message of several lines with the button it offers."""
    found = []
    for width, height in WHOLE:
        desk.page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} x {height}: {problem}" for problem in squeezed_message(desk)]
    assert not found, "\n".join(found)


def test_messages_leave_the_monitor_usable(desk: Desk, tmp_path: Path) -> None:
    """With three messages, two of them of several lines, part of the monitor is in sight, and its last row can be
    scrolled above them and pressed."""
    desk.page.set_viewport_size({"width": 1280, "height": 720})
    for level in toasts(desk, tmp_path):
        assert level == "toasts"
        stack, monitor = desk.at(".perform-toasts").bounding_box(), desk.at(".perform-monitor").bounding_box()
        assert stack is not None
        assert monitor is not None
        assert stack["y"] > monitor["y"] + 0.3 * monitor["height"]
        desk.at(".perform-source-list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
        desk.at(".perform-source-open").last.click(timeout=5000, trial=True)


def test_a_message_begins_in_sight(app: App, desk: Desk) -> None:
    """A message that is higher than its place shows its beginning, and is scrolled for the rest."""
    desk.page.set_viewport_size({"width": 960, "height": 600})
    app.performer.publisher.announce_notice("long", Notice("error", "A performance at the harbour. " * 40))
    message = desk.at(".perform-toast-error")
    expect(message).to_be_visible()
    box, place = message.bounding_box(), desk.at(".perform-toasts").bounding_box()
    assert box is not None
    assert place is not None
    assert box["height"] > place["height"]
    assert box["y"] >= place["y"]


def test_what_is_offered_above_the_page_cuts_nothing(app: App, page: Page) -> None:
    """Recordings that are offered, and a sender that was refused, leave every control whole: a small window scrolls."""
    rare = Rare(page)
    Screen(page, app.url).open()
    desk = Desk(page, app.port)
    prepare(desk)
    found = []
    for state in rare.states(desk):
        close_toasts(desk)
        for width, height in (*WHOLE, (960, 600), (890, 560)):
            desk.page.set_viewport_size({"width": width, "height": height})
            found += [
                f"{width} x {height}: {problem}" for problem in findings(desk, iter([state]), unusable, cut_texts)
            ]
    desk.leave()
    assert not found, "\n".join(found)


def test_a_new_lane_is_in_sight(app: App, page: Page) -> None:
    """The lane that was just added is selected and scrolled into sight, also where the state with it comes after the
    answer, and one without it before."""
    held: list[tuple[WebSocketRoute, str | bytes]] | None = None

    def between(link: WebSocketRoute) -> None:
        server = link.connect_to_server()
        server.on_message(lambda message: link.send(message) if held is None else held.append((link, message)))

    page.route_web_socket(STREAM, between)
    Screen(page, app.url).open()
    desk = Desk(page, app.port)
    prepare(desk)
    page.set_viewport_size({"width": 960, "height": 720})
    desk.open(desk.at("#perform_add_lane"))
    page.keyboard.type("angle")
    held = []
    desk.do("lane.add", field="noise_multiplier_schedule")
    while not held:
        page.evaluate(DRAWN)
    with page.expect_response(lambda answer: answer.url.endswith("lane.learn")):
        page.keyboard.press("Enter")
    while held:  # what comes meanwhile keeps its place behind the others
        link, message = held.pop(0)
        link.send(message)
        page.evaluate(DRAWN)
    held = None
    row = desk.at(".perform-lane[aria-current=true]")
    expect(row).to_have_attribute("aria-label", "Angle")
    page.evaluate(DRAWN)
    box, view = row.bounding_box(), desk.at(".perform-lane-list").bounding_box()
    desk.leave()
    assert box is not None
    assert view is not None
    assert box["y"] >= view["y"] - 1
    assert box["y"] + box["height"] <= view["y"] + view["height"] + 1


def test_nothing_is_said_before_the_state_has_come(app: App, page: Page) -> None:
    """Until the first state the page shows its bands without a word, a button or a tab stop."""
    links: list[WebSocketRoute] = []
    page.route_web_socket(STREAM, lambda link: links.append(link))
    with page.expect_response(lambda response: response.url.endswith("/fields")) as fields:
        page.goto(app.url)
    fields.value.finished()
    expect(page.locator("#perform_root")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#perform_root .perform-panel").first).to_be_visible()
    assert page.evaluate(WORDS) == []
    assert page.locator("#perform_root :is(button, input, canvas):visible").count() == 0
    links[0].connect_to_server()
    expect(page.locator("#perform_root")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#perform_record")).to_be_visible()
