"""How much a socket buffers while nothing is read, and what it had to drop."""

from __future__ import annotations

import socket
import struct
import sys

from ..datagrams import Loss

WANTED_BUFFER_BYTES = 32 * 1024 * 1024
SMALLEST_BUFFER_BYTES = 64 * 1024
LINUX_SMALL_DATAGRAM_BYTES = 832
"""What a small datagram uses of a Linux receive buffer (measured: a buffer of 212,992 bytes holds 256)."""

SO_MEMINFO = 55
MEMINFO_HELD, MEMINFO_ROOM, MEMINFO_DROPS = 0, 1, 8
COUNTER_RANGE = 2**32
_MEMINFO = struct.Struct("=9I")


def widen_buffer(listener: socket.socket, wanted_bytes: int = WANTED_BUFFER_BYTES) -> int:
    """Make the receive buffer as large as the system allows, up to ``wanted_bytes``; returns its reported size.

    Linux reduces a request to what it allows. macOS refuses one that is too large: the largest it accepts is searched,
    to 64 KiB.
    """
    if _asked(listener, wanted_bytes):
        return buffer_bytes(listener)
    refused, accepted = wanted_bytes, 0
    while refused - accepted > SMALLEST_BUFFER_BYTES:
        middle = (refused + accepted) // 2
        if _asked(listener, middle):
            accepted = middle
        else:
            refused = middle
    return buffer_bytes(listener)


def _asked(listener: socket.socket, size: int) -> bool:
    """Whether the system accepts a buffer of ``size`` bytes; a refused request leaves the last one."""
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    except OSError:
        return False
    return True


def buffer_bytes(listener: socket.socket) -> int:
    """The receive buffer as the system reports it (Linux: twice the requested size)."""
    return listener.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def kernel_drops(listener: socket.socket) -> int:
    """Datagrams that this socket has dropped so far (modulo 2^32), read directly; 0 if the system does not report
    it."""
    fields = _memory(listener)
    return fields[MEMINFO_DROPS] if fields else 0


def has_room(listener: socket.socket) -> bool:
    """Whether less than half of the buffer is in use; True if the system does not report it."""
    fields = _memory(listener)
    return not fields or fields[MEMINFO_HELD] * 2 < fields[MEMINFO_ROOM]


def _memory(listener: socket.socket) -> tuple[int, ...]:
    if sys.platform != "linux":
        return ()
    try:
        fields = listener.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, _MEMINFO.size)
    except OSError:
        return ()
    return _MEMINFO.unpack(fields) if len(fields) == _MEMINFO.size else ()


class LossCounter:
    """Turns the kernel's running count of drops since the socket was made into losses; each drop is reported once."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._known = 0

    def saw(self, count: int, noticed_ns: int, since_ns: int | None = None) -> Loss | None:
        """The loss that a running count of ``count`` means, if it is new; ``since_ns``: when the last datagram arrived
        before it."""
        new = (count - self._known) % COUNTER_RANGE
        if new == 0 or new > COUNTER_RANGE // 2:
            return None
        self._known = count
        return Loss(noticed_ns, new, since_ns=since_ns)

    def ask(self, noticed_ns: int, since_ns: int | None = None) -> Loss | None:
        """Read the count from the socket itself, for drops that have not been followed by a datagram."""
        return self.saw(kernel_drops(self._listener), noticed_ns, since_ns)
