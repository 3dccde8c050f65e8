"""What arrives is in the journal before it is decoded: however far the decoder is behind, kill -9 costs no more."""

from __future__ import annotations

import shutil
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.app.recording.replay import replayed
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.osc.datagrams import Datagrams, Loss
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.store.journal.writer import journal_path, list_journals, read_journal
from tests.app.conftest import SECOND, Hands, opened, osc
from tests.app.session.test_recovery import killed_now
from tests.osc.network import sender_to, until

OWN = ("127.0.0.1", 5000)


def batch(*messages: tuple[float, bytes], losses: tuple[Loss, ...] = ()) -> Datagrams:
    """Messages of one sender with the seconds at which they arrived."""
    return Datagrams(
        [round(at_s * SECOND) for at_s, _ in messages], [m for _, m in messages], [OWN] * len(messages), losses
    )


def test_what_a_slow_decoder_has_not_read_is_in_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the decoder does nothing at all, every datagram that arrives gets into the journal of the current
    recording."""
    count, values = 300, 512
    message = b"/s\0\0" + (b"," + b"f" * values).ljust(values + 4, b"\0") + struct.pack(f">{values}f", *range(values))
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    go_on, decode = threading.Event(), performer.parts.reception.decoding.decoder.feed_many

    def slow(payloads: list[bytes], *rest: object) -> None:
        go_on.wait()
        decode(payloads, *rest)  # type: ignore[arg-type]

    try:
        performer.command("record.start", {"start_s": 0})
        monkeypatch.setattr(performer.parts.reception.decoding.decoder, "feed_many", slow)
        journal = performer.recorder.feed.journal
        assert journal is not None
        with sender_to((performer.listening.host, performer.listening.port)) as sender:
            for _ in range(count):
                sender.send(message)
        until(lambda: journal.flush() and list_journals(performer.parts.store.journals)[0].datagrams == count)
        go_on.set()
        performer.command("record.stop", {})
        assert performer.snapshot()["takes"][0]["events"] == count * values
    finally:
        go_on.set()
        performer.close()


def test_a_recording_whose_start_was_decoded_late_has_all_that_waited(hands: Hands, tmp_path: Path) -> None:
    """A start by OSC that waited among other messages: killed right after it was decoded, the recording has what waited
    after it, and nothing from before it."""
    reception = hands.performer.parts.reception
    started = reception.take_in(batch((1.0, osc("/k", 0.1)), (2.0, osc("/perform/record", 1)), (2.1, osc("/k", 0.2))))
    reception.take_in(batch((2.2, osc("/k", 0.3)), (2.3, osc("/k", 0.4)), losses=(Loss(round(2.25 * SECOND), 7),)))
    reception.decode(started)
    later = opened(killed_now(hands, tmp_path), [0])
    (offered,) = later.snapshot()["unsaved"]
    later.command("recording.recover", {"id": offered["id"]})
    (take,) = later.snapshot()["takes"]
    assert (take["events"], take["lost"]) == (3, 7)
    later.close()


def test_two_recordings_close_together_share_nothing(hands: Hands, tmp_path: Path) -> None:
    """What waits to be decoded may belong to the next recording: each journal contains only its own recording."""
    recorder, root = hands.performer.recorder, hands.performer.parts.store.journals
    reception = hands.performer.parts.reception
    hands.clock[0] = SECOND
    hands.do("record.start")
    first = recorder.feed.journal
    batches = [
        reception.take_in(part)
        for part in (
            batch((1.1, osc("/k", 0.1)), (1.2, osc("/perform/record", 0)), (1.3, osc("/k", 0.2))),
            batch((1.4, osc("/k", 0.3)), (1.5, osc("/perform/record", 1)), (1.6, osc("/k", 0.4))),
            batch((1.7, osc("/k", 0.5)), (1.8, osc("/perform/record", 0)), (1.9, osc("/k", 0.6))),
        )
    ]
    assert first is not None
    reception.decode(batches[0])
    assert first.flush()
    kept = shutil.copy(first.path, tmp_path)
    reception.decode(batches[1])
    second = recorder.feed.journal
    assert second is not None
    assert second.flush()
    kept_second = shutil.copy(second.path, tmp_path)
    reception.decode(batches[2])
    assert replayed(read_journal(Path(kept)))[0][0].take.signals["/k"].values.tolist() == [0.1]
    assert replayed(read_journal(Path(kept_second)))[0][0].take.signals["/k"].values.tolist() == [0.4, 0.5, 0.6]
    assert [take["events"] for take in hands.performer.snapshot()["takes"]] == [1, 2]
    assert hands.performer.parts.saver.drain(30.0)
    assert list_journals(root) == []


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_however_late_it_is_decoded_the_take_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Events, starts and stops taken in early and decoded at any later moment give the takes that they give at once."""
    kinds = st.sampled_from([osc("/k", 0.5), osc("/k", 0.7), osc("/perform/record", 1), osc("/perform/record", 0)])
    parts = data.draw(st.lists(st.lists(kinds, min_size=1, max_size=4), max_size=6))
    found = []
    for late in (False, True):
        clock = [SECOND]
        hands = Hands(opened(tmp_path_factory.mktemp("songs"), clock), clock)
        reception, number, waiting = hands.performer.parts.reception, 0, list[Datagrams]()
        for part in parts:
            arrived = batch(*((1 + (number + place) / 10, message) for place, message in enumerate(part)))
            number += len(part)
            waiting.append(reception.take_in(arrived))
            while waiting and (not late or data.draw(st.booleans())):
                reception.decode(waiting.pop(0))
        for rest in waiting:
            reception.decode(rest)
        clock[0] = 100 * SECOND
        hands.do("record.stop")
        takes = hands.performer.session.song.takes
        found.append([(take.number, take.events, take.start_s) for take in takes])
        hands.performer.close()
    assert found[0] == found[1]


def test_what_cannot_be_decoded_does_not_keep_the_rest_from_being_recovered(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal also holds what made the decoder fail: the recovered take has all else, and says what is missing."""
    hands.clock[0] = SECOND
    hands.do("record.start")
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    journal.append_many([SECOND + 1], [osc("/k", 0.5)], [OWN])
    journal.append_many([SECOND + 2], [b"poison"], [("127.0.0.1", 6000)])
    journal.append_many([SECOND + 3], [osc("/k", 0.7)], [OWN])
    assert journal.flush()
    whole = EventDecoder.feed_many

    def failing(decoder: EventDecoder, payloads: list[bytes], *rest: object) -> None:
        if b"poison" in payloads:
            raise ValueError("an error of the decoder")
        whole(decoder, payloads, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(EventDecoder, "feed_many", failing)
    (found,), done = replayed(read_journal(journal_path(hands.performer.parts.store.journals, journal.path.stem)))
    assert found.take.signals["/k"].values.tolist() == [0.5, 0.7]
    assert [(loss.kind, loss.count) for loss in done.losses] == [("failed", 1), ("cut_off", 1)]
