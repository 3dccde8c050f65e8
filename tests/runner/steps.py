"""Steps of a command of dev.py: what became of each, and how several run beside each other. Needs Python alone."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO


class Stop(Exception):
    """The work cannot continue; the message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What became of one step: "passed", "failed" or "skipped", with a word on it."""

    name: str
    state: str
    note: str = ""
    seconds: float = 0.0


_OWN = threading.local()


def output() -> IO[str] | None:
    """Where this thread and the commands it runs write, if that is not the terminal."""
    return getattr(_OWN, "file", None)


def tell(text: object) -> None:
    print(text, file=output(), flush=True)


def say(text: str) -> None:
    tell(f"\n=== {text}")


def timed(name: str, step: Callable[[], Outcome]) -> Outcome:
    say(name)
    began = time.monotonic()
    try:
        outcome = step()
    except Stop as reason:
        tell(reason)
        outcome = Outcome(name, "failed", str(reason).splitlines()[0])
    return Outcome(name, outcome.state, outcome.note, time.monotonic() - began)


def captured(name: str, step: Callable[[], Outcome]) -> tuple[Outcome, str]:
    """The outcome of a step, and all that it and its commands wrote."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        _OWN.file = file
        try:
            outcome = timed(name, step)
        finally:
            del _OWN.file
        file.seek(0)
        return outcome, file.read()


def together(steps: Mapping[str, Callable[[], Outcome]]) -> list[Outcome]:
    """Runs steps beside each other. The first one's output is shown as it comes, that of the others after it."""
    (first, step), *others = steps.items()
    with ThreadPoolExecutor(max(1, len(others))) as pool:
        beside = [pool.submit(captured, name, other) for name, other in others]
        outcomes = [timed(first, step)]
        for waiting in beside:
            outcome, text = waiting.result()
            print(text, flush=True)
            outcomes.append(outcome)
    return outcomes


def judged(code: int, note: str = "") -> Outcome:
    return Outcome("", "passed" if code == 0 else "failed", note or (f"exit code {code}" if code else ""))


def summary(outcomes: Sequence[Outcome]) -> int:
    say("summary")
    for outcome in outcomes:
        print(f"{outcome.state:8} {outcome.name:44} {outcome.seconds:6.1f} s  {outcome.note}")
    failed = [outcome.name for outcome in outcomes if outcome.state == "failed"]
    print("\n" + (f"FAILED: {', '.join(failed)}" if failed else "All is well."), flush=True)
    return 1 if failed else 0
