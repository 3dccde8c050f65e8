"""Allowed senders, from the socket to the page: this computer, the network, and a computer that really is another
one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer, open_performer
from deforum_perform.core.errors import InputError, ListenError, NotFoundError, PerformError, StorageError
from deforum_perform.core.listener import ListenerChoice, SenderRules, split_networks
from deforum_perform.osc.access.own_addresses import OwnAddresses
from deforum_perform.osc.datagrams import Datagrams
from tests.app.conftest import Hands, osc
from tests.osc.foreign import ForeignHost, foreign_host
from tests.osc.network import has_ipv6, until

TABLET = "203.0.113.7"  # an address for documentation: never this machine's own


def tablet_sends(hands: Hands, time_s: float, *messages: bytes, host: str = TABLET) -> None:
    """Datagrams from another computer, as the listener would hand them on."""
    hands.at(time_s)
    stamps, senders = [hands.clock[0]] * len(messages), [(host, 4000)] * len(messages)
    hands.performer.parts.reception.receive(Datagrams(stamps, list(messages), senders))


def senders_of(hands: Hands) -> dict[str, Any]:
    """The senders in the page's state."""
    found: dict[str, Any] = hands.performer.snapshot()["listener"]["senders"]
    return found


def names(hands: Hands) -> list[str]:
    """The sources the page shows."""
    return [source["name"] for source in hands.performer.snapshot()["sources"]]


def test_a_stranger_is_refused_shown_and_allowed_by_one_command(hands: Hands) -> None:
    """Nothing of it is received or recorded until it is allowed; then it is no longer shown as refused."""
    assert senders_of(hands) == {
        "allowed": [],
        "controls": True,
        "limit_hz": 5000,
        "refused": None,
        "limited": [],
        "controls_refused": 0,
    }
    tablet_sends(hands, 1.0, osc("/fader", 0.5), b"noise")
    assert names(hands) == []
    assert senders_of(hands)["refused"] == {"host": TABLET, "network": "203.0.113.0/24", "count": 2}
    assert hands.performer.snapshot()["listener"]["malformed"] == 0
    assert hands.do("listener.allow", sender="203.0.113.0/24")["allowed"] == ["203.0.113.0/24"]
    tablet_sends(hands, 1.1, osc("/fader", 0.6))
    assert names(hands) == ["/fader"]
    assert senders_of(hands)["refused"] is None
    hands.do("listener.forbid", sender="203.0.113.0/24")
    tablet_sends(hands, 1.2, osc("/other", 0.6))
    assert names(hands) == ["/fader"]


@pytest.mark.parametrize(
    ("command", "arguments", "error"),
    [
        ("listener.allow", {"sender": "the tablet"}, InputError),
        ("listener.allow", {"sender": ""}, InputError),
        ("listener.allow", {"sender": 7}, InputError),
        ("listener.allow", {}, InputError),
        ("listener.allow", {"sender": "239.0.0.1"}, InputError),
        ("listener.forbid", {"sender": "203.0.113.8"}, NotFoundError),
        ("listener.change", {"host": "127.0.0.1", "port": 0, "allowed": ["203.0.113.0/24", "x"]}, InputError),
        ("listener.change", {"host": "127.0.0.1", "port": 0, "allowed": "203.0.113.0/24"}, InputError),
        ("listener.change", {"host": "127.0.0.1", "port": 0, "limit_hz": 0}, InputError),
        ("listener.change", {"host": "127.0.0.1", "port": 0, "limit_hz": 1.5}, InputError),
        ("listener.change", {"host": "127.0.0.1", "port": 0, "controls": 1}, InputError),
        ("listener.change", {"host": TABLET, "port": 0, "allowed": ["10.0.0.1"]}, ListenError),
        ("listener.change", {"host": "239.1.2.3", "port": 0, "allowed": ["10.0.0.1"]}, InputError),
        ("listener.change", {"host": "ff02::1", "port": 0}, InputError),
    ],
)
def test_what_is_refused_changes_nothing(
    hands: Hands, command: str, arguments: dict[str, Any], error: type[PerformError]
) -> None:
    """A sender that is none, a multicast group, an address that is not ours: the rules and the place stay."""
    hands.do("listener.allow", sender="203.0.113.7")
    before = senders_of(hands), hands.performer.listening.host
    with pytest.raises(error) as caught:
        hands.performer.command(command, arguments)
    assert str(caught.value).endswith(".")
    assert (senders_of(hands), hands.performer.listening.host) == before


def test_what_a_stranger_sends_is_in_no_take_and_no_journal(hands: Hands) -> None:
    """While recording, nothing of a refused sender reaches the disk or the take."""
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/mine", (1.1, 0.2))
    tablet_sends(hands, 1.2, osc("/theirs", 0.5), osc("/perform/record", 0))
    hands.play("/mine", (1.3, 0.4))
    journals = hands.performer.parts.store.journals

    def written() -> bytes:
        return b"".join(path.read_bytes() for path in journals.iterdir())

    until(lambda: written().count(b"/mine") == 2)
    assert b"/theirs" not in written()
    assert hands.performer.snapshot()["transport"]["state"] == "recording"
    hands.do("record.stop")
    assert hands.performer.snapshot()["takes"][0]["sources"] == ["/mine"]


def test_a_flood_is_cut_and_the_take_says_so(hands: Hands) -> None:
    """What exceeds a sender's limit is not an event of the take, but a reception problem with time, count and
    sender."""
    hands.do("listener.change", host="127.0.0.1", port=0, allowed=[TABLET], limit_hz=10)
    hands.at(1.0)
    hands.do("record.start")
    tablet_sends(hands, 2.0, *[osc("/fader", i / 40) for i in range(40)])
    hands.at(3.0)
    hands.do("record.stop")
    (take,) = hands.performer.snapshot()["takes"]
    assert take["events"] == 10
    (problem,) = [problem for problem in take["problems"] if problem["kind"] == "limited"]
    assert (problem["count"], problem["who"], problem["start_s"]) == (30, TABLET, 1.0)
    assert senders_of(hands)["limited"] == [{"host": TABLET, "count": 30}]


def test_commands_of_the_network_can_be_switched_off(hands: Hands) -> None:
    """With controls off, a sender in the network is received but its commands are ignored; this computer's are not."""
    hands.do("listener.change", host="127.0.0.1", port=0, allowed=[TABLET], controls=False)
    tablet_sends(hands, 1.0, osc("/perform/record", 1), osc("/fader", 0.5))
    state = hands.performer.snapshot()
    assert (state["transport"]["state"], names(hands)) == ("stopped", ["/fader"])
    assert state["listener"]["senders"]["controls_refused"] == 1
    (notice,) = state["notices"]
    assert TABLET in notice["message"]
    tablet_sends(hands, 1.1, osc("/perform/record", 1), host="127.0.0.1")
    assert hands.performer.snapshot()["transport"]["state"] == "recording"
    tablet_sends(hands, 1.2, osc("/perform/record", 0))
    assert hands.performer.snapshot()["transport"]["state"] == "recording"
    hands.do("listener.change", host="127.0.0.1", port=0, controls=True)
    tablet_sends(hands, 1.3, osc("/perform/record", 0))
    assert hands.performer.snapshot()["transport"]["state"] == "stopped"


def test_a_refused_sender_reaches_the_page_at_most_once_a_second(hands: Hands) -> None:
    """A flood of strangers makes no flood of states, and the last of them is shown when the second is over."""
    revisions = set()
    for step in range(100):
        tablet_sends(hands, 10.0 + step / 100, b"x", host=f"203.0.113.{step}")
        revisions.add(hands.performer.revision)
    assert len(revisions) <= 2
    hands.at(11.5)
    until(lambda: senders_of(hands)["refused"]["host"] == "203.0.113.99")
    until(lambda: not hands.performer.inputs.sender_filter.waits)


def test_what_is_chosen_is_handed_to_the_host_to_keep(tmp_path: Path) -> None:
    """Only what was changed is saved, so that a flag of this start does not become a choice; a full disk is
    reported."""
    kept: list[dict[str, Any]] = []
    full = threading.Event()

    def keep(changed: Mapping[str, Any]) -> None:
        if full.is_set():
            raise StorageError("The file listener.json could not be saved: the disk is full.")
        kept.append(dict(changed))

    performer = open_performer(tmp_path, ListenerChoice(port=0), Standalone(keep=keep))
    try:
        here = {"host": performer.listening.host, "port": performer.listening.port}
        performer.command("listener.change", here)
        performer.command("listener.allow", {"sender": "10.0.0.5"})
        performer.command("listener.allow", {"sender": "10.0.0.5"})
        performer.command("listener.change", {**here, "controls": False, "limit_hz": 100})
        assert kept == [{"allowed": ["10.0.0.5"]}, {"controls": False, "limit_hz": 100}]
        full.set()
        assert performer.command("listener.forbid", {"sender": "10.0.0.5"})["allowed"] == []
        assert "disk is full" in performer.snapshot()["notices"][0]["message"]
        full.clear()
        performer.command("listener.change", {**here, "controls": True})
        assert performer.snapshot()["notices"] == []
    finally:
        performer.close()


# --- through real sockets ---


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Callable[..., Performer]]:
    """A function that opens a Performer which listens at a host; it is closed with the test."""
    opened: list[Performer] = []

    def start(host: str, allowed: str = "", **rules: Any) -> Performer:
        choice = ListenerChoice(host, 0, SenderRules(split_networks(allowed), **rules))
        opened.append(open_performer(tmp_path, choice, Standalone()))
        assert opened[-1].listening.problem is None
        return opened[-1]

    yield start
    for performer in opened:
        performer.close()


def send_to(host: str, port: int, payload: bytes) -> None:
    """One datagram from this computer."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(payload, (host, port))


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_this_computer_is_received_at_each_of_its_addresses(listening: Callable[..., Performer], host: str) -> None:
    """Listening on the network without allowed senders, programs here are received by loopback and by network
    addresses."""
    if host == "::" and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    performer = listening(host)
    wanted = [a for a in OwnAddresses().shown() if (":" in a) == (":" in host)]
    for number, address in enumerate(["::1" if ":" in host else "127.0.0.1", *wanted]):
        send_to(address, performer.listening.port, osc(f"/from/{number}", 0.5))
    until(lambda: len(performer.snapshot()["sources"]) == 1 + len(wanted))
    state = performer.snapshot()["listener"]
    assert state["senders"]["refused"] is None
    assert set(wanted) <= set(state["addresses"])


def test_a_network_that_comes_while_we_listen_is_shown(listening: Callable[..., Performer]) -> None:
    """An interface that appears after the start reaches the page: its address is what to type in a tablet."""
    performer = listening("0.0.0.0")
    before = performer.snapshot()
    with foreign_host() as later:
        until(lambda: later.here[4] in performer.snapshot()["listener"]["addresses"])
    assert later.here[4] not in before["listener"]["addresses"]
    until(lambda: later.here[4] not in performer.snapshot()["listener"]["addresses"])


@pytest.fixture(scope="module")
def foreign() -> Iterator[ForeignHost]:
    """Another computer."""
    with foreign_host() as host:
        yield host


def networked(version: int) -> str:
    """The host to listen at for IPv4 or IPv6."""
    if version == 6 and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    return "::" if version == 6 else "0.0.0.0"


def source_names(performer: Performer) -> list[str]:
    """The sources the page shows."""
    return [source["name"] for source in performer.snapshot()["sources"]]


@pytest.mark.parametrize("version", [4, 6])
def test_another_computer_is_refused_allowed_and_forbidden(
    listening: Callable[..., Performer], foreign: ForeignHost, oscsend_path: str, version: int
) -> None:
    """A truly foreign sender, oscsend by IPv4: refused and named, received when allowed, refused again when removed."""
    performer = listening(networked(version))
    here, there, port = foreign.here[version], foreign.there[version], performer.listening.port
    assert here in performer.snapshot()["listener"]["addresses"]

    def refused_sender() -> Any:
        return performer.snapshot()["listener"]["senders"]["refused"]

    def send(address: str) -> None:
        if version == 4:
            foreign.run(oscsend_path, here, port, address, "f", "0.5")
        else:  # Debian's liblo does not support IPv6
            foreign.flood(version, port, osc(address, 0.5), 1)

    send("/refused")
    until(lambda: refused_sender() is not None)
    assert (refused_sender()["host"], refused_sender()["count"], source_names(performer)) == (there, 1, [])
    performer.command("listener.allow", {"sender": refused_sender()["network"]})
    send("/allowed")
    until(lambda: source_names(performer) == ["/allowed"])
    assert refused_sender() is None
    performer.command("listener.forbid", {"sender": performer.snapshot()["listener"]["senders"]["allowed"][0]})
    send("/again")
    until(lambda: refused_sender() is not None)
    assert source_names(performer) == ["/allowed"]


@pytest.mark.parametrize("version", [4, 6])
def test_a_flood_from_another_computer_is_cut_and_reported(
    listening: Callable[..., Performer], foreign: ForeignHost, version: int
) -> None:
    """Of 3,000 datagrams at once a limit of 500 takes about a second's worth; the take counts the rest, none unseen."""
    performer = listening(networked(version), foreign.there[version], limit_hz=500)
    port = performer.listening.port
    foreign.flood(version, port, osc("/first", 0.5), 1)
    until(lambda: source_names(performer) == ["/first"])
    performer.command("record.start", {"start_s": 0})
    before = performer.listening.received
    foreign.flood(version, port, osc("/flood", 0.5), 3000)
    send_to("::1" if version == 6 else "127.0.0.1", port, osc("/last", 1.0))
    until(lambda: performer.listening.received + performer.listening.lost - before >= 3001)
    performer.command("record.stop", {})
    (take,) = performer.snapshot()["takes"]
    limited = [problem for problem in take["problems"] if problem["kind"] == "limited"]
    dropped = sum(problem["count"] for problem in take["problems"] if problem["kind"] == "lost")
    refused = sum(problem["count"] for problem in limited)
    assert {problem["who"] for problem in limited} == {foreign.there[version]}
    assert take["events"] - 1 + refused + dropped == 3000
    assert 498 <= take["events"] - 1 <= 2500
    assert performer.snapshot()["listener"]["senders"]["limited"][0]["count"] == refused


def test_another_computer_commands_only_if_it_may(
    listening: Callable[..., Performer], foreign: ForeignHost, oscsend_path: str
) -> None:
    """/perform/record from a foreign host does nothing while controls are off, and starts a recording when they are
    on."""
    performer = listening("0.0.0.0", foreign.there[4], controls=False)
    port = performer.listening.port

    def state() -> dict[str, Any]:
        return performer.snapshot()

    foreign.run(oscsend_path, foreign.here[4], port, "/perform/record", "i", "1")
    until(lambda: state()["listener"]["senders"]["controls_refused"] == 1)
    assert state()["transport"]["state"] == "stopped"
    performer.command("listener.change", {"host": "0.0.0.0", "port": port, "controls": True})
    foreign.run(oscsend_path, foreign.here[4], port, "/perform/record", "i", "1")
    until(lambda: state()["transport"]["state"] == "recording")


def test_loopback_receives_no_other_computer(
    listening: Callable[..., Performer], foreign: ForeignHost, oscsend_path: str
) -> None:
    """By default nothing of another computer even arrives: the socket is bound to the loopback."""
    performer = listening("127.0.0.1", "0.0.0.0/0")
    foreign.run(oscsend_path, foreign.here[4], performer.listening.port, "/x", "f", "1")
    send_to("127.0.0.1", performer.listening.port, osc("/here", 1.0))
    until(lambda: source_names(performer) == ["/here"])
    assert performer.listening.received == 1
