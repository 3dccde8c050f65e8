"""Start the browser of an engine, where this machine has it."""

from __future__ import annotations

from pathlib import Path

from tests.engines.tab import Tab
from tests.tools import find_chromium, find_firefox, find_webkit, need

ENGINES = ("chromium", "firefox", "webkit")


def launch(engine: str, folder: Path) -> Tab:
    """A tab in that engine; skips the test, saying so, where the machine lacks it (fails where tools are required)."""
    if engine == "chromium":
        from tests.engines.chromium import Chromium

        return Chromium(need(find_chromium(), "Chromium", "Debian: apt install chromium"))
    if engine == "firefox":
        from tests.engines.firefox import Firefox

        return Firefox(need(find_firefox(), "Firefox", "Debian: apt install firefox-esr"), folder / "profile")
    from tests.engines.webkit import WebKit

    return WebKit(need(find_webkit(), "WebKitGTK's driver", "Debian: apt install webkit2gtk-driver xvfb"))
