"""The threads that receive and deliver: nothing ends them, nothing is left out unsaid."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.app.listening.listener import Listening
from deforum_perform.app.listening.watchdog import ListenerWatchdog
from deforum_perform.core.errors import ListenError
from deforum_perform.osc.datagrams import Datagrams, Loss
from deforum_perform.osc.receive.delivery import PORTION_BYTES, portions
from deforum_perform.osc.receive.delivery_queue import DeliveryQueue, Step
from deforum_perform.osc.receive.intake import Intake
from deforum_perform.osc.receive.loop_receiver import LoopReceiver
from deforum_perform.osc.trouble import HOLD_S, Trouble
from tests.osc.network import Collector, listening, sender_to, until
from tests.osc.receive.test_intake import each_receiver

NO_FILES = OSError(errno.EMFILE, os.strerror(errno.EMFILE))


@contextlib.contextmanager
def no_free_descriptors() -> Iterator[None]:
    """As long as this lasts, the process cannot open anything."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = [os.dup(0) for _ in range(8)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + 1, hard))
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.dup(0))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in held:
            os.close(descriptor)


@each_receiver
def test_without_free_descriptors_everything_is_delivered(receiver: str) -> None:
    """A process that can open no file continues to receive, and settles."""
    with listening(receiver) as (intake, collector), sender_to(intake.address) as sender:
        sender.send(b"one!")
        collector.wait_for(1)
        with no_free_descriptors():
            for number in range(50):
                sender.send(number.to_bytes(4, "big"))
                collector.wait_for(number + 2)
            assert intake.settle() == 0
        sender.send(b"last")
        assert collector.wait_for(52)[-1] == b"last"


@pytest.mark.parametrize("call", ["wait", "take", "_receive"])
def test_an_error_on_the_way_ends_no_thread(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Any failure in receiving or delivering is reported and retried; what is sent meanwhile arrives later."""
    broken, whole = threading.Event(), getattr(LoopReceiver, call)

    def failing(receiver: LoopReceiver) -> object:
        if broken.is_set():
            raise RuntimeError("out of everything")
        return whole(receiver)

    monkeypatch.setattr(LoopReceiver, call, failing)
    said = threading.Event()
    with listening("thread") as (intake, collector), sender_to(intake.address) as sender:
        intake.call_on_trouble(said.set)
        broken.set()
        sender.send(b"one!")
        assert said.wait(20)
        assert intake.statistics().trouble is not None
        sender.send(b"two!")
        broken.clear()
        sender.send(b"six!")
        assert collector.wait_for(3) == [b"one!", b"two!", b"six!"]


def test_the_page_says_that_a_thread_fails_and_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """While deliveries fail the listener's state is an error with its message; afterwards it listens again."""
    monkeypatch.setattr("deforum_perform.osc.trouble.HOLD_S", 0.2)
    broken, whole = threading.Event(), LoopReceiver.take

    def failing(receiver: LoopReceiver) -> Datagrams:
        if broken.is_set():
            raise NO_FILES
        return whole(receiver)

    monkeypatch.setattr(LoopReceiver, "take", failing)
    collector, said = Collector(), list[tuple[str, bool]]()

    def changed() -> None:
        state = made.state(0)
        said.append((state["state"], state["message"] is not None))

    made = Listening(collector, lambda host, port, sink: Intake(host, port, sink, "thread"))
    watchdog = ListenerWatchdog(made, changed, look_every_s=0.01)
    made.start("127.0.0.1", 0)
    broken.set()
    until(lambda: ("error", True) in said)
    broken.clear()
    until(lambda: said[-1] == ("listening", False))
    with sender_to(("127.0.0.1", made.port)) as sender:
        sender.send(b"abcd")
        collector.wait_for(1)
    watchdog.close()
    made.close()


def test_without_free_descriptors_a_move_is_refused_and_made_later() -> None:
    """A listener that cannot be opened now continues where it was and says why; one that was never open is opened
    later."""
    collector, late = Collector(), Listening(Collector())
    made = Listening(collector)
    made.start("127.0.0.1", 0)
    port = made.port
    with no_free_descriptors():
        with pytest.raises(ListenError, match="cannot be opened now"):
            made.move("127.0.0.1", 0)
        late.start("127.0.0.1", 0)
        assert (late.state(0)["state"], "cannot be opened now" in late.state(0)["message"]) == ("error", True)
    assert late.look_after()
    assert (made.port, late.state(0)["state"]) == (port, "listening")
    with sender_to(("127.0.0.1", port)) as sender:
        sender.send(b"abcd")
        collector.wait_for(1)
    made.close()
    late.close()


def test_the_watchdog_survives_an_error() -> None:
    """A look that fails, as without free descriptors, is tried again at the next turn."""
    made, turns = Listening(Collector()), list[int]()
    made.start("127.0.0.1", 0)

    def addresses() -> list[str]:
        turns.append(1)
        if len(turns) < 3:
            raise NO_FILES
        return []

    made.host = "0.0.0.0"
    watchdog = ListenerWatchdog(made, lambda: None, 0.01, addresses)
    until(lambda: len(turns) > 3)
    watchdog.close()
    made.close()


@each_receiver
def test_what_the_sink_did_not_use_is_reported_to_it(receiver: str) -> None:
    """A batch at which the sink raises reaches it again as a number, so that a take can say what is missing."""
    good, losses = Collector(), list[Loss]()

    def sink(batch: Datagrams) -> None:
        if b"bad!" in batch.payloads:
            raise ValueError("cannot use this")
        losses.extend(batch.losses)
        good(batch)

    intake = Intake("127.0.0.1", 0, sink, receiver)
    intake.start()
    with sender_to(intake.address) as sender:
        sender.send(b"bad!")
        until(lambda: sum(loss.count for loss in losses) == 1)
        sender.send(b"good")
        assert good.wait_for(1) == [b"good"]
    intake.close()
    assert [(loss.kind, loss.count) for loss in losses] == [("failed", 1)]
    assert intake.statistics().lost == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count of drops is Linux's")
def test_drops_before_a_moment_are_not_dated_after_it() -> None:
    """What the kernel dropped before a stop may be noticed only after it; its first possible time says so."""
    collector = Collector()
    intake = Intake("127.0.0.1", 0, collector, "thread")
    intake.open()
    intake._opened().setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    intake.hold()
    with sender_to(intake.address) as sender:
        for _ in range(5000):
            sender.send(b"abcd")
    stopped_ns = time.monotonic_ns()
    intake.start()
    intake.settle()
    intake.close()
    losses = [loss for batch in collector.batches for loss in batch.losses]
    assert len(collector.payloads) + sum(loss.count for loss in losses) == 5000
    assert all(loss.earliest_ns <= stopped_ns for loss in losses)


lengths = st.lists(st.sampled_from([0, 4, 2000, 65_507]), max_size=40)


@given(lengths, st.integers(0, 2))
def test_portions_are_the_batch(sizes: list[int], losses: int) -> None:
    """Cut into portions and put together again a batch is the same, and no portion is far too large."""
    payloads = [bytes(size) for size in sizes]
    whole = Datagrams(list(range(len(sizes))), payloads, [("h", n) for n in range(len(sizes))], (Loss(1, 2),) * losses)
    parts = list(portions(whole))
    assert [stamp for part in parts for stamp in part.received_ns] == whole.received_ns
    assert [payload for part in parts for payload in part.payloads] == payloads
    assert [sender for part in parts for sender in part.senders] == whole.senders
    assert [loss for part in parts for loss in part.losses] == list(whole.losses)
    assert all(sum(map(len, part.payloads)) < PORTION_BYTES + 65_536 for part in parts)


def test_a_trouble_is_over_when_nothing_fails_any_more(caplog: pytest.LogCaptureFixture) -> None:
    """It is shown while it is reported, announced when it begins, and the log has a line a minute however often it
    fails."""
    clock, said = [100.0], list[float]()
    trouble = Trouble(lambda: clock[0])
    trouble.on_start = lambda: said.append(clock[0])
    assert trouble.message is None
    for _ in range(100):
        trouble.report("It failed.")
        clock[0] += 0.5
    assert (trouble.message, said, len(caplog.records)) == ("It failed.", [100.0], 1)
    clock[0] += HOLD_S
    assert trouble.message is None
    trouble.report("Again.")
    assert (trouble.message, len(said), len(caplog.records)) == ("Again.", 2, 1)


@each_receiver
def test_everything_is_taken_however_long_the_sink_takes(receiver: str) -> None:
    """What arrives is passed on to be stored at once, although the sink still has the first batch; the sink then gets
    the result, and a stop that cannot wait knows how much is missing."""
    held, go_on, seen, used = threading.Event(), threading.Event(), Collector(), Collector()

    def taken(batch: Datagrams) -> Datagrams:
        seen(batch)
        return batch.only([place for place, payload in enumerate(batch.payloads) if payload != b"not!"])

    def sink(batch: Datagrams) -> None:
        held.set()
        go_on.wait()
        used(batch)

    intake = Intake("127.0.0.1", 0, sink, receiver)
    intake.call_when_taken(taken)
    intake.start()
    try:
        with sender_to(intake.address) as sender:
            sender.send(b"one!")
            assert held.wait(20)
            for payload in (b"two!", b"not!", b"six!"):
                sender.send(payload)
            seen.wait_for(4)
            until(lambda: intake.settle(0.01) == 3)
            go_on.set()
            assert used.wait_for(3) == [b"one!", b"two!", b"six!"]
    finally:
        go_on.set()
        intake.close()


def test_what_fails_when_it_is_taken_is_reported_to_the_sink() -> None:
    """A batch that could not be stored reaches the sink as a count, and the receiving thread continues."""
    losses, good = list[Loss](), Collector()

    def taken(batch: Datagrams) -> Datagrams:
        if b"bad!" in batch.payloads:
            raise MemoryError
        return batch

    def sink(batch: Datagrams) -> None:
        losses.extend(batch.losses)
        good(batch)

    intake = Intake("127.0.0.1", 0, sink, "thread")
    intake.call_when_taken(taken)
    intake.start()
    with sender_to(intake.address) as sender:
        sender.send(b"bad!")
        until(lambda: bool(losses))
        sender.send(b"good")
        assert good.wait_for(1) == [b"good"]
    intake.close()
    assert [(loss.kind, loss.count) for loss in losses] == [("failed", 1)]


def test_what_waits_for_the_sink_is_bounded() -> None:
    """No more than the limit waits in memory; the receiving thread continues when there is space again, in order."""
    queue, most, got = DeliveryQueue(most_bytes=1), list[int](), list[bytes]()

    def putting() -> None:
        for number in range(20):
            queue.put(Step(Datagrams([number], [bytes([number])], [("h", 1)]), number))
        queue.end()

    thread = threading.Thread(target=putting)
    thread.start()
    while (step := queue.get()) is not None:
        most.append(queue.datagrams)
        got += step.batch.payloads if step.batch else []
        queue.done(step)
    thread.join()
    assert (got, max(most), queue.datagrams) == ([bytes([number]) for number in range(20)], 1, 0)
