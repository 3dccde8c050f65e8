"""What the tests of single lanes share: the inspector's choices, and the lane as the server has it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator

from tests.browser.screen import Screen
from tests.browser.standalone_app import PATIENCE_S, App

INSPECTOR = ".perform-inspector"


def segment(screen: Screen, value: str) -> Locator:
    """One of the choices of a row of the inspector."""
    return screen.page.locator(f"{INSPECTOR} .perform-segment[data-value={value}]")


def lane(app: App) -> dict[str, Any]:
    """The first lane as the server has it."""
    return dict(app.state()["lanes"][0])


def until(screen: Screen, app: App, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first lane as soon as ``holds`` is true of it; the page is asked meanwhile."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds(found := lane(app)):
        assert time.monotonic() < end_s, found
        screen.state()
    return found


def zones(time_s: float) -> float:
    """A knob that visits the first, the last and the first third."""
    return 0.0 if time_s < 1 or time_s >= 2 else 1.0
