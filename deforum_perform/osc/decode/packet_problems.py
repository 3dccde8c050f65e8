"""Every way in which a datagram can fail to be OSC, as a table, for counting and display by kind."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...core.errors import PacketError

PACKET_PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "empty": "an empty datagram",
        "length": "a length that is not a multiple of four",
        "unterminated_text": "a text without a terminating zero byte",
        "padding": "padding that is not made of zero bytes",
        "empty_address": "a message without an address",
        "address_encoding": "an address that is not UTF-8",
        "address_character": "a control character in an address",
        "address_length": "an address longer than Perform keeps",
        "type_tags": "arguments without a type tag text that begins with a comma",
        "unknown_type": "a type tag that OSC 1.0 and 1.1 do not define",
        "truncated_argument": "an argument cut off by the end of the message",
        "trailing_bytes": "bytes after the last argument",
        "text_encoding": "a text argument that is not UTF-8",
        "character": "a character argument with an invalid code",
        "array": "array brackets that do not match",
        "array_depth": "arrays nested too deeply",
        "blob_size": "a blob with a negative size",
        "bundle_header": "a bundle too short for its time tag",
        "element_size": "a bundle element with an impossible size",
        "bundle_depth": "bundles nested too deeply",
        "framing": "packets framed for a serial line or TCP, or several in a row",
    }
)
"""Kind of error -> what was found, to follow "This datagram is not OSC: "."""

_MESSAGES = {kind: f"This datagram is not OSC: {found}." for kind, found in PACKET_PROBLEMS.items()}


def packet_error(kind: str) -> PacketError:
    """The error of one kind; KeyError for a kind that the table does not contain."""
    return PacketError(kind, _MESSAGES[kind])
