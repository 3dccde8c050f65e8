"""From the receiver to the sink: one thread takes what arrived at once, another one delivers it. Both continue after
any error."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from ..datagrams import Datagrams, Loss, Receiver
from ..trouble import Trouble
from .delivery_queue import DeliveryQueue, Step
from .sockets import holds_unread
from .stamp_probe import StampProbe

REMEMBERED_LOSSES = 256
SETTLE_S = 10.0
"""How long nothing at all may be delivered before ``settle`` gives up."""

PORTION_BYTES = 1 << 18
"""About how much is delivered at once, so that progress with a slow sink is visible."""

PAUSE_AFTER_ERROR_S = 0.05
MOST_FAILURES_AT_THE_END = 20
NOT_USED = "OSC messages that arrived could not be processed. Perform continues; the log has the details."
NOT_TAKEN = "OSC messages could not be read from the receiver. Perform tries again; the log has the details."

Sink = Callable[[Datagrams], None]
Taken = Callable[[Datagrams], Datagrams]


@dataclass(frozen=True)
class Delivered:
    """Statistics since the start."""

    received: int
    lost: int
    sink_errors: int
    losses: tuple[Loss, ...]


class Delivery:
    """Calls ``sink`` with a receiver's data, batch by batch. ``start`` once, then ``end`` once.

    ``taken`` is called with every batch as soon as it was taken from the receiver, however much waits for the sink, and
    returns what the sink gets. It must be quick, and runs on another thread than the sink.

    An exception in the sink stops nothing: it is counted, and the sink learns immediately how many datagrams it did
    not use, as a loss of the kind "failed". A batch that only reports losses is empty.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.taken: Taken = lambda batch: batch
        self._threads: list[threading.Thread] = []
        self._queue = DeliveryQueue()
        self._ending = False
        self._lock = threading.Lock()
        self._delivered = threading.Condition()
        self._delivered_to_ns = 0
        self._received = self._lost = self._sink_errors = 0
        self._losses: deque[Loss] = deque(maxlen=REMEMBERED_LOSSES)
        self._unused: Loss | None = None
        self.trouble = Trouble()

    def start(self, receiver: Receiver, probe: StampProbe, listener: socket.socket) -> None:
        """Start to deliver what ``receiver`` takes from ``listener``."""
        taking = threading.Thread(
            target=self._take, args=(receiver, probe, listener), name="perform-osc-take", daemon=True
        )
        delivering = threading.Thread(target=self._deliver, name="perform-osc-deliver", daemon=True)
        for thread in (delivering, taking):
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """Wait until everything is delivered, after the receiver was stopped."""
        self._ending = True
        if len(self._threads) == 1:  # the receiving thread could not be started
            self._queue.end()
        for thread in self._threads:
            thread.join()

    @property
    def waiting(self) -> int:
        """How many datagrams were taken and are not delivered yet."""
        return self._queue.datagrams

    def settle(self, patience_s: float = SETTLE_S) -> bool:
        """Wait until everything that had arrived before this call is delivered, however long that takes.

        False when nothing at all was delivered for ``patience_s``. Not to be called from the sink, nor with a lock that
        it takes.
        """
        now_ns = time.monotonic_ns()
        with self._delivered:
            while self._delivered_to_ns < now_ns:
                before_ns = self._delivered_to_ns
                if not self._delivered.wait(patience_s) and self._delivered_to_ns == before_ns:
                    return False
            return True

    def counts(self) -> Delivered:
        """What has been delivered so far."""
        with self._lock:
            return Delivered(self._received, self._lost, self._sink_errors, tuple(self._losses))

    def _take(self, receiver: Receiver, probe: StampProbe, listener: socket.socket) -> None:
        try:
            self._take_until_the_end(receiver, probe, listener)
        finally:
            self._queue.end()

    def _take_until_the_end(self, receiver: Receiver, probe: StampProbe, listener: socket.socket) -> None:
        failures = 0
        while failures < MOST_FAILURES_AT_THE_END or not self._ending:
            try:
                if not receiver.wait():
                    break
                self._one_round(receiver, probe, listener)
                failures = 0
            except Exception as error:  # noqa: BLE001 - one round: without this thread nothing would be received any more
                failures += 1
                self.trouble.report(NOT_TAKEN, error)
                time.sleep(PAUSE_AFTER_ERROR_S)
        try:
            late = receiver.take()  # drops that were not followed by a datagram
            if late.losses:
                self._enqueue(late)
        except Exception as error:  # noqa: BLE001 - the end has to come in order all the same
            self.trouble.report(NOT_TAKEN, error)

    def _one_round(self, receiver: Receiver, probe: StampProbe, listener: socket.socket) -> None:
        looked_ns = time.monotonic_ns()
        taken = receiver.take()
        batch = probe.sift(taken)
        for portion in portions(batch):
            self._enqueue(portion)
        # Datagrams are in order, so everything that arrived before the last one is delivered with it.
        if taken.received_ns or not holds_unread(listener):
            self._queue.put(Step(None, taken.received_ns[-1] if taken.received_ns else looked_ns))
        if batch.payloads:
            probe.consider()

    def _enqueue(self, portion: Datagrams) -> None:
        with self._lock:
            self._received += len(portion)
            self._lost += sum(loss.count for loss in portion.losses)
            self._losses.extend(portion.losses)
        self._queue.put(Step(self._passed(portion), portion.received_ns[-1] if portion.received_ns else None))

    def _passed(self, portion: Datagrams) -> Datagrams:
        """The result of ``taken``; if it raises, the resulting losses."""
        try:
            return self.taken(portion)
        except Exception as error:  # noqa: BLE001 - one batch: the thread that takes goes on
            with self._lock:
                self._sink_errors += 1
            self.trouble.report(NOT_USED, error)
            failed = _more(None, portion)
            return Datagrams(losses=portion.losses if failed is None else (*portion.losses, failed))

    def _deliver(self) -> None:
        while (step := self._queue.get()) is not None:
            try:
                if step.batch is not None:
                    self._hand_on(step.batch)
            except Exception as error:  # noqa: BLE001 - one batch, as above
                self.trouble.report(NOT_USED, error)
            self._queue.done(step)
            if step.to_ns is not None:
                self._advance(step.to_ns)

    def _advance(self, to_ns: int) -> None:
        with self._delivered:
            self._delivered_to_ns = to_ns
            self._delivered.notify_all()

    def _hand_on(self, batch: Datagrams) -> None:
        if not self._used(batch) and self._unused is not None:
            self._used(Datagrams())

    def _used(self, batch: Datagrams) -> bool:
        """Deliver the batch to the sink, with its earlier unused datagrams as losses; whether it raised nothing."""
        unused, given = self._unused, batch
        if unused is not None:
            given = replace(batch, losses=(unused, *batch.losses))
        try:
            self._sink(given)
        except Exception as error:  # noqa: BLE001 - one batch: whatever the sink does, the listener goes on
            self._unused = _more(unused, batch)
            with self._lock:
                self._sink_errors += len(batch) > 0 or bool(batch.losses)
            self.trouble.report(NOT_USED, error)
            return False
        self._unused = None
        return True


def _more(unused: Loss | None, batch: Datagrams) -> Loss | None:
    """``unused`` and the datagrams of ``batch``, as one loss."""
    if not batch:
        return unused
    first = batch.received_ns[0] if unused is None else unused.earliest_ns
    count = len(batch) + (0 if unused is None else unused.count)
    return Loss(batch.received_ns[-1], count, "failed", since_ns=first)


def portions(batch: Datagrams) -> Iterator[Datagrams]:
    """The batch in parts of about 256 KiB, the losses with the first. Nothing for an empty batch."""
    if not batch.payloads:
        if batch.losses:
            yield batch
        return
    ends = [total // PORTION_BYTES for total in accumulate(map(len, batch.payloads))]
    starts = [0, *(place for place in range(1, len(ends)) if ends[place] != ends[place - 1])]
    if len(starts) == 1:
        yield batch
        return
    for start, stop in zip(starts, [*starts[1:], len(ends)], strict=True):
        part = slice(start, stop)
        losses = batch.losses if start == 0 else ()
        yield Datagrams(batch.received_ns[part], batch.payloads[part], batch.senders[part], losses)
