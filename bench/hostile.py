"""What malformed datagrams cost: ``python -m bench.hostile [COUNT]``, each row with its ratio to python-osc.

One row per kind of error, COUNT datagrams in all (100,000), read by the event decoder as the listener delivers them.
The goal is 20 us each, with everything certain in them read, and every one counted by its kind; the reference is
python-osc's own reader, stopped if one datagram takes it longer than half a second. The largest datagrams are in a
table of their own, in ns per byte.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import math
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping

from pythonosc.osc_bundle import ParseError as BundleError
from pythonosc.osc_message import ParseError as MessageError
from pythonosc.osc_packet import OscPacket, ParseError
from pythonosc.parsing.osc_types import ParseError as TypeParseError

from deforum_perform.osc.decode.events import EventDecoder

COUNT = 100_000
BATCH, PARTS = 100, 5
GOAL_US = 20.0
RIVAL_S = 0.5
"""How long the rival may take for a row: some datagrams make it loop for seconds."""

LARGEST = 65_504
ERRORS = (ParseError, MessageError, BundleError, TypeParseError)
"""What python-osc raises on purpose."""


def text(raw: bytes) -> bytes:
    """An OSC-string."""
    return raw + b"\0" * (4 - len(raw) % 4)


def message(address: bytes, tags: bytes = b"", arguments: bytes = b"") -> bytes:
    """A message as bytes."""
    return text(address) + text(b"," + tags) + arguments


def bundle(*elements: bytes) -> bytes:
    """A bundle."""
    return b"#bundle\0" + (1).to_bytes(8, "big") + b"".join(struct.pack(">i", len(e)) + e for e in elements)


def nested(depth: int) -> bytes:
    """Bundles in bundles."""
    data = bundle()
    for _ in range(depth):
        data = bundle(data)
    return data


SMALL: Mapping[str, bytes] = {
    "empty": b"",
    "length": b"/a\0\0,i\0\0\0\0\1",
    "unterminated_text": b"/abc",
    "padding": b"/a\0x,\0\0\0",
    "empty_address": message(b""),
    "address_encoding": message(b"/H\xf6he", b"i", b"\0\0\0\1"),
    "address_character": message(b"/a\nb", b"i", b"\0\0\0\1"),
    "address_length": message(b"/" + b"a" * 512, b"i", b"\0\0\0\1"),
    "type_tags": text(b"/a") + text(b"i") + b"\0\0\0\1",
    "unknown_type": message(b"/a", b"x"),
    "truncated_argument": message(b"/a", b"f"),
    "trailing_bytes": message(b"/a", b"i", b"\0\0\0\1\0\0\0\0"),
    "text_encoding": message(b"/a", b"s", text(b"\xff")),
    "character": message(b"/a", b"c", b"\0\x11\0\0"),
    "array": message(b"/a", b"[i", b"\0\0\0\1"),
    "array_depth": message(b"/a", b"[" * 400),
    "blob_size": message(b"/a", b"b", b"\xff\xff\xff\xff"),
    "bundle_header": b"#bundle\0\0\0\0\0",
    "element_size": bundle() + struct.pack(">i", -4),
    "bundle_depth": nested(40),
}
LARGE: Mapping[str, bytes] = {
    "bundles in bundles": nested((LARGEST - 20) // 20),
    "empty elements": bundle() + b"\0" * (LARGEST - 16),
    "unknown types": message(b"/a", b"x" * (LARGEST - 16)),
    "open arrays": message(b"/a", b"[" * (LARGEST - 16)),
    "a good message, cut": message(b"/a", b"f" * 13_000, b"\0" * 51_996),
    "true and false, cut": message(b"/a", b"TF" * 32_000 + b"f"),
    "texts, the last cut": message(b"/a", b"s" * 13_000, b"abc\0" * 12_999 + b"abcd"),
    "wildcards": message(b"/" + b"*" * (LARGEST - 16), b"f"),
    "small bundles, cut": bundle(*[bundle()] * 3273)[:-4],
    "no end": b"/" * LARGEST,
}


def own_us(data: bytes, count: int, decoder: EventDecoder) -> float:
    """Microseconds a datagram, the best of five equal parts, in batches as the listener gives them."""
    batch, stamps, best_us = [data] * BATCH, [0] * BATCH, math.inf
    for _ in range(PARTS):
        start = time.perf_counter()
        for _ in range(count // PARTS // BATCH):
            decoder.feed_many(batch, stamps)
        decoder.drain()
        best_us = min(best_us, (time.perf_counter() - start) * 1e6 / (count // PARTS))
    return best_us


class TooLong(Exception):
    """The rival is not through with one datagram."""


def rival_us(data: bytes) -> float | None:
    """Microseconds a datagram by python-osc, or None where one takes it longer than RIVAL_S."""

    def give_up(*_: object) -> None:
        raise TooLong

    start, done = time.perf_counter(), 0
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, give_up)
        signal.setitimer(signal.ITIMER_REAL, RIVAL_S)
    try:
        while not done or time.perf_counter() - start < RIVAL_S / 10:
            with contextlib.suppress(*ERRORS, ValueError, RecursionError):
                _ = OscPacket(data).messages
            done += 1
    except TooLong:
        return None
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
    return (time.perf_counter() - start) * 1e6 / done


def table(rows: Mapping[str, bytes], each: int, shown: Callable[[float, bytes], str]) -> tuple[float, int, int]:
    """Print a table; the worst row (us), how many were fed, and how many were counted."""
    worst, fed, counted = 0.0, 0, 0
    for name, data in rows.items():
        decoder = EventDecoder()
        mine, theirs = own_us(data, each, decoder), rival_us(data)
        worst, fed = max(worst, mine), fed + each
        counted += sum(decoder.malformed.values()) + sum(decoder.irregular.values())
        kinds = ", ".join({**decoder.malformed, **decoder.irregular})
        ratio = f"{mine / theirs:8.3f} x python-osc" if theirs else f"python-osc: over {RIVAL_S} s"
        print(f"{name:<22} {len(data):>6} bytes  {shown(mine, data)}  {ratio:<21}  {kinds}")
    return worst, fed, counted


def main() -> int:
    """Print both tables; the exit code says whether the goal was reached."""
    logging.disable(logging.CRITICAL)  # python-osc writes megabytes about one datagram
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=COUNT, help=f"how many datagrams (default {COUNT:,})")
    count = parser.parse_args().count
    each = max(1, count // len(SMALL) // (BATCH * PARTS)) * BATCH * PARTS
    worst, fed, counted = table(SMALL, each, lambda us, _: f"{us:8.2f} us")
    print()
    table(LARGE, BATCH * PARTS, lambda us, data: f"{us * 1e3 / len(data):8.2f} ns a byte")
    print(f"\n{fed:,} malformed datagrams, {counted:,} of them counted; the dearest kind cost {worst:.1f} us each")
    print(
        f"goal: at most {GOAL_US:g} us each, all counted: {'reached' if worst <= GOAL_US and counted == fed else 'NOT'}"
    )
    return 0 if worst <= GOAL_US and counted == fed else 1


if __name__ == "__main__":
    sys.exit(main())
