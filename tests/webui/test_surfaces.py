"""What lies over something else is opaque inside a host too, whose style sheet makes its own fills transparent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio")

from tests.looks.measure import small, tiny, transparent, unreadable
from tests.looks.states import Desk, Rare, faults, states
from tests.webui.page import Screen

FILL = "(root) => getComputedStyle(root).getPropertyValue('--block-background-fill').trim()"


def test_every_state_can_be_read_in_the_host(start: Any, browser: Any, tmp_path: Path) -> None:
    """In both themes of a host that sets its block fill to transparent: every surface is opaque, every text has the
    contrast of WCAG 1.4.3 and 12 px, every control 24 x 24 px."""
    host = start()
    found = []
    for theme in ("dark", "light"):
        page = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme).new_page()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        rare = Rare(page)
        screen = Screen(page, host.url)
        screen.open()
        screen.show("Perform")
        assert page.locator("#perform_root").evaluate(FILL) == "transparent"
        assert bool(page.locator(".dark #perform_root").count()) is (theme == "dark")
        desk = Desk(page, host.osc_port)
        for shown in (states(desk, tmp_path), rare.states(desk)):
            found += [f"{theme}: {fault}" for fault in faults(desk, shown, transparent, unreadable, tiny, small)]
        desk.leave()
        assert screen.faults == []
    assert not found, "\n".join(found)
