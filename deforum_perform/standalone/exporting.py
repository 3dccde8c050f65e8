"""The command ``export``: a song folder in a format of other programs."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..app.deforum.base_tab import tab_of
from ..app.deforum.exporter import FROM_DEFAULTS
from ..app.deforum.exports import Export, Piece, export
from ..app.deforum.link import cadence_of
from ..app.deforum.readings import Readings
from ..app.deforum.schedules import Schedules
from ..app.host import Standalone
from ..app.session.takes import Takes
from ..core.errors import NotFoundError, StorageError
from ..core.song.rounds import takes_of
from ..core.song.song import Song
from ..store.files import replacing
from ..store.recordings.take_folder import recording_in
from ..store.songs.folder import SONG, base_in, document_in
from .report import thousands
from .session import FlagError, Say


def write_export(options: Namespace, say: Say) -> int:
    """Write the file; 0 on success. FlagError if the file already exists or the take does not."""
    if options.out.exists():
        raise FlagError(f"{options.out} already exists and is not overwritten. Name a new file with --out.")
    made = exported(options.song, options.to, options.take)
    try:
        options.out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder of {options.out} cannot be made. Name another one with --out.") from error
    with replacing(options.out, "The export") as file:
        made.copy_to(file)
        size = file.tell()
    say(f"{options.out}: {thousands(size)} bytes.")
    for remark in made.remarks:
        say(f"Note: {remark}")
    return 0


def exported(folder: Path, kind: str, take_number: int | None = None) -> Export:
    """The song in ``folder`` as ``kind``; the folder does not change. FlagError if it is not a song's folder."""
    _check_folder(folder)
    document = document_in(folder)
    song = document.song
    base = base_in(folder, song)
    tab = tab_of(base or {})
    cadence = cadence_of(song, tab)
    takes = Takes(lambda _song_id, wanted_id: takes_of(recording_in(folder, wanted_id)))
    schedules = Schedules(takes)
    piece = Piece(
        name=document.name,
        song=song,
        cadence=cadence,
        reading=Readings(schedules).of(song, tab, cadence, document.playing),
        lanes=document.playing,
        made=lambda lane, reading: schedules.of(song, lane, reading, final=True),
        take=lambda take_id: takes.get(song.id, take_id),
        tab=tab,
        host=Standalone(),
        base=base,
        about_base=FROM_DEFAULTS if base is None else None,
        folder=folder,
    )
    return export(piece, kind, _take_id(song, take_number))


def _check_folder(folder: Path) -> None:
    """FlagError that says what ``folder`` is instead of a song's, and which one to name."""
    if (folder / SONG).is_file():
        return
    if not folder.exists():
        raise FlagError(f"{folder} does not exist. Name the folder of a song: the one that contains {SONG}.")
    if not folder.is_dir():
        raise FlagError(f"{folder} is a file. Name the folder of a song: the one that contains {SONG}.")
    songs = sorted(path.parent for pattern in (f"*/{SONG}", f"songs/*/{SONG}") for path in folder.glob(pattern))
    found = f" It contains songs: name one, such as {songs[-1]}." if songs else " Name the folder that contains it."
    raise FlagError(f"{folder} is not the folder of a song: there is no {SONG} in it.{found}")


def _take_id(song: Song, number: int | None) -> str | None:
    if number is None:
        return None
    for take in song.takes:
        if take.number == number:
            return take.id
    numbers = ", ".join(str(take.number) for take in song.takes) or "none"
    raise NotFoundError(f"This song has no take {number}. It has: {numbers}.")
