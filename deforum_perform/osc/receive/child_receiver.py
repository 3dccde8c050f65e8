"""The receiver for macOS and Windows: a small separate process, which computing in this one cannot block.

The socket is bound here, so that "port in use" is reported here; the process gets it, timestamps and stores what
arrives, and forwards it through a pipe. If the process dies, another one takes over the same socket.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

from ..datagrams import Datagrams, Loss, Sender
from . import child_program
from .child_program import BATCH, FRAME, KERNEL_STAMPS, LENGTH, MAX_STORED
from .threaded_receiver import ThreadedReceiver

DATAGRAM_BYTES = 65_536
MAX_BATCHES = 4_096
TEST_S = 10.0
WAIT_S = 0.25
PATIENCE_S = 5.0
PAUSE_AFTER_DEATH_S = 0.2
CREATE_NO_WINDOW = 0x08000000
CREATE_NEW_PROCESS_GROUP = 0x00000200


class ChildReceiver(ThreadedReceiver):
    """Receives on ``listener`` in another process; see ``datagrams.Receiver``."""

    name = "process"
    ring = MAX_STORED

    def __init__(self, listener: socket.socket, datagram_bytes: int = DATAGRAM_BYTES) -> None:
        super().__init__(listener, KERNEL_STAMPS)
        self._datagram_bytes = datagram_bytes
        self._batches: deque[tuple[int, int, bytes]] = deque()
        self._before = (0, 0)
        self._unstored = 0
        self._unstored_reported = 0
        self._room = threading.Semaphore(MAX_BATCHES)
        self._something = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._kill_at = float("inf")
        self._lock = threading.Lock()

    def is_working(self) -> bool:
        """Whether the process confirms that it has the socket, before ``wait`` and ``take`` are used."""
        return self._something.wait(TEST_S) and bool(self._batches)

    def wait(self) -> bool:
        """Until a batch is available, 0.25 s at most. False when the process has ended and everything is taken."""
        alive = self._thread.is_alive()
        if self._process is not None and time.monotonic() > self._kill_at:
            self._process.kill()
        if alive and not self._batches:
            self._something.wait(WAIT_S)
            self._something.clear()
        return alive or bool(self._batches)

    def take(self) -> Datagrams:
        """The next batch."""
        if not self._batches:
            return Datagrams(losses=self._lost())
        truncated, unstored, body = self._batches.popleft()
        self._room.release()
        self.truncated, self._unstored = truncated, unstored
        return self._dated(read_frames(body), self._lost)

    def waiting(self) -> int:
        return sum(len(read_frames(body)) for _, _, body in list(self._batches))

    def stop(self) -> None:
        """Stop receiving; ``take`` still returns what has arrived. A process that does not end by itself is killed."""
        with self._lock:
            self._stopping.set()
            self._kill_at = time.monotonic() + PATIENCE_S
            process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def _lost(self) -> tuple[Loss, ...]:
        now = time.monotonic_ns()
        new, self._unstored_reported = self._unstored - self._unstored_reported, self._unstored
        since = self._last_ns
        found = [self._losses.ask(now, since), Loss(now, new, since_ns=since) if new else None]
        return tuple(loss for loss in found if loss is not None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._one_process()
            except OSError as error:
                self._died(f"it could not be started: {error}")
            else:
                if not self._stopping.is_set():
                    self._died("it ended")
        self._something.set()

    def _died(self, how: str) -> None:
        self._report(f"The process that receives OSC is restarted: {how}.", PAUSE_AFTER_DEATH_S)

    def _one_process(self) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            process = self._process = self._spawn()
        with process:
            if process.stdout is not None:
                self._read(process.stdout)
        self._before = (self.truncated, self._unstored)

    def _spawn(self) -> subprocess.Popen[bytes]:
        shared = sys.platform == "win32"
        place = "share" if shared else str(self._listener.fileno())
        program = [
            sys.executable,
            "-S",
            "-E",
            "-s",
            str(Path(child_program.__file__)),
            place,
            str(self._datagram_bytes),
        ]
        if shared:
            flags = CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP
            process = subprocess.Popen(
                program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, creationflags=flags
            )
            self._share(process)
            return process
        passed = (self._listener.fileno(),)
        return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, pass_fds=passed)

    def _share(self, process: subprocess.Popen[bytes]) -> None:
        """Windows: a socket is handed over as bytes made for one process."""
        share: Callable[[int], bytes] | None = getattr(self._listener, "share", None)
        if share is not None and process.stdin is not None:
            data = share(process.pid)
            process.stdin.write(LENGTH.pack(len(data)) + data)

    def _read(self, output: IO[bytes]) -> None:
        """Batches until the process ends; a slow consumer makes this wait, and the process stores what arrives."""
        while True:
            header = _read_all(output, BATCH.size)
            if len(header) < BATCH.size:
                return
            size, truncated, unstored = BATCH.unpack(header)
            body = _read_all(output, size)
            if len(body) < size:
                return
            self._room.acquire()
            self._batches.append((self._before[0] + truncated, self._before[1] + unstored, body))
            self._something.set()


def _read_all(output: IO[bytes], size: int) -> bytes:
    """``size`` bytes, or fewer if the process ended."""
    parts: list[bytes] = []
    while size > 0:
        part = output.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frames(body: bytes) -> list[tuple[int, bytes, Sender]]:
    """(stamp, payload, sender) of each datagram of a batch."""
    found: list[tuple[int, bytes, Sender]] = []
    position = 0
    while position < len(body):
        stamp, length, port, host_length = FRAME.unpack_from(body, position)
        host_start = position + FRAME.size
        start = host_start + host_length
        position = start + length
        found.append((stamp, body[start:position], (body[host_start:start].decode(), port)))
    return found
