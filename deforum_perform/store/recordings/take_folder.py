"""The takes in a song's folder: written, read back before they count, and never overwritten."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ...core.errors import ConflictError, DamagedFileError, StorageError
from ...core.song.take import Take
from ..files import explained, replacing, storage_error
from ..ids import checked_id, is_id
from .take_file import TakeSummary, read_summary, read_take, write_take

RECORDINGS, TAKES = "recordings", "takes"
"""The folders inside that of the song where recordings are written, and where Perform 0.1 wrote them; both are read."""

ASIDE = "aside"
"""The folder, beside the takes, of recordings that were discarded or are damaged."""

_TAKE = "The recording of that take"


def take_path(folder: Path, take_id: str) -> Path:
    """The path of the recording of a take of the song in ``folder``. InputError for a text that is not an id."""
    name = f"{checked_id(take_id)}.npz"
    older = folder / TAKES / name
    return older if older.is_file() else folder / RECORDINGS / name


def take_in(folder: Path, take_id: str) -> Take:
    """A take of the song in ``folder``. NotFoundError or DamagedFileError if it cannot be read."""
    with explained(_TAKE), take_path(folder, take_id).open("rb") as file:
        take = read_take(file, _TAKE)
    _check_id(take.id, take_id)
    return take


def summary_in(folder: Path, take_id: str) -> TakeSummary:
    """The summary of a take of the song in ``folder``. Errors as ``take_in``."""
    with explained(_TAKE), take_path(folder, take_id).open("rb") as file:
        summary = read_summary(file, _TAKE)
    _check_id(summary.id, take_id)
    return summary


def _check_id(found: str, take_id: str) -> None:
    """DamagedFileError if a file contains another take."""
    if found != take_id:
        raise DamagedFileError(
            f"{_TAKE} is in the wrong file: {take_id}.npz holds take {found}. If files were swapped or renamed, "
            "restore their names."
        )


def save_take_in(folder: Path, take: Take) -> None:
    """Write ``take`` into the song's ``folder``, where it counts once it has been read back.

    One of the same recording that already exists stays, and a damaged file is set aside. ConflictError if another take
    with that id exists; FolderError if the folder is missing or not writable.
    """
    path = take_path(folder, take.id)
    if _is_there(folder, take):
        return
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise storage_error(error, f"Take {take.number}") from error
    with replacing(path, f"Take {take.number}") as file:
        write_take(file, take)
        _read_back(file, take)


def _is_there(folder: Path, take: Take) -> bool:
    if not take_path(folder, take.id).exists():
        return False
    try:
        there = take_in(folder, take.id)
    except DamagedFileError:
        put_take_aside(folder, take.id)
        return False
    if (there.start_s, there.recorded_at) != (take.start_s, take.recorded_at):
        raise ConflictError(f"Another take is saved in place of take {take.number}; it was not overwritten.")
    return True


def _read_back(file: BinaryIO, take: Take) -> None:
    """StorageError unless the content of ``file`` is ``take``."""
    what = f"Take {take.number}"
    differs = f"{what} could not be saved: the disk returns other data than was written."
    file.flush()
    try:
        there = read_take(file, what)
    except DamagedFileError as error:
        raise StorageError(differs) from error
    same = there.signals.keys() == take.signals.keys() and all(
        np.array_equal(there.signals[name].times_s, signal.times_s)
        and np.array_equal(there.signals[name].values, signal.values)
        for name, signal in take.signals.items()
    )
    if not same or there.events != take.events:
        raise StorageError(differs)


def take_ids(folder: Path) -> list[str]:
    """The ids of the takes in the song's ``folder``, oldest first, whether the song lists them or not."""
    with explained("The folder of takes"):
        folders = (place for name in (TAKES, RECORDINGS) if (place := folder / name).is_dir())
        paths = [path for place in folders for path in place.glob("*.npz")]
    return sorted(path.stem for path in paths if is_id(path.stem))


def put_take_aside(folder: Path, take_id: str) -> None:
    """Move the file of a take into the folder of those that were set aside. Nothing there is overwritten."""
    path = take_path(folder, take_id)
    aside = path.parent / ASIDE
    with explained("The recording", "set aside"):
        aside.mkdir(exist_ok=True)
        target = aside / path.name
        if target.exists():
            target = aside / f"{take_id}-{secrets.token_hex(4)}{path.suffix}"
        path.replace(target)
