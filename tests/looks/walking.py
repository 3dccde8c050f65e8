"""Walk through the page by the keyboard alone."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.looks.measure import measured

MOST_STOPS = 300
LEAST_RING = 3.0
"""The contrast that WCAG 2.2 asks of what shows the focus (1.4.11)."""


def walk(page: Page) -> list[str]:
    """Tab through everything that can be reached, and say what is wrong with it: no visible focus, out of sight, or
    not reached at all."""
    found: list[str] = []
    measured(page, "begin")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        now = measured(page, "focus")
        if now is None or now["again"]:
            break
        found += [f"{now['name']} “{now['words']}”: {problem}" for problem in judged(now)]
    else:
        found.append(f"Tab comes to no end after {MOST_STOPS} stops")
    return found + [f"{left} is not reached" for left in measured(page, "unwalked")]


def judged(now: dict[str, Any]) -> list[str]:
    """What is wrong with one stop."""
    return [
        *([] if now["ring"] >= LEAST_RING else [f"its focus is shown with a contrast of {now['ring']:.1f}"]),
        *([f"{now['cut']} cuts off what shows its focus"] if now["cut"] else []),
        *([] if now["inside"] else ["is out of sight"]),
    ]
