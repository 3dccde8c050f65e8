"""Sources beyond the limit: which are removed, and that no index has two sources at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.osc.decode.events import EventDecoder
from tests.osc import encoder


def test_a_full_table_makes_room_for_a_new_source() -> None:
    """Those that may be forgotten give their places to new ones; the batch says which places have changed."""
    asked: list[set[int]] = []

    def forgettable(undrained: AbstractSet[int]) -> Iterable[int]:
        asked.append(set(undrained))
        return [index for index in (1, 0) if index not in undrained]

    decoder = EventDecoder(max_sources=3, forgettable=forgettable)
    decoder.feed_many([encoder.message(f"/{n}", "f", [n]) for n in range(3)], range(3))
    assert decoder.drain().renamed == [0, 1, 2]
    decoder.feed_many([encoder.message(address, "f", [9.0]) for address in ("/2", "/new", "/0", "/1")], range(4))
    batch = decoder.drain()
    assert asked == [{2}, {0, 1, 2}]
    assert decoder.sources == ["/0", "/new", "/2", "/1"]
    assert [decoder.sources[index] for index in batch.source_index] == ["/2", "/new", "/0", "/1"]
    assert batch.renamed == [1, 0, 1, 0, 3]
    assert not decoder.refused["too_many_sources"]


def test_without_room_the_table_grows_to_its_end() -> None:
    """While nothing may be forgotten new sources are taken in beyond the usual number, and refused at the last."""
    decoder = EventDecoder(max_sources=3, forgettable=lambda _undrained: ())
    decoder._table._most = 5
    decoder.feed_many([encoder.message(f"/{n}", "f", [n]) for n in range(8)] * 2, range(16))
    assert len(decoder.drain()) == 10
    assert decoder.sources == [f"/{n}" for n in range(5)]
    assert decoder.refused["too_many_sources"] == 6


def test_a_source_that_was_refused_is_taken_in_once_there_is_room() -> None:
    """A full table is not final: its header is not cached as one without space."""
    free: list[int] = []
    decoder = EventDecoder(max_sources=2, forgettable=lambda _undrained: free)
    decoder._table._most = 2
    decoder.feed_many([encoder.message(f"/{n}", "f", [n]) for n in range(3)], range(3))
    assert len(decoder.drain()) == 2
    free.append(0)
    decoder.feed_many([encoder.message("/2", "f", [2])] * 300, range(300))
    batch = decoder.drain()
    assert {decoder.sources[index] for index in batch.source_index.tolist()} == {"/2"}
    assert len(batch) > 0


class Longest:
    """An owner that removes what was silent longest, given the batches one after the other."""

    def __init__(self, kept: int) -> None:
        self.order: OrderedDict[int, None] = OrderedDict()
        self.kept = kept

    def forgettable(self, undrained: AbstractSet[int]) -> list[int]:
        """Two at a time, and never the first sources of all."""
        return [index for index in self.order if index not in undrained and index >= self.kept][:2]


names = st.tuples(st.sampled_from("abcdefghij"), st.sampled_from(["f", "d", "i", "ff", "s", "T", "I", ""]))


@given(st.lists(st.lists(names, max_size=12), max_size=12))
def test_every_event_is_its_own_sources(batches: list[list[tuple[str, str]]]) -> None:
    """Whatever is added and removed, each event has the name of the message that contained it, and none is lost."""
    owner = Longest(kept=1)
    decoder = EventDecoder(max_sources=4, forgettable=owner.forgettable)
    for batch in batches:
        sent, reported = [], []
        for stamp, (letter, tags) in enumerate(batch):
            number = ord(letter)
            values = ["text" if tag == "s" else number for tag in tags]
            decoder.feed_many([encoder.message(f"/{letter}", tags, values)], [stamp])
            numbered = [(f"/{letter}", tag) for tag in tags or "I"]
            if len(tags) == 2:
                numbered = [(f"/{letter}[{place}]", tag) for place, tag in enumerate(tags)]
            sent += [(stamp, name) for name, _ in numbered]
        found = decoder.drain()
        reported = [*zip(found.received_ns.tolist(), found.source_index.tolist(), strict=True)]
        reported += [(stamp, index) for index, stamp, _ in found.texts]
        assert sorted((stamp, decoder.sources[index]) for stamp, index in reported) == sorted(sent)
        for _, index in reported:
            owner.order[index] = None
            owner.order.move_to_end(index)
        named = [name for name in decoder.sources if name]
        assert len(named) == len(set(named))
