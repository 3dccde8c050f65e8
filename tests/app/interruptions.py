"""Recordings by OSC exactly where a command does not hold the lock: what is left to chance elsewhere happens here at
every such point."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from deforum_perform.app.performer import Performer
from deforum_perform.store.recordings.take_folder import take_in
from deforum_perform.store.songs.folder import document_in
from tests.app.conftest import Hands, osc

Act = Callable[[int], None]
"""What happens at the point of this number."""


class InterruptedLock:
    """A Performer's lock that lets something happen before one thread takes it and after that thread has left it."""

    def __init__(self, performer: Performer) -> None:
        self._lock = performer.session.lock
        self._thread: int | None = None
        self._act: Act = lambda _point: None
        self.points = 0
        performer.session.lock = self  # type: ignore[assignment]

    def watch(self, act: Act) -> None:
        """Let ``act`` happen at each point, counted from 0, until ``rest``, where this thread does not hold the
        lock."""
        self._thread, self._act, self.points = threading.get_ident(), act, 0

    def rest(self) -> None:
        """Let nothing more happen."""
        self._thread = None

    @property
    def is_held(self) -> bool:
        """Whether this thread holds the lock."""
        return bool(self._lock._is_owned())  # type: ignore[attr-defined]

    def __enter__(self) -> bool:
        self._reach_point()
        return self._lock.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.__exit__(kind, value, trace)
        self._reach_point()

    def _reach_point(self) -> None:
        if self._thread != threading.get_ident() or self.is_held:
            return
        thread, self._thread = self._thread, None
        try:
            self._act(self.points)
            self.points += 1
        finally:
            self._thread = thread


class Interrupted:
    """Someone whose commands are interrupted by recordings, each of one event that no other has: ``recorded``."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.performer = hands, hands.performer
        self.lock = InterruptedLock(hands.performer)
        self.recorded: list[float] = []
        self._now_s = 1000.0

    def _moment(self) -> float:
        self._now_s += 0.01
        return self._now_s

    def start(self) -> None:
        """A recording begins, and its event arrives."""
        value = 2.0 + len(self.recorded)
        self.recorded.append(value)
        self.hands.send(self._moment(), osc("/perform/record", 1))
        self.hands.send(self._moment(), osc("/k", value))

    def stop(self) -> None:
        """The recording ends."""
        self.hands.send(self._moment(), osc("/perform/record", 0))

    def take(self, _point: int) -> None:
        """One recording."""
        self.start()
        self.stop()

    def taking(self, at_point: int) -> Act:
        """One recording at one point."""
        return lambda point: self.take(point) if point == at_point else None

    def starting(self, at_point: int) -> Act:
        """A recording that begins at one point, and does not end."""
        return lambda point: self.start() if point == at_point else None

    def do(self, act: Act, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """A command, and ``act`` at each point at which it does not hold the lock."""
        self.lock.watch(act)
        try:
            return self.performer.command(command, arguments)
        finally:
            self.lock.rest()

    def settle(self) -> None:
        """Stop recording, and wait until all is on disk and no message says otherwise."""
        self.stop()
        assert self.performer.parts.saver.drain(60.0)
        assert {"storage", "journal"}.isdisjoint(self.performer.publisher.notices)


def losses(root: Path, recorded: list[float]) -> list[str]:
    """What is wrong on disk: an event that no take has, or more than one; a take without a file, a file without a take;
    a number that two takes of a song have."""
    holding: dict[float, set[str]] = {value: set() for value in recorded}
    wrong: list[str] = []
    for path in sorted(root.glob("*/*/song.json")):
        folder, document = path.parent, document_in(path.parent)
        song = document.song
        for take in song.takes:
            for signal in take_in(folder, take.id).signals.values():
                for value in holding.keys() & set(signal.values.tolist()):
                    holding[value].add(take.id)
        numbers = Counter(take.number for take in song.takes)
        twice = [number for number, count in numbers.items() if count > 1]
        wrong += [f"{document.name} has more than one take {number}" for number in twice]
        unnamed = {path.stem for path in folder.glob("recordings/*.npz")} - {take.id for take in song.takes}
        wrong += [f"{document.name} does not name its take {take_id}" for take_id in sorted(unnamed)]
    return wrong + [f"event {value:g} is in {len(ids)} takes" for value, ids in holding.items() if len(ids) != 1]
