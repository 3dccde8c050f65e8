"""The listening socket: whom it may be, how it is bound, and how much it holds."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
import struct
import sys
from dataclasses import dataclass

from ..core.errors import InputError, ListenError
from .datagrams import Loss, Sender

WANTED_BUFFER_BYTES = 4 * 1024 * 1024
SMALLEST_BUFFER_BYTES = 64 * 1024
PORTS_TRIED = 100
HIGHEST_PORT = 65_535
HIGHEST_PRIVILEGED_PORT = 1023
LONGEST_NAME = 253
LINUX_SMALL_DATAGRAM_BYTES = 832
"""What a small datagram costs of a Linux receive buffer (measured: a buffer of 212,992 bytes holds 256)."""

SO_TIMESTAMPNS = 35
SO_RXQ_OVFL = 40
SO_MEMINFO = 55
MEMINFO_DROPS = 8
COUNTER_RANGE = 2**32
MACOS_SO_TIMESTAMP = 0x400
SCM_TIMESTAMP = 2
_MEMINFO = struct.Struct("=9I")


@dataclass(frozen=True)
class Endpoint:
    """A resolved place to listen at."""

    family: socket.AddressFamily
    host: str
    port: int

    @property
    def address(self) -> tuple[str, int]:
        """What ``bind`` takes."""
        return self.host, self.port


def resolve(host: str, port: int) -> Endpoint:
    """The address that ``host`` (a name, an IPv4 or an IPv6 address) stands for on this machine.

    Raises InputError for what can never be one: an empty or unknown name, a port outside 0 to 65535, multicast.
    """
    port, name = _checked_port(port), _checked_name(host)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        advice = "Type 127.0.0.1, or an address of this machine."
        raise InputError(f"No machine is known by the OSC host '{name}'. {advice}") from None
    by_family = {family: place for family, _, _, _, place in reversed(found)}
    for family in (socket.AF_INET, socket.AF_INET6):
        if family in by_family:
            endpoint = Endpoint(family, str(by_family[family][0]), port)
            break
    else:
        raise InputError(f"The OSC host '{name}' has neither an IPv4 nor an IPv6 address.")
    if is_multicast(endpoint):
        advice = "Send to an address of this machine instead."
        raise InputError(f"Perform does not join multicast groups such as {endpoint.host}. {advice}")
    return endpoint


def _checked_port(port: object) -> int:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= HIGHEST_PORT:
        raise InputError(f"The OSC port has to be a whole number from 1 to {HIGHEST_PORT}; it is {str(port)[:20]!r}.")
    return port


def _checked_name(host: object) -> str:
    name = host.strip().strip("[]") if isinstance(host, str) else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        advice = "Type 127.0.0.1 to hear programs on this machine only."
        raise InputError(f"The OSC host has to be a name or an address. {advice}")
    return name


def is_multicast(endpoint: Endpoint) -> bool:
    """Whether the address is a group, not a machine."""
    packed = socket.inet_pton(endpoint.family, endpoint.host.partition("%")[0])
    return packed[0] == 0xFF if endpoint.family == socket.AF_INET6 else 224 <= packed[0] < 240


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach ``host``; of names, only ``localhost`` (and none yet) counts so."""
    name = host.partition("%")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in ("", "localhost")


def open_socket(host: str, port: int) -> socket.socket:
    """A bound UDP socket with the largest buffer the system gives, kernel stamps and a count of drops where it can.

    Never shares its port: on Linux a second socket with SO_REUSEADDR would take all datagrams from the first.
    Raises InputError, or ListenError with the next free port.
    """
    endpoint = resolve(host, port)
    try:
        return _bound(endpoint)
    except OSError as error:
        raise _listen_error(endpoint, error) from error


def _bound(endpoint: Endpoint) -> socket.socket:
    listener = socket.socket(endpoint.family, socket.SOCK_DGRAM)
    try:
        _prepare(listener)
        listener.bind(endpoint.address)
    except BaseException:
        listener.close()
        raise
    return listener


def _prepare(listener: socket.socket) -> None:
    """All options that have to stand before the first datagram arrives."""
    if sys.platform == "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if sys.platform == "linux":
        listener.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        listener.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
    elif sys.platform == "darwin":
        listener.setsockopt(socket.SOL_SOCKET, MACOS_SO_TIMESTAMP, 1)
    widen_buffer(listener)


def widen_buffer(listener: socket.socket, wanted_bytes: int = WANTED_BUFFER_BYTES) -> int:
    """Ask for ``wanted_bytes`` of receive buffer, halved until the system accepts; gives what it then says it has."""
    while wanted_bytes >= SMALLEST_BUFFER_BYTES:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, wanted_bytes)
            break
        except OSError:
            wanted_bytes //= 2
    return buffer_bytes(listener)


def buffer_bytes(listener: socket.socket) -> int:
    """The receive buffer as the system states it (Linux: twice what was asked for)."""
    return listener.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def kernel_drops(listener: socket.socket) -> int:
    """Datagrams this socket had to drop so far (modulo 2^32), asked directly; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    try:
        fields = listener.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, _MEMINFO.size)
    except OSError:
        return 0
    return int(_MEMINFO.unpack(fields)[MEMINFO_DROPS]) if len(fields) == _MEMINFO.size else 0


class LossCounter:
    """Turns the kernel's running count of drops since the socket was made into losses; each drop is told once."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._known = 0

    def saw(self, count: int, noticed_ns: int) -> Loss | None:
        """The loss that a running count of ``count`` means, if it is news."""
        new = (count - self._known) % COUNTER_RANGE
        if new == 0 or new > COUNTER_RANGE // 2:
            return None
        self._known = count
        return Loss(noticed_ns, new)

    def ask(self, noticed_ns: int) -> Loss | None:
        """Ask the socket itself, for drops behind which no datagram has come yet."""
        return self.saw(kernel_drops(self._listener), noticed_ns)


class SelfPoke:
    """A socket that sends the listener an empty datagram, to wake a receiver that waits for one."""

    def __init__(self, listener: socket.socket) -> None:
        self._target = _reachable(listener)
        self._socket = socket.socket(listener.family, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError):
            self._socket.bind((self._target[0], 0))
        self.address: Sender = self._socket.getsockname()[:2]

    def send(self) -> None:
        """Send one; where the system forbids it, nothing happens."""
        with contextlib.suppress(OSError):
            self._socket.sendto(b"", self._target)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()


def _reachable(listener: socket.socket) -> Sender:
    """The listener's address as this machine can send to it."""
    host, port = listener.getsockname()[:2]
    loopback = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    return loopback.get(host, host), port


def sender_of(name: bytes) -> Sender:
    """(host, port) out of a ``struct sockaddr_in`` or ``sockaddr_in6`` of Linux; ("", 0) for another family."""
    (family,) = struct.unpack_from("=H", name)
    (port,) = struct.unpack_from(">H", name, 2)
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, name[4:8]), port
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, name[8:24]), port
    return "", 0


def free_port_after(endpoint: Endpoint) -> int | None:
    """The next port of that host that can be had now, or None."""
    for port in range(endpoint.port + 1, min(endpoint.port + PORTS_TRIED, HIGHEST_PORT) + 1):
        try:
            _bound(Endpoint(endpoint.family, endpoint.host, port)).close()
        except OSError:
            continue
        return port
    return None


def _listen_error(endpoint: Endpoint, error: OSError) -> ListenError:
    host, port = endpoint.address
    free: int | None = None
    if error.errno == errno.EADDRINUSE:
        free = free_port_after(endpoint)
        advice = f" Port {free} is free." if free is not None else ""
        message = f"Another program already listens on OSC port {port} of {host}.{advice}"
    elif error.errno == errno.EADDRNOTAVAIL:
        advice = "Type 127.0.0.1 to hear programs on this machine."
        message = f"{host} is no address of this machine, so Perform cannot listen there. {advice}"
    elif error.errno in (errno.EACCES, errno.EPERM):
        free = free_port_after(Endpoint(endpoint.family, host, max(port, HIGHEST_PRIVILEGED_PORT)))
        advice = f"Choose a port above {HIGHEST_PRIVILEGED_PORT}."
        message = f"The system does not let Perform listen on OSC port {port} of {host}. {advice}"
    else:
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = f"Perform cannot listen on OSC port {port} of {host}: {reason}."
    return ListenError(message, host, port, free)
