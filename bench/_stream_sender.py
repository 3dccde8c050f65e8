"""A process that turns knobs, each slowly from 0 to 1, so that the value identifies the message.

``python -m bench._stream_sender HOST PORT SOURCES RATE_HZ SECONDS`` prints, as JSON, source -> [value, moment] of every
message; moments are on the clock of ``time.monotonic``, values are doubles of six decimals.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time


def main() -> None:
    """Send, then print."""
    host, port, sources, rate_hz, seconds = sys.argv[1], *map(float, sys.argv[2:])
    heads = [head(f"/knob/{i}") for i in range(int(sources))]
    sent: list[list[tuple[float, float]]] = [[] for _ in heads]
    gap_s, steps = 1 / (rate_hz * len(heads)), int(seconds * rate_hz * len(heads))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect((host, int(port)))
        start_s = time.monotonic()
        for step in range(steps):
            early_s = start_s + step * gap_s - time.monotonic()
            if early_s > 0:
                time.sleep(early_s)
            knob = step % len(heads)
            value = round((step + 1) / steps, 6)
            sent[knob].append((value, time.monotonic()))
            link.send(heads[knob] + struct.pack(">d", value))
    print(json.dumps({f"/knob/{i}": rows for i, rows in enumerate(sent)}))


def head(address: str) -> bytes:
    """The bytes of an OSC message before its one double."""
    name = address.encode() + b"\0"
    return name + b"\0" * (-len(name) % 4) + b",d\0\0"


if __name__ == "__main__":
    main()
