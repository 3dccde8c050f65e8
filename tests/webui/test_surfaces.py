"""The page inside a host, whose style sheet makes its own fills transparent and which takes some of the window."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio")

from tests.looks.geometry import WHOLE, ZOOMED, cut
from tests.looks.hosted import Hosted, switching
from tests.looks.measure import inaccessible, small, tiny, transparent, unreadable
from tests.looks.states import findings, in_both_themes, prepare, states


def test_every_state_can_be_read_in_the_host(host: Any, browser: Any, tmp_path: Path) -> None:
    """In both themes of a host that sets its block fill to transparent: every surface is opaque, every text has the
    contrast of WCAG 1.4.3 and 12 px, every control 24 x 24 px."""
    with Hosted(browser, host.url, host.osc_port, "dark") as (desk, rare):
        shown = chain(states(desk, tmp_path), rare.states(desk))
        found = findings(desk, in_both_themes(shown, switching(desk)), transparent, unreadable, tiny, small)
    assert not found, "\n".join(found)


WEIGHTS = """(links) => links.map((link) => getComputedStyle(link).fontWeight)"""
FONTS = """(texts) => [...new Set(texts.map((text) => getComputedStyle(text).fontFamily))]"""


def test_texts_have_the_fonts_of_the_page(host: Any, browser: Any) -> None:
    """The host's bold links are not bold on the page; a banner is in the same font as everything around it."""
    with Hosted(browser, host.url, host.osc_port, "dark") as (desk, rare):
        desk.open(desk.at("[data-act='help.open']"))
        assert set(desk.popover.locator("a").evaluate_all(WEIGHTS)) == {"400"}
        desk.close()
        for _ in rare.states(desk):
            fonts = desk.at(".perform-banner > span:not(:empty), .perform-banner > b").evaluate_all(FONTS)
            assert fonts == desk.at(".perform-page").evaluate_all(FONTS)
            break


def test_everything_can_be_used_in_the_host(host: Any, browser: Any) -> None:
    """With what the host puts above the page, everything is in sight from 960 x 720 upwards and can be scrolled to at
    200 % zoom; axe-core has nothing to say of the tab."""
    found = []
    with Hosted(browser, host.url, host.osc_port, "light") as (desk, _):
        prepare(desk)
        for width, height in (*WHOLE, *ZOOMED):
            desk.page.set_viewport_size({"width": width, "height": height})
            found += [f"{width} x {height}: {problem}" for problem in cut(desk, (width, height) in WHOLE)]
        found += inaccessible(desk.page)
    assert not found, "\n".join(found)
