"""The receiving process: reads datagrams from a socket it is given, timestamps them, and forwards them in batches.

Run only by ``child_receiver`` as ``python -S -E -s child_program.py SOCKET DATAGRAM_BYTES``; it imports only the
standard library, to start in a few milliseconds. SOCKET is a file descriptor, or ``share`` if the socket comes through
standard input (Windows). It ends when its standard input does, after it has forwarded what has arrived.

Standard output: batches, each BATCH (bytes that follow, datagrams that were too long, datagrams dropped because the
queue was full) followed, for each datagram, by FRAME (stamp, length, port, length of the host) with host and payload.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections import deque

BATCH = struct.Struct("=III")
FRAME = struct.Struct("=qIHB")
LENGTH = struct.Struct("=I")
MAX_STORED = 262_144
MAX_BATCH = 4_096
GATHER_S = 0.004
WAIT_S = 0.2
ANCILLARY_BYTES = 128
SO_TIMESTAMPNS = 35
SCM_TIMESTAMP = 2
WINDOWS_TOO_LONG = 10_040
KERNEL_STAMPS = hasattr(socket.socket, "recvmsg_into") and sys.platform in ("linux", "darwin")
_TIMESPEC = struct.Struct("=qq")
_TIMEVAL = struct.Struct("=qi")


def receive(
    listener: socket.socket, buffer: bytearray, kernel_stamps: bool = KERNEL_STAMPS
) -> tuple[int, int, bool, tuple[str, int] | None, list[tuple[int, int, bytes]]]:
    """Wait for a datagram: its stamp, its length, whether the buffer is too short for it, its sender, and the ancillary
    data.

    Stamped by the kernel, on the time of day, or right after the call by the finest clock. Raises OSError.
    """
    if kernel_stamps:
        size, ancillary, flags, sender = listener.recvmsg_into([buffer], ANCILLARY_BYTES)
        return kernel_stamp_ns(ancillary), size, bool(flags & socket.MSG_TRUNC), sender, ancillary
    try:
        size, sender = listener.recvfrom_into(buffer)
    except OSError as error:
        if getattr(error, "winerror", 0) != WINDOWS_TOO_LONG:
            raise
        return 0, 0, True, ("", 0), []
    return time.perf_counter_ns(), size, False, sender, []


def kernel_stamp_ns(ancillary: list[tuple[int, int, bytes]]) -> int:
    """The kernel's stamp on the time of day, or now if it gave none."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and sys.platform == "linux":
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return int(seconds * 1_000_000_000 + nanoseconds)
        if level == socket.SOL_SOCKET and kind == SCM_TIMESTAMP and sys.platform == "darwin":
            seconds, microseconds = _TIMEVAL.unpack_from(data)
            return int(seconds * 1_000_000_000 + microseconds * 1_000)
    return time.time_ns()


class Program:
    """One socket, one thread that receives, one that writes."""

    def __init__(self, listener: socket.socket, datagram_bytes: int, output: int) -> None:
        self._listener, self._output = listener, output
        self._buffer = bytearray(datagram_bytes)
        self._stored: deque[bytes] = deque()
        self._truncated = 0
        self._unstored = 0
        self._something = threading.Event()
        self._stopping = threading.Event()
        self._ended = threading.Event()

    def run(self) -> None:
        """Receive and write until standard input ends."""
        for work in (self._watch, self._receive):
            threading.Thread(target=work, daemon=True).start()
        while True:
            ended = self._ended.is_set()
            self._write()
            if ended and not self._stored:
                return
            self._something.wait()
            self._ended.wait(GATHER_S)
            self._something.clear()

    def _watch(self) -> None:
        """Wait for the end of standard input."""
        while os.read(0, 1):
            continue
        self._stopping.set()

    def _receive(self) -> None:
        """Until asked to stop; then what is left, without waiting for more."""
        self._listener.settimeout(WAIT_S)
        while True:
            if self._stopping.is_set():
                self._listener.settimeout(0)
            try:
                self._receive_one()
            except (TimeoutError, BlockingIOError):
                if self._stopping.is_set():
                    break
            except ConnectionResetError:
                continue
            except OSError:
                time.sleep(WAIT_S)
        self._ended.set()
        self._something.set()

    def _receive_one(self) -> None:
        stamp, size, too_long, sender, _ = receive(self._listener, self._buffer)
        if too_long:
            self._truncated += 1
        elif len(self._stored) >= MAX_STORED:
            self._unstored += 1
        elif sender:
            host = sender[0].encode()
            self._stored.append(FRAME.pack(stamp, size, sender[1], len(host)) + host + self._buffer[:size])
        self._something.set()

    def _write(self) -> None:
        while True:
            frames = [self._stored.popleft() for _ in range(min(len(self._stored), MAX_BATCH))]
            body = b"".join(frames)
            rest = memoryview(BATCH.pack(len(body), self._truncated, self._unstored) + body)
            while rest:
                rest = rest[os.write(self._output, rest) :]
            if not self._stored:
                return


def given_socket(argument: str) -> socket.socket:
    """The socket the parent bound."""
    if argument == "share" and sys.platform == "win32":
        (size,) = LENGTH.unpack(sys.stdin.buffer.raw.read(LENGTH.size))
        return socket.fromshare(sys.stdin.buffer.raw.read(size))
    return socket.socket(fileno=int(argument))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        Program(given_socket(sys.argv[1]), int(sys.argv[2]), sys.stdout.fileno()).run()
