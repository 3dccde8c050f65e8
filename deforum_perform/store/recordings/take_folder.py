"""The recordings in a song's folder: written, read back before they count, and never overwritten."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np

from ...core.errors import ConflictError, DamagedFileError, StorageError
from ...core.song.recording import Recording
from ...core.song.rounds import take_called, takes_of
from ...core.song.take import Take, recording_id
from ..files import explained, replacing, storage_error
from ..ids import checked_id, is_id
from .take_file import RecordingSummary, read_recording, read_summary, write_recording

RECORDINGS, TAKES = "recordings", "takes"
"""The folders inside that of the song where recordings are written, and where Perform 0.1 wrote them; both are read."""

ASIDE = "aside"
"""The folder, beside the takes, of recordings that were discarded or are damaged."""

_TAKE = "The recording of that take"

R = TypeVar("R", Recording, RecordingSummary)


def take_path(folder: Path, take_id: str) -> Path:
    """The path of the recording of a take of the song in ``folder``. InputError for a text that is not an id."""
    name = f"{_checked_recording(take_id)}.npz"
    older = folder / TAKES / name
    return older if older.is_file() else folder / RECORDINGS / name


def recording_in(folder: Path, wanted_id: str) -> Recording:
    """A recording of the song in ``folder``. NotFoundError or DamagedFileError if it cannot be read."""
    return _read(folder, wanted_id, read_recording)


def take_in(folder: Path, take_id: str) -> Take:
    """A take of the song in ``folder``. Errors as ``recording_in``."""
    return take_called(takes_of(recording_in(folder, _checked_recording(take_id))), take_id)


def _checked_recording(take_id: object) -> str:
    """The id of the recording of a take. InputError for a text that is not an id."""
    return checked_id(recording_id(take_id) if isinstance(take_id, str) else take_id)


def summary_in(folder: Path, wanted_id: str) -> RecordingSummary:
    """The summary of a recording of the song in ``folder``. Errors as ``recording_in``."""
    return _read(folder, wanted_id, read_summary)


def _read(folder: Path, wanted_id: str, read: Callable[[BinaryIO, str], R]) -> R:
    """What ``read`` finds in the file of a recording; DamagedFileError if that contains another one."""
    with explained(_TAKE), take_path(folder, wanted_id).open("rb") as file:
        found = read(file, _TAKE)
    if found.id != wanted_id:
        raise DamagedFileError(
            f"{_TAKE} is in the wrong file: {wanted_id}.npz holds take {found.id}. If files were swapped or renamed, "
            "restore their names."
        )
    return found


def save_recording_in(folder: Path, recording: Recording) -> None:
    """Write ``recording`` into the song's ``folder``, where it counts once it has been read back.

    The same one that already exists stays, and a damaged file is set aside. ConflictError if another recording with
    that id exists; FolderError if the folder is missing or not writable.
    """
    path, what = take_path(folder, recording.id), f"Take {recording.number}"
    if _is_there(folder, recording):
        return
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise storage_error(error, what) from error
    with replacing(path, what) as file:
        write_recording(file, recording)
        _read_back(file, recording)


def _is_there(folder: Path, recording: Recording) -> bool:
    if not take_path(folder, recording.id).exists():
        return False
    try:
        there = recording_in(folder, recording.id)
    except DamagedFileError:
        put_take_aside(folder, recording.id)
        return False
    if (there.start_s, there.recorded_at, there.anchors) != (
        recording.start_s,
        recording.recorded_at,
        recording.anchors,
    ):
        raise ConflictError(f"Another take is saved in place of take {recording.number}; it was not overwritten.")
    return True


def _read_back(file: BinaryIO, recording: Recording) -> None:
    """StorageError unless the content of ``file`` is ``recording``."""
    what = f"Take {recording.number}"
    differs = f"{what} could not be saved: the disk returns other data than was written."
    file.flush()
    try:
        there = read_recording(file, what)
    except DamagedFileError as error:
        raise StorageError(differs) from error
    same = there.signals.keys() == recording.signals.keys() and all(
        np.array_equal(there.signals[name].times_s, signal.times_s)
        and np.array_equal(there.signals[name].values, signal.values)
        for name, signal in recording.signals.items()
    )
    if not same or there.events != recording.events or there.anchors != recording.anchors:
        raise StorageError(differs)


def recording_ids(folder: Path) -> list[str]:
    """The ids of the recordings in the song's ``folder``, oldest first, whether the song lists their takes or not."""
    with explained("The folder of takes"):
        folders = (place for name in (TAKES, RECORDINGS) if (place := folder / name).is_dir())
        paths = [path for place in folders for path in place.glob("*.npz")]
    return sorted(path.stem for path in paths if is_id(path.stem))


def put_take_aside(folder: Path, wanted_id: str) -> None:
    """Move the file of a recording into the folder of those that were set aside. Nothing there is overwritten."""
    path = take_path(folder, wanted_id)
    aside = path.parent / ASIDE
    with explained("The recording", "set aside"):
        aside.mkdir(exist_ok=True)
        target = aside / path.name
        if target.exists():
            target = aside / f"{wanted_id}-{secrets.token_hex(4)}{path.suffix}"
        path.replace(target)
