"""The files of one song as they were last written or read here: what is on disk does not have to be read again."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...core.errors import StorageError
from ...core.song.document import Document
from ..files import second_name, write_bytes
from ..history_file import Entry, append_log
from .folder import (
    BACKUP,
    HISTORY,
    SONG,
    WORKSPACE,
    read_replayed,
    saved_entry,
    song_bytes,
    with_workspace,
    write_history,
    write_workspace,
)
from .listing import Stamp, stamp_of
from .song_text import SongText

_WHAT = "The song"


class SavedSong:
    """``data``: the content of the song's file, and ``in_file`` the song in it, None before they are known; ``lost``:
    when it was loaded, changes in its history could not be read. The folder may be moved, so it is an argument. Not
    locked: its owner is."""

    def __init__(self, document: Document | None = None, data: bytes | None = None) -> None:
        self.in_file, self.data = document, data
        self.lost = False
        self._text = SongText()
        self._stamp: Stamp | None = None
        self._log_size: int | None = None

    def load(self, folder: Path) -> Document:
        """Read the song: with the changes that only its history contains. Errors as ``read_song``."""
        stamp = stamp_of(folder / SONG)
        found, in_file, self.data = read_replayed(folder)
        self.in_file = with_workspace(in_file, folder)
        self._stamp, self._log_size, self.lost = stamp, found.log_size, found.lost
        if found.document is in_file:
            return self.in_file
        return replace(found.document, workspace=self.in_file.workspace)

    def is_behind(self, document: Document) -> bool:
        """Whether the song's file does not contain the song of ``document``."""
        return self.in_file is not None and not document.same_song(self.in_file)

    def save(self, folder: Path, document: Document) -> bool:
        """Save the workspace and the song's file; whether the file has changed. The workspace comes first: from then
        on, it is the only place for what an older song's file contains."""
        self.save_workspace(folder, document)
        before = self.data
        if self.in_file is None or self.is_behind(document) or not (folder / SONG).exists():
            self._save_song(folder, document)
        self.in_file = document
        return self.data is not before

    def save_workspace(self, folder: Path, document: Document) -> None:
        """Save the workspace if it has changed."""
        known = self.in_file
        if known is None or document.workspace is not known.workspace or not (folder / WORKSPACE).exists():
            write_workspace(folder, document.workspace)
            if known is not None:
                self.in_file = replace(known, workspace=document.workspace)

    def _save_song(self, folder: Path, document: Document) -> None:
        data = song_bytes(document, self._text)
        if self.data == data and (folder / SONG).exists():
            self._stamp = self._stamp or stamp_of(folder / SONG)
            return
        if self.data is not None:
            self._keep_backup(folder, self.data)
        if self._log_follows(folder):
            with contextlib.suppress(StorageError):  # without this line, the next change is saved in the song's file
                self._append(folder, saved_entry(data))
        write_bytes(folder / SONG, data, _WHAT)
        self.data, self._stamp = data, stamp_of(folder / SONG)

    def _keep_backup(self, folder: Path, last: bytes) -> None:
        """Make ``last`` the backup: by a hard link to its file if that is unchanged, otherwise by writing it."""
        untouched = stamp_of(folder / SONG) == self._stamp
        if not (untouched and second_name(folder / SONG, folder / BACKUP)):
            write_bytes(folder / BACKUP, last, _WHAT, sync=False)

    # --- the history ----------------------------------------------------------------------------------------------

    def add_changes(self, folder: Path, entries: Sequence[Entry]) -> bool:
        """Add the ``entries`` to the history; the song's file stays behind. False, without adding them, if the history
        does not lead from the file to the song before them."""
        if not self._log_follows(folder) or stamp_of(folder / SONG) != self._stamp:
            return False
        self._append(folder, entries)
        return True

    def add_saved(self, folder: Path, document: Document, entries: Sequence[Entry], whole: bool) -> None:
        """Add ``entries`` to the history that the song's file already contains; ``whole``: to replace it."""
        self._log_size = None
        write_history(folder, document, entries, whole, self.data)
        if self.data is not None and self._stamp is not None:
            self._log_size = stamp_of(folder / HISTORY)[1]

    def _append(self, folder: Path, entries: Sequence[Entry]) -> None:
        self._log_size = None  # what comes later does not follow if these are missing
        append_log(folder / HISTORY, entries)
        self._log_size = stamp_of(folder / HISTORY)[1]

    def _log_follows(self, folder: Path) -> bool:
        """Whether the history is as it was written here, and leads from the song's file to the song."""
        return self._log_size is not None and stamp_of(folder / HISTORY)[1] == self._log_size
