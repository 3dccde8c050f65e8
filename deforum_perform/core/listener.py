"""Where Perform listens, and the allowed senders: the settings, how they are saved and shown."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import InputError, NotFoundError

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 9000
HIGHEST_PORT = 65_535
DEFAULT_LIMIT_HZ, HIGHEST_LIMIT_HZ = 5000, 1_000_000
MOST_NETWORKS = 64
LONGEST_NETWORK = 80
_NEAR_V4, _NEAR_V6 = 24, 64
_ADVICE = "Type an address such as 192.168.1.23, or a network such as 192.168.1.0/24."

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class SenderRules:
    """The allowed senders in the network; by default there are none.

    ``controls``: they may use ``/perform/...``; ``limit_hz``: datagrams per second accepted from each. This computer
    itself is always allowed, without a limit.
    """

    allowed: tuple[Network, ...] = ()
    controls: bool = True
    limit_hz: int = DEFAULT_LIMIT_HZ

    def allows(self, address: Address) -> bool:
        """Whether a sender with this address is among the allowed."""
        return any(address in network for network in self.allowed)

    def names(self) -> list[str]:
        """The allowed senders in their usual notation."""
        return [network_name(network) for network in self.allowed]

    def with_sender(self, text: str) -> SenderRules:
        """With one more address or network. InputError if it is invalid."""
        return replace(self, allowed=read_networks([*self.names(), text]))

    def without_sender(self, text: str) -> SenderRules:
        """Without an address or network of the list. NotFoundError, with a remedy, if it is not in the list."""
        network = read_network(text)
        if network in self.allowed:
            return replace(self, allowed=tuple(n for n in self.allowed if n != network))
        wider = [n for n in self.allowed if n.version == network.version and network.subnet_of(n)]  # type: ignore[arg-type]
        if wider:
            raise NotFoundError(
                f"{network_name(network)} is allowed by {network_name(wider[0])}. Remove that, then allow single ones."
            )
        raise NotFoundError(f"{network_name(network)} is not among the allowed senders.")


@dataclass(frozen=True)
class ListenerChoice:
    """Where to listen (``port`` 0: any free one), and the allowed senders."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    senders: SenderRules = field(default_factory=SenderRules)

    def to_dict(self) -> dict[str, Any]:
        """Its parts by name, JSON-able, as ``listener.change`` takes them and as they are saved."""
        rules = self.senders
        return {
            "host": self.host,
            "port": self.port,
            "allowed": rules.names(),
            "controls": rules.controls,
            "limit_hz": rules.limit_hz,
        }


def listener_from_dict(parts: Mapping[str, Any]) -> ListenerChoice:
    """The settings with these parts, the default for each that is missing. InputError for an invalid part."""
    host, port = parts.get("host", DEFAULT_HOST), parts.get("port", DEFAULT_PORT)
    allowed, controls = parts.get("allowed", []), parts.get("controls", True)
    limit_hz = parts.get("limit_hz", DEFAULT_LIMIT_HZ)
    if not isinstance(host, str) or not host.strip():
        raise InputError("The host to listen on must be a name or an address.")
    if not _is_whole(port, 0, HIGHEST_PORT):
        raise InputError(f"The port to listen on must be a whole number from 1 to {HIGHEST_PORT}.")
    if not isinstance(allowed, list) or not all(isinstance(sender, str) for sender in allowed):
        raise InputError("The allowed senders must be a list of addresses and networks.")
    if not isinstance(controls, bool):
        raise InputError("The setting for /perform/... from the network must be true or false.")
    if not _is_whole(limit_hz, 1, HIGHEST_LIMIT_HZ):
        raise InputError(f"The limit of a sender must be a whole number from 1 to {HIGHEST_LIMIT_HZ} a second.")
    return ListenerChoice(host, port, SenderRules(read_networks(allowed), controls, limit_hz))


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def read_address(text: str) -> Address | None:
    """The address of a sender, or None if it is not an address. Zones are removed, IPv4 in IPv6 is IPv4."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def read_network(text: str) -> Network:
    """An address or a network in its usual notation; ``192.168.1.7/24`` is the network that contains it.

    InputError for a name, for a range in another form, and for multicast groups, which never send.
    """
    typed = text.strip().strip("[]")
    shown = ascii(typed[:LONGEST_NETWORK])[1:-1]
    alone = read_address(typed) if "/" not in typed else None
    try:
        if len(typed) > LONGEST_NETWORK:
            raise ValueError
        network = ipaddress.ip_network(alone if alone is not None else typed, strict=False)
    except ValueError:
        raise InputError(f"'{shown}' is neither an address nor a network. {_ADVICE}") from None
    if network.is_multicast:
        raise InputError(f"{shown} is a multicast group, which never sends. {_ADVICE}")
    return network


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks in their order, each once. InputError if one is invalid, or for more than 64."""
    networks = tuple(dict.fromkeys(read_network(text) for text in texts))
    if len(networks) > MOST_NETWORKS:
        raise InputError(
            f"At most {MOST_NETWORKS} senders can be allowed. Allow a network instead of single addresses."
        )
    return networks


def split_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks in one line, with commas, semicolons or spaces between them."""
    return read_networks(part for part in re.split(r"[,;\s]+", text) if part)


def network_name(network: Network) -> str:
    """A network in its usual notation; a single address without its prefix."""
    single = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if single else str(network)


def network_around(host: str) -> str:
    """The network that a sender most likely shares with its neighbours: its /24 or /64; empty if there is no
    address."""
    address = read_address(host)
    if address is None:
        return ""
    prefix = _NEAR_V4 if address.version == 4 else _NEAR_V6
    return str(ipaddress.ip_network((address, prefix), strict=False))
