"""A song with its takes as one zip file, for another machine."""

from __future__ import annotations

import contextlib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..core.errors import DamagedFileError
from ..core.song import Song
from ..core.song_file import song_from_dict
from .columns import ZIP_FAULTS, check_member
from .files import MAX_JSON_BYTES, explained, json_bytes, parse_json, read_bytes, replacing, storage_error
from .ids import clean_name, is_id
from .settings_file import import_settings
from .song_folder import BASE, SONG, TAKES, base_id_of, base_in, song_bytes, song_in, take_path, write_base
from .songs import SongStore
from .take_file import MAX_TAKE_BYTES, read_take

MAX_TAKES = 10_000
MAX_ZIP_BYTES = 4 << 30
"""What all files of a song may need on disk."""

_WHAT = "The zip file"


def export_zip(folder: Path, file: BinaryIO) -> None:
    """The song in ``folder`` with its takes and its base settings, into ``file``. A take without a file is left out."""
    song = song_in(folder)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(SONG), song_bytes(song), zipfile.ZIP_DEFLATED)
        with contextlib.suppress(DamagedFileError):  # a song goes without it, and says so where it is opened
            base = base_in(folder, song)
            if base is not None:
                archive.writestr(zipfile.ZipInfo(BASE), json_bytes(base), zipfile.ZIP_DEFLATED)
        for take in song.takes:
            path = take_path(folder, take.id)
            if path.exists():
                data = read_bytes(path, f"Take {take.number}", MAX_TAKE_BYTES)
                archive.writestr(zipfile.ZipInfo(f"{TAKES}/{take.id}.npz"), data, zipfile.ZIP_STORED)


def import_zip(store: SongStore, file: BinaryIO) -> Song:
    """A new song in ``store`` from a file that ``export_zip`` made: all of it, or nothing and DamagedFileError.

    Names in the zip never become file names; every take is read and checked before the song is there.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _imported(store, archive)
    except (ValueError, *ZIP_FAULTS) as error:
        raise DamagedFileError(f"{_WHAT} is damaged and was not imported: {error}.") from error
    except OSError as error:
        raise storage_error(error, _WHAT, "read") from error


def _imported(store: SongStore, archive: zipfile.ZipFile) -> Song:
    members = _members(archive)
    song = song_from_dict(parse_json(_read(archive, members[SONG], MAX_JSON_BYTES), "The song in the zip file"))
    for take in song.takes:
        if not is_id(take.id):
            raise DamagedFileError(f"{_WHAT} is refused: it names a take in a way that Perform does not.")
    base = None
    if BASE in members:
        base = import_settings(_read(archive, members[BASE], MAX_JSON_BYTES)).settings
        song = replace(song, base_id=base_id_of(base) if song.base_settings else None)

    def fill(folder: Path) -> None:
        if base is not None and song.base_settings:
            write_base(folder, base)
        for take in song.takes:
            member = members.get(f"{TAKES}/{take.id}.npz")
            if member is not None:
                _put_take(archive, member, take_path(folder, take.id), f"Take {take.number}")

    return store.add(replace(song, name=clean_name(song.name or "Song")), fill)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by name. DamagedFileError for a zip that is not a song's, or that would fill the disk."""
    found = archive.infolist()
    members = {member.filename: member for member in found}
    if SONG not in members:
        raise DamagedFileError(f"{_WHAT} is refused: there is no song in it.")
    if len(found) > MAX_TAKES or len(members) != len(found):
        raise DamagedFileError(f"{_WHAT} is refused: it holds too many files, or one name twice.")
    if sum(member.file_size for member in found) > MAX_ZIP_BYTES:
        raise DamagedFileError(f"{_WHAT} is refused: it needs more than {MAX_ZIP_BYTES >> 30} GB.")
    return members


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_bytes: int) -> bytes:
    check_member(member)
    if member.file_size > max_bytes:
        raise DamagedFileError(f"{_WHAT} is refused: a file in it is larger than it can be.")
    return archive.read(member)


def _put_take(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, what: str) -> None:
    """Write a take and read it back from there; DamagedFileError where it is none."""
    data = _read(archive, member, MAX_TAKE_BYTES)
    with replacing(path, what) as out:
        out.write(data)
    with explained(what), path.open("rb") as written:
        read_take(written, what)
