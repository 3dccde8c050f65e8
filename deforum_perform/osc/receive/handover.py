"""From one listener to the next on the same port, without losing a datagram in between (Linux).

Two sockets can share a port only while both allow it (SO_REUSEADDR), so both do during the binding and at no other
time. Then the old one is connected to a socket of its own process: from then on the kernel gives it nothing from any
other sender, everything goes to the new one, and the rest in the old one can be read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from ..datagrams import Sender
from .sockets import Endpoint, bind, listen_error

POSSIBLE = sys.platform == "linux"
UDP_TABLE, UDP6_TABLE = Path("/proc/net/udp"), Path("/proc/net/udp6")
LOCAL, INODE = 1, 9


def bind_beside(old: socket.socket, new: socket.socket, endpoint: Endpoint) -> None:
    """Bind ``new`` to ``endpoint`` on the port that ``old`` listens on.

    Raises ListenError, also if another program's socket that allows it would share the port.
    """
    with contextlib.suppress(OSError):
        new.bind(endpoint.address)  # two addresses that are always free
        return
    if _others_at(endpoint, (old,)):
        raise listen_error(endpoint, errno.EADDRINUSE)
    with _shareable(old), _shareable(new):
        bind(new, endpoint)


def step_aside(old: socket.socket, to: Sender) -> None:
    """Let ``old`` receive only from ``to``. Its content stays in it."""
    with contextlib.suppress(OSError):
        old.connect(to)


@contextlib.contextmanager
def _shareable(listener: socket.socket) -> Iterator[None]:
    _allow_sharing(listener, True)
    try:
        yield
    finally:
        _allow_sharing(listener, False)


def _allow_sharing(listener: socket.socket, allowed: bool) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(allowed))


def _others_at(endpoint: Endpoint, ours: tuple[socket.socket, ...]) -> bool:
    """Whether sockets that are not ``ours`` are bound there or to every address, according to the kernel."""
    known = {str(os.fstat(listener.fileno()).st_ino) for listener in ours}
    mine, any_address = _written(endpoint), {"0" * 8, "0" * 32}
    return any(
        address == mine or address in any_address or mine in any_address
        for address, inode in _sockets_on(endpoint)
        if inode not in known
    )


def _sockets_on(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """(address, inode) of every UDP socket of that family on the port."""
    table = UDP6_TABLE if endpoint.family == socket.AF_INET6 else UDP_TABLE
    with contextlib.suppress(OSError):
        for line in table.read_text().splitlines()[1:]:
            columns = line.split()
            address, _, port = columns[LOCAL].rpartition(":")
            if int(port, 16) == endpoint.port:
                yield address, columns[INODE]


def _written(endpoint: Endpoint) -> str:
    """The address as the kernel's table has it: words of the machine's byte order, in hexadecimal digits."""
    packed = socket.inet_pton(endpoint.family, endpoint.host.partition("%")[0])
    return "".join(f"{word:08X}" for (word,) in struct.iter_unpack("=I", packed))
