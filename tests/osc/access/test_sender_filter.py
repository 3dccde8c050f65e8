"""The sender filter: what is accepted, what is refused, and what is reported."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deforum_perform.core.listener import SenderRules, read_address, split_networks
from deforum_perform.osc.access.bucket import SECOND_NS
from deforum_perform.osc.access.own_addresses import Interface, OwnAddresses
from deforum_perform.osc.access.sender_filter import (
    JUDGED_AGAIN_NS,
    MOST_BUCKETS,
    MOST_COUNTED,
    MOST_KNOWN,
    SenderFilter,
)
from deforum_perform.osc.datagrams import Datagrams, Loss, Sender

OWN = "192.168.1.20"
HOSTS = ["127.0.0.1", "::1", OWN, "192.168.1.7", "192.168.1.8", "10.0.0.5", "2001:db8::7", "::ffff:10.0.0.5", "", "odd"]


def sender_filter(allowed: str = "", controls: bool = True, limit_hz: int = 5000) -> SenderFilter:
    """A filter of the computer 192.168.1.20."""
    own = OwnAddresses(lambda: [Interface(ip_address(OWN))], list)
    return SenderFilter(SenderRules(split_networks(allowed), controls, limit_hz), own)


def batch(*hosts: str, at_ns: int = SECOND_NS, losses: tuple[Loss, ...] = ()) -> Datagrams:
    """One datagram from each host, a nanosecond apart, with its place as payload."""
    count = len(hosts)
    stamps = [at_ns + place for place in range(count)]
    payloads = [b"%d" % place for place in range(count)]
    return Datagrams(stamps, payloads, [(host, 4000 + place) for place, host in enumerate(hosts)], losses)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", OWN, "::ffff:127.0.0.1"])
def test_this_computer_may_always_send_without_limit(host: str) -> None:
    """Everything from loopback and own addresses is accepted, whatever the rules, as the same batch object."""
    closed = sender_filter(limit_hz=1)
    flood = batch(*[host] * 100)
    assert closed.admit(flood) is flood
    one_port = Datagrams(flood.received_ns, flood.payloads, [(host, 9)] * 100)
    assert closed.admit(one_port) is one_port
    assert closed.state()["refused"] is None
    assert not closed.waits


@pytest.mark.parametrize("host", ["192.168.1.7", "10.0.0.5", "2001:db8::7", "fe80::1", "", "odd", "0.0.0.0"])
def test_others_may_not_unless_they_are_allowed(host: str) -> None:
    """With an empty list nothing of a foreign sender comes in, and it is counted and shown."""
    closed = sender_filter()
    assert closed.admit(batch(host, host)).payloads == []
    refused = closed.state()["refused"]
    assert (refused["host"], refused["count"]) == (host, 2)


def test_a_batch_without_senders_is_the_programs_own() -> None:
    """Batches without senders are accepted, and so are reports of losses alone."""
    closed = sender_filter()
    for own in (Datagrams([1], [b"x"], []), Datagrams(losses=(Loss(1, 5),))):
        assert closed.admit(own) is own


def test_the_network_of_a_sender_is_offered() -> None:
    """Its /24 or /64; when it is allowed the offer disappears, and returns when it is removed and sends again."""
    open_filter = sender_filter()
    open_filter.admit(batch("192.168.1.7"))
    assert open_filter.state()["refused"] == {"host": "192.168.1.7", "network": "192.168.1.0/24", "count": 1}
    open_filter.admit(batch("2001:db8::7"))
    assert open_filter.state()["refused"]["network"] == "2001:db8::/64"
    open_filter.change(SenderRules(split_networks("2001:db8::/64")))
    assert open_filter.state()["refused"]["host"] == "192.168.1.7"
    open_filter.change(SenderRules(split_networks("2001:db8::/64 192.168.1.0/24")))
    assert open_filter.state()["refused"] is None
    assert len(open_filter.admit(batch("192.168.1.7", "2001:db8::7"))) == 2
    open_filter.change(SenderRules())
    assert len(open_filter.admit(batch("192.168.1.7"))) == 0
    assert open_filter.state()["refused"]["count"] == 1


@given(
    st.lists(st.sampled_from(HOSTS), max_size=30),
    st.lists(st.sampled_from(["192.168.1.0/24", "10.0.0.5", "2001:db8::/32", "0.0.0.0/0", "::/0"]), max_size=3),
)
def test_exactly_the_allowed_come_in_in_their_order(hosts: list[str], allowed: list[str]) -> None:
    """A mixed batch keeps the columns of allowed senders, in order, and its losses; all others are counted."""
    rules = SenderRules(split_networks(" ".join(allowed)))
    mixed = batch(*hosts, losses=(Loss(7, 3),))
    here = sender_filter(" ".join(allowed))
    found = here.admit(mixed)

    def may(host: str) -> bool:
        address = read_address(host)
        own = address is not None and (address.is_loopback or str(address) == OWN)
        return own or (address is not None and rules.allows(address))

    rows = zip(mixed.received_ns, mixed.payloads, mixed.senders)
    kept = [row for row in rows if may(row[2][0])]
    assert list(zip(found.received_ns, found.payloads, found.senders)) == kept
    assert found.losses == (Loss(7, 3),)
    refused = [host for host in hosts if not may(host)]
    last = here.state()["refused"]
    assert (last is None) == (not refused)
    assert last is None or last["count"] == refused.count(last["host"])


def test_a_sender_above_its_limit_is_cut_and_reported_as_a_loss() -> None:
    """A second's worth is accepted; the rest is a loss with time, count and sender. Other senders are not affected."""
    here = sender_filter("192.168.1.0/24", limit_hz=10)
    flood = batch(*["192.168.1.7"] * 25, "192.168.1.8", OWN)
    found = here.admit(flood)
    assert [sender[0] for sender in found.senders] == ["192.168.1.7"] * 10 + ["192.168.1.8", OWN]
    assert found.losses == (Loss(SECOND_NS + 10, 15, "limited", "192.168.1.7"),)
    assert here.state()["limited"] == [{"host": "192.168.1.7", "count": 15}]
    assert here.state()["refused"] is None
    later = here.admit(batch(*["192.168.1.7"] * 3, at_ns=2 * SECOND_NS))
    assert (len(later), later.losses) == (3, ())


def test_a_limit_holds_for_a_host_whatever_ports_it_sends_from() -> None:
    """New ports make no new limits, through many batches."""
    here = sender_filter("10.0.0.5", limit_hz=10)
    found = sum(len(here.admit(batch(*["10.0.0.5"] * 4, at_ns=SECOND_NS + n))) for n in range(10))
    assert found == 10


def test_many_addresses_give_no_unbounded_rate_or_memory() -> None:
    """Who owns a large allowed network and sends from every address of it gets 257 limits, and little memory."""
    here = sender_filter("2001:db8::/64", limit_hz=1)
    hosts = [f"2001:db8::{number:x}" for number in range(1, 3 * MOST_KNOWN)]
    assert len(here.admit(batch(*hosts, *hosts))) == MOST_BUCKETS + 1
    here.change(SenderRules())
    assert len(here.admit(batch(*hosts))) == 0
    assert here.state()["refused"]["host"] == hosts[-1]
    assert len(here._known) <= MOST_KNOWN
    assert len(here._refused.most_recent(10**6)) == MOST_COUNTED


def test_another_limit_begins_with_full_buckets() -> None:
    """A changed limit holds at once, and its old count goes; the same limit changes nothing."""
    here = sender_filter("10.0.0.5", limit_hz=5)
    assert len(here.admit(batch(*["10.0.0.5"] * 9))) == 5
    here.change(SenderRules(split_networks("10.0.0.5 10.0.0.6"), True, 5))
    assert len(here.admit(batch("10.0.0.5"))) == 0
    assert here.state()["limited"] == [{"host": "10.0.0.5", "count": 5}]
    here.change(SenderRules(split_networks("10.0.0.5"), True, 7))
    assert here.state()["limited"] == []
    assert len(here.admit(batch(*["10.0.0.5"] * 9))) == 7


def test_an_address_that_becomes_ours_is_let_in_soon() -> None:
    """When an interface comes up its address is our own after a few seconds, and not for ever when it goes."""
    rows, now_s = [Interface(ip_address("10.0.0.1"))], [0.0]
    here = SenderFilter(SenderRules(), OwnAddresses(lambda: rows, list, lambda: now_s[0]))
    assert len(here.admit(batch("10.0.0.2", at_ns=0))) == 0
    assert len(here.admit(batch("10.0.0.1", at_ns=0))) == 1
    rows[0], now_s[0] = Interface(ip_address("10.0.0.2")), 6.0
    assert len(here.admit(batch("10.0.0.2", at_ns=JUDGED_AGAIN_NS))) == 0
    assert len(here.admit(batch("10.0.0.2", at_ns=JUDGED_AGAIN_NS + 1))) == 1
    assert len(here.admit(batch("10.0.0.1", at_ns=JUDGED_AGAIN_NS + 1))) == 0


@pytest.mark.parametrize(
    ("sender", "open_filter", "closed_filter"),
    [
        (("127.0.0.1", 5), True, True),
        ((OWN, 5), True, True),
        (("10.0.0.5", 5), True, False),
        (("::1", 5), True, True),
        (None, True, False),
    ],
)
def test_who_may_control(sender: Sender | None, open_filter: bool, closed_filter: bool) -> None:
    """With controls off only this computer may; an unknown sender counts as one in the network."""
    for controls, may in ((True, open_filter), (False, closed_filter)):
        here = sender_filter("10.0.0.5", controls=controls)
        assert here.may_control(sender, SECOND_NS) is may
        assert here.state()["controls_refused"] == (0 if may else 1)


def test_news_are_reported_at_most_once_a_second_and_never_forgotten() -> None:
    """The first refusal is reported at once, what follows within a second together, and nothing is reported twice."""
    here = sender_filter()
    assert not here.has_news(0)
    here.admit(batch("10.0.0.5"))
    assert here.has_news(1)
    assert not here.has_news(2)
    here.admit(batch("10.0.0.6"))
    assert not here.has_news(SECOND_NS)
    assert here.waits
    assert here.has_news(SECOND_NS + 1)
    assert not here.waits
    assert not here.has_news(10 * SECOND_NS)
