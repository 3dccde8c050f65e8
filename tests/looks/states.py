"""Every state in which Perform's page can be looked at, in any host: its bands, popovers, toasts and notices."""

from __future__ import annotations

import json
import math
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from deforum_perform.app.notices import Notice, Offer
from deforum_perform.app.session.offers import Offered
from deforum_perform.app.state.shared import unsaved_state
from deforum_perform.core.listener import SenderRules
from deforum_perform.osc.access.sender_filter import SenderFilter
from deforum_perform.osc.datagrams import Datagrams
from tests.browser.standalone_app import packet
from tests.looks.measure import Measure, look

COMMAND = """async ([name, body]) => {
    const headers = {"Content-Type": "application/json"};
    const answer = await fetch(`/perform/v1/commands/${name}`, {method: "POST", headers, body: JSON.stringify(body)});
    const said = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(said));
    return said.result;
}"""
STATE = "async () => (await fetch('/perform/v1/state')).json()"
FRAME = "() => new Promise((drawn) => requestAnimationFrame(() => drawn(0)))"
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))"
STREAM = re.compile(r"/perform/v1/stream\?")
EVENTS = 40
WAVES = {"/nts1/cutoff": 5, "/nts1/resonance": 3, "/pads/kick": 2, "/touch/y": 7}
TWICE = "/touch/y"
"""What two programs send at the same time: its lane has a problem."""

LANES: dict[str, dict[str, Any]] = {
    "strength_schedule": {"source": "/nts1/cutoff"},
    "zoom": {"source": "/nts1/resonance"},
    "rotation_3d_y": {"source": "/touch/y"},
    "sampler_schedule": {"source": "/pads/kick", "choices": ["Euler a", "DDIM"]},
    "prompts": {"source": "/pads/kick", "choices": ["a neon city --neg blurry", "a quiet forest"]},
    "seed_schedule": {"source": "/pads/kick", "pick": "step"},
    "translation_x": {"muted": True},
    "cfg_scale_schedule": {"armed": False},
    "noise_schedule": {"source": "/nts1/cutoff", "invert": True},
}
POPOVERS = {
    "Songs": ".perform-transport [data-act='songs.open']",
    "Song settings": "[data-act='song.settings']",
    "Listener": "#perform_osc",
    "Help": "[data-act='help.open']",
    "Takes": "[data-act='takes.open']",
    "Add a lane": "#perform_add_lane",
    "What /nts1/cutoff plays": ".perform-source:not(.perform-source-text) [data-act='source.open']",
    "Source of Strength": "[data-act='sources.open']",
    "More of this lane": "[data-act='more.open']",
    "Files": "[data-act='files.open']",
}
"""Dialog -> the button that opens it, where the first lane is selected."""


class Desk:
    """A browser tab on Perform's page, and where its listener listens; ``dialogs``: titles of those that were open.

    Nothing blinks in it, so that what is measured does not depend on the moment.
    """

    def __init__(self, page: Page, osc_port: int) -> None:
        page.emulate_media(reduced_motion="reduce")
        self.page, self.dialogs = page, set[str]()
        self._to = ("127.0.0.1", osc_port)
        self._senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]

    def do(self, command: str, /, **arguments: Any) -> Any:
        """A command as this page gives it."""
        return self.page.evaluate(COMMAND, [command, arguments])

    def send(self, address: str, *arguments: Any, program: int = 0) -> None:
        """One OSC message of one of two programs."""
        self._senders[program].sendto(packet(address, *arguments), self._to)

    def leave(self) -> None:
        """End the tab and the programs."""
        self.page.context.close()
        self._end_programs()

    def hand_back(self) -> None:
        """End the programs; the tab is for other tests."""
        self.page.emulate_media(reduced_motion="no-preference")
        self._end_programs()

    def _end_programs(self) -> None:
        for sender in self._senders:
            sender.close()

    def at(self, selector: str) -> Locator:
        """What is there on the page."""
        return self.page.locator(f"#perform_root {selector}")

    @property
    def popover(self) -> Locator:
        """What is open above the page."""
        return self.at("[role=dialog]")

    def open(self, opener: Locator) -> None:
        """Press what opens a popover, and wait for it."""
        opener.click()
        expect(self.popover).to_be_visible()
        self.dialogs.add(str(self.popover.get_attribute("aria-label")))

    def close(self) -> None:
        """Escape, until no popover is open."""
        self.page.keyboard.press("Escape")
        expect(self.popover).to_have_count(0)

    def transport(self, state: str) -> None:
        """Until the transport is in that state."""
        expect(self.at(".perform-transport")).to_have_attribute("data-state", state)


def prepare(desk: Desk) -> None:
    """A song with every kind of lane, one of them of no use in Deforum's mode, a take, sources of numbers and of text;
    the first lane is selected."""
    for name, changes in LANES.items():
        source = changes.get("source")
        lane = desk.do("lane.add", field=name, source=source)["id"]
        rest = {key: value for key, value in changes.items() if key != "source"}
        if rest:
            desk.do("lane.change", id=lane, **rest)
    if not desk.page.evaluate(STATE)["host"]["deforum"]:
        desk.do("settings.import", name="base.txt", settings=json.dumps({"animation_mode": "3D", "zoom": "0: (1)"}))
    desk.do("record.start", start_s=0.0)
    for i in range(EVENTS):
        for address, period in WAVES.items():
            desk.send(address, 0.5 + 0.5 * math.sin(i / period), program=i % 2 if address == TWICE else 0)
        desk.page.evaluate(FRAME)
    desk.do("record.stop")
    desk.send("/pads/name", "neon city")
    expect(desk.at(".perform-source-text [part=value]")).to_have_text("neon city")
    expect(desk.at(".perform-lane")).to_have_count(len(LANES))
    select(desk, 0)
    expect(desk.at(".perform-inspector [part=keys]")).to_contain_text("largest error")
    expect(desk.at(".perform-apply-problem")).to_have_attribute("title", re.compile("Two programs"))


def select(desk: Desk, lane: int) -> None:
    """Select a lane by its place in the list."""
    desk.at(".perform-lane-name").nth(lane).click()
    expect(desk.at(".perform-lane").nth(lane)).to_have_attribute("aria-current", "true")


def states(desk: Desk, folder: Path) -> Iterator[str]:
    """Bring a new song into one state after the other; each is there while its name is looked at. ``folder`` takes a
    file or two."""
    desk.do("song.new", name="Looks")
    desk.do("monitor.clear")
    expect(desk.at(".perform-lane, .perform-source")).to_have_count(0)
    yield "nothing yet"
    prepare(desk)
    for number, name in enumerate(LANES):
        select(desk, number)
        yield f"lane {name}"
    select(desk, 0)
    yield from popovers(desk)
    yield from panels(desk)
    yield from toasts(desk, folder)
    yield from transports(desk)


def popovers(desk: Desk) -> Iterator[str]:
    """Every popover that a button opens, and what opens inside them."""
    for title, button in POPOVERS.items():
        desk.open(desk.at(button).first)
        expect(desk.popover).to_have_attribute("aria-label", title)
        yield title
        desk.close()
    select(desk, list(LANES).index("sampler_schedule"))
    desk.open(desk.at("[data-act='bank.known']"))
    yield "names of samplers"
    desk.close()
    select(desk, 0)
    desk.open(desk.at(POPOVERS["Takes"]))
    desk.open(desk.popover.locator("[data-act='take.open']").first)
    yield "one take"
    desk.close()
    desk.open(desk.at("#perform_osc"))
    desk.open(desk.popover.locator("[data-act='senders.open']"))
    yield "How to send"
    desk.close()
    desk.open(desk.at("#perform_add_lane"))
    desk.popover.locator("input").fill("no such field")
    expect(desk.popover.locator("[data-act='lane.add']")).to_have_count(0)
    yield "a search that finds nothing"
    desk.close()
    desk.open(desk.at("#perform_osc"))
    desk.popover.locator("#perform_port").fill("port")
    desk.popover.locator("[data-act='listener.change']").click()
    yield "a port that is not a number"
    desk.close()


def panels(desk: Desk) -> Iterator[str]:
    """What covers bands of the page, and its text."""
    desk.at("#perform_check").click()
    expect(desk.at(".perform-check-panel")).to_contain_text("✓")
    yield "Check"
    desk.at(".perform-check-panel [data-act='text.toggle']").first.click()
    expect(desk.at(".perform-check-panel [part=text]").first).to_contain_text("0")
    yield "Check with a text"
    yield from idle(desk)
    desk.page.keyboard.press("Escape")
    expect(desk.at(".perform-check-panel")).to_be_hidden()


def idle(desk: Desk) -> Iterator[str]:
    """What Apply asks first where the mode of Deforum uses none of the lanes that are ticked."""
    unused = desk.page.evaluate(STATE)["deforum"]["idle"]
    ticks = desk.at(".perform-check-panel [data-change='check.choose']:enabled")
    for name, tick in zip(written(desk), ticks.all()):
        tick.set_checked(name in unused)
    desk.open(desk.at("#perform_apply_now"))
    yield "Apply of what does nothing"
    desk.close()
    for tick in ticks.all():
        tick.check()


def written(desk: Desk) -> list[str]:
    """The fields of the lanes that can be written, in their order."""
    lanes = desk.page.evaluate(STATE)["lanes"]
    return [lane["field"] for lane in lanes if lane["curve_id"] and not lane["muted"]]


def toasts(desk: Desk, folder: Path) -> Iterator[str]:
    """A toast of every level."""
    desk.at("[data-act='lane.copy']").click()
    expect(desk.at(".perform-toast-info")).to_be_visible()
    box = desk.at(".perform-inspector [part=out_low]")
    box.fill("a lot")
    box.press("Enter")
    expect(desk.at(".perform-toast-warn").filter(has_text="is not a number")).to_be_visible()
    bad = folder / "no song.zip"
    bad.write_bytes(b"no zip")
    desk.at("[data-kind=song]").set_input_files(bad)
    expect(desk.at(".perform-toast-error")).to_be_visible()
    yield "toasts"
    close_toasts(desk)


def close_toasts(desk: Desk) -> None:
    """Close every toast."""
    while desk.at(".perform-toast").count():
        desk.at(".perform-toast [data-act='toast.close']").last.click()


def transports(desk: Desk) -> Iterator[str]:
    """Learning, waiting, recording and playing."""
    desk.at("[part=learn]").click()
    expect(desk.at("[part=learn]")).to_have_attribute("aria-pressed", "true")
    yield "learning"
    desk.at("[part=learn]").click()
    for state, button, end in (
        ("waiting", "[data-act='record.wait']", "#perform_record"),
        ("recording", "#perform_record", "#perform_record"),
        ("playing", "[data-act='play.toggle']", "[data-act='play.toggle']"),
    ):
        desk.at(button).click()
        desk.transport(state)
        yield state
        desk.at(end).click()
        desk.transport("stopped")


OFFER = Offer("Keep the old one", "undo", {}, "Zoom, 0:01 to 0:04")
NOTICES = (
    Notice("info", "A notice with a message."),
    Notice("warn", "A notice that warns.", "Do what it says.", (OFFER,)),
    Notice("error", "A notice of an error.", "Do what it says."),
)
JOURNALS = (
    Offered("p1", number=3, seconds=62.5, events=4021, recorded_at="2026-11-27T20:15:00+00:00"),
    Offered("p2", file_in="song", problem="The recording of that take is damaged: a column has the wrong type."),
)


def senders() -> dict[str, Any]:
    """What is said of the senders once one in the network was refused and another one is allowed."""
    sender_filter = SenderFilter(SenderRules(controls=False).with_sender("10.0.0.0/8"))
    sender_filter.admit(Datagrams([0], [b""], [("192.168.1.23", 5000)]))
    sender_filter.may_control(("192.168.1.23", 5000), 0)
    return sender_filter.state()


class Rare:
    """States that need another computer or an accident, sent to the page as the server sends them.

    Made before the page is loaded: it sits between the page and its stream, and adds to every state what is asked for.
    """

    def __init__(self, page: Page) -> None:
        self._add, self._revision = False, 0
        self._listener: dict[str, Any] = {}
        page.route_web_socket(STREAM, self._between)

    def _between(self, link: WebSocketRoute) -> None:
        server = link.connect_to_server()
        self._link = link

        def forward(message: str | bytes) -> None:
            reported = json.loads(message)
            if reported["type"] == "state":
                self._revision = reported["revision"]
                self._listener = reported["slices"].get("listener", self._listener)
            link.send(json.dumps(self._changed(reported)) if self._add and reported["type"] == "state" else message)

        server.on_message(forward)

    def _changed(self, message: dict[str, Any]) -> dict[str, Any]:
        slices = message["slices"]
        slices["unsaved"] = unsaved_state(JOURNALS, {})
        slices["notices"] = [{"id": f"notice{i}", **asdict(notice)} for i, notice in enumerate(NOTICES)]
        slices["listener"] = {**self._listener, "network": True, "senders": senders()}
        return message

    def states(self, desk: Desk) -> Iterator[str]:
        """A recording that was cut off, notices, a sender that was refused."""
        self._add = True
        reported = {"type": "state", "revision": self._revision, "full": False, "slices": {}, "removed": []}
        self._link.send(json.dumps(self._changed(reported)))
        expect(desk.at(".perform-banner")).to_have_count(len(JOURNALS))
        yield "a recording that was cut off"
        desk.open(desk.at("[data-act='notices.open']"))
        yield "Notices"
        desk.close()
        desk.open(desk.at("#perform_osc"))
        expect(desk.at(".perform-allowed-refused")).to_be_visible()
        yield "a sender that was refused"
        desk.close()


def in_both_themes(found: Iterator[str], switch: Callable[[str], None]) -> Iterator[str]:
    """Each state in the dark theme and in the light one, beginning in the dark one; ``switch`` changes the theme."""
    theme, other = "dark", "light"
    for state in found:
        yield f"{theme}: {state}"
        theme, other = other, theme
        switch(theme)
        yield f"{theme}: {state}"


def findings(desk: Desk, found: Iterator[str], *measures: Measure | Callable[[Page], list[str]]) -> list[str]:
    """What the measures find in each of the states, once each, when the page has drawn what was waiting to be drawn."""
    names = {name: None for measure in measures if isinstance(measure, Measure) for name in measure.names}
    reported: dict[str, str] = {}
    for state in found:
        seen = look(desk.page, names, frames=2)
        for measure in measures:
            for finding in measure.judge(seen) if isinstance(measure, Measure) else measure(desk.page):
                reported.setdefault(finding, state)
    return [f"{state}: {finding}" for finding, state in reported.items()]
