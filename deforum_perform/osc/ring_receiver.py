"""The receiver for Linux: a thread that lives inside ``recvmmsg``, so that a held interpreter loses nothing.

Two banks. The thread waits in the kernel with one; the delivering thread reads what that call has received so far,
without ending it. After HANDOVER datagrams it ends the call, and the thread goes on with the other bank, so that room
for RING_ENTRIES less HANDOVER datagrams is always ahead when the interpreter stalls.
"""

from __future__ import annotations

import contextlib
import errno
import queue
import select
import socket
import time

import numpy as np

from .datagrams import Datagrams, Loss, Sender
from .recvmmsg import DATAGRAM_BYTES, MSG_TRUNC, STAMP_CONTROL_BYTES, Bank, Call
from .sockets import sender_of
from .threaded_receiver import ThreadedReceiver

RING_ENTRIES = 32_768
SMALLEST_RING = 1_024
HANDOVER = 4_096
BATCH = 8_192
ACTIVE_TICK_S = 0.012
IDLE_TICK_MS = 120
IDLE_TICKS = 3
ACTIVE_FOR_S = 0.5
PROOF_S = 1.0
PAUSE_AFTER_ERROR_S = 0.05
PASSING_ERRORS = frozenset({errno.EMSGSIZE, errno.EINTR, errno.EAGAIN, errno.ECONNREFUSED})
KNOWN_SENDERS = 4096


class RingReceiver(ThreadedReceiver):
    """Receives on ``listener`` by ``call`` into two banks of one size; see ``datagrams.Receiver``."""

    name = "recvmmsg"

    def __init__(
        self,
        listener: socket.socket,
        call: Call,
        banks: tuple[Bank, Bank],
    ) -> None:
        self._banks = banks
        super().__init__(listener, kernel_stamps=True)
        self._call = call
        self._handover = min(HANDOVER, self._banks[0].entries // 2)
        self.ring = self._banks[0].entries - self._handover
        self._senders: dict[bytes, Sender] = {}
        self._free: queue.SimpleQueue[Bank | None] = queue.SimpleQueue()
        self._used: queue.SimpleQueue[Bank] = queue.SimpleQueue()
        self._current: Bank | None = None
        self._active_until = 0.0
        self._arrival = select.poll()
        self._arrival.register(listener, select.POLLIN)

    def start(self) -> None:
        """Begin to receive."""
        for bank in self._banks:
            self._free.put(bank)
        super().start()

    def proves_itself(self) -> bool:
        """Whether a datagram of its own shows up while the call is still waiting; some systems only imitate Linux.

        Before ``wait`` and ``take`` are used.
        """
        self._poke.send()
        deadline = time.monotonic() + PROOF_S
        while time.monotonic() < deadline:
            bank = self._bank()
            if bank is not None and bank.available(1):
                return bank.finished is None
            self._stopping.wait(0.001)
        return False

    def wait(self) -> bool:
        """A tick: 12 ms while something arrives, else until something does. False when all is over and taken.

        The kernel may hand a first datagram to the call before this thread has looked; hence the end of the idle wait.
        """
        if self._thread.is_alive():
            if self._stopping.is_set():
                self._thread.join(ACTIVE_TICK_S)
            elif time.monotonic() < self._active_until:
                self._stopping.wait(ACTIVE_TICK_S)
            elif self._arrives():
                self._active_until = time.monotonic() + ACTIVE_FOR_S
            return True
        bank = self._bank()
        return bank is not None and bank.available(1) > 0

    def _arrives(self) -> bool:
        """Whether something arrives within some idle ticks; a look at the bank finds what the kernel already took."""
        for _ in range(IDLE_TICKS):
            if self._arrival.poll(IDLE_TICK_MS):
                return True
            bank = self._bank()
            if bank is not None and bank.available(1):
                return True
        return False

    def take(self) -> Datagrams:
        """What the kernel has written since the last call."""
        bank = self._bank()
        count = bank.available(BATCH) if bank is not None else 0
        if bank is None or count == 0:
            late = self._losses.ask(time.monotonic_ns())
            return Datagrams(losses=(late,) if late else ())
        self._active_until = time.monotonic() + ACTIVE_FOR_S
        start, stop = bank.taken, bank.taken + count
        datagrams = self._read(bank, start, stop)
        bank.taken = stop
        if bank.finished is None and not bank.ending and stop >= self._handover:
            bank.end()
            self._poke.send()
        return datagrams

    def stop(self) -> None:
        """End receiving; what has arrived can still be taken."""
        super().stop()
        self._free.put(None)

    def _bank(self) -> Bank | None:
        """The bank to read from now: the next one, once this one's call has ended and all of it is taken."""
        bank = self._current
        if bank is not None and bank.finished is not None and bank.taken >= bank.finished:
            bank.recycle()
            self._free.put(bank)
            bank = None
        if bank is None:
            with contextlib.suppress(queue.Empty):
                bank = self._used.get_nowait()
            self._current = bank
        return bank

    def _read(self, bank: Bank, start: int, stop: int) -> Datagrams:
        self._clock.refresh()
        realtime = bank.stamps(start, stop)
        senders = [self._sender(name) for name in bank.names[start:stop].tolist()]
        payloads = bank.payloads(start, stop)
        unstamped = realtime == 0
        if unstamped.any():
            realtime[unstamped] = time.time_ns()
        received_ns = self._clock.to_monotonic(realtime.tolist())
        losses = self._lost(bank, start, stop, received_ns)
        cut = (bank.headers["flags"][start:stop] & MSG_TRUNC) != 0
        blank = bank.headers["length"][start:stop] == 0
        if not cut.any() and not blank.any():
            return Datagrams(received_ns, payloads, senders, losses)
        self.truncated += int(cut.sum())
        real = bank.headers["control_length"][start:stop] >= STAMP_CONTROL_BYTES
        foreign = np.array([sender != self._poke.address for sender in senders])
        keep = np.flatnonzero(~cut & (~blank | (real & foreign))).tolist()
        kept = [(received_ns[place], payloads[place], senders[place]) for place in keep]
        stamps, contents, origins = (list(column) for column in zip(*kept)) if kept else ([], [], [])
        return Datagrams(stamps, contents, origins, losses)

    def _lost(self, bank: Bank, start: int, stop: int, received_ns: list[int]) -> tuple[Loss, ...]:
        drops = bank.drops(start, stop)
        if not drops.any():
            return ()
        found = [self._losses.saw(count, stamp) for count, stamp in zip(drops.tolist(), received_ns) if count]
        return tuple(loss for loss in found if loss is not None)

    def _sender(self, name: bytes) -> Sender:
        sender = self._senders.get(name)
        if sender is None:
            if len(self._senders) >= KNOWN_SENDERS:
                self._senders.clear()
            sender = self._senders[name] = sender_of(name)
        return sender

    def _run(self) -> None:
        while not self._stopping.is_set():
            bank = self._free.get()
            if bank is None:
                return
            self._used.put(bank)
            bank.finished = self._fill(bank)

    def _fill(self, bank: Bank) -> int:
        """One call, again after errors that pass. It takes what the socket still holds when it is time to stop."""
        while True:
            try:
                return bank.receive(self._call, self._listener.fileno())
            except OSError as error:
                if self._stopping.is_set():
                    return 0
                if error.errno not in PASSING_ERRORS:
                    self._report(f"Receiving OSC failed and is tried again: {error}", PAUSE_AFTER_ERROR_S)


def make_banks(entries: int = RING_ENTRIES, datagram_bytes: int = DATAGRAM_BYTES) -> tuple[Bank, Bank]:
    """Two banks of ``entries``, or fewer where memory is short. It takes some 20 ms. Raises OSError where none is to
    be had."""
    while True:
        try:
            return Bank(entries, datagram_bytes), Bank(entries, datagram_bytes)
        except (OSError, ValueError, MemoryError) as error:
            if entries <= SMALLEST_RING:
                raise OSError(errno.ENOMEM, "no memory for the ring of datagrams") from error
            entries //= 2
