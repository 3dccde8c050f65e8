"""What Perform adds to the start of a WebUI: ``python -m bench.start [--quick]``.

The stand-in hosts, on the gradio of A1111 and on that of Forge, started with Perform and without, alternately: seconds
until they are ready, CPU seconds that Perform adds, and what the hosts themselves count for ``perform.py``. The fastest
start of each counts, because other load only makes one slower. Python finds its bytecode cached, as at any start except
the first. The limit is what Perform may add. A host without its environment (``dev.py gradio3`` and ``gradio4`` make
them) is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.stream import cpu_s
from tests.webui.deforum_arguments import tables
from tests.webui.process import WEBUI, free_port, free_udp_port

ROOT = Path(__file__).resolve().parents[1]
HOSTS = {"A1111's gradio": (".venv-gradio3", False), "Forge's gradio": (".venv-gradio4", True)}
LIMIT_S = 0.15
RUNS, QUICK_RUNS = 12, 4


@dataclass(frozen=True)
class Start:
    """One start: seconds until the host was ready, CPU seconds until then, seconds it counts for ``perform.py``."""

    ready_s: float
    cpu_s: float
    counted_s: float


def started(python: Path, folder: Path, fork: bool, *flags: str) -> Start:
    """Start the stand-in, and end it when it is ready."""
    (folder / "arguments.json").write_text(json.dumps(tables(fork, 5)), encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "STANDIN_DATA": str(folder),
        "STANDIN_ARGUMENTS": str(folder / "arguments.json"),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }
    command = [str(python), str(WEBUI), "--port", str(free_port()), "--osc-port", str(free_udp_port()), *flags]
    begin_s, counted_s = time.monotonic(), 0.0
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("perform.py "):
            counted_s = float(line.split()[1])
        if line.strip() == "ready":
            break
    else:
        sys.exit(f"The stand-in host on {python} ended before it was ready. python3 dev.py gradio3 says why.")
    found = Start(time.monotonic() - begin_s, cpu_s(process.pid) or 0.0, counted_s)
    process.kill()
    process.communicate()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench.start", description="What Perform adds to a WebUI's start.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} starts of each instead of {RUNS}")
    runs = QUICK_RUNS if parser.parse_args().quick else RUNS
    print(f"{runs} starts of each, the fastest counts; limit {LIMIT_S:g} s")
    heads = {"": -16, "without s": 10, "with s": 9, "added s": 9, "of limit": 10, "CPU s": 8, "perform.py s": 14}
    print(
        "".join(f"{head:<16}" if room < 0 else f"{head:>{room}}" for head, room in heads.items()) + f"{'of limit':>10}"
    )
    for name, (venv, fork) in HOSTS.items():
        python = ROOT / venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        if not python.exists():
            print(f"{name:16}not measured: {venv} is not there")
            continue
        with tempfile.TemporaryDirectory() as folder:
            pairs = [
                (started(python, Path(folder), fork, "--no-perform"), started(python, Path(folder), fork))
                for _ in range(runs + 1)
            ][1:]  # the first one wrote the bytecode
        bare, ours = (min(pair[side].ready_s for pair in pairs) for side in (0, 1))
        cpu = min(pair[1].cpu_s for pair in pairs) - min(pair[0].cpu_s for pair in pairs)
        counted = min(pair[1].counted_s for pair in pairs)
        print(
            f"{name:16}{bare:>10.2f}{ours:>9.2f}{ours - bare:>9.2f}{(ours - bare) / LIMIT_S:>10.2f}{cpu:>8.2f}"
            f"{counted:>14.3f}{counted / LIMIT_S:>10.2f}"
        )


if __name__ == "__main__":
    main()
