"""Everything that is written to disk, on one thread of its own, so that a slow or full disk holds nothing back."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from ..core.errors import PerformError

log = logging.getLogger(__name__)

RETRY_S = 2.0

Job = Callable[[], None]


class _Waiting(NamedTuple):
    """A job, and the number of its submission: the first one, where it took the place of another."""

    key: str
    job: Job
    ticket: int


class _Refused(NamedTuple):
    """Why the first job of a group was refused, and when it is tried again (monotonic)."""

    message: str
    again_s: float


class Saver:
    """Runs the jobs of a group in order. A job takes the place of the last waiting one of its group if that has the
    same key.

    No job is dropped: one that raises is tried again until it succeeds. Meanwhile the jobs behind it in its group wait
    and other groups go on. ``on_fault`` is called with the oldest reason, and with None when nothing is refused any
    more.
    """

    def __init__(self, on_fault: Callable[[str | None], None], retry_s: float = RETRY_S) -> None:
        self._groups: dict[str, deque[_Waiting]] = {}
        self._refused: dict[str, _Refused] = {}
        self._running: _Waiting | None = None
        self._submitted = 0
        self._wake = threading.Condition()
        self._on_fault, self._retry_s = on_fault, retry_s
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="perform-saver", daemon=True)
        self._thread.start()

    def submit(self, key: str, job: Job, group: str = "") -> None:
        """Run ``job`` soon, after what was submitted before it in its ``group``."""
        with self._wake:
            self._submitted += 1
            jobs = self._groups.setdefault(group, deque())
            ticket = jobs.pop().ticket if jobs and jobs[-1].key == key else self._submitted
            jobs.append(_Waiting(key, job, ticket))
            self._wake.notify_all()

    def drain(self, timeout_s: float, patient: bool = False) -> bool:
        """Wait until all that was submitted before this call is saved, the disk refuses (unless ``patient``), or time
        is over; whether it is saved. What is submitted meanwhile is not waited for."""
        with self._wake:
            ticket = self._submitted
            self._wake.wait_for(lambda: self._rests(ticket, refusals=not patient), timeout_s)
            return self._rests(ticket, refusals=False)

    def _rests(self, ticket: int, refusals: bool) -> bool:
        """Whether every job submitted up to ``ticket`` is done, or with ``refusals`` cannot be done now."""
        if self._running is not None and self._running.ticket <= ticket:
            return False
        waiting = [group for group, jobs in self._groups.items() if any(job.ticket <= ticket for job in jobs)]
        return all(refusals and group in self._refused for group in waiting)

    def close(self, timeout_s: float = 30.0) -> None:
        """Save what waits, then end. What the disk refuses is left."""
        self.drain(timeout_s)
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._wake:
                group = self._next_group()
                if group is None:
                    return
                self._running = self._groups[group].popleft()
            error = self._try(self._running.job)
            self._finish(group, self._running, error)

    def _next_group(self) -> str | None:
        """Wait for the group whose first job has waited longest and may be tried; None when the saver closes."""
        while True:
            ready = {group: jobs[0].ticket for group, jobs in self._groups.items() if jobs and self._may_try(group)}
            if ready:
                return min(ready, key=ready.__getitem__)
            if self._closing:
                return None
            next_s = min((refused.again_s for refused in self._refused.values()), default=None)
            self._wake.wait(None if next_s is None else max(0.0, next_s - time.monotonic()))

    def _may_try(self, group: str) -> bool:
        refused = self._refused.get(group)
        return refused is None or (not self._closing and refused.again_s <= time.monotonic())

    def _try(self, job: Job) -> Exception | None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the thread that saves goes on and keeps it
            return error
        return None

    def _finish(self, group: str, done: _Waiting, error: Exception | None) -> None:
        """Say what has changed, and only then let go on who waits: the page knows of a fault when a command returns."""
        before = self._fault()
        known = self._refused.pop(group, None)
        if error is not None:
            message = str(error) if isinstance(error, PerformError) else _of_program(error)
            if known is None or known.message != message:
                log.warning("%s", message, exc_info=None if isinstance(error, PerformError) else error)
            self._refused[group] = _Refused(message, time.monotonic() + self._retry_s)
        if self._fault() != before:
            self._on_fault(self._fault())
        with self._wake:
            self._running = None
            jobs = self._groups[group]
            if error is not None and jobs and jobs[0].key == done.key:
                done = _Waiting(done.key, jobs.popleft().job, done.ticket)
            if error is not None:
                jobs.appendleft(done)
            if not jobs:
                del self._groups[group]
            self._wake.notify_all()

    def _fault(self) -> str | None:
        return next((refused.message for refused in self._refused.values()), None)


def _of_program(error: Exception) -> str:
    """A fault of the program's own, in words: the log has the rest."""
    return f"Something could not be saved ({type(error).__name__}). The log has the details."
