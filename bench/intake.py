"""The intake against a bare socket and python-osc's own servers, in one run: ``python -m bench.intake [--quick]``.

Loss-free rate, a sustained rate, CPU per message, timestamp error idle and beside four computing threads, and the
seconds of a held interpreter that are survived. Sender and receivers are processes of their own, on loopback.
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
SUSTAINED_HZ = 100_000
COMPUTING_THREADS = 4
OURS = ("Perform", "Perform, process")
"""The receiver that is used here, and the receiving process of macOS and Windows on this system."""
LIMIT = "bare socket"


@dataclass(frozen=True)
class Plan:
    """How long each part takes."""

    rung_s: float
    steady_s: float
    sustained_s: float
    hold_s: dict[int, float]


QUICK = Plan(rung_s=0.3, steady_s=1.0, sustained_s=1.0, hold_s={1_000: 1.0, 5_000: 1.0})
FULL = Plan(rung_s=1.0, steady_s=4.0, sustained_s=10.0, hold_s={1_000: 12.0, 5_000: 6.0})


@dataclass(frozen=True)
class Figures:
    """What one contender reached."""

    loss_free_hz: float
    sustained: float
    sustained_hz: float
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
            best = max(best, whole[0])
    return best


def sustained(kind: str, plan: Plan) -> tuple[float, float]:
    """The share that arrives of a rate kept up for seconds, the better of two tries, and the rate that was reached."""
    count = int(SUSTAINED_HZ * plan.sustained_s)
    tries = []
    with Receiver(kind) as receiver:
        while len(tries) < 2 and (not tries or tries[-1][0] < 1):
            found, reached_hz = receiver.receive(count, SUSTAINED_HZ)
            tries.append((found["received"] / count, reached_hz))
    return max(tries)


def steady(kind: str, plan: Plan, rate_hz: int, threads: int) -> dict[str, float]:
    """A steady stream, beside ``threads`` computing threads."""
    with Receiver(kind) as receiver:
        receiver.tell(f"load {threads}")
        receiver.receive(200, rate_hz)
        found, _ = receiver.receive(int(rate_hz * plan.steady_s), rate_hz)
    return found


def survived(kind: str, rate_hz: int, hold_s: float) -> tuple[float, bool]:
    """How many seconds of messages of a held interpreter are kept, and whether that is all of them."""
    with Receiver(kind) as receiver:
        receiver.receive(200, rate_hz)
        count = int(rate_hz * hold_s * 0.9)
        receiver.hold(hold_s + 0.5)
        receiver.sender(count, rate_hz).communicate()
        kept = receiver.report(count)["received"]
    return kept / rate_hz, kept >= count


def measure(kind: str, plan: Plan) -> Figures:
    """All figures of one contender."""
    cpu = steady(kind, plan, CPU_RATE_HZ, 0)
    idle = steady(kind, plan, STAMP_RATE_HZ, 0)
    busy = steady(kind, plan, STAMP_RATE_HZ, COMPUTING_THREADS)
    share, reached_hz = sustained(kind, plan)
    holds = {rate_hz: survived(kind, rate_hz, hold_s) for rate_hz, hold_s in plan.hold_s.items()}
    return Figures(
        loss_free_hz=loss_free_rate(kind, plan),
        sustained=share,
        sustained_hz=reached_hz,
        cpu_us=cpu["cpu_s"] / max(cpu["received"], 1) * 1e6,
        idle_p99_ms=idle["p99_ms"],
        idle_max_ms=idle["max_ms"],
        busy_p99_ms=busy["p99_ms"],
        busy_max_ms=busy["max_ms"],
        survived_s={rate_hz: seconds for rate_hz, (seconds, _) in holds.items()},
        survived_all={rate_hz: whole for rate_hz, (_, whole) in holds.items()},
    )


def _row(kind: str, found: Figures, limit: Figures | None) -> str:
    holds = [f"{'>= ' if found.survived_all[rate] else ''}{found.survived_s[rate]:.2f}" for rate in found.survived_s]
    cells = [
        f"{found.loss_free_hz:,.0f}",
        f"{found.loss_free_hz / limit.loss_free_hz:.2f}" if limit and limit.loss_free_hz else "-",
        f"{found.sustained:.2%} of {found.sustained_hz:,.0f}",
        f"{found.cpu_us:.1f}",
        f"{found.cpu_us / limit.cpu_us:.2f}" if limit else "-",
        f"{found.idle_p99_ms:.3f} / {found.idle_max_ms:.2f}",
        f"{found.busy_p99_ms:.3f} / {found.busy_max_ms:.2f}",
        *holds,
    ]
    return f"| {kind} | " + " | ".join(cells) + " |"


def _say_goals(kind: str, figures: dict[str, Figures], plan: Plan) -> None:
    """What was wanted of a receiver, and what it reached. A rate counts only if the sender reached it."""
    ours, tight, rate_hz = figures[kind], figures[f"{kind}, default buffer"], max(plan.hold_s)
    met = "met" if tight.survived_all[rate_hz] else "missed"
    rows = [
        (f"stamp error p99 beside {COMPUTING_THREADS} threads <= 0.1 ms", ours.busy_p99_ms <= 0.1),
        ("CPU <= 5 us a message", ours.cpu_us <= 5),
        ("loss-free >= 200,000/s", ours.loss_free_hz >= 0.98 * 200_000),
        (f"loss-free at {SUSTAINED_HZ:,}/s for {plan.sustained_s:.0f} s", ours.sustained == 1),
    ]
    print(f"\n{kind}: " + "; ".join(f"{name}: {'met' if reached else 'missed'}" for name, reached in rows), end="; ")
    print(f"nothing lost in {plan.hold_s[rate_hz]:.0f} s held at {rate_hz:,}/s with the default buffer: {met}.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="shorter parts: under two minutes, and rougher figures")
    parser.add_argument("--only", nargs="+", choices=list(KINDS), metavar="RECEIVER", help="some of the receivers")
    chosen = parser.parse_args(arguments)
    plan = QUICK if chosen.quick else FULL
    figures = {kind: measure(kind, plan) for kind in KINDS if not chosen.only or kind in chosen.only}
    titles = [
        "receiver",
        "loss-free, messages/s",
        "of the bare socket",
        f"arrived of {SUSTAINED_HZ:,}/s for {plan.sustained_s:.0f} s",
        f"CPU at {CPU_RATE_HZ:,}/s, us a message",
        "of the bare socket",
        "stamp error idle, p99 / max ms",
        f"with {COMPUTING_THREADS} computing threads, p99 / max ms",
        *(f"held interpreter survived at {rate:,}/s, s" for rate in plan.hold_s),
    ]
    print("| " + " | ".join(titles) + " |")
    print("|" + "---|" * len(titles))
    for kind, found in figures.items():
        print(_row(kind, found, figures.get(LIMIT)))
    for kind in OURS:
        if kind in figures and f"{kind}, default buffer" in figures:
            _say_goals(kind, figures, plan)
    rivals = [found for kind, found in figures.items() if kind.startswith("python-osc")]
    if rivals and OURS[0] in figures:
        _compare(figures[OURS[0]], rivals)


def _compare(ours: Figures, rivals: list[Figures]) -> None:
    """Perform's own receiver against the best of the servers of python-osc."""
    best = max(rivals, key=lambda found: found.loss_free_hz)
    fraction = best.busy_p99_ms / max(ours.busy_p99_ms, 1e-6)
    print(f"\nAgainst the best python-osc server: {ours.loss_free_hz / max(best.loss_free_hz, 1):.1f} times the rate,")
    print(f"{ours.cpu_us / best.cpu_us:.2f} of the CPU, 1/{fraction:,.0f} of the stamp error beside computing threads.")


if __name__ == "__main__":
    main()
