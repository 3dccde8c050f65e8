"""The ring that one call of recvmmsg walks round and round in: nothing is written over, and nothing forgotten."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.osc.receive import intake as intake_module
from deforum_perform.osc.receive import ring_receiver
from deforum_perform.osc.receive.recvmmsg import WAITING, Ring, load_recvmmsg
from deforum_perform.osc.receive.repeated_memory import RepeatedMemory
from deforum_perform.osc.receive.ring_receiver import RingReceiver
from tests.osc.network import Collector, listening, open_socket, sender_to, until

pytestmark = pytest.mark.skipif(load_recvmmsg() is None, reason="recvmmsg is Linux's")
ENTRIES = 4096 // 64


class Bench:
    """A receiver with a small ring, from which the test reads when it likes."""

    def __init__(self, rounds: int) -> None:
        call = load_recvmmsg()
        assert call is not None
        self.listener = open_socket("127.0.0.1", 0)
        self.ring = Ring(ENTRIES, rounds=rounds)
        self.receiver = RingReceiver(self.listener, call, self.ring)
        self.receiver.start()
        self.sent = 0
        self.read: list[bytes] = []

    def send(self, count: int, size: int = 4) -> None:
        """Numbered datagrams."""
        with sender_to(self.listener.getsockname()) as sender:
            for number in range(self.sent, self.sent + count):
                sender.send(number.to_bytes(4, "big").ljust(size, b"x"))
        self.sent += count

    def take(self) -> int:
        """Read what is there; how many datagrams."""
        found = self.receiver.take().payloads
        self.read.extend(found)
        return len(found)

    def read_all(self) -> None:
        """Read until everything sent was read."""
        until(lambda: self.take() >= 0 and len(self.read) >= self.sent)

    def numbers(self) -> list[int]:
        """What was read."""
        return [int.from_bytes(payload[:4], "big") for payload in self.read]


@pytest.fixture(params=[1, 2, 50])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A ring that one call walks along for so many rounds."""
    made = Bench(request.param)
    yield made
    made.receiver.stop()
    until(lambda: made.take() == 0 and not made.receiver.wait())
    made.receiver.close()
    made.listener.close()


def test_round_and_round_in_order(bench: Bench) -> None:
    """Through many rounds and calls every datagram is read once and in order."""
    for _ in range(200):
        bench.send(25)
        bench.read_all()
    assert bench.numbers() == list(range(5000))
    assert bench.ring.taken >= 5000


def test_what_is_unread_is_never_written_over(bench: Bench) -> None:
    """A ring that is not read fills up to its barrier; the socket keeps the rest, and then all of it is read, in
    order."""
    bench.send(10)
    bench.read_all()
    bench.send(4 * ENTRIES)
    until(lambda: bench.ring.is_full)
    bench.read_all()
    bench.send(10)
    bench.read_all()
    assert bench.numbers() == list(range(4 * ENTRIES + 20))


def test_what_the_socket_holds_behind_a_full_ring_is_taken_at_the_end(bench: Bench) -> None:
    """A stop while the ring is full leaves nothing in the socket."""
    bench.send(4 * ENTRIES)
    until(lambda: bench.ring.is_full)
    bench.receiver.stop()
    while bench.receiver.wait():
        bench.take()
    assert bench.numbers() == list(range(4 * ENTRIES))


def test_a_stop_waits_for_no_thread(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that continues while the thread ends does not delay it; everything that arrived before the stop is
    there."""
    is_drained = bench.receiver._is_drained
    with sender_to(bench.listener.getsockname()) as late:

        def looked_late() -> bool:
            with contextlib.suppress(ConnectionRefusedError):
                late.send(b"late")
            return is_drained()

        monkeypatch.setattr(bench.receiver, "_is_drained", looked_late)
        bench.send(3 * ENTRIES)
        bench.receiver.stop()
        until(lambda: bench.take() == 0 and not bench.receiver.wait())
    assert bench.numbers() == list(range(3 * ENTRIES))


def test_only_datagrams_have_a_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stopped socket fills the ring with is given none: datagrams still to come would seem late, and lose their
    order."""
    timed: list[int] = []
    clock = bench.receiver._clock
    to_monotonic = clock.to_monotonic

    def watched(stamps_ns: Sequence[int]) -> list[int]:
        timed.extend(stamps_ns)
        return to_monotonic(stamps_ns)

    monkeypatch.setattr(clock, "to_monotonic", watched)
    bench.send(ENTRIES // 2)
    bench.receiver.stop()
    while bench.receiver.wait():
        bench.take()
    assert bench.ring.taken > ENTRIES // 2
    assert len(bench.read) == len(timed) == ENTRIES // 2


def test_one_call_lasts() -> None:
    """Tens of thousands of datagrams are received by one call: the thread needs the interpreter for none of them."""
    with listening("recvmmsg") as (intake, collector), sender_to(intake.address) as sender:
        for start in range(0, 40_000, 500):
            for _ in range(500):
                sender.send(b"abcd")
            collector.wait_for(start + 500)
        receiver = intake._receiver
        assert isinstance(receiver, RingReceiver)
        assert receiver._calls == 1


def test_long_datagrams_leave_no_memory_behind() -> None:
    """What a long datagram took beyond its first bytes goes back to the system when it is read."""
    bench = Bench(2)
    bench.send(3, size=60_000)
    bench.read_all()
    assert [len(payload) for payload in bench.read] == [60_000] * 3
    assert not bench.ring.rest.any()
    bench.receiver.stop()
    until(lambda: bench.take() == 0 and not bench.receiver.wait())
    bench.receiver.close()
    bench.listener.close()


def test_a_fresh_ring_is_empty_and_barred_at_its_end() -> None:
    """Nothing is ready before anything came, and the kernel finds the bar after one round less one."""
    ring = Ring(ENTRIES, rounds=1)
    assert ring.ready(100) == slice(0, 0)
    assert (ring.lengths == WAITING).all()
    assert ring.headers["vector_count"].tolist() == [2] * (ENTRIES - 1) + [1025]
    ring.release(slice(0, 0))
    assert ring.taken == 0


def test_memory_seen_many_times() -> None:
    """What is written once appears in every repetition, even after the system freed its page tables."""
    memory = RepeatedMemory(4096, 5)
    memory.first[:5] = b"hello"
    for _ in range(2):
        assert [ctypes.string_at(memory.address + k * 4096, 5) for k in range(5)] == [b"hello"] * 5
        memory.forget()
    ctypes.memmove(memory.address + 3 * 4096, b"J", 1)
    assert memory.first[:5] == b"Jello"


def test_memory_is_given_back() -> None:
    """When the ring goes, its address space goes."""
    memory = RepeatedMemory(4096, 5)
    address = f"{memory.address:x}-"
    assert address in Path("/proc/self/maps").read_text()
    end = memory._end
    del memory
    assert not end.alive
    assert address not in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize("fails", ["memfd_create", "ftruncate"])
def test_a_system_without_such_memory(fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory cannot be seen many times, the plain receiver is taken."""

    def refused(*_arguments: Any) -> None:
        raise OSError("not here")

    monkeypatch.setattr(os, fails, refused)
    with listening("auto") as (intake, collector), sender_to(intake.address) as sender:
        assert intake.statistics().receiver == "thread"
        sender.send(b"abcd")
        collector.wait_for(1)


def test_a_ring_of_any_size_fills_whole_pages() -> None:
    """Whatever is asked for, the ring ends where a page ends, so that it can be repeated."""
    ring = ring_receiver.make_ring(100, 300)
    assert (ring.entries * 64) % 4096 == 0
    assert ring.entries >= 100


def test_the_intake_through_a_ring_that_is_much_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the barrier is reached all the time, the intake delivers everything, once and in order."""
    monkeypatch.setattr(intake_module, "make_ring", lambda: Ring(ENTRIES, rounds=3))
    collector = Collector()
    intake = intake_module.Intake("127.0.0.1", 0, collector, "recvmmsg")
    intake.start()
    with sender_to(intake.address) as sender:
        for start in range(0, 4_000, 250):
            for number in range(start, start + 250):
                sender.send(number.to_bytes(4, "big"))
            collector.wait_for(start + 250)
    intake.close()
    assert [int.from_bytes(payload, "big") for payload in collector.payloads] == list(range(4_000))
    assert intake.statistics().lost == 0


def test_the_bars_error_is_nobodys_loss() -> None:
    """The kernel reports the barrier once more at the next call; the socket is not considered empty because of it."""
    bench = Bench(1)
    bench.send(2 * ENTRIES)
    until(lambda: bench.ring.is_full)
    assert bench.receiver._is_drained() is False
    bench.read_all()
    bench.receiver.stop()
    until(lambda: bench.take() == 0 and not bench.receiver.wait())
    bench.receiver.close()
    bench.listener.close()
