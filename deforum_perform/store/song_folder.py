"""One song's folder, wherever it lies: what its files are called, and reading them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.errors import DamagedFileError
from ..core.song import Song
from ..core.song_file import song_from_dict
from ..core.take import Take
from .files import explained, read_json
from .ids import checked_id
from .take_file import read_take

SONG, BACKUP, BASE, TAKES = "song.json", "song.backup.json", "base_settings.json", "takes"
_TAKE = "The recording of that take"


def read_song(path: Path, song_id: str) -> Song:
    """The song in the file ``path``, under the id of its folder. DamagedFileError says what is wrong."""
    return replace(song_from_dict(read_json(path, "The song file")), id=song_id)


def song_in(folder: Path) -> Song:
    """The song in ``folder``. NotFoundError where there is none."""
    return read_song(folder / SONG, folder.name)


def take_path(folder: Path, take_id: str) -> Path:
    """Where a take of the song in ``folder`` lies. InputError for a text that is no id."""
    return folder / TAKES / f"{checked_id(take_id)}.npz"


def take_in(folder: Path, take_id: str) -> Take:
    """A take of the song in ``folder``. NotFoundError or DamagedFileError where it cannot be had."""
    path = take_path(folder, take_id)
    with explained(_TAKE), path.open("rb") as file:
        return replace(read_take(file, _TAKE), id=take_id)


def base_in(folder: Path) -> dict[str, Any] | None:
    """The Deforum settings file that was imported into the song in ``folder``, or None."""
    if not (folder / BASE).exists():
        return None
    settings = read_json(folder / BASE, "The imported settings file")
    if not isinstance(settings, dict):
        raise DamagedFileError("The imported settings file is damaged. Import it again.")
    return settings
