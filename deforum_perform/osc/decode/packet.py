"""One OSC datagram: every byte accounted for, no value guessed, in linear time.

Follows the OSC 1.0 specification and the types that 1.1 adds (opensoundcontrol.stanford.edu). An invalid datagram is
read as far as it has only one meaning: what cannot be read does not affect the rest (see ``message``, ``bundle`` and
``framing``). python-osc is not used for decoding: it pads a cut float with zeros, loops on a negative element size, and
shifts the arguments after unknown types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .arguments import WORD, Argument, Findings
from .bundle import BUNDLE_START, MalformedBundle
from .framing import in_a_row, unframed
from .message import read_message
from .packet_problems import packet_error


class Message(NamedTuple):
    """One OSC message. ``timetag`` is the innermost bundle's (64-bit NTP, 1 is "immediately"), or None.

    MISSING replaces an argument that cannot be read.
    """

    address: str
    arguments: tuple[Argument, ...]
    timetag: int | None


@dataclass
class Packet:
    """The content of a datagram: its messages in order, bundles flattened, and the kinds of errors in it: those of each
    message, then those of the frame around them."""

    messages: list[Message] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_packet(data: bytes) -> Packet:
    """The content of a datagram, as far as it can be read.

    An address without a leading slash gets one. Raises only PacketError, with a kind from ``PACKET_PROBLEMS``, if there
    is an error and nothing can be read.
    """
    packet = _as_it_is(data)
    if packet.problems:
        follows = data.startswith(BUNDLE_START) or "trailing_bytes" in packet.problems
        several = in_a_row(data) if follows else []
        inner = [_as_it_is(part) for part in several or unframed(data)]
        messages = [message for part in inner for message in part.messages]
        if messages and not any(part.problems for part in inner):
            return Packet(messages, ["framing"])
    if packet.problems and not packet.messages:
        raise packet_error(packet.problems[0])
    return packet


def _as_it_is(data: bytes) -> Packet:
    packet = Packet()
    if data.startswith(BUNDLE_START):
        findings = Findings()
        for timetag, message in MalformedBundle(data, findings).messages():
            _add(packet, message, timetag)
        packet.problems += findings.kinds
        return packet
    if not data:
        packet.problems.append("empty")
    elif len(data) % WORD:
        packet.problems.append("length")
    _add(packet, data, None)
    return packet


def _add(packet: Packet, message: bytes, timetag: int | None) -> None:
    findings = Findings()
    body = read_message(message, findings)
    if body is not None:
        packet.messages.append(Message(body.header.address, body.arguments, timetag))
    packet.problems += findings.kinds
