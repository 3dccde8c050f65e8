"""The undo history of a song on disk: an append-only log of lines, each with a checksum.

::

    {"format": 1, "of": "2026-01-31T12:00:00+00:00", "crc": "..."}      of the song that was made then
    {"step": "Song: fps", "changes": [{"path": ["fps"], "before": 15.0, "after": 24.0}], ...}
    {"more": [...], ...}      further changes that belong to the step before
    {"undo": [...], ...}      the last step was taken back, which changed this
    {"redo": [...], ...}      the step that was taken back last was brought back, which changed this
    {"saved": "...", ...}     the song's file with this checksum contains everything up to here

An incomplete line at the end is left out. If a line is damaged, the part after it counts. A change is written here when
it is made, and into the song's file later: ``changes_since`` reads those that the file does not contain.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ..core.errors import DamagedFileError
from ..core.saved.patch import ABSENT, Change, Patch
from ..core.saved.steps import Step, grown
from .files import explained, parse_json, storage_error, write_bytes

FORMAT = 1
DEPTH = 1000
"""The maximum number of undo steps."""

MAX_BYTES = 64 << 20
"""From a longer log, only the end is read."""

MAX_LINES = 4 * DEPTH
"""A log with more lines is rewritten."""

_WHAT = "The undo history"
_CRC = ',"crc":"%08x"}'


@dataclass(frozen=True)
class Entry:
    """One line of the log. ``label``: that of a step, or for ``saved`` the checksum of the song's file; ``patch``: what
    the song changed by."""

    kind: Literal["step", "more", "undo", "redo", "saved"]
    label: str = ""
    patch: Patch = ()


@dataclass(frozen=True)
class Since:
    """The ``patches`` after a state of the song, in order. ``damaged``: lines after them could not be read; ``sound``:
    lines can be appended to the log."""

    patches: tuple[Patch, ...] = ()
    damaged: bool = False
    sound: bool = False


@dataclass(frozen=True)
class Log:
    """The content of the log: the steps for undo, the last one last, and those for redo, likewise. ``sound``: lines can
    be appended to it; otherwise it must be rewritten."""

    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    lines: int = 0
    sound: bool = False


# --- lines ------------------------------------------------------------------------------------------------------------


def line_of(entry: Entry) -> bytes:
    """The entry as a line."""
    if entry.kind == "step":
        return _line({"step": entry.label, "changes": _changes(entry.patch)})
    return _line({entry.kind: entry.label if entry.kind == "saved" else _changes(entry.patch)})


def _line(values: dict[str, Any]) -> bytes:
    text = json.dumps(values, separators=(",", ":"), allow_nan=False).encode()
    return text[:-1] + (_CRC % zlib.crc32(text)).encode() + b"\n"


def _changes(patch: Patch) -> list[dict[str, Any]]:
    return [_change(change) for change in patch]


def _change(change: Change) -> dict[str, Any]:
    values = {"before": change.before, "after": change.after}
    return {"path": list(change.path), **{name: value for name, value in values.items() if value is not ABSENT}}


def _values(line: bytes) -> dict[str, Any]:
    """The content of a line; DamagedFileError if it differs from what was written."""
    length = len(_CRC % 0)
    text = line[:-length] + b"}"
    if line[-length:] != (_CRC % zlib.crc32(text)).encode():
        raise DamagedFileError(f"{_WHAT} is damaged.")
    values = parse_json(text, _WHAT)
    if not isinstance(values, dict):
        raise DamagedFileError(f"{_WHAT} is damaged.")
    return values


def _patch(rows: object) -> Patch:
    if not isinstance(rows, list):
        raise DamagedFileError(f"{_WHAT} is damaged.")
    return tuple(_change_of(row) for row in rows)


def _change_of(row: object) -> Change:
    if not isinstance(row, dict) or not isinstance(row.get("path"), list) or not row["path"]:
        raise DamagedFileError(f"{_WHAT} is damaged.")
    path = row["path"]
    if not all(name is None or isinstance(name, str) for name in path):
        raise DamagedFileError(f"{_WHAT} is damaged.")
    return Change(tuple(path), row.get("before", ABSENT), row.get("after", ABSENT))


# --- the log ----------------------------------------------------------------------------------------------------------


class _Replay:
    """Reads the log from its beginning."""

    def __init__(self) -> None:
        self.past: list[Step] = []
        self.future: list[Step] = []

    def take_in(self, values: dict[str, Any], first: bool = False) -> None:
        """The next line; DamagedFileError for an unknown one."""
        if isinstance(values.get("step"), str):
            self.past.append(Step(values["step"], (_patch(values.get("changes")),)))
            self.future.clear()
        elif "more" in values:
            patch = _patch(values["more"])
            if self.past:
                self.past[-1] = grown(self.past[-1], patch)
        elif "undo" in values or "redo" in values:
            source, target = (self.past, self.future) if "undo" in values else (self.future, self.past)
            if source:
                target.append(source.pop())
        elif "saved" in values:
            pass
        elif not first or values.get("format") != FORMAT:
            raise DamagedFileError(f"{_WHAT} has a line of an unknown kind.")

    def forget(self) -> None:
        """The lines so far lead to an unknown state."""
        self.past.clear()
        self.future.clear()


def log_of(data: bytes, of: str) -> Log:
    """The log in ``data`` for the song that was created at ``of``. It never raises, whatever the content."""
    replay, lines = _Replay(), data.split(b"\n")
    sound = not lines.pop()  # an incomplete line has no line ending
    for place, line in enumerate(lines):
        try:
            values = _values(line)
            if place == 0 and "format" in values and values.get("of") != of:
                return Log()
            replay.take_in(values, first=place == 0)
        except DamagedFileError:
            replay.forget()
            sound = False
    sound = sound and len(lines) <= MAX_LINES
    return Log(tuple(replay.past[-DEPTH:]), tuple(replay.future[-DEPTH:]), len(lines), sound and bool(lines))


def changes_since(data: bytes, checksum: str) -> Since | None:
    """The changes that the log in ``data`` contains after the song's file with this checksum was saved; None if it does
    not say when that was. It never raises, whatever the content."""
    saved = b"\n" + line_of(Entry("saved", checksum))
    place = data.rfind(saved)
    if place < 0:
        return None
    lines = data[place + len(saved) :].split(b"\n")
    sound, patches = not lines.pop(), list[Patch]()
    for line in lines:
        try:
            patch = _patch_in(_values(line))
        except DamagedFileError:
            return Since(tuple(patches), damaged=True)
        if patch is None:
            return None
        patches.append(patch)
    return Since(tuple(patches), sound=sound)


def _patch_in(values: dict[str, Any]) -> Patch | None:
    """What the song changed by; None for a line of a version that wrote every change into the song's file."""
    if "step" in values:
        return _patch(values.get("changes"))
    if "saved" in values:
        return ()
    rows = next((values[kind] for kind in ("more", "undo", "redo") if kind in values), None)
    return None if rows == 1 else _patch(rows)


def entries_of(log: Log) -> Iterator[Entry]:
    """The entries that are equivalent to the log, from its beginning."""
    for step in (*log.past, *reversed(log.future)):
        yield Entry("step", step.label, step.patches[0] if step.patches else ())
        yield from (Entry("more", patch=patch) for patch in step.patches[1:])
    yield from (Entry("undo") for _ in log.future)


def with_entries(log: Log, entries: Sequence[Entry]) -> Log:
    """The log with further entries."""
    if not entries:
        return log
    replay = _Replay()
    replay.past, replay.future = list(log.past), list(log.future)
    for entry in entries:
        replay.take_in(_values(line_of(entry).rstrip()))
    past, future = tuple(replay.past[-DEPTH:]), tuple(replay.future[-DEPTH:])
    return Log(past, future, log.lines + len(entries), log.sound)


def read_log(path: Path, of: str) -> Log:
    """The log in the file, see ``log_of``. StorageError if it cannot be read; a missing file is an empty log."""
    data, whole = read_end(path)
    log = log_of(data, of)
    return replace(log, sound=log.sound and whole)


def read_end(path: Path) -> tuple[bytes, bool]:
    """The content of the log, or only its last lines if it is very long; whether it is all. Errors as ``read_log``."""
    if not path.exists():
        return b"", True
    with explained(_WHAT), path.open("rb") as file:
        too_long = os.fstat(file.fileno()).st_size > MAX_BYTES
        if too_long:
            file.seek(-MAX_BYTES, os.SEEK_END)
            file.readline()
        return file.read(MAX_BYTES), not too_long


def log_bytes(entries: Iterable[Entry], of: str) -> bytes:
    """The content of a log with these entries, for the song that was created at ``of``."""
    return b"".join([_line({"format": FORMAT, "of": of}), *map(line_of, entries)])


def write_log(path: Path, entries: Iterable[Entry], of: str) -> None:
    """The entries as a new log that replaces the existing one. StorageError as ``write_bytes``."""
    write_bytes(path, log_bytes(entries, of), _WHAT)


def append_log(path: Path, entries: Sequence[Entry]) -> None:
    """The entries appended to the log. StorageError if they cannot be written: then none of them is in it."""
    data = b"".join(map(line_of, entries))
    try:
        with path.open("r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            try:
                while data:
                    data = data[file.write(data) :]
                os.fsync(file.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(size)
                raise
    except OSError as error:
        raise storage_error(error, _WHAT) from error
