"""The addresses of this computer: which datagrams are its own, and what to type in a tablet."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psutil

from ...core.listener import Address, read_address

LOOK_AGAIN_S = 5.0
_FAR = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses reserved for documentation: looking up the route to them sends nothing."""


@dataclass(frozen=True)
class Interface:
    """An address of this computer, and whether its interface is up."""

    address: Address
    up: bool = True


def look_at_interfaces() -> list[Interface]:
    """Every address of every interface as the system lists it now; none if it lists none."""
    try:
        found, states = psutil.net_if_addrs(), psutil.net_if_stats()
    except OSError:
        return []
    addresses = []
    for name, rows in found.items():
        up = bool(states[name].isup) if name in states else True
        for row in rows:
            address = read_address(str(row.address)) if row.family in (socket.AF_INET, socket.AF_INET6) else None
            if address is not None:
                addresses.append(Interface(address, up))
    return addresses


def outgoing_addresses() -> list[Address]:
    """The addresses from which this computer would send to other networks, the most likely first."""
    found = []
    for far, family in _FAR:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            address = read_address(str(probe.getsockname()[0]))
            if address is not None:
                found.append(address)
    return found


class OwnAddresses:
    """Caches the result of ``look`` for five seconds. Thread-safe."""

    def __init__(
        self,
        look: Callable[[], Iterable[Interface]] = look_at_interfaces,
        outgoing: Callable[[], Iterable[Address]] = outgoing_addresses,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._outgoing, self._clock_s = look, outgoing, clock_s
        self._lock = threading.Lock()
        self._looked_s = float("-inf")
        self._all: frozenset[Address] = frozenset()
        self._shown: tuple[str, ...] = ()

    def holds(self, address: Address) -> bool:
        """Whether the address is this computer."""
        if address.is_loopback:
            return True
        self._refresh()
        return address in self._all

    def shown(self) -> list[str]:
        """The addresses to which others in the network can send: the most likely first, IPv4 before IPv6; without
        link-local ones, unless there is no other."""
        self._refresh()
        return list(self._shown)

    def _refresh(self) -> None:
        with self._lock:
            now_s = self._clock_s()
            if now_s - self._looked_s < LOOK_AGAIN_S:
                return
            interfaces = list(self._look())
            self._looked_s = now_s
            if not interfaces and self._all:
                return  # the system cannot list them now, for example without free file descriptors: keep the last ones
            self._all = frozenset(interface.address for interface in interfaces)
            self._shown = tuple(_reachable(interfaces, list(self._outgoing())))


def _reachable(interfaces: Iterable[Interface], outgoing: list[Address]) -> list[str]:
    useful = {i.address for i in interfaces if i.up and not i.address.is_loopback and not i.address.is_unspecified}
    routed = {address for address in useful if not address.is_link_local}
    in_order = sorted(routed or useful, key=lambda a: (a.version, a not in outgoing, int(a)))
    return [str(address) for address in in_order]
