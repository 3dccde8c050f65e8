"""From a datagram to the websocket message that shows it, at 20 knobs of 60 Hz while 20 lanes are recorded.

``python -m bench.stream [--quick]``. The limit is a bare socket that forwards every datagram to a websocket at once;
Perform decodes, records, journals and sends at most 40 messages a second to a page. A datagram counts as shown by the
first message with its value or a later one of the same knob. Sender, server and page are processes of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

KNOBS, RATE_HZ = 20, 60.0
MEDIAN_GOAL_MS, P95_GOAL_MS, IDLE_CPU_GOAL = 50.0, 100.0, 0.005
QUICK_S, FULL_S, IDLE_S = 4.0, 20.0, 5.0

Rows = Callable[[Any], Iterator[tuple[str, float]]]


@dataclass
class Page:
    """What a page received: knob -> (values, arrival times), and how many messages."""

    rows: Rows
    received: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)
    messages: int = 0

    def listen(self, link: ClientConnection) -> None:
        """Until the link is closed."""
        for text in link:
            now_s = time.monotonic()
            self.messages += 1
            for name, value in self.rows(json.loads(text)):
                values, moments = self.received.setdefault(name, ([], []))
                values.append(value)
                moments.append(now_s)

    def latencies_ms(self, sent: dict[str, list[tuple[float, float]]]) -> list[float]:
        """Of every datagram, sorted; infinite for one that was never shown."""
        found = []
        for name, rows in sent.items():
            values, came = self.received.get(name, ([], []))
            for value, moment in rows:
                first = bisect_left(values, value - 1e-7)
                found.append(1000 * (came[first] - moment) if first < len(came) else float("inf"))
        return sorted(found)


def perform_rows() -> Rows:
    """Reads Perform's stream: names come with the state, values with live messages."""
    names: dict[int, str] = {}

    def rows(message: Any) -> Iterator[tuple[str, float]]:
        if message["type"] == "state":
            names.update({source["index"]: source["name"] for source in message["slices"].get("sources", ())})
        for row in message.get("sources", ()):
            yield names.get(row[0], f"/knob/{row[0]}"), row[1]

    return rows


def limit_rows(message: Any) -> Iterator[tuple[str, float]]:
    """Reads the limit's stream."""
    yield message[0], message[1]


@contextmanager
def running(*command: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A process of this Python, and its lines up to the first that names a port."""
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True)
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "Ctrl+C" in line or line[0].isdigit():
                break
        yield process, lines
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def measured(page: Page, uri: str, osc_port: int, seconds: float) -> tuple[list[float], float]:
    """Latencies in ms and messages a second, while the knobs turn."""
    command = ["bench._stream_sender", "127.0.0.1", str(osc_port), str(KNOBS), str(RATE_HZ), str(seconds)]
    with connect(uri, proxy=None, max_size=None) as link:
        ears = threading.Thread(target=page.listen, args=(link,), daemon=True)
        ears.start()
        before, start_s = page.messages, time.monotonic()
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=True)
        time.sleep(0.5)
        rate = (page.messages - before) / (time.monotonic() - start_s)
    ears.join(5)
    return page.latencies_ms(json.loads(done.stdout)), rate


def measure_limit(seconds: float) -> tuple[list[float], float]:
    """The bare forwarder."""
    with running("bench._stream_limit") as (_, lines):
        page_port, osc_port = map(int, lines[-1].split())
        return measured(Page(limit_rows), f"ws://127.0.0.1:{page_port}/stream", osc_port, seconds)


@dataclass(frozen=True)
class Idle:
    """A page that is open while nothing moves. ``cpu``: of one core, or None where the system does not say."""

    messages: int
    cpu: float | None


def measure_perform(seconds: float, folder: Path) -> tuple[list[float], float, Idle]:
    """The standalone server with 20 lanes that are recorded."""
    command = ["deforum_perform", "--port", "0", "--osc-port", "0", "--no-browser", "--songs", str(folder)]
    with running(*command) as (process, lines):
        page = next(line.split("//")[1].strip() for line in lines if "http://" in line)
        osc_port = int(next(line.split(":")[1].split()[0] for line in lines if "OSC" in line))
        api, uri = f"http://{page}/perform/v1", f"ws://{page}/perform/v1/stream"
        idle = measure_idle(process.pid, uri)
        names = [row["name"] for row in called(f"{api}/fields")["fields"] if row["kind"] == "float"]
        for knob, name in enumerate(names[:KNOBS]):
            lane = called(f"{api}/commands/lane.add", {"field": name, "source": f"/knob/{knob}"})["result"]["id"]
            called(f"{api}/commands/lane.change", {"id": lane, "in_low": 0.0, "in_high": 1.0})
        called(f"{api}/commands/record.start", {})
        latencies, rate = measured(Page(perform_rows()), uri, osc_port, seconds)
        called(f"{api}/commands/record.stop", {})
        return latencies, rate, idle


def measure_idle(pid: int, uri: str) -> Idle:
    """Messages and CPU time while nothing happens."""
    page = Page(perform_rows())
    with connect(uri, proxy=None, max_size=None) as link:
        threading.Thread(target=page.listen, args=(link,), daemon=True).start()
        time.sleep(2)
        messages, before_s = page.messages, cpu_s(pid)
        time.sleep(IDLE_S)
        after_s = cpu_s(pid)
        used = None if before_s is None or after_s is None else (after_s - before_s) / IDLE_S
        return Idle(page.messages - messages, used)


def cpu_s(pid: int) -> float | None:
    """CPU time of a process so far; None if there is no /proc."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def called(url: str, body: dict[str, object] | None = None) -> Any:
    """JSON from Perform's API; with a body by POST."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        return json.load(answer)


def at(sorted_values: list[float], part: float) -> float:
    """A quantile."""
    return sorted_values[min(len(sorted_values) - 1, int(part * len(sorted_values)))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m bench.stream", description="Latency from datagram to websocket message."
    )
    parser.add_argument("--quick", action="store_true", help="a few seconds instead of twenty")
    seconds = QUICK_S if parser.parse_args().quick else FULL_S
    limit, limit_rate = measure_limit(seconds)
    with tempfile.TemporaryDirectory() as folder:
        ours, our_rate, idle = measure_perform(seconds, Path(folder))
    print(f"{KNOBS} knobs at {RATE_HZ:g} Hz for {seconds:g} s, {KNOBS} lanes recording; {len(ours)} datagrams")
    print(f"{'':14}{'median ms':>10}{'p95 ms':>9}{'max ms':>9}{'messages/s':>12}{'median/goal':>13}{'p95/goal':>10}")
    for name, found, rate in (("bare limit", limit, limit_rate), ("Perform", ours, our_rate)):
        median, p95 = at(found, 0.5), at(found, 0.95)
        goals = f"{median / MEDIAN_GOAL_MS:>13.2f}{p95 / P95_GOAL_MS:>10.2f}"
        print(f"{name:14}{median:>10.1f}{p95:>9.1f}{found[-1]:>9.1f}{rate:>12.1f}{goals}")
    added = at(ours, 0.5) - at(limit, 0.5)
    print(f"Perform adds {added:.1f} ms to the limit's median; the wait between two of 40 messages a second is 12.5.")
    cpu = (
        "unknown"
        if idle.cpu is None
        else f"{100 * idle.cpu:.2f} % of a core ({idle.cpu / IDLE_CPU_GOAL:.2f} of the goal)"
    )
    print(f"Idle with a page open, {IDLE_S:g} s: {idle.messages} messages, CPU {cpu}.")


if __name__ == "__main__":
    main()
