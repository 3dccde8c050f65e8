"""What the page does in a real Chromium, against the limits in GOALS: ``python -m bench.page [--quick]``.

From datagram to pixel: 20 knobs of 60 Hz, 20 lanes recorded. A datagram counts as shown by the first paint after a
change of its lane's meter that has its value or a later one. Then a song of 30,000 frames and 20 lanes is zoomed and
scrolled, a wheel event per frame. Both are compared with the same Chromium with almost nothing to do: bars that follow
a bare websocket, and an empty frame loop. Sender, server and browser are separate processes.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from bench._families import FAMILIES, FPS
from bench.stream import at, called, running
from deforum_perform.core.deforum.fields import number_fields
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import new_lane, with_values
from deforum_perform.core.song.song import with_clip, with_lane, with_take
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import info
from deforum_perform.store.songs.store import SongStore
from tests.tools import chromium_arguments, find_chromium

LANES, RATE_HZ, FRAMES = 20, 60.0, 30_000
MEDIAN_GOAL_MS, P95_GOAL_MS, FPS_GOAL, FIRST_GOAL_MS = 50.0, 100.0, 50.0, 1000.0
PROBE = Path(__file__).with_name("_page_probe.js")
READY = "#perform_root:not([aria-busy])"
QUIET_S = 240.0


@contextmanager
def serving(songs: Path) -> Iterator[tuple[str, int]]:
    """The standalone server on ``songs``: the page's address and the port on which it receives OSC."""
    command = ["deforum_perform", "--port", "0", "--osc-port", "0", "--no-browser", "--songs", str(songs)]
    with running(*command) as (_, lines):
        page = next(line.split()[-1] for line in lines if "http://" in line)
        yield page, int(next(line.split(":")[1].split()[0] for line in lines if "OSC" in line))


def opened(browser: Browser, url: str) -> Page:
    """The page with the probe in it."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    page.wait_for_selector(READY)
    page.evaluate(PROBE.read_text(encoding="utf-8"))
    return page


def clock_offset_ms(page: Page) -> tuple[float, float]:
    """What to add to the page's clock to have ``time.monotonic`` in ms, and how far that may be off."""
    best = (0.0, math.inf)
    for _ in range(100):
        before = 1000 * time.monotonic()
        there = float(page.evaluate("performance.now()"))
        after = 1000 * time.monotonic()
        if after - before < best[1]:
            best = ((before + after) / 2 - there, after - before)
    return best[0], best[1] / 2


def to_pixel(browser: Browser, seconds: float, folder: Path) -> tuple[list[float], float]:
    """Milliseconds from each datagram to the paint that shows it, sorted; and how far the clocks may differ."""
    with serving(folder) as (url, osc_port):
        api = f"{url}/perform/v1"
        for knob, row in enumerate(number_fields()[:LANES]):
            added = called(f"{api}/commands/lane.add", {"field": row.name, "source": f"/knob/{knob}"})
            called(f"{api}/commands/lane.change", {"id": added["result"]["id"], "in_low": 0.0, "in_high": 1.0})
        page = opened(browser, url)
        offset_ms, doubt_ms = clock_offset_ms(page)
        page.evaluate("probe.watch()")
        called(f"{api}/commands/record.start", {})
        sent = turned(osc_port, seconds)
        page.wait_for_timeout(500)
        shown = page.evaluate("probe.shown()")
        called(f"{api}/commands/record.stop", {})
        page.context.close()
    return latencies_ms(sent, shown, offset_ms), doubt_ms


def to_pixel_limit(browser: Browser, seconds: float) -> list[float]:
    """The same of a page that does nothing else: bars that follow a bare websocket."""
    with running("bench._stream_limit") as (_, lines):
        page_port, osc_port = map(int, lines[-1].split())
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.evaluate(PROBE.read_text(encoding="utf-8"))
        offset_ms, _ = clock_offset_ms(page)
        page.evaluate("([port, lanes]) => probe.bars(`ws://127.0.0.1:${port}/stream`, lanes)", [page_port, LANES])
        sent = turned(osc_port, seconds)
        page.wait_for_timeout(500)
        shown = page.evaluate("probe.shown()")
        page.context.close()
    return latencies_ms(sent, shown, offset_ms)


def turned(osc_port: int, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Turn the knobs; source -> (value, moment) of every message."""
    command = ["bench._stream_sender", "127.0.0.1", str(osc_port), str(LANES), str(RATE_HZ), str(seconds)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def latencies_ms(
    sent: dict[str, list[tuple[float, float]]], shown: dict[str, list[Any]], offset_ms: float
) -> list[float]:
    """Of every datagram, sorted; infinite for one that was never shown."""
    painted: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in sent}
    for name, value, moment in zip(shown["lanes"], shown["values"], shown["moments"]):
        painted[name][0].append(value)
        painted[name][1].append(moment + offset_ms)
    found = []
    for name, rows in sent.items():
        values, moments = painted[name]
        for value, sent_s in rows:
            first = bisect_left(values, value - 1e-7)
            found.append(moments[first] - 1000 * sent_s if first < len(moments) else math.inf)
    return sorted(found)


def long_song(root: Path, lanes: int = LANES, frames: int = FRAMES) -> None:
    """A song of half an hour (``frames`` frames) with ``lanes`` lanes, an event a frame in each."""
    store = SongStore(root)
    families = list(FAMILIES.values())
    times_s = np.arange(frames) / FPS
    curves = {f"/knob/{k}": families[k % len(families)](frames, k) for k in range(lanes)}
    take = Take("take-1", 1, 0.0, frames / FPS, {name: Signal(times_s, v) for name, v in curves.items()})
    document = store.create("Half an hour")
    song = with_take(replace(document.song, fps=FPS), info(take))
    for row, source in zip(number_fields(), curves):
        lane = with_values(new_lane(f"lane-{row.name}", row.name, source), in_low=0.0, in_high=1.0, tolerance=0.005)
        song = with_clip(with_lane(song, lane), lane.id, Clip("", take.id, lane.binding, 0.0, take.end_s))
    store.save_take(song.id, take)
    store.save(replace(document, song=song))


def wait_for_quiet(api: str) -> None:
    """Until the background has found the fewest keys of every lane, so that drawing is measured and nothing else."""
    end_s, last, since_s = time.monotonic() + QUIET_S, -1, time.monotonic()
    while time.monotonic() < end_s and time.monotonic() - since_s < 5:
        revision = called(f"{api}/state")["revision"]
        if revision != last:
            last, since_s = revision, time.monotonic()
        time.sleep(0.5)


def first_drawing_ms(browser: Browser, url: str) -> float:
    """From asking for the page to the paint of all curves."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto("about:blank")
    begin_s = time.monotonic()
    page.goto(url, wait_until="commit")
    page.wait_for_function(
        f"() => document.querySelector('{READY}') && performance.getEntriesByType('resource')"
        f".filter((one) => new URL(one.name).pathname.endsWith('/curve') && one.responseEnd > 0).length >= {LANES}"
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = 1000 * (time.monotonic() - begin_s)
    page.context.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench.page", description="The page in Chromium against GOALS.")
    parser.add_argument("--quick", action="store_true", help="a few seconds instead of twenty")
    seconds = 5.0 if parser.parse_args().quick else 20.0
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium found. Debian: apt install chromium; or set PERFORM_CHROMIUM.")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=chromium_arguments())
        print(f"Chromium {browser.version}, 1280 x 800")
        found, doubt_ms = to_pixel(browser, seconds, Path(folder, "live"))
        print_latencies({"bare bars": to_pixel_limit(browser, seconds), "Perform": found}, seconds, doubt_ms)
        long_song(Path(folder, "long"))
        with serving(Path(folder, "long")) as (url, _):
            wait_for_quiet(f"{url}/perform/v1")
            first_ms = min(first_drawing_ms(browser, url) for _ in range(3))
            print(f"\n{FRAMES:,} frames x {LANES} lanes")
            print(f"first drawing {first_ms:.0f} ms = {first_ms / FIRST_GOAL_MS:.2f} of the limit of {FIRST_GOAL_MS:g}")
            print_frames(opened(browser, url), 1000 * seconds / 4)
        browser.close()


def print_latencies(rows: dict[str, list[float]], seconds: float, doubt_ms: float) -> None:
    """From datagram to pixel."""
    sent = len(next(iter(rows.values())))
    print(f"{sent:,} datagrams, {LANES} knobs of {RATE_HZ:g} Hz, {seconds:g} s; the clocks agree to {doubt_ms:.1f} ms")
    print(f"{'':12}{'median ms':>10}{'of limit':>10}{'p95 ms':>9}{'of limit':>10}{'worst ms':>10}{'never shown':>13}")
    for name, found in rows.items():
        median, p95, lost = at(found, 0.5), at(found, 0.95), sum(1 for value in found if value == math.inf)
        goals = f"{median:>10.1f}{median / MEDIAN_GOAL_MS:>10.2f}{p95:>9.1f}{p95 / P95_GOAL_MS:>10.2f}"
        print(f"{name:12}{goals}{found[len(found) - lost - 1]:>10.1f}{lost:>13}")


def print_frames(page: Page, duration_ms: float) -> None:
    """How smooth: an empty loop, then zooming and scrolling."""
    print(f"{'':12}{'frames/s':>9}{'of limit':>10}{'gap p95 ms':>12}{'drawing ms, median and p95':>29}")
    for name in ("idle", "zoom", "scroll"):
        seen = page.evaluate(f"probe.{name}({duration_ms})")
        gaps, draws = sorted(seen["gaps"]), sorted(seen["draws"])
        rate = 1000 * len(gaps) / sum(gaps)
        drawn = f"{at(draws, 0.5):>21.1f}{at(draws, 0.95):>8.1f}" if draws else f"{'none':>29}"
        label = "empty loop" if name == "idle" else name
        print(f"{label:12}{rate:>9.1f}{rate / FPS_GOAL:>10.2f}{at(gaps, 0.95):>12.1f}{drawn}")
    page.context.close()


if __name__ == "__main__":
    main()
