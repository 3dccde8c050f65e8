"""Perform's tab in a host, a stand-in or a real one, in one of its themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser

from tests.looks.states import Desk, Rare
from tests.webui.page import Screen

FILL = "(root) => getComputedStyle(root).getPropertyValue('--block-background-fill').trim()"


def switching(desk: Desk) -> Callable[[str], None]:
    """A function that changes the host's theme in its open page, as the host does when it loads one: by a class."""

    def switch(theme: str) -> None:
        desk.page.evaluate("(dark) => document.body.classList.toggle('dark', dark)", theme == "dark")
        assert bool(desk.page.locator(".dark #perform_root").count()) is (theme == "dark")

    return switch


class Hosted:
    """A browser on Perform's tab, for the length of a block; AssertionError at its end if the page logged an error."""

    def __init__(self, browser: Browser, url: str, osc_port: int, theme: str) -> None:
        options: Any = {"viewport": {"width": 1280, "height": 800}, "color_scheme": theme}
        context = browser.new_context(**options, permissions=["clipboard-read", "clipboard-write"])
        self._page, self._theme = context.new_page(), theme
        self._rare = Rare(self._page)
        self._screen = Screen(self._page, url)
        self._errors: list[str] = []
        self._page.on("pageerror", lambda error: self._errors.append(f"{error}\n{error.stack or ''}"))
        self._desk = Desk(self._page, osc_port)

    def __enter__(self) -> tuple[Desk, Rare]:
        self._screen.open()
        self._screen.show("Perform")
        assert self._page.locator("#perform_root").evaluate(FILL) == "transparent"
        assert bool(self._page.locator(".dark #perform_root").count()) is (self._theme == "dark")
        return self._desk, self._rare

    def __exit__(self, *_: object) -> None:
        self._desk.leave()
        # a real host's own scripts throw errors of their own
        own = [problem for problem in self._errors if "/perform" in problem]
        assert not own, "\n".join(own)
