"""Notifies the pages of changes: the revision of the state, the notices, and the subscribers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .notices import Notice


class Publisher:
    """``revision`` counts the changes of what the page shows apart from live values. Thread-safe.

    ``lock``: the one under which everything in the state is changed. ``on_change`` is called after every change and
    every new subscriber.
    """

    def __init__(self, lock: threading.RLock, revision: int = 1) -> None:
        self.lock, self.revision = lock, revision
        self.notices: dict[str, Notice] = {}
        self.shown: dict[str, int] = {}
        self.subscribers: list[Callable[[], None]] = []
        self.on_change: Callable[[], None] = lambda: None

    def touch(self) -> None:
        """Something that the page shows has changed. After several changes, call ``announce`` once at the end."""
        with self.lock:
            self.revision += 1

    def notice(self, key: str, notice: Notice | None) -> None:
        """Show a notice, or remove it."""
        with self.lock:
            if self.notices.get(key) == notice:
                return
            before = self.notices.pop(key, None)
            if notice is not None:
                if before is None:
                    self.shown[key] = self.shown.get(key, 0) + 1
                self.notices[key] = notice
            self.revision += 1

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around a change of the state: no state has it with the previous revision."""
        with self.lock:
            yield
            self.revision += 1

    def publish(self) -> None:
        """Something that only the state shows has changed: ``touch`` and ``announce``."""
        self.touch()
        self.announce()

    def announce_notice(self, key: str, notice: Notice | None) -> None:
        """Show or remove a notice, and announce that."""
        self.notice(key, notice)
        self.announce()

    def announce(self) -> None:
        """Call every subscriber: something changed."""
        with self.lock:
            callbacks = list(self.subscribers)
        for callback in callbacks:
            callback()
        self.on_change()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` after every change, from any thread, until the returned function is called."""
        with self.lock:
            self.subscribers.append(callback)
        self.on_change()

        def unsubscribe() -> None:
            with self.lock:
                if callback in self.subscribers:
                    self.subscribers.remove(callback)

        return unsubscribe
