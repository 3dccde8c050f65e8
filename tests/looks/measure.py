"""Measures the looks of Perform's page in any browser tab: standalone, in a stand-in host or in a real one."""

from __future__ import annotations

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
    const {violations} = await axe.run(context, {rules: enabled, resultTypes: ["violations"], elementRef: true});
    // a popover lies over parts of targets that cannot be meant while it is open
    const front = document.querySelector("#perform_root [role=dialog]");
    const meant = (rule, node) => rule.id !== "target-size" || !front || front.contains(node.element);
    return violations.flatMap((rule) => rule.nodes.filter((node) => meant(rule, node))
        .map((node) => `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary})`));
}"""


def measured(page: Page, what: str) -> Any:
    """The answer of one function of ``measure.js`` on the page as it is drawn now."""
    return page.evaluate(f"(globalThis.measures ??= {SCRIPT}).{what}()")


def unreadable(page: Page) -> list[str]:
    """Texts and icons of too little contrast to what is behind them."""
    found = [*measured(page, "labels"), *measured(page, "icons")]
    assert len(found) > 15
    return [
        f"{item['ratio']:.2f} of {item['needed']}: {item['name']} “{item['words']}”"
        for item in found
        if item["ratio"] < item["needed"] - 0.005
    ]


def transparent(page: Page) -> list[str]:
    """Surfaces that are not opaque, and texts through whose ground something else can be seen."""
    surfaces = [item for item in measured(page, "surfaces") if item["alpha"] < 1]
    return [
        *(f"alpha {item['alpha']:.2f}: {item['name']} “{item['words']}”" for item in surfaces),
        *(f"{item['below']} behind {item['name']} “{item['words']}”" for item in measured(page, "seeThrough")),
    ]


def tiny(page: Page) -> list[str]:
    """Texts below 12 px."""
    labels = measured(page, "labels")
    return [f"{item['size']} px: {item['name']} “{item['words']}”" for item in labels if item["size"] < LEAST_TEXT_PX]


def small(page: Page) -> list[str]:
    """Controls below 24 x 24 px."""
    return list(measured(page, "small"))


def unusable(page: Page) -> list[str]:
    """Controls that are cut off, squeezed or covered, and a page wider than its window."""
    return list(measured(page, "unusable"))


def cut_texts(page: Page) -> list[str]:
    """Texts that are cut, by an ellipsis too, where nothing says the whole of them; and those that touch a border."""
    return [*measured(page, "cutTexts"), *measured(page, "touching")]


def inaccessible(page: Page, context: str = "#perform_root") -> list[str]:
    """What axe-core finds, of any level."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(AXE_RUN, [context, list(AXE_RULES)]))
