"""The listener: a bound socket, a receiver that stamps and stores, and a thread that hands batches to a sink.

Nothing between the datagram and its stamp depends on how busy the interpreter is (Linux: ``ring_receiver``), and
nothing the sink does can end the threads.
"""

from __future__ import annotations

import logging
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

from ..core.errors import ConflictError, ListenError
from .child_receiver import ChildReceiver
from .datagrams import Datagrams, IntakeStatistics, Loss, Receiver, Sender
from .handover import POSSIBLE, bind_beside
from .loop_receiver import LoopReceiver
from .recvmmsg import Ring, load_recvmmsg, works
from .ring_receiver import RingReceiver, make_ring
from .socket_buffer import LINUX_SMALL_DATAGRAM_BYTES, buffer_bytes
from .sockets import Endpoint, bind, resolve, unbound
from .stamp_probe import StampProbe

REMEMBERED_LOSSES = 256
SETTLE_S = 2.0

Sink = Callable[[Datagrams], None]
ReceiverKind = Literal["auto", "recvmmsg", "process", "thread"]

_log = logging.getLogger(__name__)


class Intake:
    """Listens on UDP ``host``:``port`` (0: any free port) and calls ``sink`` with batches, on a thread of its own.

    ``open``, ``start``, ``close`` in this order, each once; a new place to listen at is a new Intake. A batch that only
    reports losses is empty. To follow another Intake without a gap: ``open`` beside it, ``hold``, ``close`` the other,
    ``start``.
    """

    def __init__(self, host: str, port: int, sink: Sink, receiver: ReceiverKind = "auto") -> None:
        self._host, self._port, self._sink, self._kind = host, port, sink, receiver
        self._listener: socket.socket | None = None
        self._receiver: Receiver | None = None
        self._probe: StampProbe | None = None
        self._beside: Intake | None = None
        self._ring: RingReceiver | None = None
        self._thread = threading.Thread(target=self._deliver, name="perform-osc-deliver", daemon=True)
        self._lock = threading.Lock()
        self._delivered = threading.Condition()
        self._delivered_to_ns = 0
        self._received = 0
        self._lost = 0
        self._sink_errors = 0
        self._losses: deque[Loss] = deque(maxlen=REMEMBERED_LOSSES)
        self._address: Sender = (host, port)
        self._buffer_bytes = 0
        self._closed = False

    @property
    def address(self) -> Sender:
        """(host, port) that is listened at, once opened."""
        return self._address

    @property
    def endpoint(self) -> Endpoint:
        """The place that is listened at, once opened."""
        return Endpoint(self._opened().family, *self._address)

    def open(self, beside: Intake | None = None) -> None:
        """Bind the socket. Datagrams are kept from here on.

        ``beside``: an Intake on the same port that this one follows; where the system cannot let both have it
        (``handover.POSSIBLE``) that one has to be closed before. Raises InputError, or ListenError with the next free
        port.
        """
        if self._listener is not None:
            raise ConflictError("This listener is open already.")
        ring = self._made_ring()  # that first: it takes longer than the rest
        self._beside = beside
        self._open_at(resolve(self._host, self._port), ring)

    def _open_at(self, place: Endpoint, ring: Ring | None) -> None:
        """Bind a socket. A ring's thread waits in it already by then, so that no stall can fall between the two."""
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
        """Begin to receive and keep what arrives until ``start``, even while the interpreter is held.

        Another Intake beside which this one was opened hears nothing more from then on.
        """
        if self._listener is None:
            self.open()
        self._receiver = self._started_receiver()
        self._probe = StampProbe(self._opened(), self._receiver.now_ns)

    def start(self) -> None:
        """Begin to receive, if it has not begun, and to deliver."""
        if self._receiver is None:
            self.hold()
        self._beside = None
        self._thread.start()

    def _step_in(self) -> None:
        """From now on all goes to this Intake; what the other one has is still delivered."""
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
            if self._thread.is_alive():
                self._thread.join()
            receiver.close()
        if self._probe is not None:
            self._probe.close()
        if self._listener is not None:
            self._listener.close()

    def settle(self, timeout_s: float = SETTLE_S) -> bool:
        """Wait until all that had arrived before this call is delivered; False when the time was over first.

        Not from the sink, nor with a lock that the sink takes.
        """
        now_ns = time.monotonic_ns()
        with self._delivered:
            return self._delivered.wait_for(lambda: self._delivered_to_ns >= now_ns, timeout_s)

    def statistics(self) -> IntakeStatistics:
        """Counts since ``open``, from any thread."""
        receiver = self._receiver
        with self._lock:
            return IntakeStatistics(
                received=self._received,
                lost=self._lost,
                truncated=receiver.truncated if receiver else 0,
                receive_buffer_bytes=self._buffer_bytes,
                buffered=self._buffer_bytes // LINUX_SMALL_DATAGRAM_BYTES,
                ring=receiver.ring if receiver else 0,
                stamps=receiver.stamps if receiver else "python",
                stamp_error_ns=self._probe.error_ns if self._probe else None,
                receiver=receiver.name if receiver else "",
                clock_steps=receiver.clock_steps() if receiver else 0,
                sink_errors=self._sink_errors,
                receive_errors=receiver.errors if receiver else 0,
                losses=tuple(self._losses),
            )

    def _started_receiver(self) -> Receiver:
        if self._kind in ("auto", "recvmmsg"):
            ring = self._proven_ring()
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
        """The process that receives, if it can be started here."""
        child = ChildReceiver(self._opened())
        child.start()
        if child.proves_itself():
            self._step_in()
            return child
        child.stop()
        child.close()
        _log.warning("OSC is received without a process of its own.")
        return None

    def _made_ring(self) -> Ring | None:
        """A ring, where this intake may have one."""
        if self._kind not in ("auto", "recvmmsg") or load_recvmmsg() is None:
            return None
        try:
            return make_ring()
        except OSError as error:
            _log.warning("OSC is received without a ring: %s", error)
            return None

    def _waiting_ring(self, listener: socket.socket, ring: Ring | None) -> RingReceiver | None:
        """A receiver whose thread waits for what will come, if this system has such a call."""
        call = load_recvmmsg()
        if call is None or ring is None or not works(call, listener):
            return None
        receiver = RingReceiver(listener, call, ring)
        receiver.start()
        return receiver

    def _proven_ring(self) -> RingReceiver | None:
        """The ring, if it works; the socket is bound anew where it only seemed to work."""
        if self._ring is None:
            return None
        self._step_in()  # before the proof: what it sends itself would go to the other one
        if self._ring.proves_itself():
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

    def _deliver(self) -> None:
        receiver, probe = self._receiver, self._probe
        while receiver is not None and probe is not None and receiver.wait():
            looked_ns = time.monotonic_ns()
            taken = receiver.take()
            batch = probe.sift(taken)
            if batch.payloads or batch.losses:
                self._hand_on(batch)
            # Datagrams come in order, so all that arrived before the last one has been delivered with it.
            if taken.received_ns or not self._holds_unread():
                with self._delivered:
                    self._delivered_to_ns = taken.received_ns[-1] if taken.received_ns else looked_ns
                    self._delivered.notify_all()
            if batch.payloads:
                probe.consider()
        if receiver is not None:
            late = receiver.take()  # drops that nothing came behind any more
            if late.losses:
                self._hand_on(late)

    def _holds_unread(self) -> bool:
        """Whether datagrams wait in the socket, which the receiver has not come to take."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._opened(), selectors.EVENT_READ)
            return bool(selector.select(0))

    def _hand_on(self, batch: Datagrams) -> None:
        with self._lock:
            self._received += len(batch)
            self._lost += sum(loss.count for loss in batch.losses)
            self._losses.extend(batch.losses)
        try:
            self._sink(batch)
        except Exception:  # noqa: BLE001 - the border of one batch: whatever the sink does, the listener goes on
            with self._lock:
                self._sink_errors += 1
                first = self._sink_errors == 1
            if first:
                _log.exception("A batch of OSC datagrams could not be used; later ones are only counted.")
