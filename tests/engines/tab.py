"""One browser tab, as the tests of all engines use it."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from typing import Any

PATIENCE_S = 60.0
PAUSE_S = 0.05
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004"}
"""Names of keys -> the characters that WebDriver sends for them."""

PLACE = """(([selector, text]) => {
    const matches = [...document.querySelectorAll(selector)].filter((node) => node.textContent.includes(text));
    const node = matches.find((each) => each.getClientRects().length > 0 && !each.disabled);
    if (!node) return null;
    node.scrollIntoView({block: "nearest", inline: "nearest"});
    const box = node.getBoundingClientRect();
    const [x, y] = [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
    const hit = document.elementFromPoint(x, y);
    return hit && (node.contains(hit) || hit.contains(node)) ? [x, y] : null;
})"""


class Tab(ABC):
    """What a driver of an engine does; the rest is built on it."""

    @abstractmethod
    def goto(self, url: str) -> None:
        """Load a page and wait for its load event."""

    @abstractmethod
    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited, as JSON carries it."""

    @abstractmethod
    def perform(self, actions: list[dict[str, Any]]) -> None:
        """Do W3C input actions (https://www.w3.org/TR/webdriver/#actions)."""

    @abstractmethod
    def picture(self) -> bytes:
        """A screenshot as PNG."""

    @abstractmethod
    def close(self) -> None:
        """End the browser."""

    def until(self, expression: str, what: str) -> Any:
        """Evaluate ``expression`` until it is true; its value. AssertionError with ``what`` when patience ends."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := self.run(expression)):
            assert time.monotonic() < deadline, f"It never came to this: {what}"
            time.sleep(PAUSE_S)
        return found

    def place(self, selector: str, text: str = "") -> list[int]:
        """Where the first visible element with that text can be pressed, as x and y; waits until nothing covers it."""
        asked = json.dumps([selector, text])
        found: list[int] = self.until(f"{PLACE}({asked})", f"{selector} {text!r} can be pressed")
        return found

    def click(self, selector: str, text: str = "") -> None:
        """Press the middle of the first visible element that matches and contains ``text``."""
        x, y = self.place(selector, text)
        moves = [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.perform([{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves}])

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        presses = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.perform([{"type": "key", "id": "keyboard", "actions": presses}])

    def press(self, key: str) -> None:
        """Press one key, by its name or character."""
        self.type(KEYS.get(key, key))


def evaluated(expression: str) -> str:
    """JavaScript whose promise gives the JSON text of an expression's awaited value (null for undefined)."""
    return f"(async () => JSON.stringify((await ({expression})) ?? null))()"
