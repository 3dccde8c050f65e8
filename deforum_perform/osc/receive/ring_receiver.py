"""The receiver for Linux: a thread that stays inside ``recvmmsg``, so that a blocked interpreter loses nothing.

The thread waits in the kernel with a ring of datagrams; the delivering thread reads what the call has received so far,
without ending it, and releases the entries. The thread therefore needs the interpreter only once in millions of
datagrams, and whenever the interpreter stalls, nearly the whole ring is free.
"""

from __future__ import annotations

import errno
import select
import socket
import threading
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..datagrams import Datagrams, Loss, Sender
from .recvmmsg import DATAGRAM_BYTES, Call, Ring
from .sockets import sender_of
from .threaded_receiver import PAUSE_AFTER_ERROR_S, ThreadedReceiver

RING_ENTRIES = 32_768
SMALLEST_RING = 1_024
BATCH = 8_192
ACTIVE_TICK_S = 0.012
ENDING_TICK_S = 0.002
ROOM_WAIT_S = 0.05
IDLE_TICK_MS = 120
IDLE_TICKS = 3
ACTIVE_FOR_S = 0.5
TEST_S = 1.0
PASSING_ERRORS = frozenset({errno.EMSGSIZE, errno.EINTR, errno.EAGAIN, errno.ECONNREFUSED})
KNOWN_SENDERS = 4096


class RingReceiver(ThreadedReceiver):
    """Receives on ``listener`` by ``call`` into ``ring``; see ``datagrams.Receiver``."""

    name = "recvmmsg"

    def __init__(self, listener: socket.socket, call: Call, ring: Ring) -> None:
        super().__init__(listener, kernel_stamps=True)
        self._call, self._datagrams = call, ring
        self.ring = ring.entries - 1
        self._calls, self._calling = 0, False
        self._room = threading.Event()
        self._senders: dict[bytes, Sender] = {}
        self._active_until = 0.0
        self._arrival = select.poll()
        self._arrival.register(listener, select.POLLIN)

    def start(self) -> None:
        """Start to receive. When this returns, the thread waits in the kernel, if the system shows where threads wait,
        so that a socket that is bound only now needs no buffer for the interval."""
        super().start()
        deadline = time.monotonic() + TEST_S
        while not self._is_in_call() and time.monotonic() < deadline:
            self._stopping.wait(0.001)

    def _is_in_call(self) -> bool:
        """Whether the thread waits in a system call whose first argument is the socket (proc_pid_syscall(5))."""
        try:
            words = Path(f"/proc/self/task/{self._thread.native_id}/syscall").read_text().split()
        except OSError:
            return True
        return len(words) > 1 and int(words[1], 16) == self._listener.fileno()

    def is_working(self) -> bool:
        """Whether a datagram of its own arrives while the call is still waiting; some systems only imitate Linux.

        Before ``wait`` and ``take`` are used.
        """
        self._poke.send()
        deadline = time.monotonic() + TEST_S
        while time.monotonic() < deadline:
            if self._holds_any():
                return self._calling and self._calls == 1
            self._stopping.wait(0.001)
        return False

    def wait(self) -> bool:
        """A tick: 12 ms while something arrives, otherwise until something does. False when everything is over and
        taken.

        The kernel may give a first datagram to the call before this thread has looked, hence the limit of the idle
        wait.
        """
        if self._thread.is_alive():
            if self._stopping.is_set():
                self._thread.join(ENDING_TICK_S)
            elif time.monotonic() < self._active_until:
                time.sleep(ACTIVE_TICK_S)
            elif self._arrives():
                self._active_until = time.monotonic() + ACTIVE_FOR_S
            return True
        return self._holds_any()

    def _arrives(self) -> bool:
        """Whether something arrives within some idle ticks; looking at the ring finds what the kernel already
        received."""
        return any(self._arrival.poll(IDLE_TICK_MS) or self._holds_any() for _ in range(IDLE_TICKS))

    def _holds_any(self) -> bool:
        entries = self._datagrams.ready(1)
        return bool(entries.stop > entries.start)

    def take(self) -> Datagrams:
        """What the kernel has written since the last call."""
        entries = self._datagrams.ready(BATCH)
        if entries.stop == entries.start:
            late = self._losses.ask(time.monotonic_ns(), self._last_ns)
            return Datagrams(losses=(late,) if late else ())
        self._active_until = time.monotonic() + ACTIVE_FOR_S
        found = self._read(entries)
        self._datagrams.release(entries)
        self._room.set()
        return found

    def waiting(self) -> int:
        entries = self._datagrams.ready(self._datagrams.entries)
        return int(entries.stop - entries.start)

    def _read(self, entries: slice) -> Datagrams:
        """The content of the entries. A socket that is shut down fills the ring with empty entries, which have no time:
        with one, the datagrams still to come would seem late."""
        ring = self._datagrams
        realtime, drops, cut = ring.stamps(entries), ring.drops(entries), ring.are_cut(entries)
        payloads = ring.payloads(entries)
        known = self._senders.get
        senders = [known(name) or self._sender(name) for name in ring.names[entries].tolist()]
        if not realtime.all():
            real = np.flatnonzero((realtime > 0) | (ring.lengths[entries] > 0))
            realtime, drops, cut = realtime[real], drops[real], cut[real]
            payloads, senders = [payloads[place] for place in real], [senders[place] for place in real]
            realtime[realtime == 0] = time.time_ns()
        self._clock.refresh()
        received_ns = self._clock.to_monotonic(realtime.tolist())
        found = Datagrams(received_ns, payloads, senders, self._lost(drops, received_ns))
        self._last_ns = received_ns[-1] if received_ns else self._last_ns
        if not cut.any() and all(payloads):
            return found
        self.truncated += int(cut.sum())
        own = self._poke.address
        kept = [place for place in np.flatnonzero(~cut).tolist() if payloads[place] or senders[place] != own]
        return found.only(kept)

    def _lost(self, drops: npt.NDArray[np.uint32], received_ns: list[int]) -> tuple[Loss, ...]:
        if not drops.any():
            return ()
        before = [self._last_ns, *received_ns]
        counts = zip(drops.tolist(), received_ns, before)
        found = [self._losses.saw(count, stamp, since) for count, stamp, since in counts if count]
        return tuple(loss for loss in found if loss is not None)

    def _sender(self, name: bytes) -> Sender:
        """Read the name of an unknown sender, and cache it."""
        if len(self._senders) >= KNOWN_SENDERS:
            self._senders.clear()
        sender = self._senders[name] = sender_of(name)
        return sender

    def _run(self) -> None:
        """Call after call. A full ring waits for free entries; the rest in the socket at the end is read."""
        ring = self._datagrams
        while True:
            self._calls, self._calling = self._calls + 1, True
            try:
                ring.receive(self._call, self._listener.fileno())
            except OSError as error:
                if not self._stopping.is_set() and error.errno not in PASSING_ERRORS:
                    self._report(f"Receiving OSC failed and is tried again: {error}", PAUSE_AFTER_ERROR_S)
            self._calling = False
            if self._stopping.is_set() and self._is_drained():
                return
            if ring.is_full:
                self._room.wait(ROOM_WAIT_S)
                self._room.clear()

    def _is_drained(self) -> bool:
        """Whether the socket, which is shut down, is empty."""
        try:
            self._listener.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # the barrier, which would be reported first
            _, sender = self._listener.recvfrom(0, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return True
        return not sender


def make_ring(entries: int = RING_ENTRIES, datagram_bytes: int = DATAGRAM_BYTES) -> Ring:
    """A ring of ``entries``, or fewer if memory is short. It takes some 20 ms. Raises OSError if there is no memory for
    one."""
    while True:
        try:
            return Ring(entries, datagram_bytes)
        except (OSError, ValueError, MemoryError) as error:
            if entries <= SMALLEST_RING:
                raise OSError(errno.ENOMEM, "no memory for the ring of datagrams") from error
            entries //= 2
