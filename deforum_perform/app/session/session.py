"""The open document and the playhead: shared by all parts, changed only here and under one lock.

It has no thread, disk or socket, so every rule can be tested separately. Parts that act on a change, such as saving it,
are ``followers``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ...core.errors import ConflictError, InputError
from ...core.song.document import Document, starting_at, starting_inside
from ...core.song.song import Song
from ...core.time.clock_source import ClockSource
from ...store.history_file import Log
from ..publisher import Publisher
from .history import Direction, History
from .take_numbers import TakeNumbers
from .transport import PLAYING, RECORDING, STOPPED, WAITING, Transport


@dataclass(frozen=True)
class Change:
    """``before`` became ``after``. ``opened``: another song was opened; ``rests``: it is saved a moment later, with
    other such changes, see ``Session.edit``."""

    before: Document
    after: Document
    opened: bool = False
    rests: bool = False


Follower = Callable[[Change], None]


class Session:
    """``followers`` are called under the lock after every change. ``moves`` counts what sources do; ``settled`` is that
    count when everything stopped, or when the playhead was placed."""

    def __init__(
        self, document: Document, publisher: Publisher, moves: Callable[[], int], log: Log | None = None
    ) -> None:
        self.history = History(document, log)
        self.numbers = TakeNumbers()
        self.transport = Transport(position_s=document.workspace.start_s)
        self.settled = 0
        self.followers: list[Follower] = []
        self.lock = publisher.lock
        self._publisher, self._moves = publisher, moves

    @property
    def song(self) -> Song:
        """The current song."""
        return self.history.song

    @property
    def document(self) -> Document:
        """The current song, with its name and its workspace."""
        return self.history.document

    # --- the document -------------------------------------------------------------------------------------------

    def edit(
        self,
        label: str,
        fn: Callable[[Song], Song],
        *,
        merge: str | None = None,
        undoable: bool = True,
        rests: bool = False,
    ) -> Song:
        """Replace the current song with the result of ``fn`` (see ``History.edit``), and have that saved; the song.

        This is the only way to change the song. ``fn`` runs under the lock, so it is quick and reads no file: what it
        needs of takes is read before, see ``recording.played``. ``rests``: such changes happen many times a second, so
        they are saved a moment later. So are those that continue a merged step; its first edit is saved at once.
        """
        with self.lock:
            document = self.document
            before, after = self.history.edit(label, fn, merge=merge, undoable=undoable)
            if after is not before:
                if after.seconds < before.seconds:
                    self._keep_inside()
                self._changed(document, rests=rests or self.history.went_on)
            return self.song

    def arrange(self, fn: Callable[[Document], Document], *, rests: bool = False) -> None:
        """Replace everything except the song with the result of ``fn`` (see ``History.arrange``), and have that saved;
        ``rests``: as in ``edit``."""
        with self.lock:
            before = self.document
            if self.history.arrange(fn):
                self._changed(before, rests=rests)

    def go(self, direction: Direction) -> str:
        """Undo or redo a step; its label. InputError if there is none."""
        with self.lock:
            self.require_stopped(direction)
            before = self.document
            label = self.history.undo() if direction == "undo" else self.history.redo()
            if label is None:
                raise InputError(f"There is nothing to {direction}.")
            self._keep_inside()
            self._changed(before)
            return label

    def open(self, document: Document, numbers: TakeNumbers, log: Log) -> None:
        """Work on another song; ``numbers``: those that its takes have or had; ``log``: its undo history."""
        with self.lock:
            self.require_stopped("open another song")
            before = self.document
            self.history, self.numbers = History(document, log), numbers
            self._keep_inside()
            self.transport = Transport(position_s=self.document.workspace.start_s)
            self._changed(before, opened=True)

    def _keep_inside(self) -> None:
        """Move a start that is after the end of the song to its end, and the playhead with it."""
        self.history.arrange(starting_inside)
        if self.transport.state == STOPPED and self.transport.position_s > self.song.seconds:
            self.transport = Transport(STOPPED, self.document.workspace.start_s)

    def _changed(self, before: Document, *, opened: bool = False, rests: bool = False) -> None:
        change = Change(before, self.document, opened, rests)
        for follow in self.followers:
            follow(change)
        self._publisher.touch()

    # --- the playhead -------------------------------------------------------------------------------------------

    def require_stopped(self, what: str) -> None:
        """ConflictError while recording, or while waiting for the first move."""
        if self.transport.records:
            raise ConflictError(f"Perform is recording. Stop to {what}.")

    def record(self, start_s: float, origin_ns: int, clock: ClockSource) -> None:
        """Song time runs by ``clock`` from ``start_s``, which is the moment ``origin_ns`` (monotonic), and is
        recorded."""
        self._put(Transport(RECORDING, start_s, origin_ns, clock))

    def wait(self) -> None:
        """Record from the first move of an armed lane's source."""
        with self.lock:
            self.require_stopped("wait for a move")
            if not self.document.armed:
                raise ConflictError("No armed lane has a source. Learn one first, or press Record.")
            self._put(Transport(WAITING, self.document.workspace.start_s))

    def play(self, now_ns: int) -> None:
        """Let song time run from the playhead, without recording."""
        with self.lock:
            self.require_stopped("play")
            here_s = self.transport.position_s
            self._put(Transport(PLAYING, here_s if here_s < self.song.seconds else 0.0, now_ns))

    def stop(self) -> None:
        """Stop; the playhead returns to the start that was set."""
        with self.lock:
            self.settled = self._moves()
            self._put(Transport(STOPPED, self.document.workspace.start_s))

    def seek(self, time_s: float, now_ns: int) -> float:
        """Move the playhead to ``time_s``; while stopped, the next recording starts there. Returns its position: a song
        with a set length has no position after its end."""
        with self.lock:
            self.require_stopped("move the playhead")
            if self.song.length_s is not None:
                time_s = min(time_s, self.song.seconds)
            if self.transport.state == PLAYING:
                self._put(Transport(PLAYING, time_s, now_ns))
            else:
                self.arrange(partial(starting_at, start_s=time_s), rests=True)
                self.settled = self._moves()
                self._put(Transport(STOPPED, time_s))
            return time_s

    def _put(self, transport: Transport) -> None:
        with self.lock:
            self.transport = transport
            self._publisher.touch()
