"""The accuracy of the listener's stamps, measured: at intervals it sends itself a datagram and measures how late it is
stamped.

The probe uses the same socket, the same receiver and the same mapping of clocks as everything else, and is removed
before delivery.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable

from ..datagrams import Datagrams
from .socket_buffer import has_room
from .sockets import SelfPoke

PROBE_EVERY_NS = 1_000_000_000
SLOW_SEND_NS = 1_000_000
"""A send that took longer was interrupted: its time is unknown."""

KEPT = 64
MOST_UNDER_WAY = 16
_NUMBER = struct.Struct(">4sI")
_MARK = b"time"

Send = Callable[[socket.socket, bytes], None]


def held_send() -> Send:
    """The system library's ``send``, which does not release the interpreter while it sends.

    Python's own releases it; if other threads compute, the time of sending is then known only to some milliseconds. A
    non-blocking socket needs microseconds. Falls back to Python's own.
    """
    windows = sys.platform == "win32"
    try:
        function = ctypes.PyDLL("ws2_32" if windows else None).send
    except (OSError, AttributeError):
        return _plain_send
    descriptor, length = (ctypes.c_size_t, ctypes.c_int) if windows else (ctypes.c_int, ctypes.c_size_t)
    function.argtypes = [descriptor, ctypes.c_char_p, length, ctypes.c_int]

    def send(sender: socket.socket, payload: bytes) -> None:
        function(sender.fileno(), payload, len(payload), 0)

    return send


def _plain_send(sender: socket.socket, payload: bytes) -> None:
    with contextlib.suppress(OSError):
        sender.send(payload)


class StampProbe:
    """Probes for ``listener``; ``now_ns`` is the clock its stamps are mapped to. For the delivering thread; any thread
    may ``retire`` it."""

    def __init__(self, listener: socket.socket, now_ns: Callable[[], int], send: Send | None = None) -> None:
        self._listener, self._now_ns, self._send = listener, now_ns, send or held_send()
        self._poke = SelfPoke(listener)
        self._sending = threading.Lock()
        self._retired = False
        self._number = 0
        self._due_ns = 0
        self._under_way: dict[int, int | None] = {}
        self._errors: deque[int] = deque(maxlen=KEPT)
        self.error_ns: int | None = None
        """The largest delay of the last 64 probes' stamps, which is their 99th percentile; None before one."""

    def consider(self) -> None:
        """Send a probe, once a second at most. Not into a socket that is half full: it must not displace another
        datagram."""
        with self._sending:
            if not self._retired:
                self._send_if_due()

    def retire(self) -> None:
        """Send no more: another listener would receive it."""
        with self._sending:
            self._retired = True

    def _send_if_due(self) -> None:
        sent_ns = self._now_ns()
        if sent_ns < self._due_ns or not has_room(self._listener):
            return
        self._due_ns = sent_ns + PROBE_EVERY_NS
        self._number = (self._number + 1) % 2**32
        payload = _NUMBER.pack(_MARK, self._number)
        sent_ns = self._now_ns()
        self._send(self._poke.socket, payload)
        known = self._now_ns() - sent_ns <= SLOW_SEND_NS
        if len(self._under_way) >= MOST_UNDER_WAY:
            self._under_way.clear()
        self._under_way[self._number] = sent_ns if known else None

    def sift(self, batch: Datagrams) -> Datagrams:
        """The batch without probes; a batch without any is returned unchanged."""
        mine = self._poke.address
        if not self._under_way or mine not in batch.senders:
            return batch
        for place, sender in enumerate(batch.senders):
            if sender == mine:
                self._measure(batch.payloads[place], batch.received_ns[place])
        return batch.only([place for place, sender in enumerate(batch.senders) if sender != mine])

    def _measure(self, payload: bytes, received_ns: int) -> None:
        mark, number = _NUMBER.unpack(payload) if len(payload) == _NUMBER.size else (b"", 0)
        if mark != _MARK or number not in self._under_way:
            return
        sent_ns = self._under_way[number]
        for earlier in [known for known in self._under_way if known <= number]:
            del self._under_way[earlier]
        if sent_ns is not None:
            self._errors.append(abs(received_ns - sent_ns))
            self.error_ns = max(self._errors)

    def close(self) -> None:
        """Close the socket."""
        self._poke.close()
