"""A message with a button disappears when it no longer applies, whoever made the change."""

from __future__ import annotations

import json

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.looks.states import STREAM
from tests.webui.page import until


def test_another_frame_rate_that_is_undone_takes_its_message_away(app: App, screen: Screen) -> None:
    """Undo, and a range that is changed by hand, end what was said of lanes that move faster."""
    lane = app.lane("angle", "/a")
    expect(screen.lanes).to_have_count(1)
    for end in ("undo", "range"):
        screen.page.locator("[data-act='song.settings']").click()
        screen.popover.locator("[part=fps]").fill("24")
        screen.popover.locator("[part=fps]").press("Enter")
        expect(screen.toast("moves 1.6 times as fast")).to_be_visible()
        if end == "undo":
            app.do("undo")
        else:
            app.do("lane.change", id=lane, out_high=3)
        expect(screen.toast("times as fast")).to_have_count(0)


def test_redo_is_offered_only_while_there_is_one(app: App, screen: Screen) -> None:
    """A change after Undo leaves nothing to bring back: the message that offered it goes."""
    lane = app.lane("zoom", "/a")
    app.do("lane.change", id=lane, tolerance=0.02)
    expect(screen.part("undo", ".perform-transport")).to_have_attribute("title", "Undo: Zoom: tolerance (Z)")
    screen.press("z")
    expect(screen.toast("Undid: Zoom: tolerance")).to_be_visible()
    app.do("lane.change", id=lane, muted=True)
    expect(screen.toast("Undid")).to_have_count(0)


class SlowLink:
    """Between a page and its stream; keeps the messages while ``wait`` is set."""

    def __init__(self, page: Page) -> None:
        self.wait, self._kept = False, list[str | bytes]()
        page.route_web_socket(STREAM, self._between)

    def _between(self, link: WebSocketRoute) -> None:
        self._link = link
        link.connect_to_server().on_message(lambda text: self._kept.append(text) if self.wait else link.send(text))

    def steps(self) -> list[str | None]:
        """The steps that can be undone by the states that it keeps."""
        states = [json.loads(text) for text in self._kept]
        return [state["slices"]["undo"]["undo"] for state in states if "undo" in state.get("slices", {})]

    def deliver(self) -> None:
        """Send on what was kept, in order, up to the next state with another step to undo."""
        left = len(self.steps())
        while len(self.steps()) == left:
            self._link.send(self._kept.pop(0))


def test_a_redo_is_named_however_late_its_state_arrives(app: App, page: Page) -> None:
    """States from before the step that was redone last do not remove its message, even if it has the name of an earlier
    step."""
    lane = app.lane("zoom", "/a")
    for change in ({"tolerance": 0.02}, {"invert": True}, {"tolerance": 0.05}):
        app.do("lane.change", id=lane, **change)
    named = app.state()["undo"]["undo"]
    for _ in range(2):
        app.do("undo")
    assert app.state()["undo"]["undo"] == named
    link = SlowLink(page)
    screen = Screen(page, app.url).open()
    link.wait = True
    screen.press("Shift+Z")
    expect(screen.toast("Redid: ")).to_be_visible()
    until(lambda: len(link.steps()) == 1, "the state after the first step is sent", page)
    screen.press("Shift+Z")
    until(lambda: link.steps()[1:] == [named], "the state after the second step is sent", page)
    for step in ("Zoom: invert", named):
        link.deliver()
        expect(screen.part("undo", ".perform-transport")).to_have_attribute("title", f"Undo: {step} (Z)")
        expect(screen.toast(f"Redid: {named}")).to_be_visible()


def test_each_step_that_is_undone_is_named(app: App, screen: Screen) -> None:
    """However often Z is pressed, the one message names the last step, removing a lane included."""
    lanes = [app.lane("zoom", "/a"), app.lane("angle", "/b")]
    for lane in lanes:
        app.do("lane.remove", id=lane)
    expect(screen.part("undo", ".perform-transport")).to_have_attribute("title", "Undo: remove Angle (Z)")
    for label in ("remove Angle", "remove Zoom", "add Angle", "add Zoom"):
        screen.press("z")
        expect(screen.page.locator(".perform-toast")).to_have_count(1)
        expect(screen.toast(f"Undid: {label}")).to_be_visible()
    expect(screen.part("undo", ".perform-transport")).to_be_disabled()
    for label in ("add Zoom", "add Angle"):
        screen.press("Shift+Z")
        expect(screen.toast(f"Redid: {label}")).to_be_visible()


def test_a_longer_song_takes_the_message_of_its_end_away(app: App, screen: Screen) -> None:
    """Whoever extends the song, the button for it disappears; so it does with the take in the trash."""
    app.lane("zoom", "/a")
    app.do("song.change", length_s=0.5)
    for end in ("extend", "trash"):
        screen.press("r")
        screen.expect_transport("recording")
        app.send("/a", 0.1)
        screen.at_frame(12)
        app.send("/a", 0.9)
        screen.press("r")
        screen.expect_transport("stopped")
        message = screen.toast("after the end of the song")
        expect(message).to_be_visible()
        if end == "extend":
            app.do("song.change", length_s=30)
            expect(message).to_have_count(0)
            app.do("undo")
        else:
            app.do("take.trash", id=app.state()["takes"][-1]["id"])
            expect(message).to_have_count(0)


def test_a_take_that_plays_nowhere_can_be_played_from_its_message(app: App, screen: Screen) -> None:
    """The message names a lane that has a source of the take; played there, or elsewhere, neither it nor ▲ stays."""
    lane = app.lane("zoom", "/a", armed=False)
    for by_button in (True, False):
        app.played(2.0, {"/a": lambda time_s: time_s / 2})
        number = len(app.state()["takes"])
        play = screen.page.locator(".perform-toast").get_by_role("button", name=f"Play take {number} on Zoom")
        expect(play).to_be_visible()
        expect(screen.part("notices", ".perform-transport")).to_have_text("▲ 1")
        if by_button:
            play.click()
        else:
            app.do("lane.play_take", id=lane, take=app.state()["takes"][-1]["id"])
        expect(screen.page.locator(".perform-toast")).to_have_count(0)
        expect(screen.part("notices", ".perform-transport")).to_be_hidden()
        assert app.state()["lanes"][0]["clips"][-1]["take"] == app.state()["takes"][-1]["id"]


def test_a_message_of_several_lanes_follows_each(app: App, screen: Screen) -> None:
    """When one of two lanes keeps its old take, the message remains for the other one, with its name."""
    for field, source in (("zoom", "/a"), ("angle", "/b")):
        app.lane(field, source)
    expect(screen.lanes).to_have_count(2)
    for level in (0.2, 0.6):
        app.played(10.0, {name: lambda time_s, level=level: level + time_s / 100 for name in ("/a", "/b")}, 5)
    expect(screen.toast("Take 2 replaced 2 lanes.")).to_be_visible()
    screen.page.locator(".perform-toast").get_by_role("button", name="Keep the old one: Zoom").click()
    expect(screen.toast("Take 2 replaced Angle from 0:00.0 to 0:10.0.")).to_be_visible()
    expect(screen.page.locator(".perform-toast .perform-offer")).to_have_count(1)
    app.do("take.trash", id=app.state()["takes"][-1]["id"])
    expect(screen.page.locator(".perform-toast")).to_have_count(0)


def test_the_way_back_goes_with_the_song(app: App, screen: Screen) -> None:
    """A song that was opened elsewhere is announced with a button to return; after returning, the message
    disappears."""
    before = app.state()["song"]["id"]
    expect(screen.part("song", ".perform-transport")).to_have_text(app.state()["song"]["name"])
    app.do("song.new", name="Other")
    expect(screen.toast("“Other” is open now.")).to_be_visible()
    app.do("song.open", id=before)
    expect(screen.toast("“Other” is open now.")).to_have_count(0)
