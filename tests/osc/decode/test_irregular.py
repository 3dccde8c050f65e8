"""Slightly invalid packets: what is certain is read, at its index, and every error is counted."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import PacketError
from deforum_perform.osc.decode.arguments import SIZES, Argument, Missing
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.osc.decode.packet import Message, Packet, read_packet
from deforum_perform.osc.decode.packet_problems import PACKET_PROBLEMS
from tests.osc import encoder
from tests.osc.decode.test_packet import NOTHING_TO_READ, arguments

LOST = Missing.MISSING
GOOD, BETTER = encoder.message("/good", "f", [0.5]), encoder.message("/better", "i", [7])
A = encoder.text("/a")


def floats(*values: float) -> bytes:
    """Numbers of type f, without a header."""
    return struct.pack(f">{len(values)}f", *values)


def ints(*values: int) -> bytes:
    """Numbers of type i, without a header."""
    return struct.pack(f">{len(values)}i", *values)


def sized(size: int, element: bytes) -> bytes:
    """An element of a bundle behind a size of any value."""
    return struct.pack(">i", size) + element


def slip(packet: bytes) -> bytes:
    """A packet framed by SLIP (RFC 1055), with END at both ends."""
    return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


ONE_MESSAGE: dict[str, tuple[bytes, str, str, tuple[Argument, ...]]] = {
    "address padding": (b"/a\0x" + encoder.text(",f") + floats(0.5), "padding", "/a", (0.5,)),
    "tag padding": (A + b",f\0x" + floats(0.5), "padding", "/a", (0.5,)),
    "text padding": (A + encoder.text(",sf") + b"ab\0x" + floats(0.5), "padding", "/a", ("ab", 0.5)),
    "blob padding": (A + encoder.text(",bf") + ints(1) + b"abcd" + floats(0.5), "padding", "/a", (b"a", 0.5)),
    "Latin-1 text": (A + encoder.text(",fsf") + floats(1) + encoder.text(b"H\xf6he") + floats(2), "text_encoding",
                     "/a", (1.0, "Höhe", 2.0)),
    "Latin-1 address": (encoder.message(b"/H\xf6he", "f", [0.5]), "address_encoding", "/Höhe", (0.5,)),
    "unknown type": (A + encoder.text(",fxi") + floats(0.5) + b"????????" + ints(7), "unknown_type", "/a",
                     (0.5, LOST, 7)),
    "unknown type without bytes": (A + encoder.text(",fxi") + floats(0.5) + ints(7), "unknown_type", "/a",
                                   (0.5, LOST, 7)),
    "unknown type before a text": (A + encoder.text(",fxs") + floats(0.5) + b"????" + encoder.text("x"), "unknown_type",
                                   "/a", (0.5, LOST, LOST)),
    "two unknown types": (A + encoder.text(",fxiyi") + floats(0.5) + b"????" + ints(7) + b"????????" + ints(8),
                          "unknown_type", "/a", (0.5, LOST, LOST, LOST, 8)),
    "character": (A + encoder.text(",fcf") + floats(1) + b"a\0\0\0" + floats(2), "character", "/a", (1.0, LOST, 2.0)),
    "cut number": (A + encoder.text(",fi") + floats(1), "truncated_argument", "/a", (1.0, LOST)),
    "cut doubles, or floats": (A + encoder.text(",fdd") + floats(1) + b"\x3f\xe0\0\0\0\0\0\0", "truncated_argument",
                               "/a", (1.0, LOST, LOST)),
    "cut text": (A + encoder.text(",fs") + floats(1) + b"abcd", "unterminated_text", "/a", (1.0, LOST)),
    "large blob": (A + encoder.text(",fbf") + floats(1) + ints(400) + floats(2), "truncated_argument", "/a",
                   (1.0, LOST, LOST)),
    "negative blob": (A + encoder.text(",fbf") + floats(1) + ints(-1) + floats(2), "blob_size", "/a",
                      (1.0, LOST, LOST)),
    "text without its padding": (A + encoder.text(",fs") + floats(1) + b"a\0", "length", "/a", (1.0, "a")),
    "blob without its padding": (A + encoder.text(",fb") + floats(1) + ints(1) + b"a", "length", "/a", (1.0, b"a")),
    "tags without their padding": (b"/bang\0\0\0,\0", "length", "/bang", ()),
    "line feed behind": (encoder.message("/a", "f", [1.0]) + b"\n", "length", "/a", (1.0,)),
    "buffer of a fixed size": (encoder.message("/a", "f", [1.0]) + bytes(48), "trailing_bytes", "/a", (1.0,)),
    "text, then wider numbers": (A + encoder.text(",sff") + encoder.text("x") + struct.pack(">2d", 1, 2),
                                 "trailing_bytes", "/a", ("x", LOST, LOST)),
    "true with bytes": (A + encoder.text(",sTf") + encoder.text("x") + ints(1) + floats(0.5), "trailing_bytes", "/a",
                        ("x", LOST, LOST)),
    "open array": (encoder.message("/a", "f[ff", [1.0, 2.0, 3.0]), "array", "/a", (1.0, 2.0, 3.0)),
    "closed array": (encoder.message("/a", "f]f", [1.0, 2.0]), "array", "/a", (1.0, 2.0)),
    "no comma": (A + encoder.text("fi") + floats(0.5) + ints(7), "type_tags", "/a", (0.5, 7)),
    "address without its end": (b"/fader12" + encoder.text(",f") + floats(0.5), "unterminated_text", "/fader12",
                                (0.5,)),
    "tags without their end": (encoder.text("/acc") + b",fff" + floats(0.5, -1, 2), "unterminated_text", "/acc",
                               (0.5, -1.0, 2.0)),
    "whole numbers behind tags without end": (encoder.text("/acc") + b",iii" + ints(1, 2, 3), "unterminated_text",
                                              "/acc", (1, 2, 3)),
    "neither end": (b"/acc/xyz" + b",fff" + floats(0.5, -1, 2), "unterminated_text", "/acc/xyz", (0.5, -1.0, 2.0)),
    "SLIP": (slip(encoder.message("/a", "ff", [0.5, -6.0])), "framing", "/a", (0.5, -6.0)),
    "SLIP with escapes": (slip(A + encoder.text(",i") + b"\xc0\xdb\xc0\xdb"), "framing", "/a", (-0x3F243F25,)),
    "SLIP, one end": (slip(A + encoder.text(",f") + b"\x40\0\0\xdb")[1:], "framing", "/a",
                      struct.unpack(">f", b"\x40\0\0\xdb")),
    "length in front": (sized(12, encoder.message("/a", "f", [0.5])), "framing", "/a", (0.5,)),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE_MESSAGE)
def test_what_is_certain_in_a_message_is_read(case: str) -> None:
    """Unambiguous arguments are read at their indexes, the others are missing, and the error is named."""
    data, kind, address, values = ONE_MESSAGE[case]
    assert read_packet(data) == Packet([Message(address, values, None)], [kind])


@pytest.mark.parametrize("case", ONE_MESSAGE)
def test_an_invalid_message_costs_its_bundle_nothing(case: str) -> None:
    """In a bundle the same is read of it, and its neighbours are whole, with the bundle's time."""
    data, kind, address, values = ONE_MESSAGE[case]
    if kind == "framing" or len(data) % 4:
        return
    found = read_packet(encoder.bundle([GOOD, data, BETTER], 5 << 32))
    middle = Message(address, values, 5 << 32)
    assert found.messages == [Message("/good", (0.5,), 5 << 32), middle, Message("/better", (7,), 5 << 32)]
    assert found.problems == [kind]


@pytest.mark.parametrize("kind", sorted(set(NOTHING_TO_READ) - {"empty", "length", "element_size"}))
def test_what_cannot_be_read_costs_its_bundle_nothing(kind: str) -> None:
    """OSC 1.0: the message is ignored, not the bundle."""
    found = read_packet(encoder.bundle([GOOD, NOTHING_TO_READ[kind], BETTER]))
    assert [message.address for message in found.messages] == ["/good", "/better"]
    assert found.problems[0] == kind


def two_meanings() -> dict[str, bytes]:
    """Messages that can be read in two ways that differ."""
    return {
        "a double, or a float and zeros": A + encoder.text(",f") + struct.pack(">d", 0.5),
        "a 64-bit whole number, or two": A + encoder.text(",i") + struct.pack(">q", 3),
        "tags without end, or cut": A + b",iii" + ints(0, 2, 3),
        "numbers without tags": A + floats(0.5),
        "numbers with empty tags": A + encoder.text(",") + floats(0.5),
        "texts without tags": A + encoder.text("hello") + encoder.text("you"),
        "tags alone": A + b",iii" + b"iiii" * 3,
        "a text of another protocol": encoder.text("hello"),
        "two floats under a tag of doubles": A + encoder.text(",dd") + floats(1, 2),
    }


@pytest.mark.parametrize("case", two_meanings())
def test_what_has_two_meanings_is_not_read(case: str) -> None:
    """No value is invented: where bytes can mean two things, they mean nothing, and are counted."""
    decoder = EventDecoder()
    decoder.feed_many([two_meanings()[case]], [0])
    assert len(decoder.drain()) == 0
    assert sum(decoder.malformed.values()) == 1


BUNDLES: dict[str, tuple[bytes, list[str]]] = {
    "no size": (sized(0, b""), []),
    "negative size": (sized(-4, encoder.message("/odd", "i", [1])), ["/odd"]),
    "huge size": (sized(0x7FFFFFF0, encoder.message("/odd", "i", [1])), ["/odd"]),
    "small size": (sized(8, encoder.message("/odd", "i", [1])), ["/odd"]),
    "small size, then a likely one": (sized(8, encoder.message("/odd", "i", [8])), ["/odd"]),
    "size without its padding": (sized(17, encoder.message("/odd", "fs", [1.0, "a"])), ["/odd"]),
    "size and text without padding": (sized(18, encoder.message("/odd", "fs", [1.0, "a"])[:18]), ["/odd"]),
    "no size, but a message": (encoder.message("/odd", "i", [1]), ["/odd"]),
    "little endian": (struct.pack("<i", 16) + encoder.message("/odd", "i", [1]), ["/odd"]),
}


@pytest.mark.parametrize("case", BUNDLES)
@pytest.mark.parametrize("nested", [False, True])
def test_an_element_of_a_wrong_size_costs_its_neighbours_nothing(case: str, nested: bool) -> None:
    """If an element's own type tags show where it ends, and the bundle continues there, its size does not matter."""
    odd, addresses = BUNDLES[case]
    data = encoder.bundle([GOOD], 5 << 32) + odd + sized(len(BETTER), BETTER)
    if nested:
        data = encoder.bundle([data, GOOD], 6 << 32)
    found = read_packet(data)
    wanted = ["/good", *addresses, "/better"] + ["/good"] * nested
    assert [message.address for message in found.messages] == wanted
    assert set(found.problems) == {"element_size"}
    assert [message.timetag for message in found.messages][: len(addresses) + 2] == [5 << 32] * (len(addresses) + 2)


def test_a_size_that_takes_in_the_next_element_is_corrected() -> None:
    """A size that is too large swallows no message."""
    data = encoder.bundle([GOOD]) + sized(16 + 4 + len(BETTER), encoder.message("/odd", "i", [1]))
    found = read_packet(data + sized(len(BETTER), BETTER))
    assert [message.address for message in found.messages] == ["/good", "/odd", "/better"]
    assert found.problems == ["element_size"]


def test_messages_without_sizes_are_read() -> None:
    """A bundle of bare messages is read: no size begins like an address."""
    found = read_packet(encoder.bundle([GOOD]) + BETTER + GOOD + sized(len(BETTER), BETTER))
    assert [message.address for message in found.messages] == ["/good", "/better", "/good", "/better"]
    assert found.problems == ["element_size"]


def test_where_the_next_element_begins_is_not_guessed() -> None:
    """Behind a wrong size and a message that does not say where it ends, the rest of that bundle alone is left out."""
    lost = encoder.bundle([GOOD]) + sized(-8, encoder.message("/odd", "x")) + sized(len(BETTER), BETTER)
    found = read_packet(encoder.bundle([lost, BETTER]))
    assert [message.address for message in found.messages] == ["/good", "/better"]
    assert found.problems == ["element_size"]


def test_a_bundle_nested_too_deep_or_without_a_time_costs_its_neighbours_nothing() -> None:
    """What cannot be entered is left out, alone."""
    deep = encoder.bundle([])
    for _ in range(40):
        deep = encoder.bundle([deep])
    found = read_packet(encoder.bundle([GOOD, b"#bundle\0\0\0\0\0", deep, BETTER]))
    assert [message.address for message in found.messages] == ["/good", "/better"]
    assert found.problems == ["bundle_header", "bundle_depth"]


def test_several_frames_are_several_packets() -> None:
    """A datagram may carry a stream of SLIP frames, of packets with their lengths, or of bare messages; all of it has
    to be OSC."""
    for framed in (slip(GOOD) + slip(BETTER), sized(len(GOOD), GOOD) + sized(len(BETTER), BETTER), GOOD + BETTER):
        found = read_packet(framed)
        assert [message.address for message in found.messages] == ["/good", "/better"]
        assert found.problems == ["framing"]
    decoder = EventDecoder()
    for broken in (slip(GOOD) + b"\xdbx\xc0", slip(GOOD[:-4]), slip(b"hello"), b"\xc0\xc0", sized(9, GOOD)):
        decoder.feed_many([broken], [0])
    assert len(decoder.drain()) == 0
    assert sum(decoder.malformed.values()) == 5


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6), st.integers(2, 2**64 - 1))
def test_bundles_in_a_row_are_all_read(parts: list[int], timetag: int) -> None:
    """A datagram of several bundles and messages in a row contains all of them, each with the time tag of its own
    bundle."""
    inner = encoder.bundle([BETTER], 1)
    kinds = [GOOD, encoder.bundle([GOOD, BETTER], timetag), encoder.bundle([GOOD, inner], timetag), encoder.bundle([])]
    wanted = [message for part in parts for message in read_packet(kinds[part]).messages]
    found = read_packet(b"".join(kinds[part] for part in parts)) if wanted else None
    if found is not None:
        assert found.messages == wanted
        assert found.problems == ["framing"]


def test_bundles_in_a_row_reach_the_events() -> None:
    """The decoder that reads valid bundles fast gets the second bundle of a datagram too, with its time tag."""
    decoder = EventDecoder()
    decoder.feed_many([encoder.bundle([GOOD], 5) + encoder.bundle([BETTER], 7)], [0])
    batch = decoder.drain()
    assert [decoder.sources[index] for index in batch.source_index.tolist()] == ["/good", "/better"]
    assert batch.timetags.tolist() == [5, 7]
    assert decoder.irregular == {"framing": 1}


def test_a_time_tag_of_zero_means_no_time() -> None:
    """Some senders write 0 where OSC has 1 for "immediately": neither is a time."""
    found = read_packet(encoder.bundle([GOOD], 0))
    assert (found.messages, found.problems) == ([Message("/good", (0.5,), 0)], [])


def test_every_kind_of_error_occurs() -> None:
    """The table holds no kind that no datagram has."""
    met = {kind for _, kind, _, _ in ONE_MESSAGE.values()}
    assert met | set(NOTHING_TO_READ) == set(PACKET_PROBLEMS)


numbers = st.one_of(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("f"), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just("d"), st.floats(allow_nan=False)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
)
undecodable = st.one_of(
    st.binary(max_size=4).map(lambda raw: ("x", raw + bytes(-len(raw) % 4))),
    st.integers(0x110000, 2**32 - 1).map(lambda code: ("c", struct.pack(">I", code))),
    st.integers(0xD800, 0xDFFF).map(lambda code: ("c", struct.pack(">I", code))),
)


@given(st.lists(numbers, max_size=4), undecodable, st.lists(numbers, max_size=4))
def test_one_undecodable_value_costs_the_numbers_beside_it_nothing(
    before: list[tuple[str, float]], bad: tuple[str, bytes], behind: list[tuple[str, float]]
) -> None:
    """Numbers before and behind a value of an unknown type or a wrong character are read exactly, in their places."""
    if not before and not behind:
        return
    tags = "".join(tag for tag, _ in before) + bad[0] + "".join(tag for tag, _ in behind)
    raw = [b"".join(encoder.argument(tag, value) for tag, value in part) for part in (before, behind)]
    data = A + encoder.text("," + tags) + raw[0] + bad[1] + raw[1]
    values = (*(value for _, value in before), LOST, *(value for _, value in behind))
    assert read_packet(data).messages == [Message("/a", values, None)]


@given(st.lists(numbers, min_size=1, max_size=4), st.integers(1, 4), st.sampled_from(["/a", "/abc/def", "/x/y/z"]))
def test_a_message_that_is_cut_takes_nothing_of_the_next_one(
    content: list[tuple[str, float]], words: int, following: str
) -> None:
    """The size of the next element, and its address, are never read as numbers of a message that is too short."""
    values = [value for _, value in content]
    whole = encoder.message("/cut", "".join(tag for tag, _ in content), values)
    cut = whole[: max(len(whole) - 4 * words, len(whole) - len(whole) % 4 - 4 * len(content))]
    behind = encoder.message(following, "ff", [0.5, 0.25])
    found = read_packet(encoder.bundle([cut, behind, behind]))
    assert [message for message in found.messages if message.address == following] == [
        Message(following, (0.5, 0.25), 1)
    ] * 2
    for message in found.messages[:-2]:
        assert message.address == "/cut"
        pairs = zip(message.arguments, values, strict=False)
        assert all(value is LOST or value == sent for value, sent in pairs)


tagged = st.lists(arguments, min_size=1, max_size=6)


@given(tagged, st.integers(1, 255))
def test_padding_decides_nothing(content: list[tuple[str, Argument]], dirt: int) -> None:
    """Whatever the padding is, a message that ends with its last argument is read as it is with zeros."""
    data = encoder.message("/a", "".join(tag for tag, _ in content), [value for _, value in content])
    dirty = data[:3] + bytes([dirt]) + data[4:]
    assert read_packet(dirty).messages == read_packet(data).messages
    assert read_packet(dirty).problems == ["padding"]


@given(st.lists(st.tuples(tagged, st.booleans()), min_size=1, max_size=5))
def test_the_good_messages_of_a_bundle_are_always_read(content: list[tuple[list[tuple[str, Argument]], bool]]) -> None:
    """Invalid messages in a bundle do not affect the others, whichever are invalid."""
    elements, wanted = [], []
    for place, (values, broken) in enumerate(content):
        message = encoder.message(f"/m{place}", "".join(tag for tag, _ in values), [value for _, value in values])
        elements.append(b"\0\0\0\0" + message if broken else message)
        wanted += [] if broken else [Message(f"/m{place}", tuple(value for _, value in values), 1)]
    if wanted:
        assert read_packet(encoder.bundle(elements)).messages == wanted


@given(st.lists(numbers, min_size=1, max_size=6), st.integers(1, 12))
def test_a_message_of_numbers_that_is_too_short_or_too_long_gives_no_other_number(
    content: list[tuple[str, float]], change: int
) -> None:
    """Cut or with bytes behind it, a message gives its own numbers in their places or none."""
    data = encoder.message("/a", "".join(tag for tag, _ in content), [value for _, value in content])
    for changed in (data[:-change], data + bytes(change), data + b"\x3f" * change):
        if len(changed) <= len(A):
            continue  # an address alone: a hit
        decoder = EventDecoder()
        decoder.feed_many([changed], [0])
        batch = decoder.drain()
        names = ["/a"] if len(content) == 1 else [f"/a[{place}]" for place in range(len(content))]
        sent = dict(zip(names, [float(value) for _, value in content], strict=True))
        found = [decoder.sources[index] for index in batch.source_index.tolist()]
        assert all(value == sent[name] for name, value in zip(found, batch.values.tolist(), strict=True))


def test_every_tag_of_a_known_size_has_it() -> None:
    """What ``SIZES`` says of a type is what an encoder of it writes."""
    values: dict[str, Argument] = {"c": "a", "i": 1, "f": 1.0, "h": 1, "d": 1.0}
    for tag, size in SIZES.items():
        if tag in values:
            assert len(encoder.argument(tag, values[tag])) == size


damages = st.one_of(
    st.none(),
    st.tuples(st.just("cut"), st.integers(1, 4)),
    st.tuples(st.just("size"), st.sampled_from([-4, 0, 3, 4, 8, 2**31 - 1])),
    st.tuples(st.just("more"), st.sampled_from([-4, 4, 20])),
)


@given(st.lists(st.tuples(st.sampled_from(["/a", "/abc/def", "/fader12"]), tagged, damages), min_size=1, max_size=5))
def test_a_damaged_bundle_gives_no_other_value(content: list[tuple[str, list[tuple[str, Argument]], object]]) -> None:
    """Messages cut short and sizes of any value: each argument that is read is one that was sent, in its place."""
    body, sent = b"", {}
    for place, (stem, values, damage) in enumerate(content):
        address = f"{stem}{place}"
        message = encoder.message(address, "".join(tag for tag, _ in values), [value for _, value in values])
        kind, amount = damage if isinstance(damage, tuple) else ("", 0)
        if kind == "cut":
            message = message[: max(len(encoder.text(address)), len(message) - 4 * amount)]
        size = amount if kind == "size" else len(message) + (amount if kind == "more" else 0)
        body += sized(size, message)
        sent[address] = [value for _, value in values]
    try:
        found = read_packet(encoder.bundle([]) + body).messages
    except PacketError:
        return
    for message in found:
        assert len(message.arguments) in (0, len(sent[message.address]))
        pairs = zip(message.arguments, sent[message.address], strict=False)
        assert all(value is LOST or value == wanted for value, wanted in pairs)
