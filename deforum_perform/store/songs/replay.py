"""The changes of a song that its file does not contain yet: replayed from its history when it is read.

A change is first a line of the history, and gets into the song's file once changes rest. Whenever a process ends, the
file and the lines after the one that names its checksum are the song.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from ...core.errors import StorageError
from ...core.saved.patch import MisfitError
from ...core.saved.steps import advanced
from ...core.song.document import Document
from ..checksum import checksum_in
from ..history_file import Since, changes_since, read_end

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Replayed:
    """A song with the changes from its history. ``lost``: some of them could not be read; ``log_size``: the size of the
    history in bytes if changes can be added to it, or None."""

    document: Document
    lost: bool = False
    log_size: int | None = None


def replayed(history: Path, document: Document, data: bytes) -> Replayed:
    """The ``document`` in ``data``, the content of the song's file, with the changes that came after it."""
    checksum = checksum_in(data)
    try:
        lines = b"" if checksum is None else read_end(history)[0]
    except StorageError as error:
        log.warning("%s", error)
        return Replayed(document)
    since = changes_since(lines, checksum or "")
    if since is None:
        return Replayed(document)
    return _after(document, since, history)


def _after(document: Document, since: Since, history: Path) -> Replayed:
    song, lost = document.song, since.damaged
    try:
        for patch in since.patches:
            song = advanced(song, patch)
    except MisfitError:
        log.warning("A change in the history of %s does not fit the song", document.id)
        lost = True
    found = document if song is document.song else replace(document, song=song)
    return Replayed(found, lost, _size(history) if since.sound and not lost else None)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
