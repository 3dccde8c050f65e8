"""A held interpreter: what arrives meanwhile is neither lost nor given a wrong time (Linux)."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys

import pytest

from deforum_perform.osc.intake import Intake, ReceiverKind
from deforum_perform.osc.recvmmsg import load_recvmmsg
from tests.osc.network import Collector, listening

pytestmark = pytest.mark.skipif(load_recvmmsg() is None, reason="recvmmsg is Linux's")

SENDER = """
import socket, sys, time
host, port, count, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sys.stdin.readline()
for number in range(count):
    time.sleep(pause)
    sender.sendto(number.to_bytes(4, "big") + time.monotonic_ns().to_bytes(8, "big"), (host, port))
"""
PAUSE_S = 0.0005
SMALL_BUFFER_BYTES = 212_992
"""Asked for; Linux gives twice that, which holds 512 small datagrams."""


def small_buffer(intake: Intake) -> None:
    """As on a machine that gives no more."""
    intake._opened().setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)


def hold_the_interpreter(seconds: float) -> None:
    """A C call that keeps the interpreter to itself: ctypes.PyDLL does not give it up."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def send_while_held(intake: Intake, collector: Collector, count: int, stall_s: float) -> None:
    """Send ``count`` datagrams from another process, the interpreter held while they arrive.

    The sender keeps a distance and never catches up, so that a busy machine makes no bursts.
    """
    host, port = intake.address
    command = [sys.executable, "-c", SENDER, host, str(port), str(count), str(PAUSE_S)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as sender:
        assert sender.stdin is not None
        sender.stdin.write(b"\n")
        sender.stdin.flush()
        collector.wait_for(1)
        hold_the_interpreter(stall_s)
        assert sender.wait(120) == 0


@pytest.mark.parametrize("receiver", ["recvmmsg", "process"])
def test_a_held_interpreter_loses_nothing_and_smears_nothing(receiver: ReceiverKind) -> None:
    """In a stall far longer than the socket's buffer can bridge, every datagram is kept, with the time it arrived."""
    count, stall_s = 3_000, 2.0
    with listening(receiver) as (intake, collector):
        small_buffer(intake)
        send_while_held(intake, collector, count, stall_s)
        payloads = collector.wait_for(count)
        assert [int.from_bytes(payload[:4], "big") for payload in payloads] == list(range(count))
        assert intake.statistics().lost == 0
        pairs = zip(payloads, collector.received_ns)
        errors_s = sorted((stamp - int.from_bytes(payload[4:], "big")) / 1e9 for payload, stamp in pairs)
        assert errors_s[0] > -0.001
        assert errors_s[int(count * 0.9)] < stall_s / 20


def test_the_plain_receiver_says_what_it_lost() -> None:
    """The receiver without a ring loses in such a stall, and owns up to every datagram."""
    count = 3_000
    collector = Collector()
    intake = Intake("127.0.0.1", 0, collector, "thread")
    intake.open()
    small_buffer(intake)
    intake.start()
    send_while_held(intake, collector, count, stall_s=2.0)
    intake.close()
    statistics = intake.statistics()
    assert statistics.lost > 0
    assert statistics.received + statistics.lost == count
