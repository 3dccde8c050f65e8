"""The sender filter: every batch goes through it before anything reads it.

This computer is always allowed. Other senders only if the user allowed them, and each only up to a limit of datagrams
per second. What is refused is counted by sender, and never decoded, recorded or written to disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ...core.listener import Address, SenderRules, network_around, read_address
from ...core.pace import Pace
from ..datagrams import Datagrams, Loss, Sender
from .bucket import SECOND_NS, Bucket
from .own_addresses import OwnAddresses

JUDGED_AGAIN_NS = 5 * SECOND_NS
"""A decision is renewed after this time, because addresses of this computer can change."""

MOST_KNOWN = 1024
MOST_BUCKETS = 256
MOST_COUNTED = 64
MOST_SHOWN = 16
REPORT_EVERY_NS = SECOND_NS


class Standing(Enum):
    """The status of a sender."""

    OWN = "own"
    ALLOWED = "allowed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Known:
    """The status of a host, valid until ``until_ns`` (monotonic)."""

    standing: Standing
    until_ns: int
    bucket: Bucket | None = None


class Tally:
    """Counts by host; above 64 hosts, the one that was seen least recently is removed."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, host: str, count: int) -> None:
        """``count`` more of ``host``."""
        self._counts[host] = self._counts.pop(host, 0) + count
        if len(self._counts) > MOST_COUNTED:
            del self._counts[next(iter(self._counts))]

    def drop(self, wanted: Callable[[str], bool]) -> None:
        """Remove the hosts for which ``wanted`` is true."""
        self._counts = {host: count for host, count in self._counts.items() if not wanted(host)}

    def latest(self) -> tuple[str, int] | None:
        """The host that was counted last, and its count."""
        return next(reversed(self._counts.items()), None)

    def most_recent(self, most: int) -> list[tuple[str, int]]:
        """Hosts and counts, the last one first."""
        return list(reversed(self._counts.items()))[:most]


class SenderFilter:
    """Filters batches by sender. ``admit`` is for the receiving thread, everything else for any thread."""

    def __init__(self, rules: SenderRules | None = None, own: OwnAddresses | None = None) -> None:
        self._rules = rules or SenderRules()
        self._own = own or OwnAddresses()
        self._lock = threading.Lock()
        self._known: dict[str, Known] = {}
        self._buckets: dict[str, Bucket] = {}
        self._refused, self._limited = Tally(), Tally()
        self._controls_refused = 0
        self._news, self._pace = False, Pace(REPORT_EVERY_NS)

    @property
    def rules(self) -> SenderRules:
        """The current rules."""
        return self._rules

    def change(self, rules: SenderRules) -> None:
        """Use other rules from the next batch on; senders that are now allowed are no longer shown as refused."""
        with self._lock:
            if rules.limit_hz != self._rules.limit_hz:
                self._buckets.clear()
                self._limited = Tally()
            if rules.controls:
                self._controls_refused = 0
            self._rules = rules
            self._known.clear()
            self._refused.drop(lambda host: self._standing(read_address(host)) is not Standing.REFUSED)
            self._limited.drop(lambda host: self._standing(read_address(host)) is not Standing.ALLOWED)

    def admit(self, datagrams: Datagrams) -> Datagrams:
        """The datagrams that are accepted, with those above a limit as losses of the kind "limited".

        A batch without senders comes from the program itself.
        """
        senders, received_ns = datagrams.senders, datagrams.received_ns
        if not senders:
            return datagrams
        one, at_ns = senders[0], received_ns[-1]
        alone = senders.count(one) == len(senders)
        with self._lock:
            hosts = {one[0]} if alone else {sender[0] for sender in senders}
            if all(self._look_up(host, at_ns).standing is Standing.OWN for host in hosts):
                return datagrams
            refused: set[int] = set()
            losses: list[Loss] = []
            for host, mine in _places(senders, hosts).items():
                refused.update(self._refused_of(host, mine, received_ns, losses))
        return without(datagrams, refused, losses)

    def _refused_of(self, host: str, mine: Sequence[int], received_ns: list[int], losses: list[Loss]) -> Sequence[int]:
        """The positions in ``mine``, the datagrams of ``host``, that are refused."""
        known = self._look_up(host, received_ns[-1])
        if known.standing is Standing.REFUSED:
            self._refused.add(host, len(mine))
            self._news = True
            return mine
        if known.bucket is None:
            return ()
        stamps = received_ns if len(mine) == len(received_ns) else [received_ns[place] for place in mine]
        over = known.bucket.take(stamps)
        if not over:
            return ()
        self._limited.add(host, len(over))
        self._news = True
        losses.append(Loss(stamps[over[0]], len(over), "limited", host))
        return [mine[place] for place in over]

    def may_control(self, sender: Sender | None, at_ns: int) -> bool:
        """Whether ``sender`` (None: unknown) may use ``/perform/...``; a refusal is counted."""
        if self._rules.controls:
            return True
        with self._lock:
            if sender is not None and self._look_up(sender[0], at_ns).standing is Standing.OWN:
                return True
            self._controls_refused += 1
            self._news = True
            return False

    def _look_up(self, host: str, at_ns: int) -> Known:
        known = self._known.get(host)
        if known is None or at_ns > known.until_ns:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[host] = self._judged(host, at_ns)
        return known

    def _judged(self, host: str, at_ns: int) -> Known:
        standing = self._standing(read_address(host))
        bucket = self._bucket(host) if standing is Standing.ALLOWED else None
        return Known(standing, at_ns + JUDGED_AGAIN_NS, bucket)

    def _standing(self, address: Address | None) -> Standing:
        if address is None:
            return Standing.REFUSED
        if address.is_loopback or self._own.holds(address):
            return Standing.OWN
        return Standing.ALLOWED if self._rules.allows(address) else Standing.REFUSED

    def _bucket(self, host: str) -> Bucket:
        """The bucket of ``host``. A sender with many addresses in an allowed network gets at most 256 buckets, and one
        for all its other addresses."""
        name = host if host in self._buckets or len(self._buckets) < MOST_BUCKETS else ""
        return self._buckets.setdefault(name, Bucket(self._rules.limit_hz))

    def has_news(self, now_ns: int) -> bool:
        """Whether to report refusals to the page: true once for new ones, at most once a second."""
        with self._lock:
            due = self._news and self._pace.turn(now_ns)
            self._news = self._news and not due
            return due

    @property
    def waits(self) -> bool:
        """Whether there is something to report."""
        return self._news

    def state(self) -> dict[str, Any]:
        """The data for the page."""
        with self._lock:
            last = self._refused.latest()
            return {
                "allowed": self._rules.names(),
                "controls": self._rules.controls,
                "limit_hz": self._rules.limit_hz,
                "refused": last and {"host": last[0], "network": network_around(last[0]), "count": last[1]},
                "limited": [{"host": host, "count": n} for host, n in self._limited.most_recent(MOST_SHOWN)],
                "controls_refused": self._controls_refused,
            }

    def own_addresses(self) -> list[str]:
        """The address to type in a tablet that is to send here."""
        return self._own.shown()


def _places(senders: list[Sender], hosts: set[str]) -> Mapping[str, Sequence[int]]:
    """Host -> the positions of its datagrams, in order."""
    if len(hosts) == 1:
        return {senders[0][0]: range(len(senders))}
    places: dict[str, list[int]] = {}
    for place, sender in enumerate(senders):
        places.setdefault(sender[0], []).append(place)
    return places


def without(datagrams: Datagrams, refused: set[int], losses: list[Loss]) -> Datagrams:
    """The batch without the ``refused`` positions, and with additional ``losses``."""
    if not refused:
        return datagrams
    kept = datagrams.only([place for place in range(len(datagrams)) if place not in refused])
    return replace(kept, losses=(*datagrams.losses, *losses))
