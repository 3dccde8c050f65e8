"""The page in the real host, under its own style sheet and theme: opaque, readable, and whole in the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.looks.geometry import ZOOMED, cut, hiding_message, squeezed_message
from tests.looks.hosted import Hosted
from tests.looks.measure import inaccessible, small, tiny, transparent, unreadable
from tests.looks.states import findings, prepare, states

HOST_WHOLE = ((960, 720), (1280, 720), (1440, 900), (1920, 1080))
"""Windows in which everything is in sight at once below what the host puts above the page."""

LEAST_PX, GOOD_PX = 482, 540
"""What the page and the edge below it need, and what all rows of the inspector need too: Forge's own rows leave less
than that of a window of 960 x 720, so the inspector scrolls there."""

LEFT = "(page) => innerHeight - page.getBoundingClientRect().top - scrollY"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_state_can_be_read_in_the_real_host(webui: Any, browser: Any, tmp_path: Path, theme: str) -> None:
    """Every surface is opaque, every text has the contrast of WCAG 1.4.3 and 12 px, every control 24 x 24 px; axe-core
    has nothing to say of any state."""
    with Hosted(browser, webui.url, webui.osc_port, theme) as (desk, rare):
        found = findings(desk, states(desk, tmp_path), transparent, unreadable, tiny, small, inaccessible)
        found += findings(desk, rare.states(desk), transparent, unreadable, tiny, small, inaccessible)
    assert not found, "\n".join(found)


def test_everything_can_be_used_in_the_real_host(webui: Any, browser: Any) -> None:
    """Below the host's own rows everything is visible from 960 x 720 upwards, if they leave enough space, and can be
    scrolled to elsewhere and at 200 % zoom."""
    found = []
    with Hosted(browser, webui.url, webui.osc_port, "dark") as (desk, _):
        desk.do("song.new", name="Geometry")
        prepare(desk)
        for width, height in (*HOST_WHOLE, *ZOOMED):
            desk.page.set_viewport_size({"width": width, "height": height})
            left = desk.at(".perform-page").evaluate(LEFT)
            whole = (width, height) in HOST_WHOLE and left >= LEAST_PX
            found += [f"{width} x {height}: {problem}" for problem in cut(desk, whole, left >= GOOD_PX)]
            if whole:
                messages = [*squeezed_message(desk), *hiding_message(desk)]
                found += [f"{width} x {height}: {problem}" for problem in messages]
    assert not found, "\n".join(found)
