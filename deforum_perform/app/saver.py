"""Everything that is written to disk, on one thread of its own, so that a slow or full disk holds nothing back."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from ..core.errors import DamagedFileError, PerformError, StorageError

log = logging.getLogger(__name__)

RETRY_S = 2.0

Job = Callable[[], None]


class _Waiting(NamedTuple):
    """A job, and the number of its submission: the first one, where it took the place of another."""

    job: Job
    ticket: int


class Saver:
    """Runs jobs in order. A job with the key of one that still waits takes its place.

    A job that raises StorageError is kept and tried again until the disk takes it; ``on_fault`` hears the message,
    and None when all is saved again.
    """

    def __init__(self, on_fault: Callable[[str | None], None], retry_s: float = RETRY_S) -> None:
        self._jobs: OrderedDict[str, _Waiting] = OrderedDict()
        self._running: _Waiting | None = None
        self._submitted = 0
        self._wake = threading.Condition()
        self._on_fault, self._retry_s = on_fault, retry_s
        self._closing = self._failing = False
        self._thread = threading.Thread(target=self._run, name="perform-saver", daemon=True)
        self._thread.start()

    def submit(self, key: str, job: Job) -> None:
        """Run ``job`` soon."""
        with self._wake:
            self._submitted += 1
            before = self._jobs.get(key)
            self._jobs[key] = _Waiting(job, before.ticket if before else self._submitted)
            self._wake.notify_all()

    def drain(self, timeout_s: float, patient: bool = False) -> bool:
        """Wait until all that was submitted before this call is saved, the disk refuses (unless ``patient``), or time
        is over; whether it is saved. What is submitted meanwhile is not waited for."""
        with self._wake:
            ticket = self._submitted
            self._wake.wait_for(lambda: self._is_saved(ticket) or (self._failing and not patient), timeout_s)
            return self._is_saved(ticket)

    def _is_saved(self, ticket: int) -> bool:
        """Whether every job submitted up to ``ticket`` is done."""
        waiting = [*self._jobs.values(), *([self._running] if self._running else [])]
        return all(job.ticket > ticket for job in waiting)

    def close(self, timeout_s: float = 30.0) -> None:
        """Save what waits, then end."""
        self.drain(timeout_s)
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._jobs or self._closing)
                if not self._jobs or (self._closing and self._failing):
                    return
                key, self._running = self._jobs.popitem(last=False)
            fault = self._try(self._running.job)
            self._finish(key, self._running, fault)

    def _try(self, job: Job) -> PerformError | None:
        try:
            job()
        except DamagedFileError as error:
            # trying again would not mend it, and what waits behind it must still be saved
            log.warning("%s", error)
            self._on_fault(str(error))
        except StorageError as error:
            return error
        except Exception:
            # a fault of the program's own must not end the thread that saves: it is logged and said
            log.exception("saving failed")
            self._on_fault("Something could not be saved. See the log of the WebUI, and export the song to be safe.")
        return None

    def _finish(self, key: str, done: _Waiting, fault: PerformError | None) -> None:
        """Say what has changed, and only then let go on who waits: the page knows of a fault when a command returns."""
        if fault is not None or self._failing:
            self._on_fault(None if fault is None else str(fault))
        with self._wake:
            self._running = None
            self._failing = fault is not None
            if fault is not None:
                newer = self._jobs.get(key)
                self._jobs[key] = _Waiting(newer.job, done.ticket) if newer else done
                if newer is None:
                    self._jobs.move_to_end(key, last=False)
            self._wake.notify_all()
            if fault is not None:
                self._wake.wait_for(lambda: self._closing, self._retry_s)
