"""Playing a score."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage

from deforum_perform.demo.player import play
from deforum_perform.demo.score import Step
from deforum_perform.demo.wire import packed, udp_sender
from deforum_perform.osc.decode.packet import read_packet


class Clock:
    """A clock that only waiting moves; ``cost_s`` is what each message takes to send."""

    def __init__(self, cost_s: float = 0.0, stop_at_s: float = 1e9) -> None:
        self.now_s, self.cost_s, self.stop_at_s = 100.0, cost_s, stop_at_s
        self.sent: list[tuple[float, str]] = []

    def read(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> bool:
        assert seconds > 0
        self.now_s += seconds
        return self.now_s - 100.0 >= self.stop_at_s

    def send(self, address: str, _arguments: tuple[float | int | str, ...]) -> None:
        self.sent.append((self.now_s - 100.0, address))
        self.now_s += self.cost_s


SCORE = [Step(0.0, "/a", (1.0,)), Step(1.0, "/b", (2.0,)), Step(1.0, "/c", (3.0,)), Step(4.0, "/d", (4.0,))]


@pytest.mark.parametrize("speed", [1.0, 10.0, 0.5])
def test_every_step_is_sent_at_its_time(speed: float) -> None:
    """The score's times over the speed, in order."""
    clock = Clock()
    assert play(SCORE, clock.send, clock.read, clock.wait, speed) == 4
    assert [address for _, address in clock.sent] == ["/a", "/b", "/c", "/d"]
    assert [sent_s for sent_s, _ in clock.sent] == pytest.approx([step.time_s / speed for step in SCORE])


@given(st.lists(st.floats(0, 100), max_size=20).map(sorted), st.floats(0, 5))
def test_nothing_is_sent_early_or_left_out(times: list[float], cost_s: float) -> None:
    """However slow sending is, all is sent, and lateness does not add up beyond what sending takes."""
    clock = Clock(cost_s)
    steps = [Step(time_s, "/a", (0.0,)) for time_s in times]
    assert play(steps, clock.send, clock.read, clock.wait) == len(times)
    for i, (sent_s, _) in enumerate(clock.sent):
        assert sent_s >= times[i] - 1e-9
        assert sent_s <= times[i] + i * cost_s + 1e-9


def test_the_player_stops_on_request() -> None:
    """Stopped while waiting for the last step, it sends no more and says how many it sent."""
    clock = Clock(stop_at_s=2.0)
    assert play(SCORE, clock.send, clock.read, clock.wait) == 3
    assert [address for _, address in clock.sent] == ["/a", "/b", "/c"]


def test_messages_are_osc() -> None:
    """python-osc's own reader and Perform's understand what is sent."""
    datagram = packed("/tablet/xy", (0.5, 3, "verse"))
    assert list(OscMessage(datagram).params) == [0.5, 3, "verse"]
    (message,) = read_packet(datagram).messages
    assert (message.address, tuple(message.arguments)) == ("/tablet/xy", (0.5, 3, "verse"))


def test_messages_leave_by_a_real_socket() -> None:
    """What is sent arrives at the address given."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(20)
        with udp_sender(*listener.getsockname()) as send:
            send("/a", (0.25,))
        assert listener.recv(100) == packed("/a", (0.25,))
