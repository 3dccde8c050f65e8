"""A Chromium for all tests of the page, and a fresh app for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.screen import Screen
from tests.browser.standalone_app import App, Program
from tests.looks.states import Desk, prepare
from tests.standalone.programs import program_nursery
from tests.tools import chromium_arguments
from tests.webui.forked import Nursery

LookAt = Callable[..., Screen]


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium; every screen has separate cookies and storage."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_path, args=chromium_arguments())
        yield found
        found.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The standalone app on a fresh folder."""
    started = App(tmp_path / "songs")
    yield started
    started.close()


@pytest.fixture(scope="package")
def nursery() -> Iterator[Nursery | None]:
    """The process that programs are forked from; None where there is no fork, as on Windows."""
    with ExitStack() as ending:
        yield ending.enter_context(closing(program_nursery())) if hasattr(os, "fork") else None


@pytest.fixture
def program(tmp_path: Path, nursery: Nursery | None) -> Iterator[Program]:
    """The standalone app as a separate program."""
    started = Program(tmp_path / "songs", nursery)
    yield started
    started.close()


def new_page(browser: Browser, width: int, height: int, theme: str) -> Page:
    """A tab with separate cookies and storage."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light" if theme == "light" else "dark",
        permissions=["clipboard-read", "clipboard-write"],
    )
    return context.new_page()


class Tabs:
    """Tabs of one Chromium. One of them is kept for all tests: in it a page starts several times faster, because the
    browser has the page's files already."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept = new_page(browser, 1280, 800, "dark")
        self._taken = False

    @contextmanager
    def screen(self, url: str, width: int = 1280, height: int = 800, theme: str = "dark") -> Iterator[Screen]:
        """A screen of that size: in the kept tab, or in a separate browser if that one is in use; AssertionError at the
        end if the page logged an error."""
        kept = not self._taken
        page = self._kept if kept else new_page(self._browser, width, height, theme)
        if kept:
            self._taken = True
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="light" if theme == "light" else "dark")
        shown = Screen(page, url)
        try:
            yield shown
            if kept:
                shown.leave()
        finally:
            if kept:
                self._taken = False
            else:
                page.context.close()
        assert shown.errors == []

    def close(self) -> None:
        """End the kept one."""
        self._kept.context.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Iterator[Tabs]:
    """The tabs of all tests."""
    found = Tabs(browser)
    yield found
    found.close()


@pytest.fixture
def look_at(tabs: Tabs) -> Iterator[LookAt]:
    """A function that opens the page at a URL, each in a separate browser; the test fails if a page logged an error."""
    with ExitStack() as screens:

        def look(url: str, *, wait: bool = True, **options: Any) -> Screen:
            screen = screens.enter_context(tabs.screen(url, **options))
            if wait:
                return screen.open()
            screen.page.goto(url)
            return screen

        yield look


@pytest.fixture
def screen(app: App, tabs: Tabs) -> Iterator[Screen]:
    """The page of a fresh app at 1280 x 800; the test fails if it complained."""
    with tabs.screen(app.url) as shown:
        yield shown.open()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that shows nothing yet."""
    found = new_page(browser, 1280, 800, "dark")
    yield found
    found.context.close()


@pytest.fixture
def desk(app: App, tabs: Tabs) -> Iterator[Desk]:
    """The page with every kind of lane and a take."""
    with tabs.screen(app.url) as shown:
        shown.forgive("the server responded with a status of 4")  # some tests give it what it refuses
        found = Desk(shown.open().page, app.port)
        prepare(found)
        yield found
        found.hand_back()
