"""The listening socket: its addresses, how it is bound, and the messages if it cannot be."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import select
import socket
import struct
import sys
from dataclasses import dataclass

from ...core.errors import InputError, ListenError
from ...core.listener import HIGHEST_PORT
from ..datagrams import Sender
from .child_program import SO_TIMESTAMPNS
from .port_holder import ANY_ADDRESS, holder_of
from .socket_buffer import widen_buffer

PORTS_TRIED = 100
HIGHEST_PRIVILEGED_PORT = 1023
LONGEST_NAME = 253

SO_RXQ_OVFL = 40
MACOS_SO_TIMESTAMP = 0x400


@dataclass(frozen=True)
class Endpoint:
    """A resolved address to listen on."""

    family: socket.AddressFamily
    host: str
    port: int

    @property
    def address(self) -> tuple[str, int]:
        """The argument of ``bind``."""
        return self.host, self.port


def resolve(host: str, port: int) -> Endpoint:
    """The address of ``host`` (a name, an IPv4 or an IPv6 address) on this computer.

    Raises InputError for an invalid one: an empty or unknown name, a port outside 0 to 65535, multicast.
    """
    port, name = _checked_port(port), _checked_name(host)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        advice = "Type 127.0.0.1, or an address of this computer."
        raise InputError(f"The OSC host '{name}' cannot be found. {advice}") from None
    by_family = {family: place for family, _, _, _, place in reversed(found)}
    for family in (socket.AF_INET, socket.AF_INET6):
        if family in by_family:
            endpoint = Endpoint(family, str(by_family[family][0]), port)
            break
    else:
        raise InputError(f"The OSC host '{name}' has neither an IPv4 nor an IPv6 address.")
    if is_multicast(endpoint):
        advice = "Send to an address of this computer instead."
        raise InputError(f"Perform does not join multicast groups such as {endpoint.host}. {advice}")
    return endpoint


def _checked_port(port: object) -> int:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= HIGHEST_PORT:
        raise InputError(f"The OSC port has to be a whole number from 1 to {HIGHEST_PORT}; it is {str(port)[:20]!r}.")
    return port


def _checked_name(host: object) -> str:
    name = host.strip().strip("[]") if isinstance(host, str) else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        advice = "Type 127.0.0.1 to receive only from programs on this computer."
        raise InputError(f"The OSC host has to be a name or an address. {advice}")
    return name


def is_multicast(endpoint: Endpoint) -> bool:
    """Whether the address is a group, not a computer."""
    return ipaddress.ip_address(endpoint.host.partition("%")[0]).is_multicast


def is_loopback(host: str) -> bool:
    """Whether only programs on this computer can reach ``host``; of names, only ``localhost`` counts."""
    name = host.partition("%")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name in ("", "localhost")


def is_wildcard(host: str) -> bool:
    """Whether ``host`` is every address of this computer."""
    return host in ANY_ADDRESS


def unbound(family: socket.AddressFamily) -> socket.socket:
    """A UDP socket with the largest buffer the system allows, kernel stamps and a count of drops if available.

    Never shares its port: on Linux a second socket with SO_REUSEADDR would take all datagrams from the first.
    """
    listener = socket.socket(family, socket.SOCK_DGRAM)
    try:
        _prepare(listener)
    except BaseException:
        listener.close()
        raise
    return listener


def bind(listener: socket.socket, endpoint: Endpoint) -> None:
    """Let ``listener`` receive what is sent to ``endpoint``. Raises ListenError with the next free port."""
    try:
        listener.bind(endpoint.address)
    except OSError as error:
        raise listen_error(endpoint, error.errno) from error


def _try(endpoint: Endpoint) -> None:
    """Bind a socket there and release it. Raises OSError."""
    with unbound(endpoint.family) as trial:
        trial.bind(endpoint.address)


def _prepare(listener: socket.socket) -> None:
    """All options that must be set before the first datagram arrives."""
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


class SelfPoke:
    """A socket that sends only to the listener: empty datagrams, to wake a receiver that waits for one."""

    def __init__(self, listener: socket.socket) -> None:
        target = _reachable(listener)
        self.socket = socket.socket(listener.family, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        with contextlib.suppress(OSError):
            self.socket.bind((target[0], 0))
            self.socket.connect(target)
        self.address: Sender = self.socket.getsockname()[:2]

    def send(self) -> None:
        """Send one; if the system forbids it, nothing happens."""
        with contextlib.suppress(OSError):
            self.socket.send(b"")

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def _reachable(listener: socket.socket) -> Sender:
    """The listener's address as this computer can send to it."""
    host, port = listener.getsockname()[:2]
    loopback = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    return loopback.get(host, host), port


def holds_unread(listener: socket.socket) -> bool:
    """Whether unread datagrams wait in the socket. Needs no file descriptor of its own."""
    if sys.platform == "win32":
        return bool(select.select([listener], [], [], 0)[0])
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    return bool(poll.poll(0))


def sender_of(name: bytes) -> Sender:
    """(host, port) from a ``struct sockaddr_in`` or ``sockaddr_in6`` of Linux; ("", 0) for another family."""
    (family,) = struct.unpack_from("=H", name)
    (port,) = struct.unpack_from(">H", name, 2)
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, name[4:8]), port
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, name[8:24]), port
    return "", 0


def free_port_after(endpoint: Endpoint) -> int | None:
    """The next port of that host that is free now, or None."""
    for port in range(endpoint.port + 1, min(endpoint.port + PORTS_TRIED, HIGHEST_PORT) + 1):
        try:
            _try(Endpoint(endpoint.family, endpoint.host, port))
        except OSError:
            continue
        return port
    return None


def bind_errno(endpoint: Endpoint) -> int:
    """Why the address cannot be used now, as an errno; 0 if it can."""
    try:
        _try(endpoint)
    except OSError as error:
        return error.errno or errno.EINVAL
    return 0


def has_address(endpoint: Endpoint) -> bool:
    """Whether the computer has the address now, whichever program uses the port."""
    try:
        with socket.socket(endpoint.family, socket.SOCK_DGRAM) as trial:
            trial.bind((endpoint.host, 0))
    except OSError as error:
        return error.errno != errno.EADDRNOTAVAIL
    return True


def listen_error(endpoint: Endpoint, number: int | None) -> ListenError:
    """The error if ``bind`` failed with errno ``number``."""
    host, port = endpoint.address
    free: int | None = None
    if number == errno.EADDRINUSE:
        free = free_port_after(endpoint)
        advice = f" Port {free} is free." if free is not None else ""
        message = f"{_held(endpoint)}{advice}"
    elif number == errno.EADDRNOTAVAIL:
        advice = "Type 127.0.0.1 to receive from programs on this computer."
        message = f"{host} is not an address of this computer, so Perform cannot listen there. {advice}"
    elif number in (errno.EACCES, errno.EPERM):
        free = free_port_after(Endpoint(endpoint.family, host, max(port, HIGHEST_PRIVILEGED_PORT)))
        advice = f"Choose a port above {HIGHEST_PRIVILEGED_PORT}."
        message = f"The system does not let Perform listen on OSC port {port} of {host}. {advice}"
    else:
        reason = os.strerror(number) if number else "the system gives no reason"
        message = f"Perform cannot listen on OSC port {port} of {host}: {reason}."
    return ListenError(message, host, port, free)


def _held(endpoint: Endpoint) -> str:
    host, port = endpoint.address
    holder = holder_of(host, port)
    if holder is None:
        return f"Another program already listens on OSC port {port} of {host}."
    return f"OSC port {port} of {host} is in use by {holder.described}."
