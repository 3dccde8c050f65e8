"""Allowed senders, as they are typed, saved and shown."""

from __future__ import annotations

import ipaddress
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.errors import InputError, NotFoundError
from deforum_perform.core.listener import (
    MOST_NETWORKS,
    ListenerChoice,
    SenderRules,
    listener_from_dict,
    network_around,
    network_name,
    read_address,
    read_network,
    read_networks,
    split_networks,
)


def is_senders(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether the address can be a sender: not a group, not even in IPv6 notation for IPv4."""
    plain = read_address(str(address))
    return plain is not None and not plain.is_multicast and not address.is_multicast


addresses = st.ip_addresses().filter(is_senders)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("192.168.1.7", "192.168.1.7"),
        (" 192.168.1.7/24 ", "192.168.1.0/24"),
        ("192.168.1.0/255.255.255.0", "192.168.1.0/24"),
        ("192.168.1.7/32", "192.168.1.7"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("FE80::1%eth0", "fe80::1"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:db8::7/64", "2001:db8::/64"),
        ("::ffff:192.168.1.7", "192.168.1.7"),
    ],
)
def test_senders_are_read_as_people_type_them(typed: str, shown: str) -> None:
    """Addresses and networks of both kinds, with host bits, masks, brackets and zones."""
    assert network_name(read_network(typed)) == shown


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "tablet.local", "192.168.1.*", "192.168.1", "192.168.1.0/33", "1.2.3.4-9", "2001:db8::/129", "7"),
        *("1" * 5000, "192.168.1.7\0", "::1/64%eth0", "224.0.0.1", "239.1.2.3/8", "ff02::1"),
    ],
)
def test_what_is_no_sender_is_refused_with_what_to_type(typed: str) -> None:
    """Names, ranges in other forms, groups and noise: the error shows it, short, and what can be typed."""
    with pytest.raises(InputError, match="Type an address such as") as caught:
        read_network(typed)
    assert len(str(caught.value)) < 250
    assert str(caught.value).isprintable()


def test_each_sender_is_listed_once_and_their_number_is_limited() -> None:
    """The same network typed twice is one; a list without end is refused."""
    assert [str(n) for n in read_networks(["10.0.0.1/8", "10.9.9.9/8", "10.0.0.1"])] == ["10.0.0.0/8", "10.0.0.1/32"]
    assert [network_name(n) for n in split_networks(" 10.0.0.1,10.0.0.2;10.0.0.3 10.0.0.1\n")] == [
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.3",
    ]
    with pytest.raises(InputError, match="At most"):
        read_networks(f"10.0.0.{n}" for n in range(MOST_NETWORKS + 1))


@given(addresses, st.integers(0, 128))
def test_a_network_holds_what_it_was_made_of(address: ipaddress.IPv4Address, prefix: int) -> None:
    """The address that was typed with a prefix is allowed by it, and so is the network around it."""
    prefix = min(prefix, address.max_prefixlen)
    network = ipaddress.ip_network((address, prefix), strict=False)
    if network.is_multicast:
        return
    plain = read_address(str(address))
    assert plain is not None
    assert SenderRules((read_network(f"{address}/{prefix}"),)).allows(address)
    assert SenderRules((read_network(str(address)),)).allows(plain)
    assert plain in read_network(network_around(str(address)))


@given(st.text(max_size=40))
def test_reading_never_fails_otherwise(text: str) -> None:
    """Any text is a network or an InputError, alone and in a line."""
    for read in (read_network, split_networks):
        try:
            read(text)
        except InputError:
            continue


def test_allowing_and_forbidding() -> None:
    """One sender more or less; what a wider network allows cannot be taken out of it, and the error says which."""
    rules = SenderRules().with_sender("192.168.1.7/24").with_sender("10.0.0.5").with_sender("10.0.0.5")
    assert rules.names() == ["192.168.1.0/24", "10.0.0.5"]
    assert rules.without_sender("10.0.0.5").names() == ["192.168.1.0/24"]
    assert rules.without_sender("192.168.1.99/24").names() == ["10.0.0.5"]
    with pytest.raises(NotFoundError, match=r"192\.168\.1\.7 is allowed by 192\.168\.1\.0/24"):
        rules.without_sender("192.168.1.7")
    with pytest.raises(NotFoundError, match="not among"):
        rules.without_sender("10.0.0.6")
    with pytest.raises(NotFoundError, match="not among"):
        rules.without_sender("fe80::1")


networks = st.lists(addresses.map(str), max_size=5)
choices = st.builds(
    lambda host, port, allowed, controls, limit: ListenerChoice(
        host, port, SenderRules(read_networks(allowed), controls, limit)
    ),
    st.sampled_from(["127.0.0.1", "0.0.0.0", "::", "studio.local"]),
    st.integers(0, 65535),
    networks,
    st.booleans(),
    st.integers(1, 1_000_000),
)


@given(choices)
def test_a_choice_comes_back_from_json(choice: ListenerChoice) -> None:
    """What is kept is what was chosen."""
    assert listener_from_dict(json.loads(json.dumps(choice.to_dict()))) == choice


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("host", value) for value in ("", "  ", 7, None)],
        *[("port", value) for value in (-1, 65536, 9000.5, "9000", True, None)],
        *[("allowed", value) for value in ("10.0.0.1", [7], ["tablet"], {"a": 1}, None)],
        *[("controls", value) for value in (1, "true", None)],
        *[("limit_hz", value) for value in (0, -5, 1_000_001, 10.5, True, "many")],
    ],
)
def test_a_choice_that_is_none_is_refused(name: str, value: object) -> None:
    """Each part is validated separately, with a message."""
    with pytest.raises(InputError) as caught:
        listener_from_dict({**ListenerChoice().to_dict(), name: value})
    assert str(caught.value).endswith(".")


def test_without_any_part_it_is_the_default() -> None:
    """Loopback, port 9000, no senders in the network."""
    assert listener_from_dict({}) == ListenerChoice("127.0.0.1", 9000, SenderRules((), True, 5000))


@pytest.mark.parametrize(
    ("host", "around"), [("192.168.1.23", "192.168.1.0/24"), ("2001:db8::7", "2001:db8::/64"), ("", "")]
)
def test_the_network_around_a_sender(host: str, around: str) -> None:
    """Its /24 or /64: what neighbours in a network share."""
    assert network_around(host) == around
