"""Ids: the only names that become file names. They are generated and validated here."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime

from ..core.errors import InputError

MAX_NAME = 120
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def new_id(now: datetime) -> str:
    """A unique id that sorts by time: ``20260131-174502-9f86d081``."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


def checked_id(text: object) -> str:
    """``text`` if it is a valid id, so that it can never leave its folder; InputError otherwise."""
    if isinstance(text, str) and _ID.fullmatch(text) and not _DEVICES.fullmatch(text):
        return text
    raise InputError("That is not a valid id. Ids contain lowercase letters, digits and dashes; reload the page.")


def is_id(text: str) -> bool:
    """Whether a folder or file with this name can belong to the store."""
    return bool(_ID.fullmatch(text)) and not _DEVICES.fullmatch(text)


def folder_id(name: str) -> str:
    """The id of a song's folder: its name, or, if that is not an id, as for a folder that was copied here, one derived
    from it. Two folders have two ids."""
    if is_id(name):
        return name
    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{word}-{digest}" if word else digest


def clean_name(text: object) -> str:
    """A display name: no control characters, single spaces, at most 120 characters; InputError if it is empty."""
    if not isinstance(text, str):
        raise InputError("The name must be text.")
    kept = "".join(c for c in text if c.isspace() or c in _JOINERS or unicodedata.category(c)[0] != "C")
    name = " ".join(kept.split())[:MAX_NAME].strip()
    if not name.strip("".join(_JOINERS)):
        raise InputError("The name is empty. Type at least one letter.")
    return name


def file_name(name: str, ending: str) -> str:
    """``name`` as the beginning of a valid file name on any system, with ``ending``: at most 120 bytes before it."""
    kept = "".join("_" if c in _NOT_IN_FILES or unicodedata.category(c) in ("Cc", "Cs") else c for c in name)
    kept = kept.encode()[:MAX_NAME].decode("utf-8", "ignore").strip(" .")
    if not kept or _DEVICES.fullmatch(kept.partition(".")[0].strip().lower()):
        kept = f"song {kept}".strip()
    return f"{kept}.{ending}"


_NOT_IN_FILES = frozenset('<>:"/\\|?*')
"""Names that Windows does not allow; other systems forbid fewer or none."""

_JOINERS = frozenset("\u200c\u200d")
"""Format characters that words and emoji need."""
