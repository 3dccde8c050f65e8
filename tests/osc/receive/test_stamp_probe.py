"""The listener's probes: what they measure, and that they are never delivered."""

from __future__ import annotations

import itertools
import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.osc.receive import stamp_probe
from deforum_perform.osc.receive.intake import ReceiverKind
from deforum_perform.osc.receive.recvmmsg import load_recvmmsg
from deforum_perform.osc.receive.stamp_probe import KEPT, PROBE_EVERY_NS, StampProbe
from tests.osc.network import listening, open_socket, sender_to, until

MS = 1_000_000
RECEIVERS: list[ReceiverKind] = ["thread", "process", "recvmmsg"] if load_recvmmsg() else ["thread", "process"]
STRANGER = ("127.0.0.1", 1)


class Bench:
    """A probe with a clock that the test turns, and its datagrams brought back by hand."""

    def __init__(self, listener: socket.socket) -> None:
        self.now_ns = 10 * PROBE_EVERY_NS
        self.sent: list[bytes] = []
        self.sending_takes_ns = 0
        self.probe = StampProbe(listener, lambda: self.now_ns, self._send)

    def _send(self, _socket: socket.socket, payload: bytes) -> None:
        self.sent.append(payload)
        self.now_ns += self.sending_takes_ns

    def round(self, late_ns: int) -> None:
        """One probe that is stamped ``late_ns`` after it was sent."""
        self.now_ns += PROBE_EVERY_NS
        sent_ns = self.now_ns
        self.probe.consider()
        self.probe.sift(self.arrived(self.sent[-1], sent_ns + late_ns))

    def arrived(self, payload: bytes, received_ns: int) -> Datagrams:
        """A batch with the probe between two datagrams of another sender."""
        senders = [STRANGER, self.probe._poke.address, STRANGER]
        return Datagrams([1, received_ns, 2], [b"one!", payload, b"two!"], senders)


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A probe at a real socket."""
    with open_socket("127.0.0.1", 0) as listener:
        made = Bench(listener)
        yield made
        made.probe.close()


def test_the_worst_of_the_last_64_counts(bench: Bench) -> None:
    """The error is that of the worst probe, early or late, until 64 better ones have come."""
    assert bench.probe.error_ns is None
    for late_ns in (3, -7 * MS, 5):
        bench.round(late_ns)
    assert bench.probe.error_ns == 7 * MS
    for _ in range(KEPT - 1):
        bench.round(4)
    assert bench.probe.error_ns == 5
    bench.round(4)
    assert bench.probe.error_ns == 4


def test_a_probe_that_took_long_to_send_says_nothing(bench: Bench) -> None:
    """When the moment of sending is unknown, the probe is discarded, and still never delivered."""
    bench.sending_takes_ns = stamp_probe.SLOW_SEND_NS + 1
    bench.round(2 * MS)
    assert bench.probe.error_ns is None
    bench.sending_takes_ns = stamp_probe.SLOW_SEND_NS
    bench.round(2 * MS)
    assert bench.probe.error_ns == 2 * MS


def test_one_probe_a_second(bench: Bench) -> None:
    """However often it is asked, a probe is sent once a second at most."""
    for _ in range(100):
        bench.now_ns += PROBE_EVERY_NS // 10
        bench.probe.consider()
    assert len(bench.sent) == 10


def test_a_probe_of_a_listener_that_steps_aside_is_not_sent(bench: Bench) -> None:
    """Once another listener has the port, the old one sends itself nothing, because the other one would receive it."""
    bench.round(5)
    bench.probe.retire()
    bench.now_ns += 10 * PROBE_EVERY_NS
    bench.probe.consider()
    assert len(bench.sent) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how full a socket is")
def test_a_probe_takes_no_place_in_a_full_socket() -> None:
    """While the socket is half full no probe is sent, so that none can push out a datagram."""
    with open_socket("127.0.0.1", 0) as listener, sender_to(listener.getsockname()) as sender:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        bench = Bench(listener)
        bench.probe.consider()
        for _ in range(10):
            sender.send(b"abcd")
        bench.now_ns += PROBE_EVERY_NS
        bench.probe.consider()
        bench.probe.close()
    assert len(bench.sent) == 1


def test_others_stay_untouched(bench: Bench) -> None:
    """A batch without a probe is given on as it is; of one with a probe everything else stays, in order."""
    before = Datagrams([1], [b"abcd"], [STRANGER])
    assert bench.probe.sift(before) is before
    bench.probe.consider()
    assert bench.probe.sift(before) is before
    sifted = bench.probe.sift(bench.arrived(bench.sent[-1], bench.now_ns))
    assert (sifted.received_ns, sifted.payloads, sifted.senders) == ([1, 2], [b"one!", b"two!"], [STRANGER, STRANGER])


def test_what_is_no_probe_measures_nothing(bench: Bench) -> None:
    """Bytes that only pretend, or a number that was not sent, change no figure."""
    bench.probe.consider()
    for payload in (b"", b"abcd", b"time" + bytes(4), bench.sent[0] + b"more"):
        bench.probe.sift(bench.arrived(payload, bench.now_ns + MS))
    assert bench.probe.error_ns is None


def test_a_probe_that_is_lost_is_forgotten(bench: Bench) -> None:
    """A later probe that arrives takes the lost ones before it off the list; the list never grows."""
    for _ in range(3 * stamp_probe.MOST_UNDER_WAY):
        bench.now_ns += PROBE_EVERY_NS
        bench.probe.consider()
    assert len(bench.probe._under_way) <= stamp_probe.MOST_UNDER_WAY
    bench.probe.sift(bench.arrived(bench.sent[-1], bench.now_ns))
    assert bench.probe._under_way == {}


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_listener_measures_itself(receiver: ReceiverKind, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While datagrams arrive there is a figure, and the sink and the count know nothing of probes."""
    monkeypatch.setattr(stamp_probe, "PROBE_EVERY_NS", MS)
    with (
        listening(receiver, host) as (intake, collector),
        sender_to(("127.0.0.1", intake.address[1])) as sender,
    ):
        count = itertools.count()

        def measured() -> bool:
            sender.send(next(count).to_bytes(4, "big"))
            return intake.statistics().stamp_error_ns is not None

        until(measured)
        sent = next(count)
        payloads = collector.wait_for(sent)
        assert [int.from_bytes(payload, "big") for payload in payloads] == list(range(sent))
        assert set(collector.senders) == {sender.getsockname()}
        assert intake.statistics().received == sent


def test_an_idle_listener_sends_itself_nothing() -> None:
    """Where nothing arrives nothing is measured."""
    with listening() as (intake, collector):
        intake.settle()
        assert (intake.statistics().stamp_error_ns, collector.batches) == (None, [])
        assert intake._probe is not None
        assert intake._probe._number == 0


@pytest.mark.parametrize("send", [stamp_probe.held_send(), stamp_probe._plain_send])
def test_both_ways_of_sending(send: Callable[[socket.socket, bytes], None]) -> None:
    """The system's own ``send`` and Python's send the same, and neither fails for a closed listener."""
    with open_socket("127.0.0.1", 0) as listener:
        listener.settimeout(20)
        with sender_to(listener.getsockname()) as sender:
            send(sender, b"12345678")
            assert listener.recv(100) == b"12345678"
            listener.close()
            for _ in range(3):
                send(sender, b"12345678")
