"""Run by the WebUI before it reads its command line: only Perform's flags."""

from __future__ import annotations

import argparse
import ipaddress
import re

HIGHEST_PORT = 65535


def port(text: str) -> int:
    """A UDP port, 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: type a whole number from 1 to {HIGHEST_PORT}")
    return int(text)


def senders(text: str) -> str:
    """Addresses and networks separated by commas or spaces; an empty list is allowed too."""
    for part in filter(None, re.split(r"[,;\s]+", text)):
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            message = f"{part!r} is neither an address nor a network: type it as 192.168.1.23 or 192.168.1.0/24"
            raise argparse.ArgumentTypeError(message) from None
    return text


def name(text: str) -> str:
    """A name of this computer, as in the browser's address: no scheme, no port."""
    if not re.fullmatch(r"[A-Za-z0-9._-]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a name: type it as studio.example, without http:// and port")
    return text


def preload(parser: argparse.ArgumentParser) -> None:
    """Called by the WebUI. A flag that is not given is None: then the Settings page decides."""
    parser.add_argument(
        "--perform-osc-host",
        metavar="ADDRESS",
        default=None,
        help="Perform: address to receive OSC on (default: from Settings, otherwise 127.0.0.1: this computer only)",
    )
    parser.add_argument(
        "--perform-osc-port",
        metavar="PORT",
        type=port,
        default=None,
        help="Perform: UDP port to receive OSC on (default: from Settings, otherwise 9000)",
    )
    parser.add_argument(
        "--perform-osc-allow",
        metavar="SENDERS",
        type=senders,
        default=None,
        help="Perform: allowed senders in the network: addresses or networks with commas between, such as"
        " 192.168.1.23,10.0.0.0/24 (default: from Settings, otherwise none)",
    )
    parser.add_argument(
        "--perform-name",
        metavar="NAME",
        type=name,
        action="append",
        default=None,
        help="Perform: name that this WebUI is opened by without a login and without https, as studio.example; may be"
        " given again (addresses and names without a dot need none)",
    )
