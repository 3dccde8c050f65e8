"""The listener at its address: opened, moved to another one, and what it counted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ..core.errors import ListenError, PerformError
from ..osc.datagrams import Datagrams, IntakeStatistics, Loss
from ..osc.intake import Intake
from ..osc.sockets import is_loopback

log = logging.getLogger(__name__)

Sink = Callable[[Datagrams], None]


class Listening:
    """One intake at a time. Its owner calls it from one thread at a time."""

    def __init__(self, sink: Sink, open_intake: Callable[[str, int, Sink], Intake] = Intake) -> None:
        self._sink, self._open_intake = sink, open_intake
        self._intake: Intake | None = None
        self._before = IntakeStatistics()
        self.host, self.port = "", 0
        self.fault: PerformError | None = None

    def start(self, host: str, port: int) -> None:
        """Listen at ``host``:``port``. A fault is kept to be shown, not raised: the page must open all the same."""
        try:
            self.move(host, port)
        except PerformError as error:
            log.warning("%s", error)
            self.host, self.port, self.fault = host, port, error

    def move(self, host: str, port: int) -> None:
        """Listen at another address. If that cannot be, the old one goes on and the error says why."""
        if self._intake is not None and (host, port) == (self.host, self.port):
            return
        old, same_port = self._intake, port == self.port
        if old is not None and same_port:
            old.close()
        try:
            new = self._opened(host, port)
        except PerformError:
            if old is not None and same_port:
                self._adopt(self._opened(self.host, self.port))
            raise
        if old is not None and not same_port:
            old.close()
        if old is not None:
            counted = old.statistics()
            before = self._before
            self._before = IntakeStatistics(
                received=before.received + counted.received,
                lost=before.lost + counted.lost,
                truncated=before.truncated + counted.truncated,
            )
        self._adopt(new)

    def _opened(self, host: str, port: int) -> Intake:
        intake = self._open_intake(host, port, self._sink)
        intake.open()
        intake.start()
        return intake

    def _adopt(self, intake: Intake) -> None:
        self._intake, self.fault = intake, None
        self.host, self.port = intake.address[0], intake.address[1]

    @property
    def received(self) -> int:
        """Datagrams since the start."""
        return self._before.received + (self._intake.statistics().received if self._intake else 0)

    @property
    def lost(self) -> int:
        """Datagrams that the system reported as dropped."""
        return self._before.lost + (self._intake.statistics().lost if self._intake else 0)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """When datagrams were dropped, the last occasions."""
        return self._intake.statistics().losses if self._intake else ()

    def state(self, malformed: int) -> dict[str, Any]:
        """For the page."""
        free = self.fault.free_port if isinstance(self.fault, ListenError) else None
        found = self._intake.statistics() if self._intake else IntakeStatistics()
        error_ns = found.stamp_error_ns
        return {
            "host": self.host,
            "port": self.port,
            "state": "listening" if self.fault is None else "error",
            "message": None if self.fault is None else str(self.fault),
            "free_port": free,
            "received": self.received,
            "malformed": malformed,
            "lost": self.lost,
            "truncated": self._before.truncated + found.truncated,
            "stamps": found.stamps,
            "stamp_error_ms": None if error_ns is None else round(error_ns / 1e6, 3),
            "receiver": found.receiver,
            "buffered": found.buffered + found.ring,
            "network": not is_loopback(self.host),
        }

    def settle(self) -> None:
        """Wait until what has arrived is delivered; not with the Performer's lock."""
        if self._intake is not None:
            self._intake.settle()

    def close(self) -> None:
        """End listening; what has arrived is delivered first."""
        if self._intake is not None:
            self._intake.close()
            self._intake = None
