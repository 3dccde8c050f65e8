"""The receiver for every system: a thread that only receives, timestamps and stores.

The stamp is the kernel's if the socket provides one (Linux, macOS); otherwise it is taken right after the call, and its
accuracy depends on how busy the interpreter is.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections import deque

from ..datagrams import Datagrams, Loss, Sender
from .child_program import KERNEL_STAMPS, receive
from .sockets import SO_RXQ_OVFL
from .threaded_receiver import PAUSE_AFTER_ERROR_S, ThreadedReceiver

DATAGRAM_BYTES = 65_536
MAX_STORED = 65_536
BATCH = 8_192
WAIT_S = 0.25
GATHER_S = 0.012
_COUNT = struct.Struct("=I")


class LoopReceiver(ThreadedReceiver):
    """Receives on ``listener``, datagram by datagram; see ``datagrams.Receiver``."""

    name = "thread"
    ring = 0

    def __init__(
        self,
        listener: socket.socket,
        datagram_bytes: int = DATAGRAM_BYTES,
        kernel_stamps: bool = KERNEL_STAMPS,
    ) -> None:
        super().__init__(listener, kernel_stamps)
        self._own_address = self._poke.address
        self._buffer = bytearray(datagram_bytes)
        self._stored: deque[tuple[int, bytes, Sender]] = deque()
        self._unstored = 0
        self._drops = 0
        self._something = threading.Event()

    def wait(self) -> bool:
        """Until something is stored, 0.25 s at most; then 12 ms more, to make a batch.

        False when the thread has ended and everything is taken.
        """
        alive = self._thread.is_alive()
        if alive and self._something.wait(WAIT_S):
            self._stopping.wait(GATHER_S)
            self._something.clear()
        return alive or bool(self._stored)

    def take(self) -> Datagrams:
        """What is stored, 8192 datagrams at most."""
        count = min(len(self._stored), BATCH)
        return self._dated([self._stored.popleft() for _ in range(count)], self._lost)

    def waiting(self) -> int:
        return len(self._stored)

    def _lost(self) -> tuple[Loss, ...]:
        now = time.monotonic_ns()
        unstored, self._unstored = self._unstored, 0
        since = self._last_ns
        found = [
            self._losses.saw(self._drops, now, since),
            self._losses.ask(now, since),
            Loss(now, unstored, since_ns=since) if unstored else None,
        ]
        return tuple(loss for loss in found if loss is not None)

    def _run(self) -> None:
        while True:
            try:
                stored = self._receive()
            except OSError as error:
                if self._stopping.is_set():
                    break
                if not isinstance(error, ConnectionResetError):  # Windows: an earlier receiver of ours closed its port
                    self._report(f"Receiving OSC failed and is tried again: {error}", PAUSE_AFTER_ERROR_S)
                continue
            if self._stopping.is_set() and not stored:
                break
        self._something.set()

    def _receive(self) -> bool:
        """Store the next datagram. False for one that only wakes this thread."""
        stamp, size, too_long, sender, ancillary = receive(self._listener, self._buffer, self.stamps == "kernel")
        for level, kind, data in ancillary:
            if kind == SO_RXQ_OVFL and level == socket.SOL_SOCKET and sys.platform == "linux":
                (self._drops,) = _COUNT.unpack_from(data)
        if not sender or (size == 0 and sender[:2] == self._own_address):
            return False
        if too_long:
            self.truncated += 1
        elif len(self._stored) >= MAX_STORED:
            self._unstored += 1
        else:
            self._stored.append((stamp, bytes(memoryview(self._buffer)[:size]), sender[:2]))
        self._something.set()
        return True
