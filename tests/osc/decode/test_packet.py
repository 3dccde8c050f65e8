"""The strict packet decoder against an encoder of the tests, and every kind of error by example."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import PacketError
from deforum_perform.osc.decode.arguments import Argument, Colour, Midi, Missing, TimeTag
from deforum_perform.osc.decode.bundle import MAX_BUNDLE_DEPTH
from deforum_perform.osc.decode.malformed_header import MAX_ADDRESS_BYTES
from deforum_perform.osc.decode.message import MAX_ARRAY_DEPTH
from deforum_perform.osc.decode.packet import Message, Packet, read_packet
from deforum_perform.osc.decode.packet_problems import PACKET_PROBLEMS, packet_error
from tests.osc import encoder

letters = st.characters(codec="utf-8", exclude_characters="\0")
addresses = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20).map(
    "/{}".format
)
byte = st.integers(0, 255)
singles = st.floats(width=32, allow_nan=False)


def _constant(tag: str) -> st.SearchStrategy[tuple[str, Argument]]:
    return st.just((tag, encoder.constant(tag)))


def _tagged(tag: str, values: st.SearchStrategy[Argument]) -> st.SearchStrategy[tuple[str, Argument]]:
    return values.map(lambda value: (tag, value))


arguments = st.one_of(
    _tagged("i", st.integers(-(2**31), 2**31 - 1)),
    _tagged("h", st.integers(-(2**63), 2**63 - 1)),
    _tagged("f", singles),
    _tagged("d", st.floats(allow_nan=False)),
    _tagged("s", st.text(letters, max_size=20)),
    _tagged("S", st.text(letters, max_size=20)),
    _tagged("b", st.binary(max_size=20)),
    _tagged("t", st.integers(0, 2**64 - 1).map(TimeTag)),
    _tagged("c", st.characters(codec="utf-8")),
    _tagged("r", st.builds(Colour, byte, byte, byte, byte)),
    _tagged("m", st.builds(Midi, byte, byte, byte, byte)),
    *map(_constant, "TFNI"),
)
messages = st.tuples(addresses, st.lists(arguments, max_size=8))


def _encode(address: str, tagged: list[tuple[str, Argument]]) -> bytes:
    return encoder.message(address, "".join(tag for tag, _ in tagged), [value for _, value in tagged])


def kind_of(data: bytes) -> str:
    """The kind of error for which a datagram is refused."""
    with pytest.raises(PacketError) as caught:
        read_packet(data)
    assert caught.value.kind in PACKET_PROBLEMS
    assert PACKET_PROBLEMS[caught.value.kind] in str(caught.value)
    return caught.value.kind


@given(messages)
def test_every_type_comes_back(content: tuple[str, list[tuple[str, Argument]]]) -> None:
    """A message of any types decodes to exactly the address and values from which it was made."""
    address, tagged = content
    message = Message(address, tuple(value for _, value in tagged), None)
    assert read_packet(_encode(address, tagged)) == Packet([message], [])


@given(
    st.recursive(
        messages, lambda inner: st.tuples(st.integers(0, 2**64 - 1), st.lists(inner, max_size=4)), max_leaves=12
    )
)
def test_bundles_come_back_in_order(content: tuple[object, list[object]]) -> None:
    """Nested bundles give their messages in order, each with the time tag of the bundle right around it."""

    def walk(node: tuple[object, list[object]], timetag: int | None) -> tuple[bytes, list[Message]]:
        head, body = node
        if isinstance(head, str):
            return _encode(head, body), [Message(head, tuple(value for _, value in body), timetag)]
        parts = [walk(inner, head) for inner in body]
        return encoder.bundle([part for part, _ in parts], head), [found for _, inner in parts for found in inner]

    data, expected = walk(content, None)
    assert read_packet(data).messages == expected


@given(messages, st.data())
def test_a_message_cut_anywhere_gives_no_other_value(
    content: tuple[str, list[tuple[str, Argument]]], data: st.DataObject
) -> None:
    """Of a truncated message each argument is what it was, in its place, or missing; where none is left, the message
    is refused. Cut behind the address it is one without arguments, which some senders write so."""
    address, tagged = content
    whole = _encode(address, tagged)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        (found,) = read_packet(cut).messages
    except PacketError:
        return
    assert found.address == address
    if len(cut) > len(encoder.text(address)):
        assert len(found.arguments) == len(tagged)
        pairs = zip(found.arguments, tagged, strict=True)
        assert all(value is Missing.MISSING or value == sent for value, (_, sent) in pairs)


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_a_packet_error(data: bytes) -> None:
    """Whatever arrives, the only exception is PacketError, with a kind of the table."""
    assert _error_of(data) in {*PACKET_PROBLEMS, None}


@given(
    st.lists(
        st.sampled_from([b"#bundle\0", b"/a\0\0", b",f\0\0", b",[]\0", b"\0\0\0\x10", b"\xff\xff\xff\xfc", b"\0\0\0\0"])
    )
)
def test_any_order_of_osc_pieces_gives_messages_or_a_packet_error(pieces: list[bytes]) -> None:
    """Bytes that look like OSC in the wrong order end in PacketError at worst."""
    assert _error_of(b"".join(pieces)) in {*PACKET_PROBLEMS, None}


def _error_of(data: bytes) -> str | None:
    try:
        read_packet(data)
    except PacketError as error:
        return error.kind
    return None


def test_arrays_become_tuples() -> None:
    """Brackets group arguments, nested too."""
    data = encoder.message("/a", "i[f[s]]i", [1, 0.5, "x", 2])
    assert read_packet(data).messages == [Message("/a", (1, (0.5, ("x",)), 2), None)]


def test_an_address_gets_its_slash() -> None:
    """An address sent without a leading slash is the same source as one sent with it."""
    assert read_packet(encoder.message("knob", "f", [0.5])) == read_packet(encoder.message("/knob", "f", [0.5]))


def test_utf8_addresses_are_read() -> None:
    """An address beyond ASCII is kept as its sender wrote it."""
    assert read_packet(encoder.message("/Höhe/高さ", "i", [1])).messages[0].address == "/Höhe/高さ"


def test_a_message_without_type_tags_is_one_without_arguments() -> None:
    """Some senders leave the type tag text away when there is nothing to say."""
    assert read_packet(encoder.text("/ping")).messages == [Message("/ping", (), None)]


def test_an_empty_bundle_holds_nothing() -> None:
    """A bundle may be empty."""
    assert read_packet(encoder.bundle([])).messages == []


def test_a_time_tag_far_ahead_is_only_data() -> None:
    """A bundle's time tag is reported, never waited for."""
    far = 2**64 - 1
    assert read_packet(encoder.bundle([encoder.message("/a", "i", [1])], far)).messages[0].timetag == far


def test_the_deepest_allowed_nesting_is_read() -> None:
    """The depth limits are where they say."""
    data = encoder.message("/a", "i", [1])
    for _ in range(MAX_BUNDLE_DEPTH):
        data = encoder.bundle([data])
    assert len(read_packet(data).messages) == 1
    assert kind_of(encoder.bundle([data])) == "bundle_depth"
    deep = "[" * MAX_ARRAY_DEPTH + "]" * MAX_ARRAY_DEPTH
    assert read_packet(encoder.message("/a", deep)).problems == []
    assert kind_of(encoder.message("/a", f"[{deep}]")) == "array_depth"


NOTHING_TO_READ = {
    "empty": b"",
    "length": b"/a\0\0,i\0\0\0\0\1",
    "unterminated_text": b"/abc",
    "padding": encoder.text("/a") + b",f\0x",
    "empty_address": encoder.message(""),
    "address_character": encoder.message("/a\nb", "i", [1]),
    "address_length": encoder.message("/" + "a" * MAX_ADDRESS_BYTES, "i", [1]),
    "type_tags": encoder.text("/a") + b"\0\0\0\1",
    "unknown_type": encoder.message("/a", "x"),
    "truncated_argument": encoder.message("/a", "f"),
    "trailing_bytes": encoder.message("/a", "f", [0.5]) + b"\0\0\0\0",
    "character": encoder.text("/a") + encoder.text(",c") + b"\0\x11\0\0",
    "array": encoder.message("/a", "["),
    "array_depth": encoder.message("/a", "[" * 400),
    "blob_size": encoder.text("/a") + encoder.text(",b") + b"\xff\xff\xff\xff",
    "bundle_header": encoder.text("#bundle") + b"\0\0\0\0",
    "element_size": encoder.bundle([]) + struct.pack(">i", -4),
    "bundle_depth": encoder.bundle([]),
}
for _ in range(490):
    NOTHING_TO_READ["bundle_depth"] = encoder.bundle([NOTHING_TO_READ["bundle_depth"]])


@pytest.mark.parametrize("kind", NOTHING_TO_READ)
def test_each_kind_of_refusal(kind: str) -> None:
    """A datagram of which nothing can be read is refused, and the first thing wrong with it is named."""
    assert kind_of(NOTHING_TO_READ[kind]) == kind


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("character", encoder.text("/a") + encoder.text(",c") + b"\0\0\xd8\0"),
        ("element_size", encoder.bundle([]) + struct.pack(">i", 0)),
        ("element_size", encoder.bundle([encoder.text("/a")])[:-4]),
        ("truncated_argument", encoder.text("/a") + encoder.text(",b") + b"\x7f\xff\xff\xff"),
        ("type_tags", encoder.text("GET / HTTP/1.1")),
        ("type_tags", encoder.text("Art-Net") + b"\0\x50\0\x0e\1\0\0\0"),
        ("unknown_type", encoder.message("/a", "é")),
        ("unterminated_text", encoder.text("/a") + b",iii"),
    ],
)
def test_further_ways_to_fail(kind: str, data: bytes) -> None:
    """Errors of one kind with another cause."""
    assert kind_of(data) == kind


def test_an_error_has_to_be_in_the_table() -> None:
    """A kind without a description cannot be raised."""
    with pytest.raises(KeyError):
        packet_error("something")


class CountingBytes(bytes):
    """Bytes that count how much of them is searched or copied."""

    work = 0

    def __getitem__(self, place: object) -> object:
        found = super().__getitem__(place)
        CountingBytes.work += len(found) if isinstance(found, bytes) else 1
        return found

    def find(self, *what: object) -> int:
        """Search, counting the bytes looked at."""
        start = what[1] if len(what) > 1 else 0
        place = super().find(*what)
        CountingBytes.work += (place if place >= 0 else len(self)) - start + 1
        return place


def _work(data: bytes) -> int:
    CountingBytes.work = 0
    with contextlib.suppress(PacketError):
        read_packet(CountingBytes(data))
    return CountingBytes.work


@pytest.mark.parametrize(
    "make",
    [
        lambda n: encoder.bundle([encoder.message("/a", "f", [0.5])] * n),
        lambda n: encoder.message("/a", "s" * n, ["text"] * n),
        lambda n: encoder.message("/a", "b" * n, [b"abc"] * n),
        lambda n: encoder.message("/a", "T[]" * n, [True] * n),
        lambda n: encoder.bundle([encoder.bundle([])] * n),
        lambda n: encoder.message("/a", "x" * n),
        lambda n: encoder.bundle([b"\0" * 4] * n),
        lambda n: encoder.bundle([]) + b"\0" * 4 * n,
        lambda n: encoder.bundle([encoder.message("/a", "s", ["text"]) + b"\0" * 4] * n),
        lambda n: encoder.bundle([b"/a\0\0,sss"] * n),
        lambda n: encoder.bundle([]) + (struct.pack(">i", -1) + encoder.message("/a", "i", [1])) * n,
    ],
)
def test_work_grows_with_length_alone(make: object) -> None:
    """A datagram ten times as long needs about ten times the work, whatever its content."""
    small, large = (_work(make(n)) for n in (100, 1000))
    assert large <= 12 * small + 100
