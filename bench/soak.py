"""A long recording with the page open: ``python -m bench.soak [--minutes 60] [--every 10]``.

The standalone server, the page in Chromium, and a sender of 20 sources x 60 Hz, each a separate process, over a real
socket. Every few seconds: memory and CPU of the server, drops, the page's JavaScript heap. The recording itself must
grow: a number of bytes per event in the log, and one value per frame for every lane's curve on the page. The rest of
the server's memory must be constant after the first minutes, nothing may be lost, and the take must contain exactly
what was sent. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from bench._soak_sender import values
from bench._soak_watch import Cost, cost, peak_bytes
from bench.stream import called, running
from deforum_perform.app.recording.event_log import EventLog
from deforum_perform.core.deforum.fields import number_fields
from deforum_perform.core.song.take import Take
from deforum_perform.store.songs.store import SongStore
from tests.tools import chromium_arguments, find_chromium

SOURCES, RATE_HZ = 20, 60.0
EVENT_BYTES = sum(column.itemsize for name, column in EventLog().rows()._asdict().items() if name != "timetags")
"""Of an event in the log; the column of time tags needs no memory without time tags."""
CURVE_BYTES = 8
"""Of a value a frame in the curve that grows on the page."""
SETTLING, LONGEST_SETTLING_S = 0.25, 300.0
FLAT_MB_AN_HOUR, NOISE_MB = 6.0, 4.0
"""How much memory may grow that the recording does not explain, besides what an allocator keeps for itself."""
READY = "#perform_root:not([aria-busy])"
ARRIVAL_S = 10.0
MB = 1e6


@dataclass(frozen=True)
class Sample:
    """One look. ``heap_bytes``: of the page's JavaScript after collecting garbage."""

    at_s: float
    server: Cost
    browser_cpu_s: float
    heap_bytes: int
    received: int
    lost: int
    journal_bytes: int
    frames: int

    @property
    def rest_bytes(self) -> int:
        """The server's own memory without what the recording must need."""
        return self.server.own_bytes - EVENT_BYTES * self.received - CURVE_BYTES * SOURCES * self.frames


@dataclass
class Soak:
    """A server on ``root``, its page, and what was seen of both."""

    root: Path
    api: str
    pid: int
    osc_port: int
    page: Page
    browser: Browser
    began_s: float = 0.0
    fps: float = 15.0
    errors: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    live: dict[str, Any] = field(default_factory=lambda: {"received": 0, "lost": 0})

    def receive(self, frame: str | bytes) -> None:
        """A message of the stream to the page; its counts are newer than those of the state."""
        if str(frame).startswith('{"type":"live"'):
            self.live = json.loads(frame)

    def sample(self) -> Sample:
        """Look once, and remember it."""
        at_s = time.monotonic() - self.began_s
        tool = self.page.context.new_cdp_session(self.page)
        tool.send("HeapProfiler.collectGarbage")
        heap = int(tool.send("Runtime.getHeapUsage")["usedSize"])
        tool.detach()
        journals = sum(path.stat().st_size for path in (self.root / "journals").glob("*.journal"))
        seen = Sample(
            at_s, cost(self.pid), self._browser_cpu_s(), heap, self.live["received"], self.live["lost"], journals,
            int(at_s * self.fps),
        )  # fmt: skip
        self.samples.append(seen)
        return seen

    def _browser_cpu_s(self) -> float:
        tool = self.browser.new_browser_cdp_session()
        found = tool.send("SystemInfo.getProcessInfo")["processInfo"]
        tool.detach()
        return float(sum(one["cpuTime"] for one in found))


@contextmanager
def soaking(root: Path) -> Iterator[Soak]:
    """The server with 20 armed lanes, and the page open on it."""
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium found. Debian: apt install chromium; or set PERFORM_CHROMIUM.")
    command = ["deforum_perform", "--port", "0", "--osc-port", "0", "--no-browser", "--songs", str(root)]
    with running(*command) as (process, lines), sync_playwright() as playwright:
        url = next(line.split()[-1] for line in lines if "http://" in line)
        osc_port = int(next(line.split(":")[1].split()[0] for line in lines if "OSC" in line))
        api = f"{url}/perform/v1"
        for knob, row in enumerate(number_fields()[:SOURCES]):
            added = called(f"{api}/commands/lane.add", {"field": row.name, "source": f"/knob/{knob}"})
            called(f"{api}/commands/lane.change", {"id": added["result"]["id"], "in_low": 0.0, "in_high": 1.0})
        browser = playwright.chromium.launch(executable_path=path, args=chromium_arguments())
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        soak = Soak(root, api, process.pid, osc_port, page, browser)
        page.on("pageerror", lambda error: soak.errors.append(str(error)))
        page.on("websocket", lambda link: link.on("framereceived", soak.receive))
        show(page, url)
        soak.fps = called(f"{api}/state")["song"]["fps"]
        yield soak
        browser.close()


def show(page: Page, url: str) -> None:
    """Until the page shows the state."""
    page.goto(url)
    page.wait_for_selector(READY)


@contextmanager
def sending(osc_port: int, seconds: float, moments: Path) -> Iterator[subprocess.Popen[str]]:
    """The sender, at work."""
    given = ("127.0.0.1", osc_port, SOURCES, RATE_HZ, seconds, moments)
    command = [sys.executable, "-m", "bench._soak_sender", *map(str, given)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def play(soak: Soak, seconds: float, every_s: float, moments: Path) -> dict[str, Any]:
    """Record while the sender sends, looking again and again; what the sender says it sent."""
    listener = called(f"{soak.api}/state")["listener"]
    print(f"received by {listener['receiver']}, stamps by {listener['stamps']}, {os.cpu_count()} cores")
    print(f"{'minute':>7}{'RSS MB':>8}{'own MB':>8}{'rest MB':>9}{'CPU %':>7}{'browser %':>11}{'heap MB':>9}", end="")
    print(f"{'journal MB':>12}{'received':>11}{'lost':>6}")
    called(f"{soak.api}/commands/record.start", {})
    soak.began_s = time.monotonic()
    before = soak.sample()
    with sending(soak.osc_port, seconds, moments) as sender:
        while sender.poll() is None:
            rest_s = every_s * len(soak.samples) - (time.monotonic() - soak.began_s)
            soak.page.wait_for_timeout(max(100.0, 1000 * min(rest_s, every_s)))
            if rest_s < every_s / 2:
                before = reported(before, soak.sample())
        assert sender.stdout is not None
        return dict(json.loads(sender.stdout.read()))


def reported(before: Sample, now: Sample) -> Sample:
    """Print a row of the table; ``now`` again."""
    passed_s = now.at_s - before.at_s
    cpu = 100 * (now.server.cpu_s - before.server.cpu_s) / passed_s
    browser = 100 * (now.browser_cpu_s - before.browser_cpu_s) / passed_s
    print(f"{now.at_s / 60:>7.2f}{now.server.rss_bytes / MB:>8.1f}{now.server.own_bytes / MB:>8.1f}", end="")
    print(f"{now.rest_bytes / MB:>9.1f}{cpu:>7.1f}{browser:>11.1f}{now.heap_bytes / MB:>9.1f}", end="")
    print(f"{now.journal_bytes / MB:>12.1f}{now.received:>11}{now.lost:>6}", flush=True)
    return now


# --- the end of the recording ----------------------------------------------------------------------------------------


def arrived(soak: Soak, sent: int) -> int:
    """How many messages came, after those on their way had time to."""
    patience_s = time.monotonic() + ARRIVAL_S
    while True:
        if soak.live["received"] >= sent or time.monotonic() > patience_s:
            return int(soak.live["received"])
        soak.page.wait_for_timeout(100)


def slope_per_s(samples: list[Sample], of: str) -> float:
    """How fast ``of`` grows, by least squares."""
    times = np.array([sample.at_s for sample in samples])
    found = np.array([float(getattr(sample, of)) for sample in samples])
    times -= times.mean()
    return float((times @ (found - found.mean())) / max(1e-9, times @ times))


def stamp_errors_ms(take: Take, moments_ns: np.ndarray) -> np.ndarray:
    """How much later than its sending each event was stamped, ms (N,); the quickest of all counts as at once."""
    late = [take.signals[f"/knob/{k}"].times_s - moments_ns[k::SOURCES] / 1e9 for k in range(SOURCES)]
    found = np.concatenate(late)
    return np.asarray(1000 * (found - found.min()))


def is_whole(take: Take, sent: int) -> bool:
    """Whether the take holds exactly what was sent: every value of every source, in order."""
    for knob in range(SOURCES):
        count = len(range(knob, sent, SOURCES))
        signal = take.signals.get(f"/knob/{knob}")
        if signal is None or not np.array_equal(signal.values, values(knob, count)):
            return False
    return take.events == sent


@dataclass(frozen=True)
class Verdict:
    """One thing that must hold."""

    words: str
    good: bool

    def __str__(self) -> str:
        return f"{'yes' if self.good else 'NO ':3}  {self.words}"


def memory_verdict(samples: list[Sample]) -> Verdict:
    """Whether the server's memory is constant apart from the recording; prints expected and measured growth."""
    settled_s = min(SETTLING * samples[-1].at_s, LONGEST_SETTLING_S)
    rest = [sample for sample in samples if sample.at_s >= settled_s]
    first, last = rest[0], rest[-1]
    events = max(1, last.received - first.received)
    curves = CURVE_BYTES * SOURCES * (last.frames - first.frames) / events
    seen = (last.server.own_bytes - first.server.own_bytes) / events
    print(
        f"Memory after {settled_s / 60:.1f} min: {seen:.1f} bytes an event, expected {EVENT_BYTES + curves:.1f}", end=""
    )
    print(f" ({EVENT_BYTES} in the log, {curves:.1f} of curves). On disk: journal ", end="")
    print(f"{(last.journal_bytes - first.journal_bytes) / events:.1f} bytes an event.")
    print(f"JavaScript heap: {first.heap_bytes / MB:.1f} -> {last.heap_bytes / MB:.1f} MB, ", end="")
    print(f"{(last.heap_bytes - first.heap_bytes) / max(1, SOURCES * (last.frames - first.frames)):.1f} bytes a value.")
    hours = (last.at_s - first.at_s) / 3600
    grown, may = slope_per_s(rest, "rest_bytes") * 3600 * hours / MB, FLAT_MB_AN_HOUR * hours + NOISE_MB
    words = f"memory apart from the take is constant: {grown:+.1f} MB in {60 * hours:.1f} min, of {may:.1f} that may be"
    return Verdict(words, grown <= may)


def closing(soak: Soak, sender_report: dict[str, Any], moments: Path) -> list[Verdict]:
    """End the recording, read the take back from disk, and judge."""
    sent, received = int(sender_report["sent"]), arrived(soak, int(sender_report["sent"]))
    begin_s = time.monotonic()
    show(soak.browser.new_context().new_page(), soak.api.removesuffix("/perform/v1"))
    late_s, begin_s = time.monotonic() - begin_s, time.monotonic()
    called(f"{soak.api}/commands/record.stop", {})
    stop_s = time.monotonic() - begin_s
    state = called(f"{soak.api}/state")
    take = SongStore(soak.root).load_takes(state["song"]["id"], state["takes"][-1]["id"])[0]
    print(f"\nAnother page opened at the end: {late_s:.1f} s. Stop until all is on disk: {stop_s:.1f} s. ", end="")
    print(f"Most memory: {peak_bytes(soak.pid) / MB:.0f} MB. Sender at most {sender_report['latest_ms']} ms late.")
    whole = is_whole(take, sent)
    if whole:
        errors = stamp_errors_ms(take, np.frombuffer(moments.read_bytes(), np.int64))
        parts = np.quantile(errors, [0.5, 0.99, 1.0])
        print("Stamp later than sending: median {:.3f}, p99 {:.3f}, worst {:.3f} ms.".format(*parts))
    lost, malformed = state["listener"]["lost"], state["listener"]["malformed"]
    kinds = [problem["kind"] for problem in state["takes"][-1]["problems"]]
    return [
        memory_verdict(soak.samples),
        Verdict(f"nothing dropped: {sent:,} sent, {received:,} received, {lost} lost", received == sent and lost == 0),
        Verdict(f"the take holds exactly what was sent: {take.events:,} events", whole and take.lost == 0),
        Verdict(f"nothing malformed ({malformed}), no error on the page ({len(soak.problems)})",
                malformed == 0 and not soak.errors),
        Verdict(f"the take's problems: {', '.join(sorted(set(kinds))) or 'none'} ({len(kinds)})", "lost" not in kinds),
    ]  # fmt: skip


def main() -> None:
    """Soak, print, judge."""
    parser = argparse.ArgumentParser("python -m bench.soak", description="A long recording with the page open.")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long (default 2; the goal says 60)")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks (default 10)")
    parser.add_argument("--quick", action="store_true", help="half a minute")
    options = parser.parse_args()
    minutes = 0.5 if options.quick else options.minutes
    with tempfile.TemporaryDirectory() as folder:
        root, moments = Path(folder, "songs"), Path(folder, "moments")
        print(f"{SOURCES} sources x {RATE_HZ:g} Hz for {minutes:g} min, {SOURCES} lanes recorded, the page open")
        with soaking(root) as soak:
            sent = play(soak, 60 * minutes, options.every, moments)
            verdicts = closing(soak, sent, moments)
            first, last = soak.samples[0], soak.samples[-1]
            passed_s = last.at_s - first.at_s
            print(f"CPU: server {100 * (last.server.cpu_s - first.server.cpu_s) / passed_s:.1f} % of a core,", end="")
            print(f" browser {100 * (last.browser_cpu_s - first.browser_cpu_s) / passed_s:.1f} %.\n")
    print("\n".join(map(str, verdicts)))
    sys.exit(0 if all(verdict.good for verdict in verdicts) else 1)


if __name__ == "__main__":
    main()
