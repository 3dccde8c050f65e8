"""A held interpreter: what arrives meanwhile is neither lost nor given a wrong time (Linux)."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from deforum_perform.osc.intake import Intake, ReceiverKind
from deforum_perform.osc.recvmmsg import load_recvmmsg
from tests.osc.network import Collector, listening

pytestmark = pytest.mark.skipif(load_recvmmsg() is None, reason="recvmmsg is Linux's")

SENDER = """
import socket, sys, time
host, port, count, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sys.stdin.readline()
start = time.monotonic()
for number in range(count):
    pause = start + number / rate - time.monotonic()
    if pause > 0:
        time.sleep(pause)
    sender.sendto(number.to_bytes(4, "big") + time.monotonic_ns().to_bytes(8, "big"), (host, port))
"""


def hold_the_interpreter(seconds: float) -> None:
    """A C call that keeps the interpreter to itself: ctypes.PyDLL does not give it up."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def perform(intake: Intake, collector: Collector, stall_s: float, count: int, rate_hz: int) -> list[tuple[int, int]]:
    """Send ``count`` datagrams from another process, the interpreter held while they arrive: (number, stamp error)."""
    host, port = intake.address
    command = [sys.executable, "-c", SENDER, host, str(port), str(count), str(rate_hz)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as sender:
        assert sender.stdin is not None
        sender.stdin.write(b"\n")
        sender.stdin.flush()
        collector.wait_for(1)
        hold_the_interpreter(stall_s)
        assert sender.wait(60) == 0
    collector.wait_for(count)
    return [
        (int.from_bytes(payload[:4], "big"), stamp - int.from_bytes(payload[4:], "big"))
        for payload, stamp in zip(collector.payloads, collector.received_ns)
    ]


@pytest.mark.parametrize(
    ("receiver", "buffer_bytes"), [("recvmmsg", None), ("recvmmsg", 106_496), ("process", 106_496)]
)
def test_a_held_interpreter_loses_nothing_and_smears_nothing(receiver: ReceiverKind, buffer_bytes: int | None) -> None:
    """In a stall far longer than the socket's buffer can bridge, every datagram is kept, with the time it arrived.

    With Linux's default buffer (256 datagrams) as well as with the large one.
    """
    rate_hz, count = 5_000, 10_000
    with listening(receiver) as (intake, collector):
        if buffer_bytes is not None:
            intake._opened().setsockopt(1, 8, buffer_bytes)
        found = perform(intake, collector, stall_s=1.5, count=count, rate_hz=rate_hz)
        assert [number for number, _ in found] == list(range(count))
        assert intake.statistics().lost == 0
        errors = sorted(error for _, error in found)
        assert errors[0] > -1_000_000
        assert errors[count // 2] < 10_000_000
        assert errors[int(count * 0.99)] < 100_000_000


@pytest.mark.parametrize("receiver", ["thread"])
def test_the_plain_receiver_says_what_it_lost(receiver: ReceiverKind) -> None:
    """The receiver without a ring loses in such a stall, and owns up to every datagram."""
    count = 4_000
    collector = Collector()
    intake = Intake("127.0.0.1", 0, collector, receiver)
    intake.open()
    intake._opened().setsockopt(1, 8, 106_496)
    intake.start()
    host, port = intake.address
    command = [sys.executable, "-c", SENDER, host, str(port), str(count), "4000"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as sender:
        assert sender.stdin is not None
        sender.stdin.write(b"\n")
        sender.stdin.flush()
        collector.wait_for(1)
        hold_the_interpreter(0.8)
        assert sender.wait(60) == 0
    intake.close()
    statistics = intake.statistics()
    assert statistics.lost > 0
    assert statistics.received + statistics.lost == count
