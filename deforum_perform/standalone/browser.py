"""Opens the page in a browser, if there is a screen."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping


def open_browser(url: str) -> bool:
    """Whether a browser was started for ``url``."""
    return has_screen(sys.platform, os.environ) and webbrowser.open(url)


def has_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether windows can be shown. Without a screen, Python would start a text browser and wait for its end."""
    if platform in ("win32", "darwin") or environment.get("BROWSER"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
