"""What was taken from the receiver and waits to be delivered: bounded, so that a slow sink cannot fill the memory."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

from ..datagrams import Datagrams

MOST_BYTES = 128 << 20
"""About how much memory may wait; further datagrams stay with the receiver, which is bounded too."""

DATAGRAM_OVERHEAD = 160
"""About how many bytes a datagram needs in addition to its payload."""


class Step(NamedTuple):
    """A batch to deliver, or None, and the moment (monotonic) up to which everything is delivered with it, or None."""

    batch: Datagrams | None
    to_ns: int | None

    @property
    def size(self) -> int:
        """About how many bytes of memory it needs."""
        payloads = self.batch.payloads if self.batch is not None else []
        return sum(map(len, payloads)) + DATAGRAM_OVERHEAD * len(payloads)


class DeliveryQueue:
    """Steps from one thread that ``put``s them to one that ``get``s them and reports when each is ``done``."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._changed = threading.Condition()
        self._steps: deque[Step] = deque()
        self._bytes = self._datagrams = 0
        self._ended = False

    @property
    def datagrams(self) -> int:
        """How many datagrams are not delivered yet."""
        return self._datagrams

    def put(self, step: Step) -> None:
        """Add a step; waits while the queue is full."""
        size = step.size
        with self._changed:
            while self._bytes >= self._most_bytes:
                self._changed.wait()
            self._bytes += size
            self._datagrams += len(step.batch or ())
            self._steps.append(step)
            self._changed.notify_all()

    def get(self) -> Step | None:
        """The next step, as soon as there is one; None after the end."""
        with self._changed:
            while not self._steps and not self._ended:
                self._changed.wait()
            return self._steps.popleft() if self._steps else None

    def done(self, step: Step) -> None:
        """The step that ``get`` gave is delivered."""
        with self._changed:
            self._bytes -= step.size
            self._datagrams -= len(step.batch or ())
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing more will be put."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
