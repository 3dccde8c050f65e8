"""Events during a recording: the listener moves, an address disappears, the computer sleeps; the take is complete or
shows what is missing."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer, open_performer
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.demo.wire import udp_sender
from deforum_perform.osc.receive.handover import POSSIBLE
from deforum_perform.osc.receive.sleep import SleepWatch
from tests.app.conftest import SECOND, Hands
from tests.osc.network import until

AHEAD = 100


class Player(threading.Thread):
    """Turns a knob all the time: its value is the number of the message."""

    def __init__(self, performer: Performer) -> None:
        super().__init__()
        self._performer, self._port = performer, performer.listening.port
        self.sent, self._ending = 0, threading.Event()

    def run(self) -> None:
        """Never far ahead of what was received, so that no buffer overflows on a busy machine."""
        with udp_sender("127.0.0.1", self._port) as send:
            while not self._ending.wait(0.0005):
                if self.sent < self._performer.listening.received + AHEAD:
                    send("/knob", (float(self.sent),))
                    self.sent += 1

    def end(self) -> None:
        """Release the knob."""
        self._ending.set()
        self.join()


def play_while_moving(performer: Performer) -> tuple[int, Any]:
    """A recording during which the host is changed twice on one port: how much was sent, and the take."""
    port = performer.listening.port
    player = Player(performer)
    performer.command("record.start", {"start_s": 0})
    player.start()
    for host in ("0.0.0.0", "127.0.0.1"):
        arrived = performer.listening.received
        until(lambda before=arrived: performer.listening.received > before + 50)  # type: ignore[misc]
        performer.command("listener.change", {"host": host, "port": port})
        assert performer.snapshot()["listener"]["host"] == host
    arrived = performer.listening.received
    until(lambda: performer.listening.received > arrived + 50)
    player.end()
    performer.command("record.stop", {})
    info = performer.snapshot()["takes"][-1]
    return player.sent, performer.parts.takes.get(performer.session.song.id, info["id"])


@pytest.mark.skipif(not POSSIBLE, reason="elsewhere there is no listener for a moment")
def test_changing_the_host_while_recording_loses_nothing(tmp_path: Path) -> None:
    """The take contains every message, once and in order, without a reception problem and without a message about a
    loss."""
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    try:
        sent, take = play_while_moving(performer)
        assert np.array_equal(take.signals["/knob"].values, np.arange(sent))
        assert (performer.snapshot()["listener"]["lost"], take.lost) == (0, 0)
        assert "moved" not in performer.publisher.notices
    finally:
        performer.close()


def test_a_recording_notes_a_moment_without_a_listener(tmp_path: Path) -> None:
    """On a system that cannot have both, the page says how long there was no listener; a move between recordings shows
    no notice."""
    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone())
    performer.listening._follows = False
    try:
        performer.command("listener.change", {"host": "0.0.0.0", "port": performer.listening.port})
        assert "moved" not in performer.publisher.notices
        performer.command("record.start", {"start_s": 0})
        performer.command("listener.change", {"host": "127.0.0.1", "port": performer.listening.port})
        assert re.search(r"Perform did not listen for \d+\.\d\d s", performer.publisher.notices["moved"].message)
    finally:
        performer.close()


@pytest.fixture
def slept_s(hands: Hands) -> list[float]:
    """How long the computer of ``hands`` has slept; its clock stops meanwhile."""
    slept = [0.0]
    hands.performer.ticker.close()  # the tests tick by hand
    hands.performer.ticker._sleep = SleepWatch(lambda: round(slept[0] * SECOND), hands.performer.parts.clock_ns)
    return slept


def test_a_sleep_in_a_recording_is_marked_on_its_take(hands: Hands, slept_s: list[float]) -> None:
    """The take says when the computer slept and for how long; what was played around it stays where it was played."""
    tick = hands.performer.ticker._tick
    hands.at(1)
    hands.do("record.start", start_s=0)
    tick()
    hands.play("/knob", (2, 0.1), (3, 0.2))
    hands.at(4)
    tick()
    slept_s[0] += 3600
    hands.at(4.25)
    tick()
    assert "slept for 3,600 s" in hands.performer.publisher.notices["recording"].message
    hands.play("/knob", (5, 0.3))
    hands.at(6)
    hands.do("record.stop")
    (take,) = hands.performer.session.song.takes
    assert [(problem.kind, problem.start_s, problem.count) for problem in take.marks if problem.kind == "slept"] == [
        ("slept", 3, 3600)
    ]
    kept = hands.performer.parts.takes.get(hands.performer.session.song.id, take.id)
    assert kept.signals["/knob"].times_s.tolist() == [1, 2, 4]
    assert kept.end_s == 5


def test_a_sleep_before_a_recording_does_not_concern_it(hands: Hands, slept_s: list[float]) -> None:
    """A night between the last check and the first one in the recording is not a problem of the take."""
    hands.at(1)
    hands.performer.ticker._tick()
    slept_s[0] += 8 * 3600
    hands.at(2)
    hands.do("record.start", start_s=0)
    hands.at(2.25)
    hands.performer.ticker._tick()
    hands.play("/knob", (3, 0.1))
    hands.do("record.stop")
    (take,) = hands.performer.session.song.takes
    assert take.marks == ()


def test_what_the_stamps_are_worth_reaches_an_open_page(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the statistics of the listener have changed, the state changes without any command."""
    hands.performer.ticker.close()
    news = [True, False]
    monkeypatch.setattr(type(hands.performer.listening), "has_news", lambda self, now_ns: news.pop(0))
    revisions = []
    for _ in range(2):
        before = hands.performer.revision
        hands.performer.ticker._tick()
        revisions.append(hands.performer.revision - before)
    assert revisions == [1, 0]
