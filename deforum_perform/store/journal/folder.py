"""The folder of journals: recordings that were cut off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.errors import NotFoundError, StorageError
from ..files import explained, storage_error, sync_folder
from ..ids import checked_id, is_id
from .file import WHAT, JournalReader

SUFFIX = ".journal"
DISCARDED = "discarded"


@dataclass(frozen=True)
class JournalEntry:
    """A journal in a list. ``first_ns``, ``last_ns``: the stamps of its first and last datagram, 0 without any.

    ``ended``: it contains the end of the recording. ``empty``: it is complete, and nothing was received while
    recording. ``problem``: why it cannot be read at all, or None.
    """

    id: str
    path: Path
    header: Mapping[str, Any] = field(default_factory=dict)
    datagrams: int = 0
    first_ns: int = 0
    last_ns: int = 0
    torn: bool = False
    ended: bool = False
    empty: bool = False
    problem: str | None = None


def list_journals(root: Path) -> list[JournalEntry]:
    """The journals in the folder ``root``, the oldest first; an unreadable one with its problem."""
    return [journal_entry(path) for path in journal_paths(root)]


def journal_paths(root: Path) -> list[Path]:
    """The files of journals in the folder ``root``, the oldest first."""
    try:
        return sorted(p for p in root.iterdir() if p.suffix == SUFFIX and is_id(p.stem))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(error, "The list of unsaved recordings", "read") from error


def journal_entry(path: Path) -> JournalEntry:
    """The list entry of the journal in the file ``path``."""
    count = first = last = 0
    try:
        with explained(WHAT), path.open("rb", buffering=1 << 20) as file:
            reader = JournalReader(file)
            for last, _sender, _payload in reader:
                first = first if count else last
                count += 1
    except (NotFoundError, StorageError) as error:
        return JournalEntry(path.stem, path, problem=str(error))
    ended = any(note.what.get("end") is True for note in reader.notes)
    empty = bool(reader.header) and not (count or reader.torn or reader.damage)
    return JournalEntry(path.stem, path, reader.header, count, first, last, reader.torn, ended, empty)


def journal_path(root: Path, recording_id: str) -> Path:
    """The path of a recording's journal. InputError for a text that is not an id."""
    return root / f"{checked_id(recording_id)}{SUFFIX}"


def discard_journal(root: Path, recording_id: str) -> None:
    """Move a journal into ``root``/discarded: it is not offered again, and not lost."""
    path = journal_path(root, recording_id)
    with explained(WHAT, "set aside"):
        (root / DISCARDED).mkdir(exist_ok=True)
        path.replace(root / DISCARDED / path.name)
    sync_folder(root)
