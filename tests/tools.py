"""Programs of the machine that some tests use: where they are, and what their absence means."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TypeVar

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HEADLESS_SHELL = "chromium-headless-shell"
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


FIREFOX_NAMES = ("firefox-esr", "firefox")
FIREFOX_PLACES = ("/Applications/Firefox.app/Contents/MacOS/firefox", "C:/Program Files/Mozilla Firefox/firefox.exe")
WEBKIT_BROWSERS = "lib*/**/webkit2gtk-4.*/MiniBrowser"

Tool = TypeVar("Tool")


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


def find_headless_chromium() -> str | None:
    """Path of a Chromium for tests of the page: the one in PERFORM_CHROMIUM, Debian's headless shell (the same engine
    without the browser around it, which takes up to a third of the processor's time), or any."""
    return os.environ.get("PERFORM_CHROMIUM") or shutil.which(HEADLESS_SHELL) or find_chromium()


def chromium_arguments() -> list[str]:
    """Switches for a headless Chromium that keeps to this machine; root, as in a container, has no sandbox."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return [*quiet, "--no-sandbox"] if is_root else quiet


def tools_are_required() -> bool:
    """Whether a missing tool is a failure and not a reason to skip: so in CI, by PERFORM_REQUIRE_TOOLS."""
    return bool(os.environ.get("PERFORM_REQUIRE_TOOLS"))


def need(tool: Tool | None, what: str, remedy: str) -> Tool:
    """The tool; without it the test is skipped, or fails where tools are required."""
    if tool is not None:
        return tool
    message = f"{what} is not on this machine ({remedy})"
    if tools_are_required():
        pytest.fail(message)
    pytest.skip(message)


def find_firefox() -> str | None:
    """Path of a Firefox: the one in PERFORM_FIREFOX, or the machine's; None if there is none."""
    named = os.environ.get("PERFORM_FIREFOX")
    installed = [named, *map(shutil.which, FIREFOX_NAMES), *(place for place in FIREFOX_PLACES if Path(place).exists())]
    return next((path for path in installed if path), None)


def find_webkit() -> tuple[str, str, str] | None:
    """WebKitWebDriver, the MiniBrowser it drives and Xvfb; None if one of them is missing."""
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browser = next((path for path in sorted(Path("/usr").glob(WEBKIT_BROWSERS)) if path.is_file()), None)
    return (driver, str(browser), screen) if driver and browser and screen else None
