"""The listener: a bound socket, a receiver that timestamps and stores, and a thread that delivers batches to a sink.

Nothing between the datagram and its stamp depends on how busy the interpreter is (Linux: ``ring_receiver``), and
nothing in the sink can stop the threads.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable
from typing import Literal

from ...core.errors import ConflictError, ListenError
from ..datagrams import IntakeStatistics, Receiver, Sender
from .child_receiver import ChildReceiver
from .delivery import SETTLE_S, Delivery, Sink, Taken
from .handover import POSSIBLE, bind_beside
from .loop_receiver import LoopReceiver
from .recvmmsg import Ring, load_recvmmsg, works
from .ring_receiver import RingReceiver, make_ring
from .socket_buffer import LINUX_SMALL_DATAGRAM_BYTES, buffer_bytes
from .sockets import Endpoint, bind, resolve, unbound
from .stamp_probe import StampProbe

ReceiverKind = Literal["auto", "recvmmsg", "process", "thread"]

_log = logging.getLogger(__name__)


class Intake:
    """Listens on UDP ``host``:``port`` (0: any free port) and calls ``sink`` with batches, on a thread of its own.

    ``open``, ``start``, ``close`` in this order, each once; a new address needs a new Intake. A batch that only reports
    losses is empty. To follow another Intake without a gap: ``open`` beside it, ``hold``, ``close`` the other,
    ``start``.
    """

    def __init__(self, host: str, port: int, sink: Sink, receiver: ReceiverKind = "auto") -> None:
        self._host, self._port, self._kind = host, port, receiver
        self._delivery = Delivery(sink)
        self._on_trouble: Callable[[], None] = lambda: None
        self._listener: socket.socket | None = None
        self._receiver: Receiver | None = None
        self._probe: StampProbe | None = None
        self._beside: Intake | None = None
        self._ring: RingReceiver | None = None
        self._address: Sender = (host, port)
        self._buffer_bytes = 0
        self._closed = False

    @property
    def address(self) -> Sender:
        """(host, port) of the listener, once opened."""
        return self._address

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint of the listener, once opened."""
        return Endpoint(self._opened().family, *self._address)

    def open(self, beside: Intake | None = None) -> None:
        """Bind the socket. Datagrams are kept from now on.

        ``beside``: an Intake on the same port that this one replaces; if the system cannot let both have it
        (``handover.POSSIBLE``), that one must be closed before. Raises InputError, or ListenError with the next free
        port.
        """
        if self._listener is not None:
            raise ConflictError("This listener is already open.")
        ring = self._made_ring()  # this first: it takes longer than the rest
        self._beside = beside
        self._open_at(resolve(self._host, self._port), ring)

    def _open_at(self, place: Endpoint, ring: Ring | None) -> None:
        """Bind a socket. A ring's thread already waits in it by then, so that no stall can come between the two."""
        listener = unbound(place.family)
        self._ring = self._waiting_ring(listener, ring)
        try:
            if self._beside is not None and POSSIBLE:
                bind_beside(self._beside._opened(), listener, place)
            else:
                bind(listener, place)
        except BaseException:
            self._end_ring()
            listener.close()
            raise
        self._listener = listener
        self._address = listener.getsockname()[:2]
        self._buffer_bytes = buffer_bytes(listener)

    def hold(self) -> None:
        """Start to receive and keep what arrives until ``start``, even while the interpreter is blocked.

        Another Intake beside which this one was opened receives nothing more from now on.
        """
        if self._listener is None:
            self.open()
        self._receiver = self._started_receiver()
        self._receiver.trouble.on_start = self._on_trouble
        self._probe = StampProbe(self._opened(), self._receiver.now_ns)

    def start(self) -> None:
        """Start to receive, if it has not started, and to deliver."""
        if self._receiver is None:
            self.hold()
        self._beside = None
        if self._receiver is not None and self._probe is not None:
            self._delivery.start(self._receiver, self._probe, self._opened())

    def _step_in(self) -> None:
        """From now on everything goes to this Intake; what the other one has is still delivered."""
        if self._beside is not None and POSSIBLE:
            self._beside._step_aside()

    def _step_aside(self) -> None:
        if self._probe is not None:
            self._probe.retire()
        if self._receiver is not None:
            self._receiver.step_aside()

    def close(self) -> None:
        """Stop; what has arrived is delivered before this returns. May be called twice, but not by the sink."""
        if self._closed:
            return
        self._closed = True
        receiver = self._receiver or self._ring
        if receiver is not None:
            receiver.stop()
            self._delivery.end()
            receiver.close()
        if self._probe is not None:
            self._probe.close()
        if self._listener is not None:
            self._listener.close()

    def settle(self, patience_s: float = SETTLE_S) -> int:
        """Wait until everything that had arrived before this call is delivered, however long that takes; returns 0
        then.

        If nothing at all is delivered for ``patience_s``: about how many datagrams still wait, 1 or more. Not to be
        called from the sink, nor with a lock that the sink takes.
        """
        if self._delivery.settle(patience_s):
            return 0
        return max(1, self._delivery.waiting + (self._receiver.waiting() if self._receiver is not None else 0))

    def call_when_taken(self, taken: Taken) -> None:
        """Pass every batch to ``taken`` as soon as it arrived, before it waits for the sink, which gets the result of
        ``taken``; see ``Delivery``. To be called before ``start``."""
        self._delivery.taken = taken

    def call_on_trouble(self, call: Callable[[], None]) -> None:
        """Call ``call``, from any thread, whenever one of the threads starts to fail (``statistics().trouble``)."""
        self._on_trouble = self._delivery.trouble.on_start = call
        if self._receiver is not None:
            self._receiver.trouble.on_start = call

    def statistics(self) -> IntakeStatistics:
        """Counts since ``open``, from any thread."""
        receiver, counts = self._receiver, self._delivery.counts()
        return IntakeStatistics(
            received=counts.received,
            lost=counts.lost,
            truncated=receiver.truncated if receiver else 0,
            receive_buffer_bytes=self._buffer_bytes,
            buffered=self._buffer_bytes // LINUX_SMALL_DATAGRAM_BYTES,
            ring=receiver.ring if receiver else 0,
            stamps=receiver.stamps if receiver else "python",
            stamp_error_ns=self._probe.error_ns if self._probe else None,
            receiver=receiver.name if receiver else "",
            clock_steps=receiver.clock_steps() if receiver else 0,
            sink_errors=counts.sink_errors,
            receive_errors=receiver.errors if receiver else 0,
            losses=counts.losses,
            trouble=(receiver.trouble.message if receiver else None) or self._delivery.trouble.message,
        )

    def _started_receiver(self) -> Receiver:
        if self._kind in ("auto", "recvmmsg"):
            ring = self._tested_ring()
            if ring is not None:
                return ring
            if self._kind == "recvmmsg":
                raise ListenError("This system has no working recvmmsg.", *self._address)
        if self._kind == "process" or (self._kind == "auto" and sys.platform != "linux"):
            child = self._started_child()
            if child is not None:
                return child
        receiver = LoopReceiver(self._opened())
        receiver.start()
        self._step_in()
        return receiver

    def _started_child(self) -> ChildReceiver | None:
        """The receiving process, if it can be started here."""
        child = ChildReceiver(self._opened())
        child.start()
        if child.is_working():
            self._step_in()
            return child
        child.stop()
        child.close()
        _log.warning("OSC is received without a process of its own.")
        return None

    def _made_ring(self) -> Ring | None:
        """A ring, if this intake may have one."""
        if self._kind not in ("auto", "recvmmsg") or load_recvmmsg() is None:
            return None
        try:
            return make_ring()
        except OSError as error:
            _log.warning("OSC is received without a ring: %s", error)
            return None

    def _waiting_ring(self, listener: socket.socket, ring: Ring | None) -> RingReceiver | None:
        """A receiver whose thread waits in the kernel for what arrives, if this system has such a call."""
        call = load_recvmmsg()
        if call is None or ring is None or not works(call, listener):
            return None
        receiver = RingReceiver(listener, call, ring)
        receiver.start()
        return receiver

    def _tested_ring(self) -> RingReceiver | None:
        """The ring, if it works; if it only seemed to work, the socket is bound again."""
        if self._ring is None:
            return None
        self._step_in()  # before the check: its own datagram would go to the other one
        if self._ring.is_working():
            return self._ring
        self._end_ring()
        self._opened().close()
        self._open_at(self.endpoint, None)
        return None

    def _end_ring(self) -> None:
        if self._ring is not None:
            self._ring.stop()
            self._ring.close()
            self._ring = None

    def _opened(self) -> socket.socket:
        if self._listener is None:
            raise ConflictError("This listener is not open.")
        return self._listener
