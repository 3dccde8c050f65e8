"""Songs on disk: one folder each.

::

    root/songs/<folder>/song.json         the song; song.backup.json is what it was before
                        workspace.json    armed and muted lanes, and where recording starts
                        history.jsonl     the steps of undo; the last ones may not be in song.json yet
                        recordings/<take id>.npz   a recording; never changed
                        base_settings/<id>.json   an imported Deforum settings file, by the id of its content
    root/trash/<folder>/                  the same, deleted
    root/journals/<recording id>.journal  recordings in progress, or that were cut off

A folder that Perform made is named by the song's id. One that was copied here may have any name: ``folder_id``.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from threading import RLock
from typing import Any

from ...core.errors import ConflictError, DamagedFileError, NewerFileError, NotFoundError, StorageError
from ...core.song.document import Document, new_document, renamed, with_id
from ...core.song.rounds import takes_of
from ...core.song.song import Song
from ...core.song.take import Take, recording_of
from ..files import TEMPORARY, copy_file, storage_error, sync_folder, write_bytes
from ..history_file import Entry, Log, entries_of
from ..ids import checked_id, clean_name, folder_id, is_id, new_id
from ..lock import FolderLock
from ..recordings.take_folder import RECORDINGS, recording_ids, recording_in, save_recording_in, take_path
from .folder import (
    BACKUP,
    SONG,
    base_in,
    files_of,
    history_in,
    named_recordings,
    read_replayed,
    song_bytes,
    with_workspace,
    write_base,
    write_history,
    write_workspace,
)
from .listing import Lists, Recordings, SongEntry, with_all_takes, worked_on
from .saved_song import SavedSong

_UNFINISHED = ".new-"


def utc_now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(timezone.utc)


class SongStore:
    """The songs below ``root``. Every method may be called from any thread; ids from outside are validated first.

    StorageError if a file cannot be read or written; DamagedFileError if its content is invalid; NotFoundError for an
    unknown id; InputError for a text that is not an id.

    """

    def __init__(self, root: Path, now: Callable[[], datetime] = utc_now) -> None:
        self.root = root
        self._now = now
        self._guard = RLock()
        self._lock = FolderLock(root)
        self._lists = Lists()
        self._saved: dict[str, SavedSong] = {}

    def lock(self) -> None:
        """Claim the folder and remove what a killed process left half written. ConflictError names the process that has
        it."""
        self._lock.acquire()
        with self._guard, contextlib.suppress(OSError):
            for half in (*self.root.glob(f"songs/*/*{TEMPORARY}"), *self.root.glob(f"songs/*/*/*{TEMPORARY}")):
                half.unlink(missing_ok=True)
            for half in self.root.glob(f"songs/{_UNFINISHED}*"):
                shutil.rmtree(half, ignore_errors=True)

    def unlock(self) -> None:
        """Release the folder."""
        self._lock.release()

    def new_id(self) -> str:
        """A unique id for a song or a recording."""
        return new_id(self._now())

    def now_iso(self) -> str:
        """The current time, ISO 8601 in UTC, to the second."""
        return self._now().isoformat(timespec="seconds")

    # Lists

    def list_songs(self) -> list[SongEntry]:
        """Every song, the last changed first; a damaged one with its problem."""
        return self._entries("songs")

    def list_trash(self) -> list[SongEntry]:
        """The songs in the trash, the last changed first."""
        return self._entries("trash")

    def _entries(self, place: str) -> list[SongEntry]:
        with self._guard:
            entries = [worked_on(self._lists.of(folder)[0], folder) for folder in self._present(place)]
            return sorted(entries, key=lambda e: (e.modified, e.id), reverse=True)

    @property
    def listing(self) -> int:
        """Differs whenever a list of songs has changed, apart from the times of the last changes."""
        return self._lists.changes

    def _present(self, place: str) -> list[Path]:
        folders = self._folders(place)
        self._lists.look(place, folders)
        return folders

    def _folders(self, place: str) -> list[Path]:
        """The songs' folders: those with an id as their name, and all others that contain a song."""
        try:
            found = [f for f in (self.root / place).iterdir() if not f.name.startswith(".") and f.is_dir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise storage_error(error, "The list of songs", "read") from error
        return [f for f in found if is_id(f.name) or (f / SONG).is_file()]

    def recordings(self) -> Recordings:
        """The recordings whose takes the songs list, and the files of those that no song lists."""
        with self._guard:
            songs = self._folders("songs")
            folders = [*songs, *self._folders("trash")]
            files = {folder: recording_ids(folder) for folder in folders}
            seen = {folder_id(folder.name): self._lists.of(folder)[1] for folder in folders}
            reachable = {
                found
                for folder, there in files.items()
                for found in seen[folder_id(folder.name)].recordings.intersection(there)
            }
            unnamed = {
                found: folder_id(folder.name) for folder in songs for found in files[folder] if found not in reachable
            }
        return Recordings(seen, unnamed)

    # One song

    def create(self, name: str) -> Document:
        """A new song of that name, written to disk."""
        return self.add(new_document("", clean_name(name), self._now().isoformat()))

    def add(self, document: Document, fill: Callable[[Path], None] | None = None) -> Document:
        """The song under a new id, written; ``fill`` puts its takes into the folder. Complete, or not at all."""
        document = with_id(document, self.new_id())
        with self._guard, self._new_folder(document.id) as folder:
            _mkdir(folder / RECORDINGS)
            if fill is not None:
                fill(folder)
            data = song_bytes(document)
            write_workspace(folder, document.workspace)
            write_bytes(folder / SONG, data, "The song")
            self._saved[document.id] = SavedSong(document, data)
        with self._guard:
            self._present("songs")
            self._lists.saved(self.root / "songs" / document.id, document)
        return document

    def load(self, song_id: str) -> Document:
        """The song, with the changes that only its history contains. A damaged one is left unchanged, and the error
        says whether there is a backup, see ``load_backup``."""
        with self._guard:
            folder = self.folder(song_id)
            saved = self._saved.get(song_id, SavedSong())
            try:
                document = saved.load(folder)
            except NewerFileError:
                raise
            except (DamagedFileError, NotFoundError) as error:
                if not (folder / BACKUP).exists():
                    raise
                raise DamagedFileError(f"{error} Its backup can be opened instead.") from error
            self._saved[song_id] = saved
            return document

    def load_backup(self, song_id: str) -> Document:
        """The backup of the song, with the changes after it as far as its history has them, and its current
        workspace."""
        with self._guard:
            folder = self.folder(song_id)
            return with_workspace(read_replayed(folder, BACKUP)[0].document, folder)

    def save(self, document: Document) -> None:
        """Write the song in place of its last state, which becomes the backup, also if it is in the trash. All of it or
        nothing."""
        with self._guard:
            folder = self._wherever(document.id)
            if self._saved_song(document.id).save(folder, document):
                self._lists.saved(folder, document)

    def save_changes(self, document: Document, entries: Sequence[Entry]) -> bool:
        """Save the workspace, and add to the history the ``entries`` that make the song what it is in ``document``; the
        song's file stays behind. False, with the changes not saved, if the file has to be saved instead."""
        with self._guard:
            folder, saved = self._wherever(document.id), self._saved_song(document.id)
            saved.save_workspace(folder, document)
            if entries and not saved.add_changes(folder, entries):
                return False
            if entries:
                self._lists.saved(folder, document)
            return True

    def is_behind(self, document: Document) -> bool:
        """Whether the song's file does not contain all changes of an opened ``document``."""
        with self._guard:
            return self._saved_song(document.id).is_behind(document)

    def lost_changes(self, song_id: str) -> bool:
        """Whether changes were missing when the song was loaded, because its history is damaged."""
        with self._guard:
            return self._saved_song(song_id).lost

    def _saved_song(self, song_id: str) -> SavedSong:
        return self._saved.setdefault(song_id, SavedSong())

    def load_history(self, document: Document) -> Log:
        """The undo history of the song; an empty one if it cannot be read."""
        with self._guard:
            return history_in(self._wherever(document.id), document)

    def save_history(self, document: Document, entries: Sequence[Entry], whole: bool) -> None:
        """Add to the undo history of the song what its file already contains; ``whole``: to replace it."""
        with self._guard:
            folder = self._wherever(document.id)
            self._saved_song(document.id).add_saved(folder, document, entries, whole)
            self._lists.saved(folder, document)

    def names_recording(self, song_id: str, wanted_id: str) -> bool:
        """Whether the song's file on disk lists a take of the recording, and the recording's file exists."""
        with self._guard:
            folder = self._wherever(song_id)
            saved = self._saved_song(song_id)
            named = named_recordings(folder, saved.data, saved.in_file)
            return wanted_id in named and take_path(folder, wanted_id).is_file()

    def holds_recording(self, song_id: str, wanted_id: str) -> bool:
        """As ``names_recording``, and the recording can be read. Errors say why it cannot."""
        with self._guard:
            named = self.names_recording(song_id, wanted_id)
            return named and bool(recording_in(self._wherever(song_id), wanted_id).id)

    def size(self, song_id: str) -> int:
        """The size of the song's file in bytes, as it was last written or read; 0 before that."""
        return len(self._saved_song(song_id).data or b"")

    def rename(self, song_id: str, name: str) -> Document:
        """The song with another name, written. Its folder keeps its id."""
        with self._guard:
            document = renamed(self.load(song_id), clean_name(name))
            self.save(document)
            return document

    def duplicate(self, song_id: str, name: str, backup: bool = False) -> Document:
        """A copy with all takes and its own id, written: complete or not at all.

        ``backup``: of the backup of a damaged one, with the takes that were recorded after it; the damaged one stays
        unchanged.
        """
        with self._guard:
            source = self.folder(song_id)
            document = with_all_takes(source, self.load_backup(song_id)) if backup else self.load(song_id)
            origin = song_id if backup else None
            info = replace(document.info, name=clean_name(name), created_at=self._now().isoformat(), backup_of=origin)
            copy = replace(document, info=info)

            def fill(folder: Path) -> None:
                for path in files_of(source, document.song):
                    _mkdir((folder / path.relative_to(source)).parent)
                    copy_file(path, folder / path.relative_to(source), "The copy")
                write_history(folder, copy, tuple(entries_of(history_in(source, document))), whole=True)

            return self.add(copy, fill)

    def trash(self, song_id: str) -> None:
        """Move the song to the trash."""
        self._move(song_id, "songs", "trash")

    def restore(self, song_id: str) -> None:
        """Restore the song from the trash."""
        self._move(song_id, "trash", "songs")

    # Takes

    def save_take(self, song_id: str, take: Take) -> None:
        """Write the recording of a take and read it back, see ``save_recording_in``. None is ever overwritten."""
        with self._guard:
            save_recording_in(self.folder(song_id), recording_of(take))

    def load_takes(self, song_id: str, wanted_id: str) -> tuple[Take, ...]:
        """The takes of a recording of the song, in the trash or not."""
        return takes_of(recording_in(self.folder(song_id), wanted_id))

    # The imported Deforum settings file

    def save_base(self, song_id: str, settings: Mapping[str, Any]) -> str:
        """Save an imported Deforum settings file with the song, beside its earlier ones; the id of its content."""
        with self._guard:
            return write_base(self.folder(song_id), settings)

    def load_base(self, song: Song) -> dict[str, Any] | None:
        """The imported Deforum settings file of ``song``, or None."""
        return base_in(self.folder(song.id), song)

    # Journals

    @property
    def journals(self) -> Path:
        """The folder of journals; created on request, if possible: recording works without it."""
        with contextlib.suppress(StorageError):
            _mkdir(self.root / "journals")
        return self.root / "journals"

    # Paths

    def folder(self, song_id: str, place: str = "songs") -> Path:
        """The folder of the song. NotFoundError for an unknown id, InputError for a text that is not an id."""
        folder = self.root / place / checked_id(song_id)
        if folder.is_dir():
            return folder
        copied = next((f for f in self._folders(place) if folder_id(f.name) == song_id), None)
        if copied is None:
            raise NotFoundError("That song no longer exists. Choose another one from the list.")
        return copied

    def _wherever(self, song_id: str) -> Path:
        """The folder of the song, or the one in the trash. Errors as ``folder``."""
        try:
            return self.folder(song_id)
        except NotFoundError:
            with contextlib.suppress(NotFoundError):
                return self.folder(song_id, "trash")
            raise

    @contextlib.contextmanager
    def _new_folder(self, song_id: str) -> Iterator[Path]:
        """A folder to fill that becomes the song's when the block ends normally, and is removed otherwise."""
        unfinished = self.root / "songs" / f"{_UNFINISHED}{song_id}"
        _mkdir(unfinished)
        try:
            yield unfinished
            unfinished.rename(self.root / "songs" / checked_id(song_id))
        except OSError as error:
            raise storage_error(error, "The song") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        sync_folder(self.root / "songs")

    def _move(self, song_id: str, origin: str, target: str) -> None:
        with self._guard:
            folder = self.folder(song_id, origin)
            _mkdir(self.root / target)
            if (self.root / target / folder.name).exists():
                raise ConflictError("A song with that id already exists; nothing was moved.")
            try:
                folder.rename(self.root / target / folder.name)
            except OSError as error:
                raise storage_error(error, "The song", "moved") from error
            sync_folder(self.root / target)
            sync_folder(self.root / origin)
            self._lists.moved(folder, self.root / target / folder.name)
            for place in (origin, target):
                self._present(place)
            self._saved.pop(song_id, None)


def _mkdir(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, "The folder of songs", "made") from error
