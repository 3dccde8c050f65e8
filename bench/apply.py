"""Check, Apply and Undo of a whole song in a WebUI, against the limits in GOALS: ``python -m bench.apply [--quick]``.

The WebUI is the one that PERFORM_WEBUI_DIR names (see CONTRIBUTING.md), with its own Deforum; without it the stand-in
for A1111 of the tests, on real gradio 3. 65 lanes of 30,000 frames with their fewest keys ready: the time from the
click until the page says that it is done, and the longest time, during it and after it, in which the page did not
answer.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.page import long_song
from tests.host.webui import RealWebUI
from tests.tools import chromium_arguments, find_chromium
from tests.webui.deforum_arguments import tables
from tests.webui.page import Screen
from tests.webui.process import StandIn

LANES, FRAMES = 65, 30_000
LIMITS_S = {"Check": 6.0, "Apply": 6.0, "Undo": 3.0}
STUCK_LIMIT_S = 1.0
FINAL_S, DONE_MS, SETTLE_MS = 600.0, 300_000, 3000
GRADIO3 = Path(__file__).parents[1] / ".venv-gradio3" / "bin" / "python"

WATCH = """() => {
    window.blocked = 0;
    let last = performance.now();
    const look = () => {
        const now = performance.now();
        window.blocked = Math.max(window.blocked, now - last - 10);
        last = now;
        setTimeout(look, 10);
    };
    look();
}"""
FINAL = "async () => (await (await fetch('/perform/v1/state')).json()).lanes.every((lane) => lane.final)"


@contextmanager
def hosting(data: Path) -> Iterator[Any]:
    """A WebUI on the songs in ``data``."""
    named = os.environ.get("PERFORM_WEBUI_DIR")
    if named:
        host: Any = RealWebUI(Path(named).resolve(), data)
        host.wait_until_ready()
    elif GRADIO3.exists():
        host = StandIn(data, tables(fork=False), python=str(GRADIO3))
    else:
        sys.exit("No gradio 3 here. Run python3 dev.py gradio3 once, or name a WebUI by PERFORM_WEBUI_DIR.")
    try:
        yield host
    finally:
        host.end()


def timed(page: Page, act: Callable[[], None], done: str) -> tuple[float, float]:
    """Seconds from ``act`` until ``done`` is on the page, and the longest in which the page did nothing else."""
    page.evaluate("window.blocked = 0")
    begin_s = time.monotonic()
    act()
    page.wait_for_selector(done, timeout=DONE_MS)
    seconds = time.monotonic() - begin_s
    page.wait_for_timeout(SETTLE_MS)
    blocked_s = page.evaluate("window.blocked") / 1000
    page.evaluate("document.querySelectorAll('.perform-toast').forEach((toast) => toast.remove())")
    return seconds, blocked_s


def measured(page: Page) -> dict[str, tuple[float, float]]:
    """Each action with its seconds and how long the page was blocked; Apply and Undo are those of the second time."""
    page.evaluate(WATCH)
    found = {}
    check = "document.querySelector('#perform_check').click()"
    found["Check"] = timed(page, lambda: page.evaluate(check), ".perform-check-panel [part=lead]:has-text('read back')")
    page.keyboard.press("Escape")
    apply = "document.querySelector('#perform_apply_now').click()"
    undo = "document.querySelector('[data-act=\"apply.undo\"]').click()"
    for _ in range(2):
        found["Apply"] = timed(page, lambda: page.evaluate(apply), ".perform-toast:has-text('Filled')")
        found["Undo"] = timed(page, lambda: page.evaluate(undo), ".perform-toast:has-text('old text')")
    return found


def wait_for_keys(page: Page) -> None:
    """Until the fewest keys of every lane are known."""
    end_s = time.monotonic() + FINAL_S
    while not page.evaluate(FINAL) and time.monotonic() < end_s:
        page.wait_for_timeout(500)
    page.wait_for_timeout(SETTLE_MS)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench.apply", description="Apply in a WebUI against GOALS.")
    parser.add_argument("--quick", action="store_true", help="3,000 frames instead of 30,000")
    frames = FRAMES // 10 if parser.parse_args().quick else FRAMES
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium found. Debian: apt install chromium; or set PERFORM_CHROMIUM.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder, "data")
        long_song(data / "perform", LANES, frames)
        browser = playwright.chromium.launch(executable_path=path, args=chromium_arguments())
        with hosting(data) as host:
            screen = Screen(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), host.url)
            screen.open()
            screen.show("Perform")
            wait_for_keys(screen.page)
            found = measured(screen.page)
        browser.close()
    print(f"{LANES} lanes of {frames:,} frames in {os.environ.get('PERFORM_WEBUI_DIR') or 'the stand-in on gradio 3'}")
    print(f"{'':8}{'s':>8}{'of limit':>10}{'page blocked, s':>22}{'of limit':>10}")
    for name, (seconds, blocked_s) in found.items():
        share = seconds / LIMITS_S[name]
        print(f"{name:8}{seconds:>8.1f}{share:>10.2f}{blocked_s:>22.2f}{blocked_s / STUCK_LIMIT_S:>10.2f}")


if __name__ == "__main__":
    main()
