"""Chromium, driven by playwright as all other browser tests drive it."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser

from tests.engines.tab import KEYS, Tab, evaluated
from tests.tools import chromium_arguments

NAMES = {character: name for name, character in KEYS.items()}


class Chromium(Tab):
    """One headless Chromium with one tab, started as ``browser`` was. ``errors``: errors of scripts and console."""

    def __init__(self, browser: Browser, binary: str, width: int = 1280, height: int = 800) -> None:
        self.errors: list[str] = []
        self._browser = browser.browser_type.launch(executable_path=binary, args=chromium_arguments())
        self._page = self._browser.new_page(viewport={"width": width, "height": height})
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def goto(self, url: str) -> None:
        self._page.goto(url)

    def run(self, expression: str) -> Any:
        return json.loads(self._page.evaluate(evaluated(expression)))

    def perform(self, actions: list[dict[str, Any]]) -> None:
        mouse, keyboard = self._page.mouse, self._page.keyboard
        steps = {
            "pointerMove": lambda step: mouse.move(step["x"], step["y"]),
            "pointerDown": lambda step: mouse.down(),
            "pointerUp": lambda step: mouse.up(),
            "keyDown": lambda step: keyboard.down(NAMES.get(step["value"], step["value"])),
            "keyUp": lambda step: keyboard.up(NAMES.get(step["value"], step["value"])),
        }
        for source in actions:
            for step in source["actions"]:
                steps[step["type"]](step)

    def picture(self) -> bytes:
        return self._page.screenshot()

    def close(self) -> None:
        self._browser.close()
