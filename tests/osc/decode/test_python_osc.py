"""What python-osc builds and reads, the strict decoder reads alike, except for the known errors of python-osc."""

from __future__ import annotations

import math

from hypothesis import assume, given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

from deforum_perform.core.errors import PacketError
from deforum_perform.osc.decode.arguments import Argument, Colour
from deforum_perform.osc.decode.packet import read_packet
from tests.osc import encoder

byte = st.integers(0, 255)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
plain = st.one_of(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("f"), st.floats(width=32)),
    st.tuples(st.just("d"), st.floats()),
    st.tuples(st.just("s"), texts),
    st.tuples(st.just("b"), st.binary(min_size=1, max_size=20)),
    st.tuples(st.just("r"), st.integers(0, 2**32 - 1)),
    st.tuples(st.just("m"), st.tuples(byte, byte, byte, byte)),
    st.tuples(st.just("T"), st.just(True)),
    st.tuples(st.just("F"), st.just(False)),
    st.tuples(st.just("N"), st.none()),
)
addresses = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30).map(
    "/{}".format
)


def _as_python_osc(value: Argument) -> object:
    """Our value as python-osc gives it: lists for arrays, one number for a colour, plain tuples."""
    if isinstance(value, Colour):
        return int.from_bytes(bytes(value), "big")
    if isinstance(value, tuple):
        return [_as_python_osc(inner) for inner in value] if type(value) is tuple else tuple(value)
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return value


def _read_by_python_osc(data: bytes) -> list[tuple[str, list[object]]]:
    found = sorted(OscPacket(data).messages, key=lambda timed: timed.time)
    return [
        (timed.message.address, ["nan" if _nan(value) else value for value in timed.message.params]) for timed in found
    ]


def _nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _read_by_us(data: bytes) -> list[tuple[str, list[object]]]:
    packet = read_packet(data)
    assert packet.problems == []
    return [(found.address, [_as_python_osc(value) for value in found.arguments]) for found in packet.messages]


@given(addresses, st.lists(plain, max_size=10))
def test_messages_of_python_osc_are_read_alike(address: str, values: list[tuple[str, object]]) -> None:
    """Every message python-osc can build is read as python-osc reads it."""
    builder = OscMessageBuilder(address)
    for tag, value in values:
        builder.add_arg(value, tag)
    data = builder.build().dgram
    assert _read_by_us(data) == _read_by_python_osc(data)


@given(st.lists(st.tuples(addresses, st.floats(width=32, allow_nan=False)), max_size=6), st.integers(1, 3))
def test_bundles_of_python_osc_are_read_alike(values: list[tuple[str, float]], depth: int) -> None:
    """Bundles, nested too, hold the same messages in the same order."""
    inner = OscBundleBuilder(0)
    for address, value in values:
        builder = OscMessageBuilder(address)
        builder.add_arg(value)
        inner.add_content(builder.build())
    bundle = inner.build()
    for _ in range(depth - 1):
        outer = OscBundleBuilder(0)
        outer.add_content(bundle)
        bundle = outer.build()
    assert _read_by_us(bundle.dgram) == _read_by_python_osc(bundle.dgram)


@given(addresses, st.lists(st.integers(-5, 5), max_size=3), texts)
def test_arrays_of_python_osc_are_read_alike(address: str, numbers: list[int], text: str) -> None:
    """Arrays group the same values."""
    builder = OscMessageBuilder(address)
    builder.add_arg([*numbers, [text]])
    data = builder.build().dgram
    assert _read_by_us(data) == _read_by_python_osc(data)


@given(st.binary(max_size=60))
def test_what_we_accept_python_osc_reads_alike(tail: bytes) -> None:
    """Of arbitrary bytes, whatever is accepted as a message of plain types without an error has one meaning."""
    data = encoder.text("/a") + tail
    try:
        problems = read_packet(data).problems
    except PacketError:
        return
    assume(not problems and not set("cStI") & set(_tags(data)))
    assert _read_by_us(data) == _read_by_python_osc(data)


def _tags(data: bytes) -> str:
    comma = data.find(b",")
    return data[comma : data.find(b"\0", comma)].decode("latin-1") if comma >= 0 else ""
