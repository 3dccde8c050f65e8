"""A checksum in small JSON documents, so that a changed bit is detected and never read as another value.

It covers the values, not the formatting: a document with other indentation is still the same. Documents of Perform 0.1
have none and are read as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from ..core.errors import DamagedFileError

CHECKSUM = "checksum"
_LAST = re.compile(rb'"checksum":\s*"([0-9a-f]{32})"\s*}\s*\Z')
_TAIL = 200


def with_checksum(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the checksum of all its other members as its last one."""
    members = {name: value for name, value in document.items() if name != CHECKSUM}
    return {**members, CHECKSUM: _checksum(members)}


def verify_checksum(document: object, what: str) -> None:
    """DamagedFileError if ``document`` has a checksum that its other members do not match."""
    if not isinstance(document, dict) or CHECKSUM not in document:
        return
    members = {name: value for name, value in document.items() if name != CHECKSUM}
    if document[CHECKSUM] != _checksum(members):
        raise damaged(what)


def checksum_in(data: bytes) -> str | None:
    """The checksum at the end of a document that Perform wrote; None if there is none. It is not verified."""
    found = _LAST.search(data[-_TAIL:])
    return None if found is None else found[1].decode()


def damaged(what: str) -> DamagedFileError:
    """The error for a checksum that does not match; the caller raises it."""
    return DamagedFileError(
        f"{what} is damaged: its checksum does not match its content. If you edited it by hand, remove the member "
        f'"{CHECKSUM}" from it.'
    )


def _checksum(members: Mapping[str, Any]) -> str:
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
