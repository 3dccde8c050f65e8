"""A held interpreter: what arrives meanwhile is neither lost nor given a wrong time (Linux)."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from deforum_perform.osc.datagrams import Sender
from deforum_perform.osc.receive import intake as intake_module
from deforum_perform.osc.receive.intake import Intake, ReceiverKind
from deforum_perform.osc.receive.recvmmsg import load_recvmmsg
from tests.osc.network import Collector, has_ipv6, listening

pytestmark = pytest.mark.skipif(load_recvmmsg() is None, reason="recvmmsg is Linux's")
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")

SENDER = """
import socket, sys, time
host, port, count, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
sender = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
sys.stdin.readline()
for number in range(count):
    time.sleep(pause)
    sender.sendto(number.to_bytes(4, "big") + time.monotonic_ns().to_bytes(8, "big"), (host, port))
"""
PAUSE_S = 0.0005
SMALL_BUFFER_BYTES = 212_992
"""Asked for; Linux gives twice that, which holds 512 small datagrams."""


def small_buffer(listener: socket.socket) -> None:
    """As on a machine that gives no more."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)


def hold_the_interpreter(seconds: float) -> None:
    """A C call that keeps the interpreter to itself: ctypes.PyDLL does not give it up."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def send_while_held(address: Sender, count: int, stall_s: float, begun: Callable[[], object]) -> None:
    """Send ``count`` datagrams from another process, the interpreter held while they arrive, once it has ``begun``.

    The sender keeps a distance and never catches up, so that a busy machine makes no bursts.
    """
    host, port = address
    command = [sys.executable, "-c", SENDER, host, str(port), str(count), str(PAUSE_S)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as sender:
        assert sender.stdin is not None
        sender.stdin.write(b"\n")
        sender.stdin.flush()
        begun()
        hold_the_interpreter(stall_s)
        assert sender.wait(120) == 0


@pytest.mark.parametrize("receiver", ["recvmmsg", "process"])
def test_a_held_interpreter_loses_nothing_and_smears_nothing(receiver: ReceiverKind) -> None:
    """In a stall far longer than the socket's buffer can bridge, every datagram is kept, with the time it arrived."""
    count, stall_s = 3_000, 2.0
    with listening(receiver) as (intake, collector):
        small_buffer(intake._opened())
        send_while_held(intake.address, count, stall_s, lambda: collector.wait_for(1))
        payloads = collector.wait_for(count)
        assert [int.from_bytes(payload[:4], "big") for payload in payloads] == list(range(count))
        assert intake.statistics().lost == 0
        pairs = zip(payloads, collector.received_ns)
        errors_s = sorted((stamp - int.from_bytes(payload[4:], "big")) / 1e9 for payload, stamp in pairs)
        assert errors_s[0] > -0.001
        assert errors_s[int(count * 0.9)] < stall_s / 20


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
@pytest.mark.parametrize("follows", [False, True])
def test_a_stall_that_begins_with_the_listener_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, host: str, follows: bool
) -> None:
    """An interpreter that is held from the moment on at which the socket is bound, for the first time or beside the
    listener before it, loses no datagram: the thread is in the kernel already."""
    count, collector, name = 3_000, Collector(), "bind_beside" if follows else "bind"
    old = Intake(host, 0, collector)
    old.start()
    new = Intake(host, old.address[1] if follows else 0, collector)
    bind: Callable[..., None] = getattr(intake_module, name)

    def bind_and_hold(*sockets_and_place: Any) -> None:
        bind(*sockets_and_place)
        listener: socket.socket = sockets_and_place[-2]
        small_buffer(listener)
        send_while_held(listener.getsockname()[:2], count, 2.0, lambda: None)

    monkeypatch.setattr(intake_module, name, bind_and_hold)
    new.open(beside=old if follows else None)
    new.hold()
    old.close()
    new.start()
    payloads = collector.wait_for(count)
    new.close()
    assert [int.from_bytes(payload[:4], "big") for payload in payloads] == list(range(count))
    assert new.statistics().lost == 0


def test_the_plain_receiver_says_what_it_lost() -> None:
    """The receiver without a ring loses in such a stall, and owns up to every datagram."""
    count = 3_000
    collector = Collector()
    intake = Intake("127.0.0.1", 0, collector, "thread")
    intake.open()
    small_buffer(intake._opened())
    intake.start()
    send_while_held(intake.address, count, 2.0, lambda: collector.wait_for(1))
    intake.close()
    statistics = intake.statistics()
    assert statistics.lost > 0
    assert statistics.received + statistics.lost == count
