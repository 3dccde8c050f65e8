"""The intake against a bare socket and python-osc's own servers, in one run: ``python -m bench.intake [--quick]``.

Loss-free rate, CPU per message, timestamp error idle and beside four computing threads, and the seconds of a held
interpreter that are survived. Sender and receivers are processes of their own, on loopback.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ._intake_receivers import KINDS

LADDER_HZ = (2_000, 5_000, 10_000, 17_000, 25_000, 35_000, 50_000, 70_000, 100_000, 150_000, 200_000, 300_000, 400_000)
CPU_RATE_HZ = 20_000
STAMP_RATE_HZ = 1_000
COMPUTING_THREADS = 4
PERFORM = "Perform"
LIMIT = "bare socket"


@dataclass(frozen=True)
class Plan:
    """How long each part takes."""

    rung_s: float
    steady_s: float
    hold_s: dict[int, float]


QUICK = Plan(rung_s=0.3, steady_s=1.0, hold_s={1_000: 1.0, 5_000: 1.0})
FULL = Plan(rung_s=1.0, steady_s=4.0, hold_s={1_000: 12.0, 5_000: 6.0})


@dataclass(frozen=True)
class Figures:
    """What one contender reached."""

    loss_free_hz: float
    cpu_us: float
    idle_p99_ms: float
    idle_max_ms: float
    busy_p99_ms: float
    busy_max_ms: float
    survived_s: dict[int, float]
    survived_all: dict[int, bool]


class Receiver:
    """A contender's process."""

    def __init__(self, kind: str) -> None:
        command = [sys.executable, "-m", "bench._intake_receivers", kind]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line())

    def __enter__(self) -> Receiver:  # noqa: PYI034 - Self came with Python 3.11
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def tell(self, command: str) -> None:
        """Give an order."""
        if self._process.stdin is not None:
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()

    def report(self, count: int) -> dict[str, float]:
        """What came since the last report, once it is ``count`` or silence."""
        self.tell(f"report {count}")
        found: dict[str, float] = json.loads(self._line())
        return found

    def hold(self, seconds: float) -> None:
        """Keep its interpreter; returns when that begins."""
        self.tell(f"hold {seconds}")
        self._line()

    def sender(self, count: int, rate_hz: float) -> subprocess.Popen[str]:
        """A process that sends to it."""
        command = [sys.executable, "-m", "bench._intake_sender", str(self.port), str(count), str(rate_hz)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def receive(self, count: int, rate_hz: float) -> tuple[dict[str, float], float]:
        """Have ``count`` messages sent: what came, and the rate the sender reached."""
        out, _ = self.sender(count, rate_hz).communicate()
        return self.report(count), float(out)

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout is not None else ""


def loss_free_rate(kind: str, plan: Plan) -> float:
    """The highest rate of the ladder at which nothing is lost, as the sender really reached it; two tries a rung."""
    best = 0.0
    with Receiver(kind) as receiver:
        for rate_hz in LADDER_HZ:
            count = int(rate_hz * plan.rung_s)
            tries = [receiver.receive(count, rate_hz)]
            if tries[0][0]["received"] < count:
                tries.append(receiver.receive(count, rate_hz))
            whole = [reached for found, reached in tries if found["received"] == count]
            if not whole:
                break
            rivals = [found for kind, found in figures.items() if kind.startswith("python-osc")]
    best, ours = max(rivals, key=lambda found: found.loss_free_hz), figures[PERFORM]
    fraction = best.busy_p99_ms / max(ours.busy_p99_ms, 1e-6)
    print(f"\nAgainst the best python-osc server: {ours.loss_free_hz / max(best.loss_free_hz, 1):.1f} times the rate,")
    print(f"{ours.cpu_us / best.cpu_us:.2f} of the CPU, 1/{fraction:,.0f} of the stamp error beside computing threads.")


if __name__ == "__main__":
    main()
