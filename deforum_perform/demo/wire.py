"""Sends messages through a real UDP socket, packed by python-osc."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from pythonosc.osc_message_builder import OscMessageBuilder

from .player import Send
from .score import Argument

TYPES = {float: "f", int: "i", str: "s"}


@contextlib.contextmanager
def udp_sender(host: str, port: int) -> Iterator[Send]:
    """A function that sends one message to ``host``:``port``."""
    family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as link:

        def send(address: str, arguments: tuple[Argument, ...]) -> None:
            link.sendto(packed(address, arguments), place)

        yield send


def packed(address: str, arguments: tuple[Argument, ...]) -> bytes:
    """One OSC message."""
    builder = OscMessageBuilder(address)
    for value in arguments:
        builder.add_arg(value, TYPES[type(value)])
    datagram: bytes = builder.build().dgram
    return datagram
