"""Messages with one error of a sender's encoder: no value is reported at another argument's index."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from deforum_perform.core.errors import PacketError
from deforum_perform.osc.decode.arguments import Argument, Missing
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.osc.decode.packet import Message, read_packet
from tests.osc import encoder
from tests.osc.decode.test_irregular import floats, ints, numbers

LOST = Missing.MISSING
A = encoder.text("/a")
Tagged = list[tuple[str, Argument]]

texts = st.text("abcdxyz", max_size=12)
arguments = st.one_of(
    numbers,
    st.tuples(st.sampled_from("if"), st.sampled_from([0, 1])),
    st.tuples(st.sampled_from("sS"), texts),
    st.tuples(st.just("b"), st.binary(max_size=9)),
    st.tuples(st.just("c"), st.sampled_from("aZ")),
    st.sampled_from("TFNI").map(lambda tag: (tag, encoder.constant(tag))),
)
contents = st.lists(arguments, min_size=1, max_size=6)


def _parts(content: Tagged) -> tuple[str, list[bytes]]:
    return "".join(tag for tag, _ in content), [encoder.argument(tag, value) for tag, value in content]


def _changed(content: Tagged, tags: str, change: Callable[[str, Argument, bytes], bytes | None]) -> list[bytes]:
    """The message with one argument of ``tags`` written otherwise, once for each of them."""
    head = A + encoder.text("," + _parts(content)[0])
    found = []
    for place, (tag, value) in enumerate(content):
        raw = _parts(content)[1]
        other = change(tag, value, raw[place]) if tag in tags else None
        if other is not None:
            raw[place] = other
            found.append(head + b"".join(raw))
    return found


def _bare(_tag: str, value: Argument, _raw: bytes) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)  # type: ignore[arg-type]


def _without_closing_word(tag: str, value: Argument, raw: bytes) -> bytes | None:
    bare = _bare(tag, value, raw)
    return bare if len(bare) % 4 == 0 else None


def _tags_then(ending: Callable[[bytes], list[bytes]]) -> Callable[[Tagged], list[bytes]]:
    """The message with its type tags closed otherwise."""

    def build(content: Tagged) -> list[bytes]:
        tags, raw = _parts(content)
        return [A + closed + b"".join(raw) for closed in ending(b"," + tags.encode())]

    return build


def _never_closed(content: Tagged) -> list[bytes]:
    """The message of an encoder that leaves out the closing zeros of tags and texts of 4, 8 ... bytes."""
    tags, raw = _parts(content)
    items = zip(content, raw, strict=True)
    bare = [_without_closing_word(tag, value, item) if tag in "sS" else None for (tag, value), item in items]
    closed = b"," + tags.encode()
    closed += bytes(-len(closed) % 4)
    return [A + closed + b"".join(raw[i] if text is None else text for i, text in enumerate(bare))]


DAMAGES: dict[str, Callable[[Tagged], list[bytes]]] = {
    "text without terminating zeros": lambda content: _changed(content, "sS", _without_closing_word),
    "text without its padding": lambda content: _changed(
        content, "sS", lambda tag, value, raw: _bare(tag, value, raw) + b"\0"
    ),
    "text with 4 zeros too many": lambda content: _changed(content, "sS", lambda _tag, _value, raw: raw + bytes(4)),
    "text with 1 zero too many": lambda content: _changed(content, "sS", lambda _tag, _value, raw: raw + b"\0"),
    "text in a field of 16 bytes": lambda content: _changed(
        content, "sS", lambda _tag, _value, raw: raw.ljust(16, b"\0")
    ),
    "blob without its padding": lambda content: _changed(
        content, "b", lambda tag, value, raw: raw[:4] + _bare(tag, value, raw)
    ),
    "blob without its size": lambda content: _changed(content, "b", lambda _tag, _value, raw: raw[4:]),
    "blob that counts its size": lambda content: _changed(
        content,
        "b",
        lambda _tag, value, raw: struct.pack(">i", len(value) + 4) + raw[4:],  # type: ignore[arg-type]
    ),
    "blob with a small size": lambda content: _changed(content, "b", lambda _tag, _value, raw: bytes(4) + raw[4:]),
    "number of half its size": lambda content: _changed(content, "hd", lambda _tag, _value, raw: raw[4:]),
    "number of twice its size": lambda content: _changed(
        content, "if", lambda tag, value, _raw: struct.pack(">q" if tag == "i" else ">d", value)
    ),
    "character of one byte": lambda content: _changed(content, "c", lambda _tag, _value, raw: raw[3:]),
    "truth as a number": lambda content: _changed(content, "TF", lambda tag, _value, _raw: ints(tag == "T")),
    "truth as a byte": lambda content: _changed(content, "TF", lambda tag, _value, _raw: bytes([tag == "T"])),
    "tags without their closing zeros": _tags_then(lambda tags: [tags] if len(tags) % 4 == 0 else []),
    "tags closed by another byte": _tags_then(
        lambda tags: [tags + bytes([dirt]) * (-len(tags) % 4) for dirt in b"\x01\xffx" if len(tags) % 4]
    ),
    "neither tags nor texts with closing zeros": _never_closed,
    "tags without their padding": _tags_then(lambda tags: [tags + b"\0"]),
    "tags with 4 zeros too many": _tags_then(lambda tags: [encoder.text(tags) + bytes(4)]),
}


WHOLE = (
    [],
    ["framing"],
    ["text_encoding"],
    ["character"],
    ["character", "text_encoding"],
    ["text_encoding", "character"],
)
"""Errors in a message that is complete: its content is another message, of which every byte is accounted for."""


def _read(data: bytes) -> list[Message]:
    try:
        found = read_packet(data)
    except PacketError:
        return []
    return [] if found.problems in WHOLE else found.messages


@pytest.mark.parametrize("damage", DAMAGES)
@given(content=contents)
def test_one_error_moves_no_value(damage: str, content: Tagged) -> None:
    """Whatever is wrong with one item, each value that is read is the one sent in its place.

    Blobs are in the messages if the error is that of a blob.
    """
    content = [(tag, value) for tag, value in content if tag != "b" or "blob" in damage]
    for data in DAMAGES[damage](content):
        for message in _read(data):
            event(f"read {message.address}")
            pairs = zip(message.arguments, content, strict=True)
            assert all(value is LOST or value == sent for value, (_, sent) in pairs)


AB = encoder.text("ab")
CASES: dict[str, tuple[bytes, tuple[Argument, ...] | None]] = {
    "text without zeros, then zero": (A + encoder.text(",sfff") + b"play" + floats(0, 0.9, 0.5), None),
    "text without zeros, then others": (A + encoder.text(",sff") + b"abcd" + floats(1, 2), None),
    "numbers before such a text": (A + encoder.text(",fsff") + floats(0.25) + b"abcd" + floats(1, 2),
                                   (0.25, LOST, LOST, LOST)),
    "tags closed by another byte": (A + b",ff\x01" + floats(1, 2), None),
    "tags without zeros, then a text": (A + b",sff" + AB + floats(1, 2), None),
    "tags without zeros around a text": (A + b",fsf" + floats(0.1) + encoder.text("go") + floats(0.9), None),
    "tags without zeros, then zero": (A + b",isf" + ints(0) + encoder.text("go") + floats(0.9), None),
    "tags and text without zeros": (A + b",ffs" + floats(0, 0.5) + b"play", None),
    "address without zeros": (b"/kkk,sifi\0\0\0" + encoder.text("fd") + ints(1) + floats(0.5) + ints(0), None),
    "address without zeros, then nothing": (b"/bang123" + encoder.text(",T"), None),
    "a text with zeros too many": (A + encoder.text(",sh") + AB + bytes(4) + struct.pack(">q", 7), ("ab", LOST)),
    "a fixed buffer behind a text": (A + encoder.text(",sff") + AB + floats(0.5, 0.25) + bytes(40),
                                     ("ab", 0.5, 0.25)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_follows_an_item_of_an_unknown_length_is_missing(case: str) -> None:
    """Behind a text or type tags that may be unclosed nothing is read; what is before them keeps its place."""
    data, values = CASES[case]
    decoder = EventDecoder()
    decoder.feed_many([data], [0])
    batch = decoder.drain()
    assert decoder.malformed or decoder.irregular
    if values is None:
        assert not len(batch)
    else:
        assert _read(data) == [Message("/a", values, None)]
