"""Stop, with the real listener: what was played before it belongs to the take."""

from __future__ import annotations

import struct
import threading
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.core.errors import ConflictError
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.demo.wire import udp_sender
from deforum_perform.osc.datagrams import Datagrams
from tests.app.conftest import SECOND, Hands, osc
from tests.osc.network import sender_to

COUNT = 400


@pytest.mark.parametrize("stop", ["record.stop", "play.stop"])
def test_what_arrived_before_stop_is_recorded(tmp_path: Path, stop: str) -> None:
    """Datagrams that the listener still holds when the button is pressed are not lost, and none of them twice."""
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    try:
        for number in range(1, 4):
            performer.command("record.start", {"start_s": 0})
            with udp_sender(performer.listening.host, performer.listening.port) as send:
                for step in range(COUNT):
                    send("/knob", (step / COUNT,))
            performer.command(stop, {})
            take = performer.snapshot()["takes"][-1]
            assert (take["number"], take["events"]) == (number, COUNT)
    finally:
        performer.close()


def test_a_stop_waits_for_what_takes_long_to_read(tmp_path: Path) -> None:
    """However much waits to be read when the button is pressed, it is in the take: nothing is dropped after a time."""
    datagrams, values = 2000, 512
    message = b"/s\0\0" + (b"," + b"f" * values).ljust(values + 4, b"\0") + struct.pack(f">{values}f", *range(values))
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    try:
        performer.command("record.start", {"start_s": 0})
        with sender_to((performer.listening.host, performer.listening.port)) as sender:
            for _ in range(datagrams):
                sender.send(message)
        performer.command("record.stop", {})
        take = performer.snapshot()["takes"][0]
        assert take["events"] == (datagrams - take["lost"]) * values
    finally:
        performer.close()


def test_a_stop_that_cannot_wait_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what has arrived cannot be had, the take says how much it is about."""
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    held, go_on = threading.Event(), threading.Event()
    feed = performer.parts.reception.decoding.decoder.feed_many

    def slow(payloads: list[bytes], *rest: object) -> None:
        if held.is_set():
            go_on.wait()
        feed(payloads, *rest)  # type: ignore[arg-type]

    try:
        monkeypatch.setattr(performer.parts.reception.decoding.decoder, "feed_many", slow)
        monkeypatch.setattr(performer.listening, "settle", lambda: performer.listening._counted[1].settle(0.01))
        performer.command("record.start", {"start_s": 0})
        with udp_sender(performer.listening.host, performer.listening.port) as send:
            send("/knob", (0.5,))
            performer.listening._counted[1].settle()
            held.set()
            send("/knob", (0.25,))
            performer.command("record.stop", {})
        take = performer.snapshot()["takes"][0]
        assert (take["events"], take["lost"], take["problems"][0]["kind"]) == (1, 1, "lost")
    finally:
        go_on.set()
        performer.close()


def test_a_stop_from_before_a_recording_does_not_end_it(hands: Hands) -> None:
    """A stop by OSC that is delivered late does not end a recording that began after it was sent."""
    hands.at(5)
    hands.do("record.start")
    hands.performer.parts.reception.receive(Datagrams([4 * SECOND], [osc("/perform/record", 0)], []))
    hands.play("/knob", (6, 0.5))
    hands.at(7)
    assert hands.do("record.stop") == {"take": 1}


@pytest.mark.parametrize("switch", [1, 0])
def test_a_start_waits_for_what_was_sent_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switch: int
) -> None:
    """What OSC switched before the button was pressed counts first, delivered or not: events after a start are all in
    its recording, and a stop does not end the recording that the button starts."""
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    held, go_on, answers = threading.Event(), threading.Event(), list[dict[str, Any] | str]()
    feed = performer.parts.reception.decoding.decoder.feed_many

    def slow(payloads: list[bytes], *rest: object) -> None:
        held.set()
        go_on.wait()
        feed(payloads, *rest)  # type: ignore[arg-type]

    def press() -> None:
        try:
            answers.append(performer.command("record.start", {"start_s": 0}))
        except ConflictError:
            answers.append("recording already")

    monkeypatch.setattr(performer.parts.reception.decoding.decoder, "feed_many", slow)
    button = threading.Thread(target=press)
    try:
        with udp_sender(performer.listening.host, performer.listening.port) as send:
            send("/perform/record", (switch,))
            send("/knob", (0.5,))
            held.wait()
            button.start()
            button.join(0.1)
            go_on.set()
            button.join()
            send("/knob", (0.25,))
        performer.command("record.stop", {})
        (take,) = performer.snapshot()["takes"]
        assert (answers, take["events"]) == ((["recording already"], 2) if switch else ([{"take": 1}], 1))
    finally:
        go_on.set()
        performer.close()
