"""More sources than Perform keeps: a new knob is received, and what is bound or recorded stays."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deforum_perform.app.listening import monitor
from deforum_perform.osc.decode import source_table
from tests.app.conftest import Hands, opened, osc


def flood(hands: Hands, time_s: float, first: int, count: int) -> None:
    """``count`` sources that each send one value, as from a sender with a number in its addresses."""
    hands.send(time_s, *(osc(f"/event/{number}", float(number)) for number in range(first, first + count)))


def listed(hands: Hands) -> list[str]:
    """The sources on the page."""
    return [source["name"] for source in hands.performer.snapshot()["sources"]]


def test_a_new_knob_is_received_after_any_number_of_sources(hands: Hands) -> None:
    """Ten thousand addresses later a new one is listed, learned and recorded, and the bound ones are still there."""
    hands.play("/old", (0.0, 0.25))
    lane, other = hands.lane("zoom", "/old"), hands.lane("angle")
    for batch in range(20):
        flood(hands, 1.0 + batch, 500 * batch, 500)
    hands.at(40.0)
    hands.do("lane.learn", id=other)
    hands.play("/knob", (41.0, 0.5), (41.1, 0.75))
    assert hands.state_of(other)["source"] == "/knob"
    names = listed(hands)
    assert {"/old", "/knob", "/event/9999"} <= set(names)
    assert "/event/0" not in names
    assert len(names) == len(set(names)) <= monitor.MAX_LISTED
    hands.do("record.start")
    hands.play("/old", (42.0, 0.5))
    hands.play("/knob", (42.1, 0.25))
    hands.at(43.0)
    hands.do("record.stop")
    assert [bool(hands.state_of(which)["clips"]) for which in (lane, other)] == [True, True]
    assert hands.performer.snapshot()["notices"] == []


def test_a_recording_keeps_every_source_that_it_received(hands: Hands) -> None:
    """While recording, nothing that was received is removed: the take has every source, with its own values."""
    flood(hands, 0.5, 0, 4000)
    hands.at(1.0)
    hands.do("record.start")
    for batch in range(9):
        flood(hands, 2.0 + batch, 3000 + 1000 * batch, 1000)
    hands.play("/knob", (20.0, 0.5))
    hands.at(21.0)
    hands.do("record.stop")
    state = hands.performer.snapshot()
    take = hands.performer.parts.takes.get(state["song"]["id"], state["takes"][0]["id"])
    assert take.events == 9001
    assert take.signals["/knob"].values.tolist() == [0.5]
    assert all(take.signals[f"/event/{n}"].values.tolist() == [float(n)] for n in range(3000, 12_000))
    assert len(listed(hands)) <= monitor.MAX_LISTED
    kept = len(hands.performer.parts.sources.names)
    flood(hands, 30.0, 20_000, 3000)
    assert len(hands.performer.parts.sources.names) <= kept + 256  # their places are taken again
    assert "/event/22999" in listed(hands)


def test_what_a_full_recording_cannot_store_is_reported(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """If not even a recording can accept another source, the page says so, with a remedy."""
    monkeypatch.setattr(hands.performer.parts.reception.decoding.decoder._table, "_max", 3)
    monkeypatch.setattr(hands.performer.parts.reception.decoding.decoder._table, "_most", 5)
    hands.do("record.start")
    flood(hands, 1.0, 0, 8)
    (notice,) = hands.performer.snapshot()["notices"]
    assert "not recorded" in notice["message"]
    assert hands.performer.snapshot()["listener"]["refused_kinds"]["too_many_sources"] == 3


def test_clear_empties_the_list_until_a_source_sends_again(hands: Hands) -> None:
    """The monitor's Clear does what it says, and forgets the ranges."""
    hands.play("/a", (0.0, 0.0), (0.1, 1.0))
    hands.play("/b", (0.2, 0.5))
    hands.do("monitor.clear")
    assert listed(hands) == []
    hands.play("/a", (0.3, 0.5))
    (source,) = hands.performer.snapshot()["sources"]
    assert (source["name"], source["low"], source["high"]) == ("/a", 0.5, 1.0)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6)),
        st.tuples(st.sampled_from(["start", "stop"]), st.just([])),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(steps=steps)
def test_takes_are_right_whatever_comes_and_goes(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[str, list[str]]]
) -> None:
    """With space for three sources, every take still contains exactly what was sent during it."""
    clock = [0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_table, "MAX_SOURCES", 3)
        performer = opened(tmp_path_factory.mktemp("songs"), clock)
    hands, sent, wanted = Hands(performer, clock), None, []
    try:
        for number, (kind, letters) in enumerate(steps):
            hands.at(1.0 + number)
            if kind == "start" and sent is None:
                hands.do("record.start")
                sent = {}
            elif kind == "stop" and sent is not None:
                hands.do("record.stop")
                wanted += [sent] if sent else []
                sent = None
            elif kind == "send":
                hands.send(1.0 + number, *(osc(f"/{letter}", float(number)) for letter in letters))
                for letter in letters if sent is not None else ():
                    sent.setdefault(f"/{letter}", []).append(float(number))
        if sent is not None:
            hands.do("record.stop")
            wanted += [sent] if sent else []
        song = performer.session.song
        takes = [performer.parts.takes.get(song.id, info.id) for info in song.takes]
        assert [{name: s.values.tolist() for name, s in take.signals.items()} for take in takes] == wanted
    finally:
        performer.close()
