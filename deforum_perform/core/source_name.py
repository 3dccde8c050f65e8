"""Names of sources: an OSC address, with the argument's index behind it where a message has several.

``/a`` is the only argument of ``/a``; ``/a[1]`` the second of several. An address that itself ends like an index gets a
backslash before the bracket, ``/a\\[1]``, so that no two sources share a name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_INDEXED = re.compile(r"(.+?)(\\*)\[(0|[1-9][0-9]{0,2})\]", re.DOTALL)


class SourceName(NamedTuple):
    """``argument``: its place among several, from 0, or None where it is the only one."""

    address: str
    argument: int | None


def source_name(address: str, argument: int | None = None) -> str:
    """The name of an argument of ``address``; no other one has it."""
    found = _INDEXED.fullmatch(address)
    if found is not None:
        address = f"{found[1]}{found[2]}\\[{found[3]}]"
    return address if argument is None else f"{address}[{argument}]"


def parse_source(name: str) -> SourceName:
    """The address and argument that ``source_name`` made ``name`` of."""
    found = _INDEXED.fullmatch(name)
    if found is None or found[2]:
        return SourceName(_address(name), None)
    return SourceName(_address(found[1]), int(found[3]))


def _address(text: str) -> str:
    found = _INDEXED.fullmatch(text)
    return text if found is None or not found[2] else f"{found[1]}{found[2][1:]}[{found[3]}]"
