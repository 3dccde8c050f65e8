"""From the receiver into the journal: what arrives is written before it is decoded, so that a slow decoder loses
nothing."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from ...osc.datagrams import Datagrams, Loss
from ...store.journal.writer import JournalWriter


class JournalFeed:
    """The journal of the recording in progress, and what was received but not decoded yet. Thread-safe; nothing here
    waits.

    A start may be among the undecoded datagrams, and a recording may begin while some wait. Its journal then gets all
    of them. A journal may therefore contain what arrived before its recording began or after it ended: the header and
    the note of the end delimit what counts.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Datagrams]] = {}
        self.journal: JournalWriter | None = None

    def add(self, datagrams: Datagrams, name: str) -> None:
        """Datagrams of the input ``name``, with losses, that were received and are to be decoded."""
        with self._lock:
            self._waiting.setdefault(name, deque()).append(datagrams)
            if self.journal is not None:
                _write(self.journal, datagrams)

    def done(self, datagrams: Datagrams, name: str) -> None:
        """They are decoded, or could not be, and with them everything before from the same input."""
        with self._lock:
            mine = self._waiting.setdefault(name, deque())
            for place, waiting in enumerate(mine):
                if waiting.received_ns is datagrams.received_ns:
                    for _ in range(place + 1):
                        mine.popleft()
                    return

    def begin(self, journal: JournalWriter, origin_ns: int) -> None:
        """From now on write into ``journal``, including everything that waits from ``origin_ns`` (monotonic) on."""
        with self._lock:
            waiting = [(_last_ns(datagrams), datagrams) for mine in self._waiting.values() for datagrams in mine]
            for last_ns, datagrams in sorted(waiting, key=lambda pair: pair[0]):
                if last_ns >= origin_ns:
                    _write(journal, datagrams)
            self.journal = journal

    def note(self, at_ns: int, what: Mapping[str, Any]) -> None:
        """Note something in the journal, if there is one."""
        with self._lock:
            if self.journal is not None:
                self.journal.note(at_ns, what)

    def end(self, at_ns: int) -> JournalWriter | None:
        """Note that the recording ended at ``at_ns`` (monotonic), and write no more into its journal; the journal."""
        with self._lock:
            journal, self.journal = self.journal, None
            if journal is not None:
                journal.note(at_ns, {"end": True})
            return journal


def loss_note(loss: Loss) -> dict[str, Any]:
    """The note of a loss for a journal."""
    return {"loss": {"kind": loss.kind, "count": loss.count, "who": loss.who, "since_ns": loss.earliest_ns}}


def _last_ns(datagrams: Datagrams) -> int:
    """When the last of them, or of the losses, was noticed; -1 for nothing."""
    return max([-1, *datagrams.received_ns[-1:], *(loss.noticed_ns for loss in datagrams.losses)])


def _write(journal: JournalWriter, datagrams: Datagrams) -> None:
    for loss in datagrams.losses:
        journal.note(loss.noticed_ns, loss_note(loss))
    if datagrams.payloads:
        journal.append_many(datagrams.received_ns, datagrams.payloads, datagrams.senders)
