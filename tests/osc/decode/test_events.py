"""Datagrams -> columns: names, order, what is kept and what is counted."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import PacketError
from deforum_perform.osc.decode import events, sender_table
from deforum_perform.osc.decode.arguments import Colour, Impulse, Midi, Missing, TimeTag
from deforum_perform.osc.decode.events import EventBatch, EventDecoder
from deforum_perform.osc.decode.packet import read_packet
from deforum_perform.osc.decode.packet_problems import PACKET_PROBLEMS
from tests.osc import encoder


def rows(decoder: EventDecoder, batch: EventBatch) -> list[tuple[str, int, float]]:
    """The batch as (source name, stamp, value)."""
    columns = zip(batch.source_index.tolist(), batch.received_ns.tolist(), batch.values.tolist())
    return [(decoder.sources[index], stamp, value) for index, stamp, value in columns]


def fed(*datagrams: bytes) -> tuple[EventDecoder, EventBatch]:
    """A decoder that was fed the datagrams at 0, 1, 2 ns, and what it gave."""
    decoder = EventDecoder()
    decoder.feed_many(datagrams, range(len(datagrams)))
    return decoder, decoder.drain()


def test_one_argument_is_named_by_its_address_several_by_index() -> None:
    """`/a` with one argument is source `/a`; `/xy` with two is `/xy[0]` and `/xy[1]`."""
    decoder, batch = fed(encoder.message("/a", "f", [0.5]), encoder.message("/xy", "fi", [0.25, 2]))
    assert rows(decoder, batch) == [("/a", 0, 0.5), ("/xy[0]", 1, 0.25), ("/xy[1]", 1, 2.0)]


def test_columns_have_their_types() -> None:
    """The columns are int32, int64 and float64, as the recorder stores them."""
    _, batch = fed(encoder.message("/a", "f", [0.5]))
    assert [batch.source_index.dtype, batch.received_ns.dtype, batch.values.dtype] == [np.int32, np.int64, np.float64]


def test_bool_and_impulse_are_numbers() -> None:
    """True is 1, false is 0, an impulse is 1."""
    decoder, batch = fed(
        encoder.message("/t", "T", [True]), encoder.message("/t", "F", [False]), encoder.message("/t", "I", [None])
    )
    assert rows(decoder, batch) == [("/t", 0, 1.0), ("/t", 1, 0.0), ("/t", 2, 1.0)]


def test_texts_are_listed_apart() -> None:
    """What is not a number is shown, and plays nothing."""
    values = ["Bass", b"abc", Colour(255, 0, 16, 1), Midi(0, 144, 60, 127), TimeTag(2**33), None]
    decoder, batch = fed(encoder.message("/v", "sbrmtN", values))
    assert len(batch) == 0
    shown = ["Bass", "3 bytes", "#ff001001", "MIDI 00 90 3c 7f", "time 2.000000 s", "nil"]
    assert [(decoder.sources[index], text) for index, _, text in batch.texts] == [
        (f"/v[{place}]", text) for place, text in enumerate(shown)
    ]


def test_arrays_are_opened() -> None:
    """Arguments in brackets count on as if there were none."""
    decoder, batch = fed(encoder.message("/a", "f[f[f]]", [1.0, 2.0, 3.0]))
    assert [row[0] for row in rows(decoder, batch)] == ["/a[0]", "/a[1]", "/a[2]"]


def test_control_messages_are_no_sources() -> None:
    """What is sent below `/perform/` is a command, with its time, and never a source."""
    decoder, batch = fed(encoder.message("/perform/record", "i", [1]), encoder.message("perform/record", "i", [0]))
    assert decoder.sources == []
    assert batch.controls == [("/perform/record", (1,), 0, None), ("/perform/record", (0,), 1, None)]


def test_bundles_carry_their_time_tags_beside_the_events() -> None:
    """Rows that came in a bundle are named with its time tag; the others are not."""
    inner = encoder.bundle([encoder.message("/b", "f", [2.0])], timetag=7 << 32)
    _, batch = fed(
        encoder.message("/a", "f", [1.0]),
        encoder.bundle([encoder.message("/xy", "ff", [1.0, 2.0]), inner], timetag=5 << 32),
    )
    assert batch.tagged.tolist() == [1, 2, 3]
    assert batch.timetags.tolist() == [5 << 32, 5 << 32, 7 << 32]


def test_a_malformed_message_costs_its_bundle_nothing() -> None:
    """A bundle with a message that cannot be read counts that by kind, and all others are kept, with their time."""
    good, bad = encoder.message("/a", "f", [1.0]), encoder.message("/b", "f")
    decoder, batch = fed(encoder.bundle([good, encoder.message("/t", "s", ["x"]), bad, good], 5 << 32), good)
    assert (decoder.malformed, decoder.irregular) == ({}, {"truncated_argument": 1})
    assert rows(decoder, batch) == [("/a", 0, 1.0), ("/a", 0, 1.0), ("/a", 1, 1.0)]
    assert [text for _, _, text in batch.texts] == ["x"]
    assert (batch.tagged.tolist(), batch.timetags.tolist()) == ([0, 1], [5 << 32] * 2)


def test_a_malformed_datagram_adds_nothing_at_all() -> None:
    """A datagram of which nothing can be read counts once, by its first kind of error."""
    bad = encoder.message("/b", "f")
    decoder, batch = fed(encoder.bundle([bad, encoder.message("")]), bad, b"hello")
    assert decoder.malformed == {"truncated_argument": 2, "length": 1}
    assert (decoder.irregular, decoder.sources, len(batch)) == ({}, [], 0)


def test_arguments_beside_one_that_cannot_be_read_keep_their_names() -> None:
    """An argument that is left out has no source, and those beside it are named as ever."""
    invalid = encoder.text("/xy") + encoder.text(",fxc") + b"\x3f\0\0\0" + b"????" + b"\0\0\0A"
    decoder, batch = fed(encoder.message("/xy", "fff", [1.0, 2.0, 3.0]), invalid, invalid)
    assert rows(decoder, batch)[3:] == [("/xy[0]", 1, 0.5), ("/xy[0]", 2, 0.5)]
    assert [(decoder.sources[index], text) for index, _, text in batch.texts] == [("/xy[2]", "A")] * 2
    assert decoder.irregular == {"unknown_type": 2}


def test_each_error_is_counted_once_a_message() -> None:
    """Counts are of messages, however often one of them has an error."""
    latin = encoder.message("/t", "sss", [])[:12] + encoder.text(b"\xe9") * 3
    decoder, batch = fed(latin, encoder.bundle([latin, latin]))
    assert decoder.irregular == {"text_encoding": 3}
    assert [text for _, _, text in batch.texts] == ["é"] * 9


@pytest.mark.parametrize("tags", [None, "", "I"])
def test_a_message_without_arguments_is_a_hit(tags: str | None) -> None:
    """A bang is one event of value 1 of its address, exactly like an impulse; in a bundle it has the bundle's time."""
    bang = encoder.text("/bang") if tags is None else encoder.message("/bang", tags, [None])
    decoder, batch = fed(bang, bang, encoder.bundle([bang, encoder.message("/a", "f", [0.5]), bang], 5 << 32))
    assert rows(decoder, batch) == [("/bang", 0, 1.0), ("/bang", 1, 1.0), ("/bang", 2, 1.0), ("/a", 2, 0.5),
                                    ("/bang", 2, 1.0)]  # fmt: skip
    assert batch.tagged.tolist() == [2, 3, 4]
    assert batch.impulses.tolist() == [0, 1, 2, 4]
    assert (decoder.malformed, decoder.irregular) == ({}, {})


def test_an_empty_array_is_no_hit() -> None:
    """A message with an argument that holds nothing is neither a value nor a bang."""
    decoder, batch = fed(encoder.message("/a", "[]"))
    assert (decoder.sources, len(batch), decoder.malformed) == ([], 0, {})


def test_a_command_with_an_argument_that_cannot_be_read_is_not_obeyed() -> None:
    """To a command no value at all means "on"; a value that is damaged does not."""
    bad = encoder.text("/perform/record") + encoder.text(",sc") + encoder.text("x") + b"\xff" * 4
    decoder, batch = fed(encoder.bundle([bad, encoder.message("/a", "f", [0.5])]), encoder.message("/perform/play"))
    assert [address for address, *_ in batch.controls] == ["/perform/play"]
    assert decoder.irregular == {"character": 1}


def test_an_address_that_looks_like_an_argument_is_a_source_of_its_own() -> None:
    """`/a[1]` as an address and the second argument of `/a` share no source, in whatever order they come."""
    pair, lone = encoder.message("/a", "ff", [1.0, 2.0]), encoder.message("/a[1]", "f", [3.0])
    for order in ([pair, lone, pair, lone], [lone, pair, lone, pair]):
        decoder, batch = fed(*order)
        found = {name: value for name, _, value in rows(decoder, batch)}
        assert found == {"/a[0]": 1.0, "/a[1]": 2.0, "/a\\[1]": 3.0}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite_are_counted_and_left_out(value: float) -> None:
    """NaN and infinity never reach a lane; the events around them stay in place."""
    one = encoder.bundle([encoder.message("/a", "f", [1.0]), encoder.message("/a", "f", [value])])
    decoder, batch = fed(one, encoder.message("/a", "d", [value]), encoder.message("/a", "f", [2.0]), one)
    assert decoder.refused == {"not_finite": 3, "too_many_sources": 0}
    assert rows(decoder, batch) == [("/a", 0, 1.0), ("/a", 2, 2.0), ("/a", 3, 1.0)]
    assert batch.tagged.tolist() == [0, 2]


def test_the_number_of_sources_is_bounded() -> None:
    """A flood of addresses uses no more memory than the table; events beyond it are counted."""
    decoder = EventDecoder(max_sources=2)
    for _ in range(2):
        decoder.feed_many([encoder.message(f"/{n}", tags, [1.0]) for tags in "fd" for n in range(4)], range(8))
    decoder.feed_many([encoder.message("/text", "s", ["x"])], [0])
    batch = decoder.drain()
    assert decoder.sources == ["/0", "/1"]
    assert len(batch) == 8
    assert decoder.refused["too_many_sources"] == 9


def test_texts_and_controls_are_bounded_between_drains() -> None:
    """No sender can fill the memory with texts or commands."""
    decoder = EventDecoder()
    long_text, command = encoder.message("/s", "s", ["x" * 1000]), encoder.message("/perform/x", "i", [1])
    decoder.feed_many([long_text] * (events.MAX_TEXTS + 5), range(events.MAX_TEXTS + 5))
    decoder.feed_many([command] * (events.MAX_CONTROLS + 7), range(events.MAX_CONTROLS + 7))
    batch = decoder.drain()
    assert decoder.refused == {"text_dropped": 5, "control_dropped": 7}
    assert {len(text) for _, _, text in batch.texts} == {events.MAX_TEXT_CHARACTERS}


def test_the_number_of_arguments_is_bounded() -> None:
    """A message of thousands of arguments makes no thousands of sources; those beyond the limit are counted."""
    more = events.MAX_ARGUMENTS + 3
    decoder, batch = fed(encoder.message("/a", "T" * more, [True] * more))
    assert len(batch) == len(decoder.sources) == events.MAX_ARGUMENTS
    assert decoder.refused == {"too_many_arguments": 3}


def test_remembered_headers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The header cache is emptied when it is full, and the results stay the same."""
    monkeypatch.setattr(events, "MAX_CACHED_HEADERS", 3)
    datagrams = [encoder.message(f"/{n % 7}", "f", [float(n)]) for n in range(50)]
    decoder, batch = fed(*datagrams)
    assert rows(decoder, batch) == [(f"/{n % 7}", n, float(n)) for n in range(50)]


def test_a_known_header_with_other_lengths_is_read_strictly() -> None:
    """A cached header does not make a longer or shorter message valid."""
    whole = encoder.message("/a", "ff", [1.0, 2.0])
    decoder, batch = fed(whole, whole[:-4], whole + b"\0\0\0\0", whole[:-8])
    assert decoder.malformed == {"truncated_argument": 1, "trailing_bytes": 1}
    assert decoder.irregular == {"truncated_argument": 1}
    assert rows(decoder, batch) == [("/a[0]", 0, 1.0), ("/a[1]", 0, 2.0), ("/a[0]", 1, 1.0)]


def test_rows_know_their_sender() -> None:
    """Each row names the sender of its datagram, through runs of several senders and values left out."""
    decoder = EventDecoder()
    one, two = ("127.0.0.1", 5), ("127.0.0.1", 6)
    pair, bad = encoder.message("/xy", "ff", [1.0, 2.0]), encoder.message("/a", "f", [math.nan])
    decoder.feed_many([pair], [0])
    decoder.feed_many([pair, bad, pair], [1, 2, 3], [one, one, two])
    decoder.feed_many([], [], [])
    decoder.feed_many([pair, b"not OSC"], [4, 5], [one, one])
    assert [decoder.senders.sender(number) for number in range(3)] == [one, two, None]
    assert decoder.drain().sender_index.tolist() == [-1, -1, 0, 0, 1, 1, 0, 0]
    assert decoder.drain().sender_index.tolist() == []


def test_the_sender_that_was_silent_the_longest_is_forgotten() -> None:
    """A sender with ever new ports fills no memory; one that continues to send keeps its number, which is never
    reused."""
    decoder, most, mixer = EventDecoder(), sender_table.MAX_SENDERS, ("127.0.0.1", 9)
    fader = encoder.message("/a", "f", [1.0])
    for port in range(1000, 1000 + 3 * most):
        decoder.feed_many([fader, fader], [port, port], [("127.0.0.1", port), mixer])
    numbers = decoder.drain().sender_index
    assert len(decoder.senders) == most
    assert set(numbers[1::2].tolist()) == {1}
    assert len(set(numbers[::2].tolist())) == 3 * most
    decoder.feed_many([fader], [0], [("127.0.0.1", 1000)])
    assert decoder.drain().sender_index.tolist() == [3 * most + 1]


def test_a_command_knows_its_sender() -> None:
    """Each control message names its sender, alone or in a bundle, and none if that is unknown."""
    decoder, one, two = EventDecoder(), ("127.0.0.1", 5), ("192.168.1.7", 6)
    stop = encoder.message("/perform/record", "i", [0])
    decoder.feed_many([stop, encoder.bundle([stop, stop]), stop], [1, 2, 3], [one, two, one])
    decoder.feed_many([stop], [4])
    assert [(stamp, sender) for _, _, stamp, sender in decoder.drain().controls] == [
        (1, one),
        (2, two),
        (2, two),
        (3, one),
        (4, None),
    ]


def test_drain_empties() -> None:
    """Every event is given once."""
    decoder, _ = fed(encoder.message("/a", "f", [1.0]))
    assert len(decoder.drain()) == 0


numbers = st.tuples(
    st.sampled_from(["/a", "/b/c", "d", "/e,f"]), st.lists(st.sampled_from("fidh"), min_size=1, max_size=3)
)


@given(st.lists(st.tuples(numbers, st.booleans(), st.integers(0, 40)), max_size=30))
def test_the_quick_way_reads_what_the_strict_way_reads(content: list[tuple[tuple[str, list[str]], bool, int]]) -> None:
    """With remembered headers, cut and whole datagrams give the events the packet decoder finds in them."""
    decoder, expected, refused = EventDecoder(), [], 0
    for stamp, ((address, tags), bundled, cut) in enumerate(content):
        data = encoder.message(address, "".join(tags), [place + 1 for place in range(len(tags))])
        data = (encoder.bundle([data, data]) if bundled else data)[: None if cut > 8 else -cut or None]
        decoder.feed_many([data], [stamp])
        try:
            found = read_packet(data).messages
        except PacketError:
            refused += 1
            continue
        expected += [
            (stamp, float(value))
            for message in found
            for value in message.arguments or (1.0,)
            if value is not Missing.MISSING
        ]
    batch = decoder.drain()
    assert list(zip(batch.received_ns.tolist(), batch.values.tolist())) == expected
    assert sum(decoder.malformed.values()) == refused


LEAVES = st.sampled_from(
    [
        encoder.message("/a", "f", [1.5]),
        encoder.message("/b", "ii", [2, 3]),
        encoder.message("/t", "T", [True]),
        encoder.message("/bang"),
        encoder.message("/x", "fx", [4.5]),
        encoder.message("/a", "f", [5.5]) + b"\0\0\0\xc0",
        b"#bundle\0",
    ]
)


@st.composite
def deep_bundles(draw: st.DrawFn) -> bytes:
    """Bundles in bundles, up to 20 deep, with messages before and behind them."""
    data = draw(LEAVES)
    for level in range(draw(st.integers(1, 20))):
        before, behind = draw(st.lists(LEAVES, max_size=1)), draw(st.lists(LEAVES, max_size=1))
        data = encoder.bundle([*before, data, *behind], level + 2)
    return data


@given(st.lists(deep_bundles(), min_size=1, max_size=3))
def test_deep_bundles_are_read_and_counted_as_the_strict_way_does(content: list[bytes]) -> None:
    """What is nested too deep is left out in both, and everything else has its value and its time tag."""
    decoder, expected = EventDecoder(), []
    malformed: Counter[str] = Counter()
    irregular: Counter[str] = Counter()
    for stamp, data in enumerate(content):
        decoder.feed_many([data], [stamp])
        try:
            found = read_packet(data)
        except PacketError as error:
            malformed[error.kind] += 1
            continue
        irregular.update(found.problems)
        expected += [
            (stamp, 1.0 if value is Impulse.IMPULSE else float(value), message.timetag)
            for message in found.messages
            for value in message.arguments or (1.0,)
            if value is not Missing.MISSING
        ]
    batch = decoder.drain()
    rows = zip(batch.received_ns.tolist(), batch.values.tolist(), batch.timetags.tolist(), strict=True)
    assert list(rows) == expected
    assert (decoder.malformed, decoder.irregular) == (malformed, irregular)


def hostile(rng: random.Random, valid: list[bytes]) -> bytes:
    """A damaged datagram: cut, flipped, spliced, nested, inflated, or noise."""
    way, data = rng.randrange(8), bytearray(rng.choice(valid))
    if way == 0:
        return bytes(data[: rng.randrange(len(data))])
    if way == 1:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return bytes(data)
    if way == 2:
        return bytes(data[: rng.randrange(len(data))]) + rng.choice(valid)
    if way == 3:
        return encoder.bundle([bytes(data), bytes(data[:-4])])
    if way == 4:
        place = 4 * rng.randrange(len(data) // 4)
        return (
            bytes(data[:place])
            + rng.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"#bun"])
            + bytes(data[place + 4 :])
        )
    if way == 5:
        return rng.randbytes(rng.randrange(64))
    if way == 6:
        return encoder.text(rng.randbytes(rng.randrange(1, 20))) + bytes(data)
    return rng.choice(HUGE) if rng.randrange(50) == 0 else bytes(data) + b"\0" * rng.randrange(9)


def nested_bundles(size: int) -> bytes:
    """Bundles in bundles, about ``size`` bytes of them."""
    nested = encoder.bundle([])
    while len(nested) < size:
        nested = encoder.bundle([nested])
    return nested


HUGE = [
    nested_bundles(20_000),
    encoder.message("/a", "x" * 65_000),
    encoder.message("/a", "[" * 65_000),
    encoder.message("/a", "T" * 65_000, [True] * 65_000),
    b"/" * 65_504,
    encoder.bundle([b"\0" * 4] * 8_000),
    random.Random(5).randbytes(65_504),
]


def test_a_hundred_thousand_hostile_datagrams() -> None:
    """Each one is read or counted as malformed, by a kind of the table; good ones between them are all kept."""
    rng = random.Random(4)
    good = encoder.message("/good", "f", [0.5])
    valid = [
        good,
        encoder.message("/xy", "ff", [0.5, 0.25]),
        encoder.message("/mix", "sTib", ["text", True, 5, b"blob"]),
        encoder.message("/nest", "[i[f]]", [1, 2.0]),
        encoder.bundle([good, encoder.bundle([encoder.message("/in", "d", [0.5])])]),
    ]
    decoder, kept, accepted = EventDecoder(), 0, 0
    for _ in range(100):
        datagrams = [hostile(rng, valid) for _ in range(1000)]
        accepted += sum(_is_osc(data) for data in datagrams)
        decoder.feed_many([*datagrams, b"/count\0\0,i\0\0\0\0\0\1"], range(1001))
        batch = decoder.drain()
        index = decoder.sources.index("/count") if "/count" in decoder.sources else -1
        kept += int((batch.source_index == index).sum())
        assert len(batch) < 1_000_000
    assert kept == 100
    assert sum(decoder.malformed.values()) == 100_000 - accepted
    assert {*decoder.malformed, *decoder.irregular} <= set(PACKET_PROBLEMS)
    assert len({*decoder.malformed, *decoder.irregular}) >= 12
    assert len(decoder.sources) <= events.MAX_SOURCES


def _is_osc(data: bytes) -> bool:
    try:
        read_packet(data)
    except PacketError:
        return False
    return True
