"""Chromium, driven by playwright as all other browser tests drive it."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import sync_playwright

from tests.engines.tab import KEYS, Tab, evaluated
from tests.tools import chromium_arguments

NAMES = {character: name for name, character in KEYS.items()}


class Chromium(Tab):
    """One headless Chromium with one tab. ``faults``: errors that scripts and console met."""

    def __init__(self, binary: str, width: int = 1280, height: int = 800) -> None:
        self.faults: list[str] = []
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(executable_path=binary, args=chromium_arguments())
            self._page = self._browser.new_page(viewport={"width": width, "height": height})
        except BaseException:
            self._playwright.stop()
            raise
        self._page.on("pageerror", lambda error: self.faults.append(str(error)))
        self._page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)

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
        self._playwright.stop()
