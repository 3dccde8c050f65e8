"""A song with its takes as one zip file, for another machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO

from ...core.errors import DamagedFileError, InputError
from ...core.saved.song_file import document_from_dict
from ...core.song.document import Document, renamed
from ...core.song.take import recording_id
from ..files import explained, json_bytes, parse_json, replacing, storage_error
from ..history_file import MAX_BYTES, Log, entries_of, log_bytes, log_of, read_log, write_log
from ..ids import clean_name, is_id
from ..limits import (
    FOREIGN_BYTES,
    LARGEST_RATIO,
    MAX_SETTINGS_BYTES,
    MAX_SONG_BYTES,
    MAX_TAKE_BYTES,
    MAX_ZIP_BYTES,
    MAX_ZIP_FILES,
    SMALL_BYTES,
    most_unpacked,
)
from ..recordings.columns import ZIP_ERRORS, check_member
from ..recordings.take_file import read_recording
from ..recordings.take_folder import RECORDINGS, TAKES, take_path
from ..songs.folder import (
    BASE,
    HISTORY,
    SONG,
    WORKSPACE,
    base_id_of,
    base_in,
    document_in,
    song_bytes,
    workspace_bytes,
    workspace_of,
    write_base,
)
from ..songs.store import SongStore
from .settings_file import import_settings

_WHAT = "The zip file"
_BLOCK = 1 << 20


def export_zip(folder: Path, file: IO[bytes]) -> None:
    """The song in ``folder`` with its workspace, history, takes and base settings, into ``file``; without takes whose
    file is missing.

    InputError for a song that is too large for ``import_zip``.
    """
    document = document_in(folder)
    song, made_at = document.song, document.info.created_at
    history = log_bytes(entries_of(read_log(folder / HISTORY, made_at)), made_at)
    takes = {path: take for take in song.takes if (path := take_path(folder, take.id)).exists()}
    with explained("The song"):
        needed = sum(path.stat().st_size for path in takes) + MAX_SETTINGS_BYTES + len(song_bytes(document))
    needed += len(history)
    if needed > MAX_ZIP_BYTES or len(takes) + 4 > MAX_ZIP_FILES:
        raise InputError(
            f"The song is too large for a zip file ({MAX_ZIP_BYTES >> 30} GB at most). Copy the song's folder instead."
        )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, SONG, song_bytes(document))
        _put(archive, WORKSPACE, workspace_bytes(document.workspace))
        _put(archive, HISTORY, history)
        with contextlib.suppress(DamagedFileError):  # a song is exported without it, and says so when it is opened
            base = base_in(folder, song)
            if base is not None:
                _put(archive, BASE, json_bytes(base))
        for path, take in takes.items():
            member = zipfile.ZipInfo(f"{path.parent.name}/{path.name}")
            with (
                explained(f"Take {take.number}"),
                path.open("rb") as recorded,
                archive.open(member, "w", force_zip64=True) as out,
            ):
                shutil.copyfileobj(recorded, out, _BLOCK)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a document; not compressed if its ratio would make ``_read`` refuse it."""
    doubtful = len(data) > most_unpacked(0) and len(data) > most_unpacked(len(zlib.compress(data)))
    archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_STORED if doubtful else zipfile.ZIP_DEFLATED)


def import_zip(store: SongStore, file: IO[bytes]) -> Document:
    """A new song in ``store`` from a file that ``export_zip`` made: all of it, or nothing and DamagedFileError.

    Names in the zip never become file names; every take is read and validated before the song exists.
    """
    try:
        size = file.seek(0, os.SEEK_END)
        with zipfile.ZipFile(file) as archive:
            return _imported(store, archive, size)
    except (ValueError, *ZIP_ERRORS) as error:
        raise DamagedFileError(f"{_WHAT} is damaged and was not imported: {error}.") from error
    except OSError as error:
        raise storage_error(error, _WHAT, "read") from error


def _imported(store: SongStore, archive: zipfile.ZipFile, size: int) -> Document:
    members = _members(archive, size)
    document = document_from_dict(parse_json(_read(archive, members[SONG], MAX_SONG_BYTES), "The song in the zip file"))
    if WORKSPACE in members:
        data = _read(archive, members[WORKSPACE], MAX_SETTINGS_BYTES)
        document = replace(document, workspace=workspace_of(data, "The workspace in the zip file"))
    song = document.song
    for take in song.takes:
        if not is_id(recording_id(take.id)):
            raise DamagedFileError(f"{_WHAT} is refused: it contains a take name that Perform does not use.")
    base = None
    if BASE in members:
        base = import_settings(_read(archive, members[BASE], MAX_SETTINGS_BYTES)).settings
        song = replace(song, base_id=base_id_of(base) if song.base_settings else None)

    made_at = document.info.created_at
    history = log_of(_read(archive, members[HISTORY], MAX_BYTES), made_at) if HISTORY in members else Log()

    def fill(folder: Path) -> None:
        if history.past or history.future:
            write_log(folder / HISTORY, entries_of(history), made_at)
        if base is not None and song.base_settings:
            write_base(folder, base)
        for wanted_id, take in {recording_id(take.id): take for take in song.takes}.items():
            name = f"{wanted_id}.npz"
            member = members.get(f"{RECORDINGS}/{name}") or members.get(f"{TAKES}/{name}")
            if member is not None:
                _put_take(archive, member, take_path(folder, take.id), f"Take {take.number}")

    return store.add(renamed(replace(document, song=song), clean_name(document.name or "Song")), fill)


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The files by name. DamagedFileError for a zip that is not a song's, or that would fill the disk."""
    found = archive.infolist()
    members = {member.filename: member for member in found}
    if SONG not in members:
        raise DamagedFileError(f"{_WHAT} is refused: it does not contain a song.")
    if len(found) > MAX_ZIP_FILES or len(members) != len(found):
        raise DamagedFileError(f"{_WHAT} is refused: it contains too many files, or one name twice.")
    if sum(member.file_size for member in found) > MAX_ZIP_BYTES:
        raise DamagedFileError(f"{_WHAT} is refused: it needs more than {MAX_ZIP_BYTES >> 30} GB.")
    if sum(member.compress_size for member in found) > size:
        raise DamagedFileError(f"{_WHAT} is refused: it declares more data than it can contain.")
    return members


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_bytes: int) -> bytes:
    check_member(member)
    if member.file_size > min(max_bytes, most_unpacked(member.compress_size)):
        raise DamagedFileError(f"{_WHAT} is refused: a file in it declares an impossible size.")
    return archive.read(member)


def _put_take(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, what: str) -> None:
    """Write a take and read it back from there; DamagedFileError if it is invalid.

    A take is compressed once, and with a plausible ratio. One that is compressed repeatedly, so that few bytes become
    very many, is not unpacked.
    """
    check_member(member)
    once = SMALL_BYTES + LARGEST_RATIO * member.compress_size
    likely = most_unpacked(member.compress_size, FOREIGN_BYTES)
    with archive.open(member) as packed, replacing(path, what) as out:
        shutil.copyfileobj(packed, out, _BLOCK)
    with explained(what), path.open("rb") as written:
        read_recording(written, what, min(once, likely, MAX_TAKE_BYTES))
