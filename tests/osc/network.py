"""Loopback, for tests: a collecting sink, a sender, and waiting for a condition with a deadline."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from deforum_perform.core.errors import ListenError
from deforum_perform.osc.datagrams import Datagrams, Sender
from deforum_perform.osc.receive.intake import Intake, ReceiverKind
from deforum_perform.osc.receive.sockets import bind, resolve, unbound

DEADLINE_S = 20.0


def has_ipv6() -> bool:
    """Whether this machine has an IPv6 loopback."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@dataclass
class Collector:
    """A sink that keeps everything and can be waited for."""

    batches: list[Datagrams] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, batch: Datagrams) -> None:
        with self.arrived:
            self.batches.append(batch)
            self.arrived.notify_all()

    @property
    def payloads(self) -> list[bytes]:
        """All that came, in order."""
        return [payload for batch in list(self.batches) for payload in batch.payloads]

    @property
    def received_ns(self) -> list[int]:
        """The stamps, in order."""
        return [stamp for batch in list(self.batches) for stamp in batch.received_ns]

    @property
    def senders(self) -> list[Sender]:
        """Who sent, in order."""
        return [sender for batch in list(self.batches) for sender in batch.senders]

    def wait_for(self, count: int) -> list[bytes]:
        """The payloads, once there are ``count`` of them; fails after the deadline."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.payloads) >= count, DEADLINE_S), len(self.payloads)
        return self.payloads


@contextlib.contextmanager
def listening(receiver: ReceiverKind = "auto", host: str = "127.0.0.1") -> Iterator[tuple[Intake, Collector]]:
    """A started intake on a free port, closed at the end."""
    collector = Collector()
    intake = Intake(host, 0, collector, receiver)
    intake.start()
    try:
        yield intake, collector
    finally:
        intake.close()


def open_socket(host: str, port: int) -> socket.socket:
    """A socket as a listener has it, bound. Raises InputError or ListenError."""
    place = resolve(host, port)
    listener = unbound(place.family)
    try:
        bind(listener, place)
    except ListenError:
        listener.close()
        raise
    return listener


@contextlib.contextmanager
def sender_to(address: Sender) -> Iterator[socket.socket]:
    """A socket connected to the address."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.connect(address)
        yield sender


def until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds; fails after the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        pause.wait(0.005)
