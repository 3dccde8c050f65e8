"""Which addresses are this computer's."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from deforum_perform.osc.access.own_addresses import (
    LOOK_AGAIN_S,
    Interface,
    OwnAddresses,
    look_at_interfaces,
    outgoing_addresses,
)


def test_the_system_lists_its_loopback() -> None:
    """What the system says has at least 127.0.0.1 in it, and nothing twice is asked of a name server."""
    found = {interface.address for interface in look_at_interfaces()}
    assert ip_address("127.0.0.1") in found


def test_what_this_computer_sends_from_is_its_own() -> None:
    """The address the system would send from is among its own, as is all of the loopback; others are not."""
    own = OwnAddresses()
    assert all(own.holds(address) for address in outgoing_addresses())
    assert own.holds(ip_address("127.9.9.9"))
    assert own.holds(ip_address("::1"))
    assert not own.holds(ip_address("203.0.113.7"))
    assert not own.holds(ip_address("2001:db8::7"))


def test_what_to_type_in_a_tablet_comes_first() -> None:
    """The address on the way out first, then other IPv4, then IPv6; no loopback, nothing that is switched off."""
    rows = [
        Interface(ip_address("127.0.0.1")),
        Interface(ip_address("::1")),
        Interface(ip_address("fe80::5")),
        Interface(ip_address("2001:db8::5")),
        Interface(ip_address("10.8.0.2"), up=False),
        Interface(ip_address("172.17.0.1")),
        Interface(ip_address("192.168.1.20")),
    ]
    own = OwnAddresses(lambda: rows, lambda: [ip_address("192.168.1.20")])
    assert own.shown() == ["192.168.1.20", "172.17.0.1", "2001:db8::5"]
    assert own.holds(ip_address("10.8.0.2"))


def test_a_cable_without_a_router_is_shown_too() -> None:
    """Where there are link-local addresses alone, these are what a tablet can reach."""
    own = OwnAddresses(lambda: [Interface(ip_address("169.254.3.4")), Interface(ip_address("127.0.0.1"))], list)
    assert own.shown() == ["169.254.3.4"]


def test_interfaces_that_come_and_go_are_seen() -> None:
    """An address is looked for again after five seconds, and not before."""
    rows, now = [Interface(ip_address("10.0.0.1"))], [100.0]
    own = OwnAddresses(lambda: rows, list, lambda: now[0])
    assert own.holds(ip_address("10.0.0.1"))
    rows[0] = Interface(ip_address("10.0.0.2"))
    now[0] += LOOK_AGAIN_S - 1
    assert own.shown() == ["10.0.0.1"]
    now[0] += 1
    assert not own.holds(ip_address("10.0.0.1"))
    assert own.shown() == ["10.0.0.2"]


def test_a_system_that_does_not_say_has_its_loopback_still() -> None:
    """Without a list of interfaces, the programs of this computer are accepted on the loopback."""
    own = OwnAddresses(list, list)
    assert own.holds(ip_address(socket.gethostbyname("localhost")))
    assert own.shown() == []


def test_what_the_system_does_not_say_now_stays_as_it_was() -> None:
    """Without free file descriptors the system lists nothing: this computer keeps its addresses, and still may send."""
    rows, now = [Interface(ip_address("10.0.0.1"))], [100.0]
    own = OwnAddresses(lambda: rows, list, lambda: now[0])
    assert own.holds(ip_address("10.0.0.1"))
    rows.clear()
    now[0] += LOOK_AGAIN_S
    assert own.holds(ip_address("10.0.0.1"))
    assert own.shown() == ["10.0.0.1"]
    rows.append(Interface(ip_address("10.0.0.2")))
    now[0] += LOOK_AGAIN_S
    assert own.shown() == ["10.0.0.2"]
