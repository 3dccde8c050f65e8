"""Sends numbered OSC messages at a rate: ``python -m bench._intake_sender PORT COUNT RATE``, a separate process.

Each message is ``/nts1/cutoff`` with one 64-bit integer: the time of sending, in nanoseconds of the monotonic clock.
Prints the rate it reached.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

HEADER = b"/nts1/cutoff\0\0\0\0,h\0\0"
TICKS_HZ = 500


def send(port: int, count: int, rate_hz: float) -> float:
    """Send ``count`` messages; gives the rate reached."""
    sent, chunk = 0, max(1, round(rate_hz / TICKS_HZ))
    pack, now_ns = struct.Struct(">q").pack, time.monotonic_ns
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        start = time.monotonic()
        while sent < count:
            pause = start + sent / rate_hz - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            for _ in range(min(chunk, count - sent)):
                sender.send(HEADER + pack(now_ns()))
            sent += chunk
        return count / (time.monotonic() - start)


if __name__ == "__main__":
    print(send(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
