"""The listener at its address: moved without a loss, restarted automatically, and as the page shows it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from deforum_perform.app.listening import listener as listening_module
from deforum_perform.app.listening import watchdog as watchdog_module
from deforum_perform.app.listening.listener import REPORT_EVERY_NS, Listening
from deforum_perform.app.listening.watchdog import ListenerWatchdog
from deforum_perform.core.errors import InputError, ListenError
from deforum_perform.osc.datagrams import IntakeStatistics
from deforum_perform.osc.receive.handover import POSSIBLE
from deforum_perform.osc.receive.intake import Intake
from deforum_perform.osc.receive.sockets import Endpoint, is_loopback, resolve
from tests.osc.network import Collector, open_socket, sender_to, until

MS = 1_000_000
LAN = "192.168.77.1"


@pytest.fixture
def collector() -> Collector:
    """What the listener handed on."""
    return Collector()


@pytest.fixture
def listening(collector: Collector) -> Iterator[Listening]:
    """A listener that was not started."""
    made = Listening(collector)
    yield made
    made.close()


def say(listening: Listening, text: bytes, host: str = "127.0.0.1") -> None:
    """Send it a datagram."""
    with sender_to((host, listening.port)) as sender:
        sender.send(text)


def free_port() -> int:
    """A port that was free a moment ago."""
    with open_socket("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def test_the_page_gets_the_accuracy_of_the_stamps_and_the_buffer_size(listening: Listening) -> None:
    """The state of the listener says how it receives, and how many small datagrams a held interpreter may miss."""
    before = listening.state(0)
    assert (before["receiver"], before["buffered"], before["stamp_error_ms"]) == ("", 0, None)
    listening.start("127.0.0.1", 0)
    state = listening.state(3)
    assert state["receiver"] in ("recvmmsg", "process", "thread")
    assert state["stamps"] in ("kernel", "python")
    assert (state["truncated"], state["malformed"], state["network"]) == (0, 3, False)
    assert state["buffered"] >= 64


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.20", False),
        ("fe80::1%eth0", False),
        ("studio.local", False),
    ],
)
def test_what_counts_as_this_computer_alone(host: str, alone: bool) -> None:
    """Only loopback is out of reach of the network; what is not known to be loopback counts as open."""
    assert is_loopback(host) is alone


# --- moving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("follows", [POSSIBLE, False])
def test_after_a_move_it_receives_and_counts_on(collector: Collector, follows: bool) -> None:
    """From one address to another and back, on one port and on another, everything sent is received and counted."""
    listening = Listening(collector, follows=follows)
    listening.start("127.0.0.1", 0)
    port = listening.port
    for number, (host, to) in enumerate([("127.0.0.1", port), ("0.0.0.0", port), ("127.0.0.1", port), ("0.0.0.0", 0)]):
        gap_s = listening.move(host, to)
        moved_on_the_port = number in (1, 2)
        assert (gap_s > 0) is (moved_on_the_port and not follows)
        assert listening.host == host
        say(listening, str(number).encode())
        collector.wait_for(number + 1)
    assert listening.port != port
    assert collector.payloads == [b"0", b"1", b"2", b"3"]
    assert listening.received == 4
    listening.close()
    assert listening.received == 4


def test_a_name_for_the_same_place_is_no_move(listening: Listening, collector: Collector) -> None:
    """Typing another name for the address that is listened at changes nothing."""
    listening.start("127.0.0.1", 0)
    before = listening._counted[1]
    assert listening.move("localhost", listening.port) == 0
    assert listening._counted[1] is before


@pytest.mark.parametrize("follows", [POSSIBLE, False])
def test_where_it_cannot_move_it_goes_on(collector: Collector, follows: bool) -> None:
    """An address of another machine, on the same port or another, leaves the listener where it was, and says why."""
    listening = Listening(collector, follows=follows)
    listening.start("127.0.0.1", 0)
    port = listening.port
    for number, to in enumerate([port, port + 1 if port < 65_535 else port - 1]):
        with pytest.raises(ListenError, match="not an address of this computer"):
            listening.move("192.0.2.1", to)
        assert (listening.host, listening.port, listening.problem) == ("127.0.0.1", port, None)
        say(listening, b"still here")
        collector.wait_for(number + 1)
    assert listening.received == 2
    listening.close()


@pytest.mark.skipif(not POSSIBLE, reason="elsewhere the old one is closed before")
def test_a_receiver_that_does_not_start_in_the_middle_of_a_move(
    listening: Listening, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the new one cannot receive after the old one has stepped aside, the old place is listened at again."""
    listening.start("0.0.0.0", 0)
    say(listening, b"before")
    real, failures = Intake.hold, [ListenError("out of sockets", "", 0)]

    def hold(intake: Intake) -> None:
        if failures:
            raise failures.pop()
        real(intake)

    monkeypatch.setattr(Intake, "hold", hold)
    with pytest.raises(ListenError, match="out of sockets"):
        listening.move("127.0.0.1", listening.port)
    assert (listening.host, listening.problem) == ("0.0.0.0", None)
    say(listening, b"after")
    assert collector.wait_for(2) == [b"before", b"after"]
    assert listening.received == 2


def test_an_old_address_that_is_gone_too_is_a_problem_to_retry(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was received stays counted, the page shows the problem, and the next check resolves it."""
    listening = Listening(collector, follows=False)
    listening.start("127.0.0.1", 0)
    say(listening, b"one")
    collector.wait_for(1)
    port, real = listening.port, Intake.open

    def nowhere(intake: Intake, beside: Intake | None = None) -> None:
        raise ListenError("no sockets", "", 0)

    monkeypatch.setattr(Intake, "open", nowhere)
    with pytest.raises(ListenError, match="no sockets"):
        listening.move("0.0.0.0", port)
    assert listening.state(0)["message"] == "no sockets Perform tries again."
    assert (listening.received, listening.needs_care) == (1, True)
    monkeypatch.setattr(Intake, "open", real)
    assert listening.look_after()
    say(listening, b"two")
    assert collector.wait_for(2) == [b"one", b"two"]
    assert listening.received == 2
    listening.close()


# --- retrying ----------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_taken_as_soon_as_it_is_free(listening: Listening, collector: Collector) -> None:
    """While another program has the port the page says so and nothing else happens; then it is listened at."""
    with open_socket("127.0.0.1", 0) as other:
        port = other.getsockname()[1]
        listening.start("127.0.0.1", port)
        state = listening.state(0)
        assert state["state"] == "error"
        assert "another part of this program" in state["message"]
        assert state["message"].endswith("Perform tries again.")
        assert state["free_port"] > port
        assert listening.needs_care
        assert [listening.look_after() for _ in range(3)] == [False, False, False]
    assert listening.look_after()
    assert (listening.state(0)["state"], listening.state(0)["message"]) == ("listening", None)
    assert not listening.look_after()
    say(listening, b"abcd")
    assert collector.wait_for(1) == [b"abcd"]


def test_waiting_for_a_port_is_cheap(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the reason is the same, the port's holder and the next free port are not looked up again."""
    with open_socket("127.0.0.1", 0) as other:
        listening.start("127.0.0.1", other.getsockname()[1])
        listening.look_after()

        def asked(*_arguments: object) -> None:
            raise AssertionError("asked again")

        monkeypatch.setattr(listening_module, "listen_error", asked)
        assert not listening.look_after()


def test_an_address_that_is_not_there_yet(
    listening: Listening, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that comes up after the start is listened on then; a port in use there is reported when it is known."""
    reasons = [errno.EADDRNOTAVAIL, errno.EADDRNOTAVAIL, errno.EADDRINUSE, 0]
    port = free_port()
    listening.start(LAN, port)
    assert "not an address of this computer" in listening.state(0)["message"]
    monkeypatch.setattr(listening_module, "resolve", lambda host, port: Endpoint(socket.AF_INET, "127.0.0.1", port))
    monkeypatch.setattr(listening_module, "bind_errno", lambda place: reasons.pop(0))
    found = [(listening.look_after(), listening.state(0)["message"]) for _ in range(4)]
    assert [changed for changed, _ in found] == [True, False, True, True]
    assert "already listens" in found[2][1]
    assert found[3][1] is None
    say(listening, b"abcd")
    collector.wait_for(1)


def test_a_name_that_is_not_known_yet(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name is looked up again, rarely, and no error of it stops anything."""
    monkeypatch.setattr(listening_module, "resolve", _unknown)
    listening.start("studio.local", 9000)
    assert isinstance(listening.problem, InputError)
    assert not listening.look_after()
    watchdog = ListenerWatchdog(listening, lambda: None)
    assert watchdog._pause_s() == watchdog_module.ASK_FOR_NAMES_EVERY_S
    monkeypatch.setattr(listening_module, "resolve", lambda host, port: resolve("127.0.0.1", 0))
    assert listening.look_after()
    assert watchdog._pause_s() is None
    watchdog.close()


def _unknown(host: str, port: int) -> Endpoint:
    raise InputError(f"The OSC host '{host}' cannot be found.")


@dataclass
class Network:
    """A machine whose address ``LAN`` comes and goes; the intake really listens on loopback."""

    here: bool = True
    opened: list[Intake] = field(default_factory=list)

    def open_intake(self, host: str, port: int, sink: Callable[[Any], None]) -> Intake:
        """An intake that says it is at ``LAN``."""
        intake = _Elsewhere("127.0.0.1", port, sink)
        self.opened.append(intake)
        return intake


class _Elsewhere(Intake):
    @property
    def address(self) -> tuple[str, int]:
        return LAN, super().address[1]


@pytest.mark.parametrize("outlives", [True, False])
def test_an_address_that_vanishes_and_comes_back(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, outlives: bool
) -> None:
    """The page says that the address is not available and that Perform retries, and it does, with a new socket if the
    old one does not outlive its address."""
    network = Network()
    monkeypatch.setattr(listening_module, "has_address", lambda place: network.here)
    listening = Listening(collector, network.open_intake, follows=outlives)
    listening.start("127.0.0.1", 0)
    assert (listening.host, listening.needs_care, listening.look_after()) == (LAN, True, False)
    network.here = False
    assert listening.look_after()
    assert not listening.look_after()
    state = listening.state(0)
    assert state["state"] == "error"
    assert f"no longer has the address {LAN}" in state["message"]
    assert "as soon as it is back" in state["message"]
    network.here = True
    assert listening.look_after()
    assert (listening.state(0)["state"], len(network.opened)) == ("listening", 1 if outlives else 2)
    say(listening, b"abcd")
    assert collector.wait_for(1) == [b"abcd"]
    listening.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_nothing_to_look_after(listening: Listening, host: str) -> None:
    """Loopback and every address together do not disappear: nothing is checked, and no thread wakes up for it."""
    listening.start(host, 0)
    assert not listening.needs_care
    assert not listening.look_after()
    watchdog = ListenerWatchdog(listening, lambda: None)
    assert watchdog._pause_s() is None
    watchdog.close()


def test_other_addresses_are_reported_while_it_listens_on_the_network() -> None:
    """Listening on every address, the page is notified once of a network that comes or goes; on loopback nothing is
    checked."""
    addresses, shown = [["10.0.0.1"]], []
    listening = Listening(Collector())
    watchdog = ListenerWatchdog(listening, lambda: shown.append(addresses[0]), 0.01, lambda: list(addresses[0]))
    listening.start("127.0.0.1", 0)
    assert watchdog._pause_s() is None
    listening.start("0.0.0.0", 0)
    until(lambda: watchdog._seen == ["10.0.0.1"])
    addresses[0] = ["10.0.0.1", "10.0.0.2"]
    until(lambda: shown == [["10.0.0.1", "10.0.0.2"]])
    watchdog.close()
    listening.close()


def test_nothing_is_retried_during_a_move_or_after_the_end(listening: Listening) -> None:
    """Who moves or ends the listener is not disturbed, and it is not opened again behind his back."""
    with open_socket("127.0.0.1", 0) as other:
        listening.start("127.0.0.1", other.getsockname()[1])
    with listening._moving:
        assert not listening.look_after()
    listening.close()
    assert not listening.look_after()
    assert listening.state(0)["receiver"] == ""


def test_the_watchdog_restarts_the_listener_and_says_so() -> None:
    """Started with the port in use, it listens once the port is free, and the page is notified."""
    shown: list[str] = []
    listening = Listening(Collector())
    watchdog = ListenerWatchdog(listening, lambda: shown.append(listening.state(0)["state"]), look_every_s=0.01)
    with open_socket("127.0.0.1", 0) as other:
        listening.start("127.0.0.1", other.getsockname()[1])
        assert listening.problem is not None
    until(lambda: shown == ["listening"])
    watchdog.close()
    listening.close()
    assert not watchdog._thread.is_alive()


# --- what the page receives -------------------------------------------------------------------------------------------


class Counting:
    """An intake of which only the figures matter."""

    address = ("127.0.0.1", 1)

    def __init__(self, found: IntakeStatistics) -> None:
        self.found = found

    def statistics(self) -> IntakeStatistics:
        """The figures."""
        return self.found


def test_statistics_are_reported_when_they_have_changed_enough() -> None:
    """A first or a much better or worse stamp error and cut datagrams are news; small changes and haste are not."""
    listening = Listening(Collector())
    intake: Any = Counting(IntakeStatistics())
    listening._counted = (IntakeStatistics(), intake)
    now_ns, shown = 0, []
    for error_ns, truncated in [(None, 0), (MS, 0), (MS + 9, 0), (2 * MS, 0), (MS, 0), (MS, 1), (MS, 1)]:
        intake.found = replace(intake.found, stamp_error_ns=error_ns, truncated=truncated)
        now_ns += REPORT_EVERY_NS
        shown.append(listening.has_news(now_ns))
        assert not listening.has_news(now_ns + 1)
    assert shown == [False, True, False, True, True, True, False]
