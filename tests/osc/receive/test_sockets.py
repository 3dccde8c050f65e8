"""Where one may listen, and what is said where one may not."""

from __future__ import annotations

import errno
import socket
import sys

import pytest

from deforum_perform.core.errors import InputError, ListenError
from deforum_perform.core.listener import HIGHEST_PORT
from deforum_perform.osc.receive import socket_buffer, sockets
from deforum_perform.osc.receive.intake import Intake
from tests.osc.network import Collector, has_ipv6, listening, open_socket


def test_a_taken_port_is_named_with_the_next_free_one() -> None:
    """Two listeners never share a port; the second gets an error with the port and the next free one."""
    with listening() as (first, _):
        host, port = first.address
        second = Intake(host, port, Collector())
        with pytest.raises(ListenError, match=f"port {port} of {host}") as caught:
            second.open()
        free = caught.value.free_port
        assert caught.value.details() == {"host": host, "port": port, "free_port": free}
        assert free is not None
        assert free > port
        assert f"Port {free} is free" in str(caught.value)
        open_socket(host, free).close()


def test_a_port_is_never_shared() -> None:
    """SO_REUSEADDR and SO_REUSEPORT stay off, or a second program could take all datagrams."""
    with open_socket("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == 0
        if hasattr(socket, "SO_REUSEPORT"):
            assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 0


def test_no_free_port_is_no_invented_one() -> None:
    """At the end of the port numbers there is nothing to offer."""
    assert sockets.free_port_after(sockets.Endpoint(socket.AF_INET, "127.0.0.1", HIGHEST_PORT)) is None


@pytest.mark.parametrize("port", [-1, 65_536, 9000.0, "9000", True, None])
def test_bad_ports(port: object) -> None:
    """A port that cannot be one is refused with the range."""
    with pytest.raises(InputError, match="whole number from 1 to 65535"):
        Intake("127.0.0.1", port, Collector()).open()


@pytest.mark.parametrize("host", ["", "   ", "a\nb", None, "x" * 300])
def test_hosts_that_are_none(host: object) -> None:
    """A host that can be no name is refused with what to type instead."""
    with pytest.raises(InputError, match=r"Type 127\.0\.0\.1"):
        Intake(host, 0, Collector()).open()


@pytest.mark.parametrize("host", ["999.1.1.1", "no such host", "höst..example"])
def test_unknown_hosts(host: str) -> None:
    """A name that leads nowhere is named."""
    with pytest.raises(InputError, match="cannot be found"):
        sockets.resolve(host, 9000)


@pytest.mark.parametrize("host", ["224.0.0.1", "239.255.255.255", "ff02::1"])
def test_multicast_is_refused_clearly(host: str) -> None:
    """Groups are not joined, and it says so."""
    with pytest.raises(InputError, match="multicast"):
        sockets.resolve(host, 9000)


def test_an_address_of_another_machine() -> None:
    """An address this machine does not have is named as such."""
    with pytest.raises(ListenError, match=r"192\.0\.2\.1 is not an address of this computer"):
        open_socket("192.0.2.1", 0)


@pytest.mark.parametrize("host", ["localhost", " 127.0.0.1 ", "0.0.0.0"])
def test_names_and_wildcards(host: str) -> None:
    """Names are resolved, blanks around them are forgiven."""
    with open_socket(host, 0) as listener:
        assert listener.family == socket.AF_INET


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
@pytest.mark.parametrize("host", ["::1", "[::1]", "::"])
def test_ipv6(host: str) -> None:
    """IPv6 addresses work, with brackets too."""
    with open_socket(host, 0) as listener:
        assert listener.family == socket.AF_INET6


def test_the_buffer_is_as_large_as_the_system_gives() -> None:
    """The receive buffer grows beyond the system's default, and its size is read back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain, open_socket("127.0.0.1", 0) as listener:
        assert socket_buffer.buffer_bytes(listener) >= socket_buffer.buffer_bytes(plain)


class Stingy:
    """A socket of a system that refuses large buffers, as macOS does."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 9_216

    def setsockopt(self, _level: int, _option: int, value: int) -> None:
        """Set the size, up to the limit."""
        if value > self.limit:
            raise OSError(errno.ENOBUFS, "no buffer space")
        self.size = value

    def getsockopt(self, _level: int, _option: int) -> int:
        """The size."""
        return self.size


@pytest.mark.parametrize(
    ("limit", "given"),
    [(10**9, 32 << 20), (8 << 20, 8 << 20), (7_456_540, 7_456_540), (100_000, 100_000), (999, 9_216)],
)
def test_the_largest_buffer_that_is_given_is_found(limit: int, given: int) -> None:
    """Where a large wish is refused, what is accepted comes close to the limit; else the system's own stays."""
    found = socket_buffer.widen_buffer(Stingy(limit))
    assert given - socket_buffer.SMALLEST_BUFFER_BYTES <= found <= given


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count of drops is Linux's")
def test_drops_are_reported_once() -> None:
    """What the kernel drops when the buffer is full is counted wherever it is read, once."""
    with open_socket("127.0.0.1", 0) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        losses = socket_buffer.LossCounter(listener)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(100):
                sender.sendto(b"abcd", listener.getsockname())
        loss = losses.ask(5)
        assert loss is not None
        assert loss.noticed_ns == 5
        assert 90 < loss.count < 100
        assert losses.ask(6) is None
        assert losses.saw(loss.count, 6) is None
        assert losses.saw(loss.count - 1, 6) is None
        late = losses.saw(loss.count + 2, 7)
        assert late is not None
        assert late.count == 2


def test_sockaddr_is_read() -> None:
    """Addresses as the kernel writes them are given as Python gives them."""
    four = (2).to_bytes(2, sys.byteorder) + (9000).to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(24)
    six = (
        (socket.AF_INET6).to_bytes(2, sys.byteorder)
        + (9001).to_bytes(2, "big")
        + bytes(4)
        + bytes(15)
        + b"\1"
        + bytes(8)
    )
    assert sockets.sender_of(four) == ("127.0.0.1", 9000)
    assert sockets.sender_of(six) == ("::1", 9001)
    assert sockets.sender_of(bytes(32)) == ("", 0)
