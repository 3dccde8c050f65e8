"""Datagrams: the strict decoder, and the event decoder with its remembered headers, over the same bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from deforum_perform.core.errors import PacketError
from deforum_perform.osc.decode.arguments import Colour, Midi, TimeTag, describe, flatten
from deforum_perform.osc.decode.control import ControlReader, is_control
from deforum_perform.osc.decode.events import MAX_ARGUMENTS, EventDecoder
from deforum_perform.osc.decode.packet import read_packet
from deforum_perform.osc.decode.packet_problems import PACKET_PROBLEMS
from tests.fuzz.target import Broken, Target
from tests.osc import encoder

RULE = "both decoders agree, nothing but PacketError comes out, every error is of a kind that is counted"
MANY_SOURCES = 10_000
LARGEST_DATAGRAM = 65_507
TYPES = {
    "i": 1,
    "f": 0.5,
    "h": -2,
    "d": 0.25,
    "s": "text",
    "S": "symbol",
    "b": b"blob",
    "c": "c",
    "t": TimeTag(1 << 32),
}
_DECODERS = [EventDecoder(max_sources=1 << 20)]


def seeds() -> Sequence[bytes]:
    """Messages of every type, bundles, control messages, and what is nearly one of them."""
    values = [*TYPES.values(), Colour(1, 2, 3, 4), Midi(0, 144, 60, 100)]
    every = encoder.message("/all", "".join(TYPES) + "rm", values)
    knob, arrays = encoder.message("/knob", "f", [0.5]), encoder.message("/deep", "[i[TFNI]f]", [1, 0.5])
    bundle = encoder.bundle([knob, encoder.message("/xy", "ff", [0.25, 0.75])], 1 << 63)
    controls = [encoder.message(f"/perform/{name}", "f", [1.0]) for name in ("record", "seek", "undo", "nothing")]
    nearly = [
        b"",
        b"/a\0\0",
        knob[:-2],
        b"#bundle\0",
        bundle[:20],
        encoder.bundle([b""]),
        encoder.message("/nan", "f", [math.nan]),
        encoder.bundle([knob, encoder.message("/odd", "fxf", [1, 2]), b"/a\0x,c\0x\xff\xff\xff\xff"]),
        encoder.bundle([knob]) + b"\xff\xff\xff\xff" + knob + b"\0\0\0\x11" + knob,
        encoder.text("/latin") + encoder.text(",sf") + encoder.text(b"H\xf6he") + b"\0\0\0\0",
        b"/fader12,f\0\0\x3f\0\0\0",
        encoder.text("/acc") + b",fff" + b"\x3f\0\0\0" * 3,
        encoder.text("/a") + encoder.text("fi") + b"\0" * 8,
        b"\xc0" + knob + b"\xc0",
        b"\0\0\0\x10" + knob,
        encoder.text("/bang"),
        encoder.message("/bang"),
    ]
    return [every, knob, arrays, bundle, encoder.bundle([bundle, bundle]), *controls, *nearly]


def expected_values(data: bytes) -> list[float] | None:
    """The numbers a datagram holds for lanes, or None when it is refused."""
    try:
        messages = read_packet(data).messages
    except PacketError as error:
        if error.kind not in PACKET_PROBLEMS:
            raise Broken(f"unknown kind {error.kind}") from error
        return None
    wanted = [flatten(message.arguments)[:MAX_ARGUMENTS] for message in messages if not is_control(message.address)]
    flat = [value for arguments in wanted for value in arguments]
    for value in flat:
        describe(value)
    numbers = [float(value) for value in flat if isinstance(value, (bool, int, float))]
    return [value for value in numbers if math.isfinite(value)]


def problems_in(data: bytes) -> int:
    """How many errors a datagram has that can be read anyway."""
    try:
        problems = read_packet(data).problems
    except PacketError:
        return 0
    if not set(problems) <= set(PACKET_PROBLEMS):
        raise Broken(f"unknown kind in {problems}")
    return len(problems)


def one_input(data: bytes) -> None:
    """Read one datagram both ways, twice, so that a remembered header is used too."""
    expected, problems = expected_values(data), problems_in(data)
    if len(_DECODERS[0].sources) > MANY_SOURCES:
        _DECODERS[0] = EventDecoder(max_sources=1 << 20)
    decoder = _DECODERS[0]
    for _ in range(2):
        refused, irregular = sum(decoder.malformed.values()), sum(decoder.irregular.values())
        decoder.feed_many([data], [0])
        batch = decoder.drain()
        ControlReader().read(batch.controls)
        moved = [value for value in batch.values.tolist() if value != 1.0]  # an impulse is 1
        if (sum(decoder.malformed.values()) > refused) != (expected is None):
            raise Broken("one refuses, the other does not")
        if sum(decoder.irregular.values()) - irregular != problems:
            raise Broken("an error is not counted")
        if moved != [value for value in expected or [] if value != 1.0]:
            raise Broken("other values")


TARGET = Target(RULE, one_input, seeds, max_bytes=LARGEST_DATAGRAM)
