"""What covers something else is opaque, and everything is readable, in every state of the page."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import new_page
from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.looks.measure import small, tiny, transparent, unreadable
from tests.looks.states import Desk, Rare, findings, in_both_themes, states

PAGE = Path(__file__).parents[2] / "page"


def test_every_state_can_be_read(app: App, browser: Browser, tmp_path: Path) -> None:
    """In every state and both themes, every surface is opaque, every text has the contrast of WCAG 1.4.3 and 12 px,
    every control 24 x 24 px; and every popover there is was looked at."""
    page = new_page(browser, 1280, 800, "dark")
    rare = Rare(page)
    Screen(page, app.url).open()
    desk = Desk(page, app.port)

    def switch(theme: str) -> None:
        page.emulate_media(color_scheme="light" if theme == "light" else "dark")

    shown = chain(states(desk, tmp_path), rare.states(desk))
    found = findings(desk, in_both_themes(shown, switch), transparent, unreadable, tiny, small)
    desk.leave()
    assert not found, "\n".join(found)
    missed = [title for title in titles() if not any(re.fullmatch(title, dialog) for dialog in desk.dialogs)]
    assert missed == []


def titles() -> set[str]:
    """Patterns of the titles of all popovers in the modules."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGE.rglob("*.js"))
    calls = re.findall(r"layer\.show\((?:\w+ \? )?(`[^`]+`|\"[^\"]+\")(?: : (\"[^\"]+\"))?", text)
    found = {title.strip('`"') for call in calls for title in call if title}
    assert len(found) > 10
    return {".+".join(re.escape(part) for part in re.split(r"\$\{[^}]+\}", title)) for title in found}
