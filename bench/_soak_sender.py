"""A process that turns knobs for a long time, in a way that lets every single value be checked afterwards.

``python -m bench._soak_sender HOST PORT SOURCES RATE_HZ SECONDS MOMENTS`` sends ``/knob/0`` and so on in turn, each at
RATE_HZ, and writes the moments of sending (int64, ns of ``time.monotonic_ns``) to the file MOMENTS, in order of
sending. It prints what was sent as JSON. SIGTERM ends it early, with the same words.
"""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import struct
import sys
import time
from array import array
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STEPS = 2048
"""Of one swing up and down; a power of two, so that every value is exact as the float32 that is sent."""


def values(knob: int, count: int) -> NDArray[np.float64]:
    """The first ``count`` values of a knob (N,): a triangle of 0..1, the higher the knob the faster."""
    place = np.arange(count) * (3 + knob) % STEPS
    return np.asarray(np.minimum(place, STEPS - place) / (STEPS / 2), dtype=np.float64)


def head(address: str) -> bytes:
    """The bytes of an OSC message before its one float."""
    name = address.encode() + b"\0"
    return name + b"\0" * (-len(name) % 4) + b",f\0\0"


class Turning:
    """Sends in turn, at even distances; what is late is sent at once."""

    def __init__(self, sources: int, rate_hz: float) -> None:
        packed = [values(knob, STEPS).astype(">f4") for knob in range(sources)]  # a swing of STEPS steps repeats
        self._messages = [
            [head(f"/knob/{knob}") + struct.pack(">f", value) for value in column.tolist()]
            for knob, column in enumerate(packed)
        ]
        self._gap_ns = 1e9 / (rate_hz * sources)
        self.moments: array[int] = array("q")
        self.latest_ns = 0
        self.stopped = False

    def send(self, link: socket.socket, seconds: float) -> None:
        """Until the time is over, or ``stopped``."""
        messages, sources = self._messages, len(self._messages)
        begin_ns = time.monotonic_ns()
        for step in range(int(seconds * 1e9 / self._gap_ns)):
            due_ns = begin_ns + int(step * self._gap_ns)
            early_ns = due_ns - time.monotonic_ns()
            if early_ns > 0:
                time.sleep(early_ns / 1e9)
            if self.stopped:
                return
            now_ns = time.monotonic_ns()
            link.send(messages[step % sources][step // sources % STEPS])
            self.moments.append(now_ns)
            self.latest_ns = max(self.latest_ns, now_ns - due_ns)

    def stop(self, *_: object) -> None:
        """End after the message on its way."""
        self.stopped = True


def main() -> None:
    """Send, then report."""
    host, port, sources, rate_hz, seconds = sys.argv[1], *map(float, sys.argv[2:6])
    turning = Turning(int(sources), rate_hz)
    signal.signal(signal.SIGTERM, turning.stop)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link, contextlib.suppress(ConnectionRefusedError):
        link.connect((host, int(port)))
        turning.send(link, seconds)
    Path(sys.argv[6]).write_bytes(turning.moments.tobytes())
    print(json.dumps({"sent": len(turning.moments), "latest_ms": round(turning.latest_ns / 1e6, 1)}))


if __name__ == "__main__":
    main()
