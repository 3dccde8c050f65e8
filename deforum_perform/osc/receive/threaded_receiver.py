"""The common part of all receivers: a thread that receives, a clock for its stamps, losses, and an end."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property

from ..datagrams import Datagrams, Loss, Sender, Stamps
from ..trouble import Trouble
from .clock import StampClock, stamp_clock
from .handover import step_aside
from .socket_buffer import LossCounter
from .sockets import SelfPoke

PAUSE_AFTER_ERROR_S = 0.05
MOST_FAILURES_AT_THE_END = 20


class ThreadedReceiver(ABC):
    """Receives on ``listener`` with a thread of its own; see ``datagrams.Receiver`` for its contract.

    ``kernel_stamps``: whether the stamps are the kernel's, on the time of day; otherwise they are those of
    ``time.perf_counter_ns``.
    """

    name: str
    ring: int

    def __init__(self, listener: socket.socket, kernel_stamps: bool) -> None:
        self._listener = listener
        self.stamps: Stamps = "kernel" if kernel_stamps else "python"
        self.truncated = 0
        self.errors = 0
        self._clock: StampClock = stamp_clock(kernel_stamps)
        self._losses = LossCounter(listener)
        self._last_ns = time.monotonic_ns()
        self.trouble = Trouble()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, name="perform-osc-receive", daemon=True)

    @cached_property
    def _poke(self) -> SelfPoke:
        """Created at its first use: until the listener is bound, it cannot receive."""
        return SelfPoke(self._listener)

    @abstractmethod
    def _run(self) -> None:
        """Receive until it is time to stop and nothing is left."""

    @abstractmethod
    def waiting(self) -> int:
        """About how many datagrams further calls of ``take`` would return."""

    def _dated(self, rows: Sequence[tuple[int, bytes, Sender]], lost: Callable[[], tuple[Loss, ...]]) -> Datagrams:
        """A batch of rows of stamp, payload and sender, in order of arrival, on the monotonic clock. ``lost`` gives the
        losses since the previous batch."""
        if not rows:
            return Datagrams(losses=lost())
        stamps, payloads, senders = (list(column) for column in zip(*rows))
        self._clock.refresh()
        received_ns = self._clock.to_monotonic(stamps)
        losses = lost()
        self._last_ns = received_ns[-1]
        return Datagrams(received_ns, payloads, senders, losses)

    def _keep_running(self) -> None:
        """Start again if an error ends ``_run``: a socket that is not read would lose everything."""
        failures = 0
        while failures < MOST_FAILURES_AT_THE_END or not self._stopping.is_set():
            try:
                self._run()
            except Exception as error:  # noqa: BLE001 - whatever it is, receiving goes on
                failures += 1
                self._report(f"Receiving OSC failed and is tried again: {error}", PAUSE_AFTER_ERROR_S, error)
            else:
                return

    def start(self) -> None:
        """Start to receive."""
        self._thread.start()

    def stop(self) -> None:
        """Stop receiving; ``take`` still returns what has arrived. It does not wait for what arrives later, because a
        sender that continues could keep the thread forever. Only on Linux is a shutdown certain to wake the thread."""
        self._stopping.set()
        if sys.platform == "linux":
            self.step_aside()
        else:
            self._poke.send()
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)

    def step_aside(self) -> None:
        """From now on, leave new datagrams to another listener on the port (Linux)."""
        step_aside(self._listener, self._poke.address)

    def clock_steps(self) -> int:
        """How many steps of the system's time of day were detected."""
        return self._clock.steps

    def now_ns(self) -> int:
        """Now, on the clock of the stamps, with the same resolution."""
        return self._clock.now_ns()

    def close(self) -> None:
        """Release resources, after the last ``take``."""
        self._thread.join()
        self._poke.close()

    def _report(self, message: str, pause_s: float, error: BaseException | None = None) -> None:
        """Count a failure, report it, and wait a little before the next attempt."""
        self.errors += 1
        self.trouble.report(message, error)
        self._stopping.wait(pause_s)
