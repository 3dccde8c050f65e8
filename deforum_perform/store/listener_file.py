"""Where Perform listens, and the allowed senders, saved beside the songs: ``listener.json``, for Perform without a
WebUI.

``listener.backup.json`` contains the settings before the last change.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import DamagedFileError, InputError, NotFoundError, StorageError
from ..core.listener import ListenerChoice, listener_from_dict
from .checksum import verify_checksum, with_checksum
from .files import json_bytes, parse_json, read_bytes, write_bytes

LISTENER, LISTENER_BACKUP = "listener.json", "listener.backup.json"
FORMAT = 1
MAX_BYTES = 64 << 10
_WHAT = "The file listener.json"
_ADVICE = "Choose on the page where to listen, or remove the file."


def read_listener(root: Path) -> ListenerChoice:
    """The settings saved in the folder of songs ``root``, or the default.

    DamagedFileError if the file is invalid, StorageError if it cannot be read.
    """
    try:
        return _read(root / LISTENER)[0]
    except NotFoundError:
        return ListenerChoice()


def open_listener(root: Path) -> tuple[ListenerChoice, str | None]:
    """As ``read_listener``, or, if the file is damaged, the settings before its last change, with a message.

    DamagedFileError if there is no readable backup.
    """
    try:
        return read_listener(root), None
    except DamagedFileError as error:
        try:
            choice, _ = _read(root / LISTENER_BACKUP)
        except (NotFoundError, StorageError):
            raise error from None
        return choice, f"{error} Perform uses the settings from before its last change. Check the allowed senders."


def _read(path: Path) -> tuple[ListenerChoice, bytes]:
    """The settings in the file and its bytes; errors as ``read_listener``, and NotFoundError."""
    data = read_bytes(path, _WHAT, MAX_BYTES)
    parts = parse_json(data, _WHAT)
    if not isinstance(parts, dict):
        raise DamagedFileError(f"{_WHAT} is refused: it does not begin with {{. {_ADVICE}")
    if parts.get("format") != FORMAT:
        raise DamagedFileError(f"{_WHAT} was written by another version of Perform. {_ADVICE}")
    verify_checksum(parts, _WHAT)
    try:
        return listener_from_dict(parts), data
    except InputError as error:
        raise DamagedFileError(f"{_WHAT} is refused: {error} {_ADVICE}") from error


def keep_listener(root: Path, before: ListenerChoice, changed: Mapping[str, Any]) -> ListenerChoice:
    """Save ``before`` with what was ``changed`` (parts of ``ListenerChoice.to_dict``); the saved settings.

    InputError if that could not be read again; StorageError if it cannot be written.
    """
    choice = listener_from_dict({**before.to_dict(), **changed})
    data = json_bytes(with_checksum({"format": FORMAT, **choice.to_dict()}))
    if len(data) > MAX_BYTES:
        raise InputError("The name of the host to listen on is too long.")
    with contextlib.suppress(NotFoundError, StorageError):
        _, last = _read(root / LISTENER)
        if last != data:
            write_bytes(root / LISTENER_BACKUP, last, _WHAT, sync=False)
    write_bytes(root / LISTENER, data, _WHAT)
    return choice
