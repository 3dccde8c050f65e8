"""Where Perform listens and who may speak, kept beside the songs: ``listener.json``, for Perform without a WebUI."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import DamagedFileError, InputError, NotFoundError
from ..core.listener import ListenerChoice, listener_from_dict
from .files import json_bytes, read_json, write_bytes

LISTENER = "listener.json"
FORMAT = 1
MAX_BYTES = 64 << 10
_WHAT = "The file listener.json"
_ADVICE = "Choose again on the page where to listen, or take the file away."


def read_listener(root: Path) -> ListenerChoice:
    """What was kept in the folder of songs ``root``, the default where nothing was.

    DamagedFileError says what is wrong with the file, StorageError where the disk does not give it.
    """
    try:
        parts = read_json(root / LISTENER, _WHAT, MAX_BYTES)
    except NotFoundError:
        return ListenerChoice()
    if not isinstance(parts, dict):
        raise DamagedFileError(f"{_WHAT} is refused: it does not begin with {{. {_ADVICE}")
    if parts.get("format") != FORMAT:
        raise DamagedFileError(f"{_WHAT} is of another version of Perform than this one. {_ADVICE}")
    try:
        return listener_from_dict(parts)
    except InputError as error:
        raise DamagedFileError(f"{_WHAT} is refused: {error} {_ADVICE}") from error


def keep_listener(root: Path, before: ListenerChoice, changed: Mapping[str, Any]) -> ListenerChoice:
    """Keep ``before`` with what was ``changed`` (parts of ``ListenerChoice.to_dict``); what is kept now.

    StorageError where the disk does not take it.
    """
    choice = listener_from_dict({**before.to_dict(), **changed})
    write_bytes(root / LISTENER, json_bytes({"format": FORMAT, **choice.to_dict()}), _WHAT)
    return choice
