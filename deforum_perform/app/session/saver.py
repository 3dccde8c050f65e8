"""Everything that is written to disk, on one thread of its own, so that a slow or full disk blocks nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ...core.errors import PerformError, StorageError

log = logging.getLogger(__name__)

RETRY_S = 2.0

Job = Callable[[], None]


@dataclass(eq=False)
class _Waiting:
    """A job, and the number of its submission: the first one, if it replaced another.

    ``message``: why it failed, or None; ``again_s``: when it is tried again (monotonic); ``alone``: nothing waits for
    it.
    """

    key: str
    group: str
    job: Job
    ticket: int
    message: str | None = None
    again_s: float = 0.0
    alone: bool = False


class Saver:
    """Runs the jobs of a group in order. A job replaces the last waiting one of its group if that has the same key.

    No job is dropped: one that raises is tried again until it succeeds. While the disk is full, the jobs behind it in
    its group wait and other groups continue. Nothing waits for one that fails for another reason, such as a missing
    folder. ``on_problem`` is called with the oldest reason, and with None when nothing fails any more.
    """

    def __init__(self, on_problem: Callable[[str | None], None], retry_s: float = RETRY_S) -> None:
        self._jobs: list[_Waiting] = []
        self._running: _Waiting | None = None
        self._submitted = 0
        self._wake = threading.Condition()
        self._on_problem, self._retry_s = on_problem, retry_s
        self._closing = False
        self._reported: str | None = None
        self._thread = threading.Thread(target=self._run, name="perform-saver", daemon=True)
        self._thread.start()

    def submit(self, key: str, job: Job, group: str = "") -> None:
        """Run ``job`` soon, after what was submitted before it in its ``group``."""
        with self._wake:
            self._submitted += 1
            replaced = self._replaceable(key, group)
            tickets = [waiting.ticket for waiting in replaced]
            self._jobs = [waiting for waiting in self._jobs if waiting not in replaced]
            self._jobs.append(_Waiting(key, group, job, min([*tickets, self._submitted])))
            self._wake.notify_all()

    def _replaceable(self, key: str, group: str) -> list[_Waiting]:
        """The waiting jobs that a new one replaces: the last of its group, and those that failed alone."""
        mine = [waiting for waiting in self._jobs if waiting.group == group and waiting is not self._running]
        last = mine[-1:]
        return [job for job in mine if job.key == key and (job.alone or job in last)]

    def drain(self, timeout_s: float, patient: bool = False) -> bool:
        """Wait until everything submitted before this call is saved, the disk refuses (unless ``patient``), or time is
        over; whether it is saved. What is submitted meanwhile is not waited for."""
        with self._wake:
            ticket = self._submitted
            self._wake.wait_for(lambda: self._rests(ticket, refusals=not patient), timeout_s)
            return self._rests(ticket, refusals=False)

    def _rests(self, ticket: int, refusals: bool) -> bool:
        """Whether every job submitted up to ``ticket`` is done, or with ``refusals`` cannot be done now."""
        asked = [job for job in self._jobs if job.ticket <= ticket]
        if not asked or (refusals and self._running not in asked):
            held = {job.group for job in self._jobs if job.message and not job.alone}
            return all(job.message or job.group in held for job in asked)
        return False

    def close(self, timeout_s: float = 30.0) -> None:
        """Save what waits, then end. What cannot be saved is left."""
        self.drain(timeout_s)
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._running = self._next()
            if self._running is None:
                return
            error = self._try(self._running.job)
            self._finish(self._running, error)

    def _next(self) -> _Waiting | None:
        """Wait for the first job that may be tried; None when the saver closes."""
        while True:
            now_s, held = time.monotonic(), set[str]()
            for job in self._jobs:
                may_be_tried = not job.message or (job.again_s <= now_s and not self._closing)
                if may_be_tried and (job.alone or job.group not in held):
                    return job
                if not job.alone:
                    held.add(job.group)
            if self._closing:
                return None
            next_s = min((job.again_s for job in self._jobs if job.message), default=None)
            self._wake.wait(None if next_s is None else max(0.0, next_s - now_s))

    def _try(self, job: Job) -> Exception | None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the thread that saves goes on and keeps it
            return error
        return None

    def _finish(self, done: _Waiting, error: Exception | None) -> None:
        """Report changes, and only then release the waiting threads: the page has the problem when a command
        returns."""
        with self._wake:
            if error is None:
                self._jobs.remove(done)
            else:
                self._fail(done, error)
            problem = self._problem()
        if problem != self._reported:
            self._reported = problem
            self._on_problem(problem)
        with self._wake:
            self._running = None
            self._wake.notify_all()

    def _fail(self, failed: _Waiting, error: Exception) -> None:
        """Keep a failed job for the next time, or the newer one with its key that was submitted meanwhile."""
        message = str(error) if isinstance(error, PerformError) else _of_program(error)
        if message != failed.message:
            log.warning("%s", message, exc_info=None if isinstance(error, PerformError) else error)
        failed.message, failed.again_s = message, time.monotonic() + self._retry_s
        failed.alone = not _is_temporary(error)
        behind = [job for job in self._jobs if job.group == failed.group and job is not failed]
        newer = next((job for job in behind if job.key == failed.key), None)
        if newer is not None and (failed.alone or newer is behind[0]):
            newer.ticket = failed.ticket
            newer.message, newer.again_s, newer.alone = failed.message, failed.again_s, failed.alone
            self._jobs.remove(failed)

    def _problem(self) -> str | None:
        return next((job.message for job in self._jobs if job.message), None)


def _is_temporary(error: Exception) -> bool:
    """Whether there may be space again soon; other problems may last long."""
    return type(error) is StorageError or isinstance(error, MemoryError)


def _of_program(error: Exception) -> str:
    """An internal error in words: the log has the rest."""
    return f"Something could not be saved ({type(error).__name__}). The log has the details."
