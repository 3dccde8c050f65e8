"""One browser tab on Perform's page, with everything it asked for and complained of."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket, expect

PATIENCE_MS = 60_000
NETWORK_CHANGED = "ERR_NETWORK_CHANGED"
"""Chromium drops what it loads, from this machine too, when a network comes or goes: a container, a tunnel."""
expect.set_options(timeout=PATIENCE_MS)


class Screen:
    """A page and what went over its wires."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self._complaints: list[str] = []
        self._forgiven: list[str] = []
        self.requests: list[str] = []
        self.messages: list[str | bytes] = []
        self._handlers: dict[str, Any]
        page.set_default_timeout(PATIENCE_MS)
        self._handlers = {
            "pageerror": lambda error: self._complaints.append(f"{error}\n{error.stack or ''}"),
            "console": self._read_console,
            "request": lambda request: self.requests.append(request.url),
            "websocket": self._listen,
        }
        for event, handler in self._handlers.items():
            page.on(event, handler)

    def _listen(self, link: WebSocket) -> None:
        link.on("framereceived", lambda message: self.messages.append(message))

    def _read_console(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self._complaints.append(line.text)

    @property
    def errors(self) -> list[str]:
        """Errors of scripts and of the console, apart from what was forgiven and what this machine's network did."""
        overlooked = [*self._forgiven, NETWORK_CHANGED]
        return [text for text in self._complaints if not any(re.search(known, text) for known in overlooked)]

    def forgive(self, pattern: str) -> None:
        """Chromium itself writes to the console, sooner or later, when a server refuses or does not answer; overlook
        only that."""
        self._forgiven.append(pattern)

    def leave(self) -> None:
        """Release the tab."""
        for event, handler in self._handlers.items():
            self.page.remove_listener(event, handler)
        self.page.goto("about:blank")
        self.page.mouse.move(0, 0)

    def open(self) -> Screen:
        """Load the page and wait until it shows the state; again where this machine's network changed meanwhile."""
        while self._half_loaded():
            self._complaints.clear()
        self.page.wait_for_selector("#perform_root.perform-root:not([aria-busy])")
        return self

    def _half_loaded(self) -> bool:
        """Load the page; whether Chromium dropped some of it because the network changed."""
        self.page.goto(self.url)
        self.page.evaluate("0")  # when this is answered, earlier console messages have been received
        return any(NETWORK_CHANGED in text for text in self._complaints)

    # --- what is on the screen ------------------------------------------------------------------------------------

    def part(self, name: str, inside: str = ".perform-root") -> Locator:
        """The named part of a band."""
        return self.page.locator(f"{inside} [part={name}]")

    @property
    def record(self) -> Locator:
        """The button."""
        return self.page.locator("#perform_record")

    @property
    def lanes(self) -> Locator:
        """The rows of lanes."""
        return self.page.locator(".perform-lane")

    @property
    def sources(self) -> Locator:
        """The rows of the monitor."""
        return self.page.locator(".perform-source")

    @property
    def popover(self) -> Locator:
        """What is open above the page."""
        return self.page.locator(".perform-popover")

    @property
    def written(self) -> Locator:
        """Keys and error of the selected lane."""
        return self.part("keys", ".perform-inspector")

    def toast(self, text: str) -> Locator:
        """A message that says ``text``."""
        return self.page.locator(".perform-toast", has_text=text)

    def say(self, words: str) -> Locator:
        """The button of that name, for those who read it aloud too."""
        return self.page.get_by_role("button", name=words)

    def expect_transport(self, state: str) -> None:
        """Until the transport shows that it is stopped, playing, waiting or recording."""
        expect(self.page.locator(".perform-transport")).to_have_attribute("data-state", state)

    # --- user input -----------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """A key, as if nothing had the focus."""
        self.page.evaluate("document.activeElement && document.activeElement.blur()")
        self.page.keyboard.press(key)

    def open_files(self) -> None:
        """The menu of what comes in and goes out as a file."""
        self.page.locator(".perform-apply [aria-haspopup=dialog]").click()

    def add_lane(self, search: str, title: str) -> None:
        """Through the chooser of fields; the lane then waits for the knob that is to play it."""
        self.page.locator("#perform_add_lane").click()
        self.page.locator("#perform_search").fill(search)
        self.page.locator(".perform-chooser-item", has_text=title).first.click()
        expect(self.page.locator(".perform-lane.perform-learning")).to_have_count(1)

    # --- what it knows --------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """The state as this browser's API gives it."""
        return dict(self.page.evaluate("async () => (await fetch('/perform/v1/state')).json()"))

    def until(self, condition: str, argument: Any = None) -> None:
        """Until a condition written in JavaScript holds."""
        self.page.wait_for_function(condition, arg=argument, timeout=PATIENCE_MS)

    def at_frame(self, frame: int) -> None:
        """Until the playhead has come to that frame."""
        self.until("least => parseInt(document.querySelector('#perform_frame').textContent.slice(6)) >= least", frame)

    def pixels(self, selector: str = ".perform-timeline canvas") -> str:
        """The pictures of the canvases there, as text that differs when they do."""
        return str(
            self.page.evaluate(
                "(which) => [...document.querySelectorAll(which)].map((canvas) => canvas.toDataURL()).join()", selector
            )
        )
