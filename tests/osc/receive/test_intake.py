"""The intake over real loopback sockets, with each receiver this system has."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import threading
import time

import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.udp_client import SimpleUDPClient

from deforum_perform.core.errors import ConflictError, ListenError
from deforum_perform.osc.datagrams import Datagrams, Loss
from deforum_perform.osc.decode.events import EventDecoder
from deforum_perform.osc.decode.packet import read_packet
from deforum_perform.osc.receive import child_receiver, ring_receiver
from deforum_perform.osc.receive import intake as intake_module
from deforum_perform.osc.receive.child_program import KERNEL_STAMPS
from deforum_perform.osc.receive.child_receiver import ChildReceiver
from deforum_perform.osc.receive.intake import Intake, ReceiverKind
from deforum_perform.osc.receive.loop_receiver import LoopReceiver
from deforum_perform.osc.receive.recvmmsg import load_recvmmsg
from tests.osc.network import Collector, has_ipv6, listening, open_socket, sender_to, until

RECEIVERS: list[ReceiverKind] = ["thread", "process", "recvmmsg"] if load_recvmmsg() else ["thread", "process"]
each_receiver = pytest.mark.parametrize("receiver", RECEIVERS)
needs_ring = pytest.mark.skipif(load_recvmmsg() is None, reason="recvmmsg is Linux's")


@each_receiver
def test_datagrams_arrive_whole_in_order_with_sender_and_time(receiver: ReceiverKind) -> None:
    """Every datagram, from empty to the largest UDP knows, arrives as it was sent, once, in order, with its stamp."""
    sent = [b"abcd", b"", b"x" * 255, b"y" * 256, b"z" * 257, bytes(range(256)) * 255, b"w" * 65_507, b"end!"]
    with listening(receiver) as (intake, collector), sender_to(intake.address) as sender:
        before = time.monotonic_ns()
        for payload in sent:
            sender.send(payload)
        after = time.monotonic_ns()
        assert collector.wait_for(len(sent)) == sent
        assert set(collector.senders) == {sender.getsockname()}
        stamps = collector.received_ns
        assert stamps == sorted(stamps)
        if KERNEL_STAMPS:
            assert before - 100_000 <= stamps[0] <= stamps[-1] <= after + 1_000_000
        statistics = intake.statistics()
        assert (statistics.received, statistics.lost, statistics.truncated) == (len(sent), 0, 0)
        assert statistics.receiver == receiver
        assert statistics.receive_buffer_bytes > 0


@each_receiver
def test_many_datagrams_through_many_handovers(receiver: ReceiverKind) -> None:
    """Tens of thousands arrive, each once and in order, while the receiver's buffer is reused again and again."""
    count = 30_000
    with listening(receiver) as (intake, collector), sender_to(intake.address) as sender:
        for start in range(0, count, 1000):
            for number in range(start, start + 1000):
                sender.send(number.to_bytes(4, "big"))
            collector.wait_for(start + 1000)
        assert [int.from_bytes(payload, "big") for payload in collector.payloads] == list(range(count))
        assert intake.statistics().lost == 0


@each_receiver
def test_python_osc_sends_and_events_come_out(receiver: ReceiverKind) -> None:
    """Messages and nested bundles of python-osc, over a socket, end in the right sources and values."""
    message = OscMessageBuilder("/in/bundle")
    message.add_arg(7)
    inner, outer = OscBundleBuilder(IMMEDIATELY), OscBundleBuilder(IMMEDIATELY)
    inner.add_content(message.build())
    outer.add_content(inner.build())
    with listening(receiver) as (intake, collector):
        client = SimpleUDPClient(*intake.address)
        client.send_message("/knob", 0.5)
        client.send_message("/xy", [0.25, True])
        client.send(outer.build())
        payloads = collector.wait_for(3)
        client._sock.close()
    decoder = EventDecoder()
    decoder.feed_many(payloads, collector.received_ns)
    batch = decoder.drain()
    named = [
        (decoder.sources[index], value) for index, value in zip(batch.source_index.tolist(), batch.values.tolist())
    ]
    assert named == [("/knob", 0.5), ("/xy[0]", 0.25), ("/xy[1]", 1.0), ("/in/bundle", 7.0)]
    assert batch.received_ns.tolist() == [collector.received_ns[row] for row in (0, 1, 1, 2)]


@each_receiver
def test_oscsend(receiver: ReceiverKind, oscsend_path: str) -> None:
    """liblo's oscsend is understood, with every type it can send."""
    arguments = ["/all", "ihfdscTFNImS", "5", "6", "0.5", "0.25", "text", "c", "90603c7f", "symbol"]
    with listening(receiver) as (intake, collector):
        host, port = intake.address
        subprocess.run([oscsend_path, host, str(port), *arguments], check=True, timeout=20)
        (message,) = read_packet(collector.wait_for(1)[0]).messages
    assert message.address == "/all"
    assert message.arguments[:6] == (5, 6, 0.5, 0.25, "text", "c")
    assert message.arguments[6:9] == (True, False, None)
    assert message.arguments[11] == "symbol"


@each_receiver
@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_ipv6(receiver: ReceiverKind) -> None:
    """IPv6 is received like IPv4."""
    with listening(receiver, "::1") as (intake, collector), sender_to(intake.address) as sender:
        sender.send(b"abcd")
        assert collector.wait_for(1) == [b"abcd"]
        assert collector.senders == [sender.getsockname()[:2]]


@each_receiver
def test_every_address_of_the_machine(receiver: ReceiverKind) -> None:
    """0.0.0.0 receives what is sent to loopback."""
    with listening(receiver, "0.0.0.0") as (intake, collector), sender_to(("127.0.0.1", intake.address[1])) as sender:
        sender.send(b"abcd")
        assert collector.wait_for(1) == [b"abcd"]


@each_receiver
def test_close_and_open_again(receiver: ReceiverKind) -> None:
    """A closed listener gives its port free at once, leaves no thread behind, and its port can be had again."""
    threads = threading.active_count()
    address = ("127.0.0.1", 0)
    for _ in range(5):
        collector = Collector()
        intake = Intake(*address, collector, receiver)
        intake.open()
        address = intake.address
        intake.start()
        with sender_to(address) as sender:
            sender.send(b"abcd")
            assert collector.wait_for(1) == [b"abcd"]
        intake.close()
        intake.close()
        assert threading.active_count() == threads
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(address)


@each_receiver
def test_what_has_arrived_is_delivered_before_close_returns(receiver: ReceiverKind) -> None:
    """Changing the port while recording loses nothing that was sent before."""
    with listening(receiver) as (intake, collector), sender_to(intake.address) as sender:
        for number in range(2000):
            sender.send(number.to_bytes(4, "big"))
        intake.close()
        assert len(collector.payloads) == 2000


def test_datagrams_are_kept_between_open_and_start() -> None:
    """The socket keeps what arrives as soon as it is open."""
    collector = Collector()
    intake = Intake("127.0.0.1", 0, collector)
    intake.open()
    with sender_to(intake.address) as sender:
        sender.send(b"abcd")
    intake.start()
    assert collector.wait_for(1) == [b"abcd"]
    intake.close()


def test_an_intake_is_opened_once() -> None:
    """A second open is refused, and an intake that was never started can be closed."""
    intake = Intake("127.0.0.1", 0, Collector())
    assert intake.statistics().received == 0
    intake.open()
    with pytest.raises(ConflictError):
        intake.open()
    intake.close()
    Intake("127.0.0.1", 0, Collector()).close()


@each_receiver
def test_a_sink_that_raises_ends_nothing(receiver: ReceiverKind, caplog: pytest.LogCaptureFixture) -> None:
    """Errors of the sink are counted, logged once, and the next batch is delivered."""
    good = Collector()

    def sink(batch: Datagrams) -> None:
        if b"bad!" in batch.payloads:
            raise ValueError("cannot use this")
        good(batch)

    intake = Intake("127.0.0.1", 0, sink, receiver)
    intake.start()
    with caplog.at_level(logging.WARNING), sender_to(intake.address) as sender:
        sender.send(b"bad!")
        until(lambda: intake.statistics().sink_errors == 1)
        sender.send(b"bad!")
        until(lambda: intake.statistics().sink_errors == 2)
        sender.send(b"good")
        assert good.wait_for(1) == [b"good"]
    intake.close()
    assert len(caplog.records) == 1
    assert "cannot use this" in caplog.text


@needs_ring
def test_drops_of_the_kernel_are_reported_with_their_time() -> None:
    """When the socket is full, the count and the time of the loss reach the sink and the statistics."""
    collector = Collector()
    intake = Intake("127.0.0.1", 0, collector, "thread")
    intake.open()
    intake._opened().setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    with sender_to(intake.address) as sender:
        for _ in range(50):
            sender.send(b"abcd")
        intake.start()
        until(lambda: intake.statistics().received + intake.statistics().lost == 50)
    intake.close()
    statistics = intake.statistics()
    assert statistics.lost > 40
    assert sum(loss.count for batch in collector.batches for loss in batch.losses) == statistics.lost
    assert [loss.count for loss in statistics.losses] == [loss.count for b in collector.batches for loss in b.losses]


@each_receiver
def test_longer_datagrams_than_the_buffer_are_counted_not_cut(
    receiver: ReceiverKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A datagram that does not fit is left out and counted; half of it is never delivered."""
    small = 300

    def loop(listener: socket.socket) -> LoopReceiver:
        return LoopReceiver(listener, datagram_bytes=small)

    def child(listener: socket.socket) -> ChildReceiver:
        return ChildReceiver(listener, datagram_bytes=small)

    monkeypatch.setattr(intake_module, "ChildReceiver", child)
    monkeypatch.setattr(intake_module, "LoopReceiver", loop)
    monkeypatch.setattr(intake_module, "make_ring", lambda: ring_receiver.make_ring(64, small))
    with listening(receiver) as (intake, collector), sender_to(intake.address) as sender:
        for payload in (b"a" * 300, b"b" * 301, b"c" * 60_000, b"good"):
            sender.send(payload)
        assert collector.wait_for(2) == [b"a" * 300, b"good"]
        until(lambda: intake.statistics().truncated == 2)


def test_a_receiving_process_that_dies_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """When the receiving process is killed, another one takes the same socket, and what it held is received."""
    with caplog.at_level(logging.WARNING), listening("process") as (intake, collector):
        receiver = intake._receiver
        assert isinstance(receiver, ChildReceiver)
        with sender_to(intake.address) as sender:
            sender.send(b"one!")
            collector.wait_for(1)
            first = receiver._process
            assert first is not None
            first.kill()
            first.wait()
            sender.send(b"two!")
            assert collector.wait_for(2) == [b"one!", b"two!"]
        assert receiver._process is not first
        assert intake.statistics().receive_errors == 1
    assert len(caplog.records) == 1


def test_a_receiving_process_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, the plain receiver is taken."""

    def refused(_self: ChildReceiver) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(ChildReceiver, "_spawn", refused)
    monkeypatch.setattr(child_receiver, "TEST_S", 0.3)
    with listening("process") as (intake, collector), sender_to(intake.address) as sender:
        assert intake.statistics().receiver == "thread"
        sender.send(b"abcd")
        assert collector.wait_for(1) == [b"abcd"]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs a signal that stops a process")
def test_a_receiving_process_that_hangs_is_killed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing never waits forever for a process that does not answer."""
    monkeypatch.setattr(child_receiver, "PATIENCE_S", 0.2)
    with listening("process") as (intake, _):
        receiver = intake._receiver
        assert isinstance(receiver, ChildReceiver)
        assert receiver._process is not None
        receiver._process.send_signal(signal.SIGSTOP)
        intake.close()
        assert receiver._process.returncode == -signal.SIGKILL


def test_stamps_without_a_kernel_that_gives_them() -> None:
    """If only Python can timestamp, the stamp is after the sending and labelled accordingly."""
    listener = open_socket("127.0.0.1", 0)
    receiver = LoopReceiver(listener, kernel_stamps=False)
    receiver.start()
    before = time.monotonic_ns()
    with sender_to(listener.getsockname()) as sender:
        sender.send(b"abcd")
    until(lambda: receiver.wait() and bool(receiver._stored))
    batch = receiver.take()
    receiver.stop()
    receiver.close()
    listener.close()
    assert receiver.stamps == "python"
    assert batch.payloads == [b"abcd"]
    assert before <= batch.received_ns[0] <= time.monotonic_ns()


@needs_ring
def test_a_system_that_only_imitates_recvmmsg_gets_the_plain_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a datagram does not arrive while the call waits, the intake continues with the other receiver, on its port."""
    monkeypatch.setattr(ring_receiver.RingReceiver, "is_working", lambda self: False)
    with listening("auto") as (intake, collector), sender_to(intake.address) as sender:
        assert intake.statistics().receiver == "thread"
        sender.send(b"abcd")
        assert collector.wait_for(1) == [b"abcd"]


def test_without_recvmmsg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is none, the plain receiver is taken; asking for the ring is refused."""
    monkeypatch.setattr(intake_module, "load_recvmmsg", lambda: None)
    with listening("auto") as (intake, _):
        assert intake.statistics().receiver == "thread"
    refused = Intake("127.0.0.1", 0, Collector(), "recvmmsg")
    with pytest.raises(ListenError, match="recvmmsg"):
        refused.start()
    refused.close()


@needs_ring
def test_no_memory_for_a_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the memory for a ring still listens."""

    def no_memory(*_arguments: int) -> None:
        raise MemoryError

    monkeypatch.setattr(ring_receiver, "Ring", no_memory)
    with listening("auto") as (intake, _):
        assert intake.statistics().receiver == "thread"


def test_drops_with_nothing_after_them_are_reported_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel dropped last is asked for once more when all is over."""

    def over(receiver: LoopReceiver) -> bool:
        return False

    def lost(receiver: LoopReceiver) -> Datagrams:
        return Datagrams(losses=(Loss(1, 3),))

    monkeypatch.setattr(LoopReceiver, "wait", over)
    monkeypatch.setattr(LoopReceiver, "take", lost)
    with listening("thread") as (intake, collector):
        pass
    assert [batch.losses for batch in collector.batches] == [(Loss(1, 3),)]
    assert intake.statistics().lost == 3


@each_receiver
def test_each_datagram_has_its_own_sender(receiver: ReceiverKind) -> None:
    """Programs that send alternately, or one alone, are distinguished datagram by datagram."""
    with (
        listening(receiver) as (intake, collector),
        sender_to(intake.address) as one,
        sender_to(intake.address) as other,
    ):
        order = [one, one, other, one, other, other] * 20 + [one] * 50
        for number, sender in enumerate(order):
            sender.send(number.to_bytes(4, "big"))
        collector.wait_for(len(order))
        assert collector.senders == [sender.getsockname() for sender in order]
