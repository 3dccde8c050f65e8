"""Drive the page in a real Chromium, through the page's own parts and its API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.tools import chromium_arguments

PATIENCE_S = 60.0
OPEN_STREAM = """(url) => new Promise((resolve) => {
    const stream = new WebSocket(url);
    stream.onmessage = (message) => { resolve(JSON.parse(message.data).type); stream.close(); };
    stream.onclose = () => resolve("closed");
})"""


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A headless Chromium that ends with the block. Every name below ``.example`` leads it to this machine."""
    names = "--host-resolver-rules=MAP *.example 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium_arguments(), names])
        try:
            yield browser
        finally:
            browser.close()


def until(look: Callable[[], Any], what: str, page: Page | None = None, patience_s: float = PATIENCE_S) -> Any:
    """Ask ``look`` until it says something true, and return that; AssertionError when patience ends."""
    deadline = time.monotonic() + patience_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"It never came to this: {what}"
        if page is not None:
            page.wait_for_timeout(50)
        else:
            time.sleep(0.05)


class Screen:
    """One browser tab on a WebUI, with its errors."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def leave(self) -> None:
        """End the tab and forget what it kept, apart from the host's files."""
        if not self.page.is_closed():
            self.page.evaluate("() => { try { localStorage.clear(); } catch { /* no host, nothing kept */ } }")
            self.page.close()
        self.page.context.clear_cookies()

    def open(self, path: str = "/") -> None:
        """Load the WebUI and wait until Perform's page in its tab has the state."""
        self.page.goto(self.url + path)
        mounted = "#perform_root.perform-root:not([aria-busy])"
        self.page.wait_for_selector(mounted, state="attached", timeout=PATIENCE_S * 1000)

    def show(self, title: str) -> None:
        """Go to the tab called ``title``. A click has no effect before gradio is ready, so it is repeated."""
        tab = self.page.locator("#tabs > .tab-nav button", has_text=title).first
        deadline = time.monotonic() + PATIENCE_S
        while "selected" not in (tab.get_attribute("class") or "").split():
            assert time.monotonic() < deadline, f"The tab {title} does not open."
            tab.click()
            time.sleep(0.05)

    def state(self) -> dict[str, Any]:
        """The state as this browser's API gives it."""
        return dict(self.page.evaluate("async () => (await fetch('/perform/v1/state')).json()"))

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Run a command as this browser; the answer's result."""
        answer = self.page.evaluate(
            """async ([name, body]) => {
                const headers = {"Content-Type": "application/json"};
                const options = {method: "POST", headers, body: JSON.stringify(body)};
                const answer = await fetch(`/perform/v1/commands/${name}`, options);
                return [answer.status, await answer.json()];
            }""",
            [name, arguments],
        )
        assert answer[0] == 200, answer
        return dict(answer[1]["result"])

    def stream(self) -> str:
        """The first message of this browser's stream: ``state``, or ``closed`` if its handshake is refused."""
        return str(self.page.evaluate(OPEN_STREAM, f"{self.url.replace('http', 'ws', 1)}/perform/v1/stream"))

    def bridge(self, act: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read, apply or undo through the page's bridge into gradio."""
        return dict(self.page.evaluate(f"(request) => perform.bridge.{act}(request)", request))
