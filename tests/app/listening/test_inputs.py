"""Several inputs by name: each its own listener, one recording."""

from __future__ import annotations

import socket
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.listening.inputs import OSC
from deforum_perform.app.recording.journal_feed import JournalFeed
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.store.journal.writer import JournalWriter, read_journal
from tests.app.conftest import SECOND, Hands, osc
from tests.osc.network import until


def batch(time_s: float, *messages: bytes) -> Datagrams:
    return Datagrams([round(time_s * SECOND)] * len(messages), list(messages), [])


def test_what_two_inputs_receive_becomes_one_take(hands: Hands) -> None:
    """A second input is recorded beside the first, and its datagrams count with those of the others."""
    performer = hands.performer
    other = performer.inputs.add("midi")
    assert performer.inputs.names == [OSC, "midi"]
    performer.listening.start("127.0.0.1", 0)
    other.start("127.0.0.1", 0)
    hands.do("record.start")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(osc("/one", 0.25), ("127.0.0.1", performer.listening.port))
        sender.sendto(osc("/two", 0.75), ("127.0.0.1", other.port))
        until(lambda: performer.inputs.received == 2 and performer.inputs.settle() == 0)
    until(lambda: performer.recorder.current is not None and len(performer.recorder.current.sources) == 2)
    performer.inputs.close()
    assert performer.recorder.current is not None
    assert {performer.parts.sources.names[i] for i in performer.recorder.current.sources} == {"/one", "/two"}


def test_what_one_input_delivers_leaves_what_waits_of_another(hands: Hands, tmp_path: Path) -> None:
    """The journal of a recording has what every input had received and not delivered when it began."""
    reception, recorder = hands.performer.parts.reception, hands.performer.recorder
    slow = reception.take_in(batch(2.0, osc("/slow", 0.1)), "midi")
    started = reception.take_in(batch(1.0, osc("/perform/record", 1)), OSC)
    reception.decode(started, OSC)
    assert recorder.feed.journal is not None
    assert recorder.feed.journal.flush()
    assert b"/slow" in recorder.feed.journal.path.read_bytes()
    reception.decode(slow, "midi")
    hands.at(3.0)
    hands.do("record.stop")
    assert hands.performer.snapshot()["takes"][0]["sources"] == ["/slow"]


@given(waiting=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 9)), max_size=12))
def test_a_journal_begins_with_what_waits_in_order_of_time(
    tmp_path_factory: object, waiting: list[tuple[str, int]]
) -> None:
    """However inputs take turns, what waits of all of them is in the journal once, the earliest first."""
    path = tmp_path_factory.mktemp("journal") / "p.journal"  # type: ignore[attr-defined]
    feed = JournalFeed()
    for number, (name, second) in enumerate(waiting):
        feed.add(Datagrams([second * SECOND], [osc(f"/{number}", 1.0)], []), name)
    journal = JournalWriter(path, {"pass_id": "p"})
    feed.begin(journal, 0)
    journal.close(remove=False)
    stamps = read_journal(path).received_ns.tolist()
    assert stamps == sorted(second * SECOND for _, second in waiting)


def test_a_recording_says_that_it_began(hands: Hands) -> None:
    """Of a batch that begins a recording, the recorder gives the recording; of any other it gives nothing."""
    lane = hands.lane("angle", "/k")
    hands.play("/k", (0.5, 0.1))
    hands.do("record.wait")
    reception, recorder = hands.performer.parts.reception, hands.performer.recorder
    with hands.performer.session.lock:
        same = reception.decoding.decode(batch(1.0, osc("/k", 0.1)))
        assert reception._receive(same) is None
        moved = reception.decoding.decode(batch(2.0, osc("/k", 0.9)))
        begun = reception._receive(moved)
        assert begun is recorder.current is not None
        again = reception.decoding.decode(batch(3.0, osc("/k", 0.2)))
        assert reception._receive(again) is None
    assert [of for of, _ in begun.plan.lanes] == [lane]
