"""Plays a score at its own speed, or faster, into any receiver of messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from .score import Argument, Step, read_score

SCORE = Path(__file__).with_name("performance.osc")
LENGTH_S = 60.0
"""The duration of the shipped performance."""

Send = Callable[[str, tuple[Argument, ...]], None]


def shipped_score() -> list[Step]:
    """The performance that comes with Perform."""
    return read_score(SCORE.read_text(encoding="ascii"))


def play(
    steps: Sequence[Step], send: Send, clock_s: Callable[[], float], wait: Callable[[float], bool], speed: float = 1.0
) -> int:
    """Send every step at its time, ``speed`` times as fast; returns how many were sent.

    ``clock_s`` is monotonic, in seconds; ``wait(seconds)`` returns early with True when the player has to stop. A late
    step is sent at once, and does not delay those after it.
    """
    start_s = clock_s()
    for sent, step in enumerate(steps):
        early_s = start_s + step.time_s / speed - clock_s()
        if early_s > 0 and wait(early_s):
            return sent
        send(step.address, step.arguments)
    return len(steps)
