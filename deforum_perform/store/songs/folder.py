"""One song's folder, wherever it is: the names of its files, and reading them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...core.errors import DamagedFileError, InputError, NotFoundError, StorageError
from ...core.saved.migrations import FORMAT
from ...core.saved.song_file import document_from_dict, workspace_from_dict, workspace_to_dict
from ...core.song.document import Document, with_id
from ...core.song.song import Song
from ...core.song.take import recording_id
from ...core.song.workspace import Workspace
from ..checksum import checksum_in, verify_checksum, with_checksum
from ..files import explained, json_bytes, parse_json, read_bytes, read_json, write_bytes
from ..history_file import Entry, Log, append_log, read_log, write_log
from ..ids import folder_id, is_id
from ..limits import MAX_SETTINGS_BYTES, MAX_SONG_BYTES
from ..recordings.take_folder import take_path
from .replay import Replayed, replayed
from .song_text import SongText, verify

SONG, BACKUP, BASE = "song.json", "song.backup.json", "base_settings.json"
HISTORY = "history.jsonl"
WORKSPACE, DAMAGED_WORKSPACE = "workspace.json", "workspace.damaged.json"
BASES = "base_settings"
"""The folder of imported settings files, each under the id of its content. Songs of 0.1 have one file, called
``BASE``."""

_SONG = "The song file"
_WORKSPACE = "The workspace file"
_BASE = "The imported settings file"


def read_song(path: Path, song_id: str) -> tuple[Document, bytes]:
    """The song in the file ``path``, under the id of its folder, and the content of the file. DamagedFileError says
    what is wrong."""
    data = read_bytes(path, _SONG, MAX_SONG_BYTES)
    return with_id(song_of(data, _SONG), song_id), data


def read_replayed(folder: Path, name: str = SONG) -> tuple[Replayed, Document, bytes]:
    """The song in ``folder`` with the changes in its history; as its file ``name`` has it, and the content of that.
    Errors as ``read_song``."""
    document, data = read_song(folder / name, folder_id(folder.name))
    return replayed(folder / HISTORY, document, data), document, data


def song_of(data: bytes, what: str) -> Document:
    """The song in ``data``, the content of its file. DamagedFileError says what is wrong with ``what``."""
    values = parse_json(data, what)
    document = document_from_dict(values)  # first: it recognises a file of a newer version, which has its own rules
    (verify if values["format"] >= FORMAT else verify_checksum)(values, what)
    return document


def song_bytes(document: Document, text: SongText | None = None) -> bytes:
    """The content of the file that ``read_song`` reads; ``text`` caches its parts. StorageError if it is larger than
    the limit."""
    data = (text or SongText()).content(document)
    if len(data) > MAX_SONG_BYTES:
        raise StorageError(
            f"The song needs more than {MAX_SONG_BYTES >> 20} MB and could not be saved. Undo its last change, and "
            "continue in a new song."
        )
    return data


def workspace_of(data: bytes, what: str) -> Workspace:
    """The workspace in ``data``, the content of its file. DamagedFileError says what is wrong with ``what``."""
    values = parse_json(data, what)
    workspace = workspace_from_dict(values)
    verify_checksum(values, what)
    return workspace


def workspace_bytes(workspace: Workspace) -> bytes:
    """The content of the file that ``workspace_of`` reads."""
    return json_bytes(with_checksum(workspace_to_dict(workspace)))


def read_workspace(folder: Path) -> Workspace | None:
    """The workspace of the song in ``folder``; None if it has no file of its own. DamagedFileError says what is
    wrong."""
    path = folder / WORKSPACE
    return workspace_of(read_bytes(path, _WORKSPACE, MAX_SETTINGS_BYTES), _WORKSPACE) if path.exists() else None


def workspace_problem_in(folder: Path) -> str | None:
    """Why the workspace of the song in ``folder`` cannot be read; None if it can, or if there is none."""
    try:
        read_workspace(folder)
    except StorageError as error:
        return str(error)
    return None


def with_workspace(document: Document, folder: Path) -> Document:
    """``document`` with the workspace in its ``folder``; with its own if there is none, or none that can be read."""
    with contextlib.suppress(StorageError, NotFoundError):
        workspace = read_workspace(folder)
        if workspace is not None:
            return replace(document, workspace=workspace)
    return document


def write_workspace(folder: Path, workspace: Workspace) -> None:
    """Save ``workspace`` in the song's ``folder``, beside one that cannot be read."""
    try:
        read_workspace(folder)
    except DamagedFileError:
        with explained(_WORKSPACE, "saved"):
            (folder / WORKSPACE).replace(folder / DAMAGED_WORKSPACE)
    write_bytes(folder / WORKSPACE, workspace_bytes(workspace), _WORKSPACE)


def history_in(folder: Path, document: Document) -> Log:
    """The undo history of the song in ``folder``; an empty one if it cannot be read."""
    try:
        return read_log(folder / HISTORY, document.info.created_at)
    except StorageError:
        return Log()


def write_history(
    folder: Path, document: Document, entries: Sequence[Entry], whole: bool, saved: bytes | None = None
) -> None:
    """Add to the undo history of the song in ``folder``; ``whole``: to replace the existing one. ``saved``: the content
    of the song's file, if that contains all of it."""
    path = folder / HISTORY
    entries = [*entries, *([] if saved is None else saved_entry(saved))]
    if whole or not path.exists():
        write_log(path, entries, document.info.created_at)
    else:
        append_log(path, entries)


def saved_entry(data: bytes) -> list[Entry]:
    """The entry of the history that says that the song's file with the content ``data`` contains everything up to
    here."""
    checksum = checksum_in(data)
    return [] if checksum is None else [Entry("saved", checksum)]


def document_in(folder: Path) -> Document:
    """The song in ``folder`` with its workspace. NotFoundError if there is none."""
    found, _, _ = read_replayed(folder)
    return with_workspace(found.document, folder)


def named_recordings(folder: Path, written: bytes | None, document: Document | None) -> set[str]:
    """The ids of the recordings whose takes the song's file in ``folder`` lists; without parsing it if it still is
    ``written``, the content of ``document``."""
    data = read_bytes(folder / SONG, _SONG, MAX_SONG_BYTES)
    current = document if document is not None and data == written else song_of(data, _SONG)
    return {recording_id(take.id) for take in current.song.takes}


def base_path(folder: Path, song: Song) -> Path:
    """The path of the settings file of ``song`` in its ``folder``. DamagedFileError for a text that is not an id."""
    if song.base_id is None:
        return folder / BASE
    if not is_id(song.base_id):
        raise DamagedFileError(f"{_BASE} {song.base_settings!r} has no valid id. Import it again.")
    return folder / BASES / f"{song.base_id}.json"


def files_of(folder: Path, song: Song) -> list[Path]:
    """The recordings of the song in ``folder``, and its settings files: including those that undo restores."""
    takes = {take_path(folder, take.id): None for take in song.takes}
    bases = [folder / BASE] if song.base_settings and song.base_id is None else []
    return [path for path in (*takes, *bases, *sorted((folder / BASES).glob("*.json"))) if path.is_file()]


def base_id_of(settings: Mapping[str, Any]) -> str:
    """The id of a settings file: that of its content, which equal ones share."""
    return hashlib.blake2b(json_bytes(settings), digest_size=8).hexdigest()


def write_base(folder: Path, settings: Mapping[str, Any]) -> str:
    """Save ``settings`` in the song's ``folder``; their id."""
    base_id, data = base_id_of(settings), json_bytes(settings)
    if len(data) > MAX_SETTINGS_BYTES:
        raise InputError(f"{_BASE} is refused: it needs more than {MAX_SETTINGS_BYTES >> 20} MB.")
    with explained(_BASE, "saved"):
        (folder / BASES).mkdir(exist_ok=True)
    write_bytes(folder / BASES / f"{base_id}.json", data, _BASE)
    return base_id


def base_in(folder: Path, song: Song) -> dict[str, Any] | None:
    """The imported Deforum settings file of ``song``, with current names; None if it has none.

    DamagedFileError or StorageError if it cannot be read.
    """
    if song.base_settings is None:
        return None
    from ...core.deforum.settings.older import upgraded

    path = base_path(folder, song)
    if not path.exists():
        raise DamagedFileError(f"{_BASE} {song.base_settings!r} is not in the song's folder. Import it again.")
    settings = read_json(path, _BASE, MAX_SETTINGS_BYTES)
    if not isinstance(settings, dict) or song.base_id not in (None, base_id_of(settings)):
        raise DamagedFileError(f"{_BASE} {song.base_settings!r} is damaged. Import it again.")
    return upgraded(settings).settings
