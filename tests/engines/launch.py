"""Start the browser of an engine, where this machine has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from tests.engines.chromium import Chromium
from tests.engines.tab import Tab
from tests.tools import find_chromium, find_firefox, find_webkit, need

ENGINES = ("chromium", "firefox", "webkit")


def launch(engine: str, folder: Path, chromium: Callable[[], Browser]) -> Tab:
    """A tab in that engine; skips the test, saying so, where the machine lacks it (fails where tools are required).

    ``chromium`` gives the Chromium of the other tests: one process can run only one playwright. The main path has a
    whole one of its own.
    """
    if engine == "chromium":
        return Chromium(chromium(), need(find_chromium(), "Chromium", "Debian: apt install chromium"))
    if engine == "firefox":
        from tests.engines.firefox import Firefox

        return Firefox(need(find_firefox(), "Firefox", "Debian: apt install firefox-esr"), folder / "profile")
    from tests.engines.webkit import WebKit

    return WebKit(need(find_webkit(), "WebKitGTK's driver", "Debian: apt install webkit2gtk-driver xvfb"))
