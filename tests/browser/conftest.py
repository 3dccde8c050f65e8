"""A Chromium for all tests of the page, and a fresh app for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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


@pytest.fixture
def look_at(browser: Browser) -> Iterator[LookAt]:
    """A function that opens the page at a URL; the test fails if a page complained and was not forgiven."""
    contexts, screens = [], []

    def look(url: str, *, width: int = 1280, height: int = 800, theme: str = "dark") -> Screen:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light" if theme == "light" else "dark",
            permissions=["clipboard-read", "clipboard-write"],
            reduced_motion="no-preference",
        )
        contexts.append(context)
        screens.append(Screen(context.new_page(), url).open())
        return screens[-1]

    yield look
    faults = [fault for screen in screens for fault in screen.faults]
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def screen(app: App, look_at: LookAt) -> Screen:
    """The page of a fresh app at 1280 x 800."""
    return look_at(app.url)
