"""What covers something else is opaque, and everything is readable, in every state of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import new_page
from tests.browser.screen import Screen
from tests.browser.standalone_app import App
from tests.looks.measure import small, tiny, transparent, unreadable
from tests.looks.states import Desk, Rare, findings, states

PAGE = Path(__file__).parents[2] / "page"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_state_can_be_read(app: App, browser: Browser, tmp_path: Path, theme: str) -> None:
    """In every state, every surface is opaque, every text has the contrast of WCAG 1.4.3 and 12 px, every control
    24 x 24 px; and every popover there is was looked at."""
    page = new_page(browser, 1280, 800, theme)
    rare = Rare(page)
    Screen(page, app.url).open()
    desk = Desk(page, app.port)
    found = findings(desk, states(desk, tmp_path), transparent, unreadable, tiny, small)
    found += findings(desk, rare.states(desk), transparent, unreadable, tiny, small)
    desk.leave()
    assert not found, "\n".join(found)
    missed = [title for title in titles() if not any(re.fullmatch(title, dialog) for dialog in desk.dialogs)]
    assert missed == []


def titles() -> set[str]:
    """Patterns of the titles of all popovers in the modules."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGE.rglob("*.js"))
    calls = re.findall(r"layer\.show\((?:\w+ \? )?(`[^`]+`|\"[^\"]+\")(?: : (\"[^\"]+\"))?", text)
    found = {title.strip("`\"") for call in calls for title in call if title}
    assert len(found) > 10
    return {".+".join(re.escape(part) for part in re.split(r"\$\{[^}]+\}", title)) for title in found}
