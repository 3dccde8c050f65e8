"""A Chromium for all tests of the page, and a fresh app for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.screen import Screen
from tests.browser.standalone_app import App, Program
from tests.tools import chromium_arguments

LookAt = Callable[..., Screen]


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium; every screen has cookies and storage of its own."""
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


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """The standalone app as a program of its own."""
    started = Program(tmp_path / "songs")
    yield started
    started.close()


def new_page(browser: Browser, width: int, height: int, theme: str) -> Page:
    """A tab with cookies and storage of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light" if theme == "light" else "dark",
        permissions=["clipboard-read", "clipboard-write"],
    )
    return context.new_page()


@pytest.fixture
def look_at(browser: Browser) -> Iterator[LookAt]:
    """A function that opens the page at a URL in a browser of its own; the test fails if a page complained."""
    screens: list[Screen] = []

    def look(url: str, *, width: int = 1280, height: int = 800, theme: str = "dark", wait: bool = True) -> Screen:
        screens.append(Screen(new_page(browser, width, height, theme), url))
        if not wait:
            screens[-1].page.goto(url)
            return screens[-1]
        return screens[-1].open()

    yield look
    for screen in screens:
        screen.page.context.close()
    assert_no_faults(screens)


def assert_no_faults(screens: list[Screen]) -> None:
    """No page wrote an error or a warning to its console."""
    assert [fault for screen in screens for fault in screen.faults] == []


@pytest.fixture(scope="package")
def tab(browser: Browser) -> Page:
    """The tab of all tests that need only one: a new page in it starts much faster than a new tab."""
    return new_page(browser, 1280, 800, "dark")


@pytest.fixture
def screen(app: App, tab: Page) -> Iterator[Screen]:
    """The page of a fresh app at 1280 x 800; the test fails if it complained."""
    shown = Screen(tab, app.url)
    yield shown.open()
    shown.leave()
    assert_no_faults([shown])
