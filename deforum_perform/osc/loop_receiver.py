"""The receiver for every system: a thread that does nothing but receive, stamp and store.

The stamp is the kernel's where the socket gives one (Linux, macOS); elsewhere it is taken right behind the call, and
then worth no more than the interpreter is free.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections import deque

from .clock import fine_ns
from .datagrams import Datagrams, Loss, Sender
from .sockets import SCM_TIMESTAMP, SO_RXQ_OVFL, SO_TIMESTAMPNS
from .threaded_receiver import ThreadedReceiver

DATAGRAM_BYTES = 65_536
ANCILLARY_BYTES = 128
MAX_STORED = 65_536
BATCH = 8_192
WAIT_S = 0.25
GATHER_S = 0.012
PAUSE_AFTER_ERROR_S = 0.05
WINDOWS_TOO_LONG = 10_040
KERNEL_STAMPS = hasattr(socket.socket, "recvmsg_into") and sys.platform in ("linux", "darwin")
_TIMESPEC = struct.Struct("=qq")
_TIMEVAL = struct.Struct("=qi")
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
        self._buffer = bytearray(datagram_bytes)
        self._stored: deque[tuple[int, bytes, Sender]] = deque()
        self._unstored = 0
        self._drops = 0
        self._something = threading.Event()

    def wait(self) -> bool:
        """Until something is stored, 0.25 s at most; then 12 ms more, so that it is a batch.

        False when the thread has ended and all is taken.
        """
        alive = self._thread.is_alive()
        if alive and self._something.wait(WAIT_S):
            self._stopping.wait(GATHER_S)
            self._something.clear()
        return alive or bool(self._stored)

    def take(self) -> Datagrams:
        """What is stored, 8192 datagrams at most."""
        count = min(len(self._stored), BATCH)
        rows = [self._stored.popleft() for _ in range(count)]
        losses = self._lost()
        if not rows:
            return Datagrams(losses=losses)
        stamps, payloads, senders = (list(column) for column in zip(*rows))
        self._clock.refresh()
        return Datagrams(self._clock.to_monotonic(stamps), payloads, senders, losses)

    def _lost(self) -> tuple[Loss, ...]:
        now = time.monotonic_ns()
        unstored, self._unstored = self._unstored, 0
        found = [self._losses.saw(self._drops, now), self._losses.ask(now), Loss(now, unstored) if unstored else None]
        return tuple(loss for loss in found if loss is not None)

    def _run(self) -> None:
        receive = self._receive_stamped if self.stamps == "kernel" else self._receive_plain
        while True:
            try:
                stored = receive()
            except OSError as error:
                if self._stopping.is_set():
                    break
                if not isinstance(error, ConnectionResetError):  # Windows: a closed port of somebody we sent to
                    self._report(f"Receiving OSC failed and is tried again: {error}", PAUSE_AFTER_ERROR_S)
                continue
            if self._stopping.is_set() and not stored:
                break
        self._something.set()

    def _receive_stamped(self) -> bool:
        size, ancillary, flags, sender = self._listener.recvmsg_into([self._buffer], ANCILLARY_BYTES)
        return self._store(self._stamp(ancillary), size, flags, sender)

    def _receive_plain(self) -> bool:
        try:
            size, sender = self._listener.recvfrom_into(self._buffer)
        except OSError as error:
            if getattr(error, "winerror", 0) != WINDOWS_TOO_LONG:
                raise
            self.truncated += 1
            return True
        return self._store(fine_ns(), size, 0, sender)

    def _store(self, stamp: int, size: int, flags: int, sender: tuple[str, int] | None) -> bool:
        """Keep a datagram. False for one that only wakes this thread."""
        if not sender or (size == 0 and sender[:2] == self._poke.address):
            return False
        if flags & getattr(socket, "MSG_TRUNC", 0):
            self.truncated += 1
        elif len(self._stored) >= MAX_STORED:
            self._unstored += 1
        else:
            self._stored.append((stamp, bytes(memoryview(self._buffer)[:size]), sender[:2]))
        self._something.set()
        return True

    def _stamp(self, ancillary: list[tuple[int, int, bytes]]) -> int:
        stamp = 0
        for level, kind, data in ancillary:
            if level != socket.SOL_SOCKET:
                continue
            if kind == SO_TIMESTAMPNS and sys.platform == "linux":
                seconds, nanoseconds = _TIMESPEC.unpack_from(data)
                stamp = seconds * 1_000_000_000 + nanoseconds
            elif kind == SCM_TIMESTAMP and sys.platform == "darwin":
                seconds, microseconds = _TIMEVAL.unpack_from(data)
                stamp = seconds * 1_000_000_000 + microseconds * 1_000
            elif kind == SO_RXQ_OVFL and sys.platform == "linux":
                (self._drops,) = _COUNT.unpack_from(data)
        return stamp or time.time_ns()
