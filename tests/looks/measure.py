"""Measures the looks of Perform's page in any browser tab: standalone, in a stand-in host or in a real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
LEAST_TEXT_PX = 12
AXE_RULES = ("target-size", "label-content-name-mismatch", "focus-order-semantics")
"""Rules of axe-core that are off unless they are asked for."""

AXE_RUN = """async ([context, rules]) => {
    const enabled = Object.fromEntries(rules.map((id) => [id, {enabled: true}]));
    // of the rules that run, none reads the style sheets themselves: they need not be loaded again for each state
    const options = {rules: enabled, preload: {assets: ["media"]}, resultTypes: ["violations"], elementRef: true};
    const {violations} = await axe.run(context, options);
    // a popover, or a message for some seconds, covers parts of targets that cannot be meant meanwhile
    const front = document.querySelector("#perform_root [role=dialog]");
    const messages = [...document.querySelectorAll("#perform_root .perform-toast")];
    const below = (element, message) => {
        const [a, b] = [element.getBoundingClientRect(), message.getBoundingClientRect()];
        const across = a.left < b.right && b.left < a.right;
        return !message.contains(element) && across && a.top < b.bottom && b.top < a.bottom;
    };
    const covered = (element) => messages.some((message) => below(element, message));
    const inFront = ({element}) => (!front || front.contains(element)) && !covered(element);
    const meant = (rule, node) => rule.id !== "target-size" || inFront(node);
    return violations.flatMap((rule) => rule.nodes.filter((node) => meant(rule, node))
        .map((node) => `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary})`));
}"""


LOOK = """async ([names, drawn]) => {
    const frame = () => new Promise((shown) => requestAnimationFrame(shown));
    for (let i = 0; i < drawn; i++) await frame();
    return globalThis.perform_measures ? globalThis.perform_measures(names) : null;
}"""


def look(page: Page, names: Iterable[str], frames: int = 0) -> dict[str, Any]:
    """The answers of functions of ``measure.js``, by their names, on the page as it is when it has drawn ``frames``."""
    found = page.evaluate(LOOK, [list(names), frames])
    if found is None:
        page.evaluate(f"() => {{ globalThis.perform_measures = {SCRIPT}; }}")
        found = page.evaluate(LOOK, [list(names), 0])
    return dict(json.loads(found))


def measured(page: Page, what: str) -> Any:
    """The answer of one function of ``measure.js`` on the page as it is now."""
    return look(page, [what])[what]


@dataclass(frozen=True)
class Measure:
    """Functions of ``measure.js``, and what is wrong by their answers. Several measures need one look at the page."""

    names: tuple[str, ...]
    judge: Callable[[Mapping[str, Any]], list[str]]

    def __call__(self, page: Page) -> list[str]:
        return self.judge(look(page, self.names))


def _unreadable(found: Mapping[str, Any]) -> list[str]:
    items = [*found["labels"], *found["icons"]]
    return [
        *([] if len(items) > 15 else [f"only {len(items)} texts and icons are shown"]),
        *(
            f"{item['ratio']:.2f} of {item['needed']}: {item['name']} “{item['words']}”"
            for item in items
            if item["ratio"] < item["needed"] - 0.005
        ),
    ]


unreadable = Measure(("labels", "icons"), _unreadable)
"""Texts and icons of too little contrast to what is behind them."""


def _transparent(found: Mapping[str, Any]) -> list[str]:
    surfaces = [item for item in found["surfaces"] if item["alpha"] < 1]
    return [
        *(f"alpha {item['alpha']:.2f}: {item['name']} “{item['words']}”" for item in surfaces),
        *(f"{item['below']} behind {item['name']} “{item['words']}”" for item in found["seeThrough"]),
    ]


transparent = Measure(("surfaces", "seeThrough"), _transparent)
"""Surfaces that are not opaque, and texts through whose ground something else can be seen."""


def _tiny(found: Mapping[str, Any]) -> list[str]:
    small_texts = [item for item in found["labels"] if item["size"] < LEAST_TEXT_PX]
    return [f"{item['size']} px: {item['name']} “{item['words']}”" for item in small_texts]


tiny = Measure(("labels",), _tiny)
"""Texts below 12 px."""

small = Measure(("small",), lambda found: list(found["small"]))
"""Controls below 24 x 24 px."""

unusable = Measure(("unusable",), lambda found: list(found["unusable"]))
"""Controls that are cut off, squeezed or covered, and a page wider than its window."""

cut_texts = Measure(("cutTexts", "touching"), lambda found: [*found["cutTexts"], *found["touching"]])
"""Texts that are cut, by an ellipsis too, where nothing says the whole of them; and those that touch a border."""


def inaccessible(page: Page, context: str = "#perform_root") -> list[str]:
    """What axe-core finds, of any level."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(AXE_RUN, [context, list(AXE_RULES)]))
