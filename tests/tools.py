"""Programs of the machine that some tests use: where they are, and what their absence means."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


def _playwright_chromium() -> str | None:
    """The browser playwright fetched for itself, if it has."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_chromium() -> str | None:
    """Path of a Chromium: the one in PERFORM_CHROMIUM, the machine's, or playwright's; None if there is none."""
    named = os.environ.get("PERFORM_CHROMIUM")
    if named:
        return named
    installed = [shutil.which(name) for name in CHROMIUM_NAMES] + [p for p in CHROMIUM_PLACES if Path(p).exists()]
    return next((path for path in installed if path), None) or _playwright_chromium()


def chromium_arguments() -> list[str]:
    """Switches for a headless Chromium that keeps to this machine; root, as in a container, has no sandbox."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return [*quiet, "--no-sandbox"] if is_root else quiet


def tools_are_required() -> bool:
    """Whether a missing tool is a failure and not a reason to skip: so in CI, by PERFORM_REQUIRE_TOOLS."""
    return bool(os.environ.get("PERFORM_REQUIRE_TOOLS"))
