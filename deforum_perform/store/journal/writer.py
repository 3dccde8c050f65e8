"""The journal of a recording: every datagram with its stamp, on disk while it is received."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..files import TEMPORARY, storage_error, sync_folder
from .file import MAGIC, Journal, Note, Records, Sender, read_journal, record
from .folder import JournalEntry, discard_journal, journal_entry, journal_path, journal_paths, list_journals

__all__ = [
    "Journal",
    "JournalEntry",
    "JournalWriter",
    "Note",
    "discard_journal",
    "journal_entry",
    "journal_path",
    "journal_paths",
    "list_journals",
    "read_journal",
]

_GATHER_S = 0.02
"""How long the writer collects records before it writes them."""
_CHUNK = 1 << 20
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
_WHAT = "The journal of this recording"
REWRITTEN = f"{_WHAT} was deleted or moved while it was being written. It has been written again in full."
BEGUN_AGAIN = (
    f"{_WHAT} was deleted or moved while it was being written, and could not be read back. A new one was started: "
    "what arrived earlier is only in memory until you stop."
)


class _Batch(NamedTuple):
    """Datagrams as they were added."""

    received_ns: Sequence[int]
    payloads: Sequence[bytes]
    senders: Sequence[Sender]


class JournalWriter:
    """Writes a journal on its own thread. Nothing here blocks or raises into the receiving thread.

    Records are passed to the system within 0.02 s and synced at least every ``sync_s`` seconds, if the disk keeps up.
    If writing fails, they stay in memory, ``problem`` says so, and writing is tried again every ``sync_s`` seconds from
    where it stopped. ``on_problem`` is called on the writer's thread with every new ``problem``. A file that was
    deleted or moved is detected within ``sync_s`` seconds and written again; ``on_rewritten`` is called with a message.
    """

    def __init__(
        self,
        path: Path,
        header: Mapping[str, Any],
        sync_s: float = 0.25,
        on_problem: Callable[[str | None], None] | None = None,
        on_rewritten: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._sync_s, self._on_problem, self._on_rewritten = sync_s, on_problem, on_rewritten
        self._problem: str | None = None
        self._queue: deque[_Batch | Note] = deque()
        self._records = Records()
        self._beginning = MAGIC + record(json.dumps(dict(header)).encode())
        self._pending = bytearray(self._beginning)
        self._looked_at = 0.0
        self._handle: int | None = None
        self._synced_at = -sync_s
        self._unsynced = self._hurry = False
        self._needed = True
        self._wake, self._ending, self._done = threading.Event(), threading.Event(), threading.Condition()
        self._wake.set()
        self._thread = threading.Thread(target=self._run, name="perform-journal", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str | None:
        """Why the journal cannot be written, in plain words, or None."""
        return self._problem

    def append(self, received_ns: int, payload: bytes) -> None:
        """Add one datagram; returns at once."""
        self.append_many((received_ns,), (payload,))

    def append_many(
        self, received_ns: Sequence[int], payloads: Sequence[bytes], senders: Sequence[Sender] = ()
    ) -> None:
        """Add datagrams in order of arrival, with one stamp each and, if known, one sender; returns at once.

        The lists must not change afterwards.
        """
        self._queue.append(_Batch(received_ns, payloads, senders))
        self._wake.set()

    def note(self, at_ns: int, what: Mapping[str, Any]) -> None:
        """Add something other than a datagram, JSON-able and small; returns at once."""
        self._queue.append(Note(at_ns, what))
        self._wake.set()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until everything that was added is synced; False if that did not succeed in time."""
        with self._done:
            self._hurry = True
            self._wake.set()
            return self._done.wait_for(self._is_settled, timeout_s)

    def close(self, remove: bool, timeout_s: float = 5.0) -> bool:
        """Write what is left and end; whether everything needed was written.

        ``remove``: the take is saved, so the journal is no longer needed, and nothing is written.
        """
        self._needed = not remove
        self._ending.set()
        self._wake.set()
        self._thread.join(timeout_s)
        if remove:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
        return remove or self._is_settled()

    def _is_settled(self) -> bool:
        return not (self._queue or self._pending or self._unsynced)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._wake.wait(self._sync_s if self._is_settled() else self._due_s())
            self._wake.clear()
            if self._ending.is_set():
                break
            self._step(sync=self._due_s() <= 0 or self._hurry)
            if not self._hurry:
                self._ending.wait(_GATHER_S)
        if self._needed:
            self._step(sync=True)
        else:
            self._report(None)  # nothing is missing any more
        if self._handle is not None:
            os.close(self._handle)

    def _due_s(self) -> float:
        """Seconds until the next sync, or attempt, is due."""
        return self._synced_at + self._sync_s - 2 * _GATHER_S - time.monotonic()

    def _step(self, sync: bool) -> None:
        """Write what is there and sync it if it is time; what cannot be written is kept for the next time."""
        try:
            while self._queue:
                item = self._queue[0]
                self._pending += self._records.note(*item) if isinstance(item, Note) else self._records.datagrams(*item)
                self._queue.popleft()
            self._look_for_the_file()
            self._write()
            if sync and self._unsynced:
                self._sync()
        except OSError as error:
            self._synced_at = time.monotonic()
            self._report(f"{storage_error(error, _WHAT, 'written')} Recording continues in memory.")
        except Exception as error:  # noqa: BLE001 - no memory, for one: the thread goes on, and writes it the next time
            self._synced_at = time.monotonic()
            self._report(f"{_WHAT} could not be written: {type(error).__name__}. Recording continues in memory.")
        else:
            self._report(None)
        with self._done:
            self._hurry = self._hurry and not self._is_settled()
            self._done.notify_all()

    def _look_for_the_file(self) -> None:
        """Write the journal again if it was deleted or moved, which is checked every ``sync_s`` seconds."""
        now = time.monotonic()
        if self._handle is None or now - self._looked_at < self._sync_s - 2 * _GATHER_S:
            return
        if not _is_at(self._handle, self.path):
            self._write_again(self._handle)
        self._looked_at = now

    def _write_again(self, old: int) -> None:
        """A new file with the content of ``old``, which the system keeps while it is open, or without it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(TEMPORARY)
        beside.unlink(missing_ok=True)
        new, said = os.open(beside, _FLAGS, 0o666), REWRITTEN
        try:
            if not _copied(old, new):
                said = BEGUN_AGAIN
                os.ftruncate(new, 0)
                _write_all(new, self._beginning)
                self._records = Records()
            os.fsync(new)
            beside.replace(self.path)
        except BaseException:
            os.close(new)
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        os.close(old)
        self._handle = new
        sync_folder(self.path.parent)
        if self._on_rewritten is not None:
            self._on_rewritten(said)

    def _write(self) -> None:
        if self._handle is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self.path, _FLAGS, 0o666)
            sync_folder(self.path.parent)
        while self._pending:
            self._unsynced = True
            written = os.write(self._handle, bytes(self._pending[:_CHUNK]))
            del self._pending[:written]

    def _sync(self) -> None:
        if self._handle is not None:
            os.fsync(self._handle)
            self._unsynced = False
            self._synced_at = time.monotonic()

    def _report(self, problem: str | None) -> None:
        if problem != self._problem:
            self._problem = problem
            if self._on_problem is not None:
                self._on_problem(problem)


def _is_at(handle: int, path: Path) -> bool:
    """Whether the open file is the one at ``path``, as far as the system can tell."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _copied(old: int, new: int) -> bool:
    """Copy one open file into another; whether it could be read."""
    place = 0
    while True:
        try:
            os.lseek(old, place, os.SEEK_SET)
            part = os.read(old, _CHUNK)
        except OSError:
            return False
        if not part:
            return True
        _write_all(new, part)
        place += len(part)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
