"""From one listener to the next on the same port: nothing is lost, and no other program gets the port."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from deforum_perform.core.errors import ListenError
from deforum_perform.osc.receive import handover, stamp_probe
from deforum_perform.osc.receive.intake import Intake, ReceiverKind
from deforum_perform.osc.receive.recvmmsg import load_recvmmsg
from deforum_perform.osc.receive.sockets import Endpoint, unbound
from tests.osc.network import Collector, has_ipv6, open_socket, sender_to, until

pytestmark = pytest.mark.skipif(not handover.POSSIBLE, reason="a handover without a gap is Linux's")
RECEIVERS: list[ReceiverKind] = ["thread", "process", "recvmmsg"] if load_recvmmsg() else ["thread", "process"]
MOVES = [("127.0.0.1", "0.0.0.0"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")]


class Stream:
    """A sender that never pauses for long, and numbers what it sends."""

    def __init__(self, port: int, collector: Collector) -> None:
        self._port, self._collector = port, collector
        self.sent = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        """Never more than 100 ahead of what was received, so that no buffer overflows on a busy machine."""
        with sender_to(("127.0.0.1", self._port)) as sender:
            while not self._ending.wait(0.0002):
                if self.sent < len(self._collector.payloads) + 100:
                    sender.send(self.sent.to_bytes(4, "big"))
                    self.sent += 1

    def __enter__(self) -> Stream:  # noqa: PYI034 - Self came with Python 3.11
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ending.set()
        self._thread.join()


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize(("before", "after"), MOVES)
def test_a_move_on_one_port_loses_nothing(receiver: ReceiverKind, before: str, after: str) -> None:
    """While a sender sends all the time, the next listener continues where the last one ended: all, once, in order."""
    collector = Collector()
    old = Intake(before, 0, collector, receiver)
    old.start()
    with Stream(old.address[1], collector) as stream:
        collector.wait_for(50)
        for _ in range(3):
            new = Intake(after, old.address[1], collector, receiver)
            new.open(beside=old)
            new.hold()
            old.close()
            new.start()
            collector.wait_for(stream.sent + 1)
            old, before, after = new, after, before
    until(lambda: len(collector.payloads) == stream.sent)
    old.close()
    assert [int.from_bytes(payload, "big") for payload in collector.payloads] == list(range(stream.sent))


def test_the_old_one_sends_the_new_one_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the old listener still delivers, its probes do not end up with the new one."""
    monkeypatch.setattr(stamp_probe, "PROBE_EVERY_NS", 0)
    arrived, late = Collector(), Collector()
    old = Intake("127.0.0.1", 0, arrived)
    old.start()
    with sender_to(old.address) as sender:
        sender.send(b"abcd")
        arrived.wait_for(1)
        new = Intake("0.0.0.0", old.address[1], late)
        new.open(beside=old)
        new.hold()
        assert old._probe is not None
        old._probe.consider()
        new.start()
        sender.send(b"efgh")
        assert late.wait_for(1) == [b"efgh"]
    old.close()
    new.close()
    assert (arrived.payloads, late.payloads) == ([b"abcd"], [b"efgh"])


def reuse(listener: socket.socket) -> int:
    return listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


@pytest.fixture
def old() -> Iterator[socket.socket]:
    """A listener on every address."""
    with open_socket("0.0.0.0", 0) as listener:
        yield listener


def at(host: str, listener: socket.socket) -> Endpoint:
    return Endpoint(listener.family, host, listener.getsockname()[1])


@contextlib.contextmanager
def open_beside(old: socket.socket, place: Endpoint) -> Iterator[socket.socket]:
    """A listener's socket that has taken its place beside ``old``."""
    with unbound(place.family) as new:
        handover.bind_beside(old, new, place)
        yield new


@contextlib.contextmanager
def sharing(place: Endpoint) -> Iterator[socket.socket]:
    """Another program's socket that shares its port with others that allow it."""
    with unbound(place.family) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(place.address)
        yield other


def test_the_port_is_shared_for_a_moment_only(old: socket.socket) -> None:
    """After the move neither socket allows a third one, even one that would share."""
    with open_beside(old, at("127.0.0.1", old)) as new:
        assert (reuse(old), reuse(new)) == (0, 0)
        with pytest.raises(OSError, match="in use"), sharing(at("127.0.0.1", old)):
            pass


def test_addresses_in_nobodys_way_need_no_sharing() -> None:
    """Two addresses can have one port; then nothing is allowed for a moment even."""
    with open_socket("127.0.0.1", 0) as old, open_beside(old, at("127.0.0.2", old)) as new:
        assert new.getsockname() == ("127.0.0.2", old.getsockname()[1])


@pytest.mark.parametrize("theirs", ["127.0.0.2", "127.0.0.1"])
def test_a_foreign_socket_that_would_share_is_refused(theirs: str) -> None:
    """A program that allows sharing would get some datagrams: the port is in use, and the old listener continues."""
    with open_socket("127.0.0.3", 0) as old, sharing(at(theirs, old)) as other:
        with (
            pytest.raises(ListenError, match=f"port {old.getsockname()[1]}"),
            open_beside(old, at("0.0.0.0", old)),
        ):
            pass
        assert reuse(old) == 0
        assert reuse(other) == 1
        with sender_to(old.getsockname()) as sender:
            sender.send(b"abcd")
            old.settimeout(20)
            assert old.recv(10) == b"abcd"


def test_an_address_without_a_socket_changes_nothing(old: socket.socket) -> None:
    """A move that cannot be leaves the old listener as it was."""
    with pytest.raises(ListenError, match="not an address of this computer"), open_beside(old, at("192.0.2.1", old)):
        pass
    assert reuse(old) == 0


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_ipv6_addresses_as_the_kernel_writes_them() -> None:
    """A socket of IPv6 is found in the kernel's list by its address."""
    with open_socket("::1", 0) as listener:
        place = Endpoint(socket.AF_INET6, "::1", listener.getsockname()[1])
        assert handover._others_at(place, ())
        assert not handover._others_at(place, (listener,))
        assert not handover._others_at(Endpoint(socket.AF_INET6, "::2", place.port), ())
        assert handover._others_at(Endpoint(socket.AF_INET6, "::", place.port), ())


def test_what_the_old_one_holds_stays_and_nothing_more_comes(old: socket.socket) -> None:
    """When replaced, a socket keeps its content and receives only its own process's wake-up."""
    with open_socket("127.0.0.1", 0) as poke, sender_to(("127.0.0.1", old.getsockname()[1])) as sender:
        sender.send(b"before")
        handover.step_aside(old, poke.getsockname())
        sender.send(b"after")
        poke.sendto(b"poke", ("127.0.0.1", old.getsockname()[1]))
        old.settimeout(20)
        assert [old.recv(10), old.recv(10)] == [b"before", b"poke"]
