"""The sender's side: what was sent and when, and when recording was switched on and off.

A moment on this side is a span of ``time.monotonic_ns``: from before the call that sends to after it returned. What
the other side does with a datagram or a command it does within that span, as datagrams on loopback are stamped while
they are sent, and a command is answered after it was obeyed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

KILL_LOSES_NS = 250_000_000
"""What may be missing of a recording whose process was killed: what arrived so shortly before."""
BESIDE_NS = 20_000_000

T = TypeVar("T")


class Span(NamedTuple):
    """A moment: not before ``begin_ns`` and not after ``end_ns``."""

    begin_ns: int
    end_ns: int


class Kill(NamedTuple):
    """A kill at the moment ``span``, of a process that had been ``held_up_ns``."""

    span: Span
    held_up_ns: int


class Ledger:
    """Every event that was sent, by its number, and every switch. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[Span] = []
        self._on: list[Span] = []
        self._off: list[Span] = []
        self._commands: list[tuple[Span, str]] = []
        self._kills: list[Kill] = []

    @property
    def sent(self) -> int:
        """How many events were sent: the number of the next one."""
        return len(self._events)

    @property
    def kills(self) -> int:
        """How often the process was killed."""
        return len(self._kills)

    @property
    def recordings(self) -> int:
        """How often recording was switched on."""
        return len(self._on)

    def event(self, send: Callable[[int], object]) -> None:
        """Send the next event by ``send``, which is given its number."""
        begin_ns = time.monotonic_ns()
        with self._lock:
            number = len(self._events)
            self._events.append(Span(begin_ns, 2 * begin_ns))  # until it is known: it may be on its way for long
        send(number)
        self._events[number] = Span(begin_ns, time.monotonic_ns())

    def switch(self, on: bool, act: Callable[[], T]) -> T:
        """Switch recording by ``act``; where it raises, recording is not on, and may have been switched off."""
        begin_ns = time.monotonic_ns()
        if not on:
            with self._lock:
                place = len(self._off)
                self._off.append(Span(begin_ns, 2 * begin_ns))
            try:
                return act()
            finally:
                self._off[place] = Span(begin_ns, time.monotonic_ns())
        done = act()
        with self._lock:
            self._on.append(Span(begin_ns, time.monotonic_ns()))
        return done

    def command(self, name: str, act: Callable[[], T]) -> T:
        """Give a command by ``act``; one that switches nothing."""
        begin_ns = time.monotonic_ns()
        try:
            return act()
        finally:
            self._commands.append((Span(begin_ns, time.monotonic_ns()), name))

    def beside(self, number: int) -> list[str]:
        """The commands that were given while an event was sent, or just before or after."""
        begin_ns, end_ns = self._events[number]
        near = [(span, name) for span, name in self._commands if span.end_ns > begin_ns - BESIDE_NS]
        return [name for span, name in near if span.begin_ns < end_ns + BESIDE_NS]

    def kill(self, act: Callable[[], object], held_up_ns: int = 0) -> None:
        """End the process by ``act``: recording is off afterwards, and what came just before may be missing; more of it
        where the process was ``held_up_ns`` by a machine that had other things to do."""
        begin_ns = time.monotonic_ns()
        act()
        with self._lock:
            self._kills.append(Kill(Span(begin_ns, time.monotonic_ns()), held_up_ns))
            self._off.append(Span(begin_ns - KILL_LOSES_NS - held_up_ns, time.monotonic_ns()))

    def before_kill(self, number: int) -> str:
        """How long before the next kill an event was sent, and from when on it could have been missing."""
        sent = self._events[number]
        for place, kill in enumerate(self._kills):
            if kill.span.end_ns >= sent.begin_ns:
                age_ms = (kill.span.begin_ns - sent.end_ns) / 1e6
                allowed_ms = (KILL_LOSES_NS + kill.held_up_ns) / 1e6
                return f"{age_ms:.1f} ms before kill {place} ({allowed_ms:.1f} ms allowed)"
        return "not before a kill"

    def excuse(self, since_ns: int) -> None:
        """What was sent from ``since_ns`` (monotonic) up to now need not be there: Perform has said that it cannot be
        kept."""
        with self._lock:
            self._off.append(Span(since_ns, time.monotonic_ns()))

    def recorded(self) -> NDArray[np.int64]:
        """The numbers of all events that must have been recorded: recording was switched on for certain before they
        were sent, and cannot have been switched off again. Those sent beside a switch may or may not be in."""
        with self._lock:
            events = np.array(self._events, np.int64).reshape(-1, 2)
            on = np.array(sorted(self._on, key=lambda span: span.end_ns), np.int64).reshape(-1, 2)
            off = np.array(sorted(self._off), np.int64).reshape(-1, 2)
        last_on = np.searchsorted(on[:, 1], events[:, 0], side="right") - 1
        begun = last_on >= 0
        since = np.where(begun, on[np.maximum(last_on, 0), 0] if len(on) else 0, 0)
        offs_before = np.searchsorted(off[:, 0], events[:, 1], side="right")
        ended = np.concatenate([[-1], np.maximum.accumulate(off[:, 1])]) if len(off) else np.array([-1])
        return np.flatnonzero(begun & (ended[offs_before] < since))
