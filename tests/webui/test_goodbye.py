"""What the open page says when its WebUI ends."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.webui.performance import make_lanes, send


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_ctrl_c_while_recording_says_what_is_saved(start: Any, look_at: Any) -> None:
    """Ctrl+C ends the recording before the WebUI leaves, and the page names the take that holds it."""
    host = start()
    screen = look_at(host.url)
    screen.open()
    screen.show("Perform")
    make_lanes(screen, {"/knob/zoom": ("zoom",)})
    screen.command("record.start", start_s=0)
    send(host.osc_port, screen.state, 5, ("/knob/zoom",), end=False)
    host.interrupt()
    banner = screen.page.locator("#perform_root .perform-banner", has_text="Perform was closed.")
    banner.wait_for()
    said = banner.inner_text()
    assert "The recording is saved as take 1 of “My first song”." in said
    assert "Start the WebUI again, then reload this page." in said
    host.restart()
    again = look_at(host.url)
    again.open()
    assert [take["events"] for take in again.state()["takes"]] == [5]
