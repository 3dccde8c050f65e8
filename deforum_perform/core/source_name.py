"""Names of sources: an OSC address, followed by the argument's index if a message has several.

``/a`` is the only argument of ``/a``; ``/a[1]`` the second of several. An address that itself ends like an index gets a
backslash before the bracket, ``/a\\[1]``, so that no two sources share a name. Existing backslashes are doubled: before
a bracket, an even number belongs to an argument's index and an odd number to the address.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_INDEXED = re.compile(r"(.*?)(\\*)\[(0|[1-9][0-9]{0,2})\]", re.DOTALL)
_BACKSLASHES = re.compile(r"\\*\Z")


class SourceName(NamedTuple):
    """``argument``: its index among several, from 0, or None if it is the only one."""

    address: str
    argument: int | None


def source_name(address: str, argument: int | None = None) -> str:
    """The name of an argument of ``address``, which is unique."""
    found = _INDEXED.fullmatch(address)
    if found is not None:
        address = f"{found[1]}{2 * found[2]}\\[{found[3]}]"
    elif argument is not None:
        address += _trailing_backslashes(address)
    return address if argument is None else f"{address}[{argument}]"


def parse_source(name: str) -> SourceName:
    """The address and argument from which ``source_name`` made ``name``."""
    found = _INDEXED.fullmatch(name)
    if found is None:
        return SourceName(name, None)
    if len(found[2]) % 2:
        return SourceName(_address(name), None)
    address = found[1] + found[2][: len(found[2]) // 2] if found[2] else _address(found[1])
    return SourceName(address, int(found[3]))


def _address(text: str) -> str:
    """The address in a name, without the escaping backslashes."""
    found = _INDEXED.fullmatch(text)
    return text if found is None else f"{found[1]}{found[2][: len(found[2]) // 2]}[{found[3]}]"


def _trailing_backslashes(text: str) -> str:
    found = _BACKSLASHES.search(text)
    return found[0] if found is not None else ""
