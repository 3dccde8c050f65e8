"""Coverage-guided fuzzing of the packet path: ``python -m tests.osc.fuzz_packet -max_total_time=600``.

Needs atheris, and is not collected by pytest. Two decoders read each input: the strict one, and the event decoder with
its remembered headers. They have to agree, and nothing but PacketError may come out of either.
"""

from __future__ import annotations

import math
import sys

import atheris

with atheris.instrument_imports():
    from deforum_perform.core.errors import PacketError
    from deforum_perform.osc.arguments import flatten
    from deforum_perform.osc.control import is_control
    from deforum_perform.osc.events import EventDecoder
    from deforum_perform.osc.faults import FAULTS
    from deforum_perform.osc.packet import decode_packet


class Disagreement(AssertionError):
    """The two decoders read one datagram differently."""


DECODERS = [EventDecoder(max_sources=1 << 20)]
MANY_SOURCES = 10_000


def expected_values(data: bytes) -> list[float] | None:
    """The numbers a datagram holds for lanes, or None when it is refused."""
    try:
        messages = decode_packet(data)
    except PacketError as error:
        if error.kind not in FAULTS:
            raise Disagreement(f"unknown kind {error.kind}") from error
        return None
    flat = [value for message in messages if not is_control(message.address) for value in flatten(message.arguments)]
    numbers = [float(value) for value in flat if isinstance(value, (bool, int, float))]
    return [value for value in numbers if math.isfinite(value)]


def one_input(data: bytes) -> None:
    """Read one datagram both ways, twice, so that a remembered header is used too."""
    expected = expected_values(data)
    if len(DECODERS[0].sources) > MANY_SOURCES:
        DECODERS[0] = EventDecoder(max_sources=1 << 20)
    decoder = DECODERS[0]
    for _ in range(2):
        refused = sum(decoder.malformed.values())
        decoder.feed(data, 0)
        batch = decoder.drain()
        impulses = [value for value in batch.values.tolist() if value != 1.0]
        if (sum(decoder.malformed.values()) > refused) != (expected is None):
            raise Disagreement("one refuses, the other does not")
        if impulses != [value for value in expected or [] if value != 1.0]:
            raise Disagreement("other values")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
