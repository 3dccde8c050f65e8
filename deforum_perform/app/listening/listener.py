"""The listener at its address: opened, moved to another one, restarted after an error, and its statistics."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from ...core.errors import ListenError, PerformError
from ...core.pace import Pace
from ...osc.datagrams import Datagrams, IntakeStatistics
from ...osc.receive import handover
from ...osc.receive.delivery import Taken
from ...osc.receive.intake import Intake
from ...osc.receive.sockets import Endpoint, bind_errno, has_address, is_loopback, is_wildcard, listen_error, resolve

log = logging.getLogger(__name__)

REPORTED_RATIO = 1.5
REPORT_EVERY_NS = 2_000_000_000
AGAIN = "Perform tries again."
GONE = (
    "This computer no longer has the address {host}: its network is not available. "
    "Perform listens there again as soon as it is back; or choose another address."
)

Sink = Callable[[Datagrams], None]
Counted = tuple[IntakeStatistics, "Intake | None"]


@contextmanager
def _refusals_explained(host: str, port: int) -> Iterator[None]:
    """Errors of the system in the block, such as too many open files, as a ListenError."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        message = f"OSC port {port} of {host} cannot be opened now: {why}. Close other programs or connections."
        raise ListenError(message, host, port) from error


class Listening:
    """One intake at a time. Any thread may call it; only one at a time opens or closes.

    ``follows``: whether the system lets the next intake have the port before the last one is closed. ``changed`` is set
    whenever the watchdog may have something to check. ``changing`` is entered around every change of what ``state``
    returns, so that its owner can combine it with its own. ``taken``: see ``Intake.call_when_taken``.
    """

    def __init__(
        self,
        sink: Sink,
        open_intake: Callable[[str, int, Sink], Intake] = Intake,
        follows: bool = handover.POSSIBLE,
        changing: Callable[[], AbstractContextManager[None]] = nullcontext,
        taken: Taken | None = None,
    ) -> None:
        self._taken = taken
        self._sink, self._open_intake, self._follows = sink, open_intake, follows
        self._changing = changing
        self._moving = threading.Lock()
        self._counted: Counted = (IntakeStatistics(), None)
        self._closed = False
        self._refused_by: int | None = None
        self._reported, self._pace = (0, 0), Pace(REPORT_EVERY_NS)
        self._reported_trouble: str | None = None
        self.host, self.port = "", 0
        self.problem: PerformError | None = None
        self.changed = threading.Event()

    # --- opening and moving ---------------------------------------------------------------------------------------

    def start(self, host: str, port: int) -> None:
        """Listen on ``host``:``port``. A problem is kept to be shown and retried, not raised: the page must open
        anyway."""
        try:
            self.move(host, port)
        except PerformError as error:
            log.warning("%s", error)
            with self._changing():
                self.host, self.port, self.problem, self._refused_by = host, port, error, None
        self.changed.set()

    def move(self, host: str, port: int) -> float:
        """Listen on another address; returns the seconds without a listener, 0 if there were none.

        If that fails, the old one continues and the error says why.
        """
        with self._moving:
            gap_s = self._move(resolve(host, port))
        self.changed.set()
        return gap_s

    def _move(self, place: Endpoint) -> float:
        _, old = self._counted
        if old is not None and place.address == old.address:
            return 0.0
        new = self._open_intake(place.host, place.port, self._sink)
        try:
            with _refusals_explained(place.host, place.port):
                gap_s = self._follow(old, new, place) if old is not None else self._begin(new)
        except BaseException:
            new.close()
            raise
        self._adopt(new)
        return gap_s

    def _begin(self, new: Intake) -> float:
        new.open()
        new.hold()
        return 0.0

    def _follow(self, old: Intake, new: Intake, place: Endpoint) -> float:
        """Open the new one and close the old one, in the order that the system allows."""
        same_port = place.port == old.address[1]
        if same_port and not self._follows:
            return self._exchange(old, new)
        new.open(beside=old if same_port else None)
        try:
            new.hold()
        except BaseException:
            new.close()
            if same_port:
                self._again(old)
            raise
        old.close()
        return 0.0

    def _exchange(self, old: Intake, new: Intake) -> float:
        """Close, then open: for a moment there is no listener."""
        old.close()
        since = time.monotonic()
        try:
            new.open()
            gap_s = time.monotonic() - since
            new.hold()
        except BaseException:
            new.close()
            self._again(old)
            raise
        return gap_s

    def _again(self, old: Intake) -> None:
        """Continue where the old one was. If that fails too, the watchdog retries it."""
        old.close()
        again = self._open_intake(*old.address, self._sink)
        try:
            with _refusals_explained(*old.address):
                self._begin(again)
        except PerformError as error:
            again.close()
            with self._changing():
                self._counted = (self._total(), None)
                self.problem, self._refused_by = error, None
        else:
            self._adopt(again)

    def _adopt(self, intake: Intake) -> None:
        intake.call_on_trouble(self.changed.set)
        if self._taken is not None:
            intake.call_when_taken(self._taken)
        with self._changing():
            self._counted = (self._total(), intake)
            self.problem = None
            self.host, self.port = intake.address
        intake.start()

    # --- retrying ----------------------------------------------------------------------------------------------------

    @property
    def needs_care(self) -> bool:
        """Whether something can change without the user: a problem may end, or the address may disappear."""
        _, intake = self._counted
        if intake is None:
            return self.problem is not None
        return self._can_vanish or self._reported_trouble is not None

    @property
    def _can_vanish(self) -> bool:
        return not is_loopback(self.host) and not is_wildcard(self.host)

    @property
    def trouble(self) -> str | None:
        """Which thread of the listener fails now, although the address is available; or None."""
        _, intake = self._counted
        return None if intake is None else intake.statistics().trouble

    def has_other_trouble(self) -> bool:
        """Whether ``trouble`` differs from the last call."""
        before, self._reported_trouble = self._reported_trouble, self.trouble
        return before != self._reported_trouble

    def look_after(self) -> bool:
        """Try again if there is a problem, and check whether the computer still has the address; whether that changed
        anything. Changes nothing else, and does nothing while the listener is being moved."""
        if not self._moving.acquire(blocking=False):
            return False
        try:
            _, intake = self._counted
            if self._closed or not self.needs_care:
                return False
            if intake is None:
                return self._retry()
            return self.has_other_trouble() | (self._can_vanish and self._watch(intake))
        finally:
            self._moving.release()

    def _retry(self) -> bool:
        try:
            place = resolve(self.host, self.port)
            number = bind_errno(place)
            if number and number == self._refused_by:
                return False
            self._refused_by = number
            if number:
                raise listen_error(place, number)
            self._move(place)
        except PerformError as error:
            if str(error) == str(self.problem):
                return False
            self._say(error)
            return True
        log.info("Perform listens on OSC port %s of %s again.", self.port, self.host)
        return True

    def _watch(self, intake: Intake) -> bool:
        here = has_address(intake.endpoint)
        if here == (self.problem is None):
            return False
        if not here:
            self._say(ListenError(GONE.format(host=self.host), self.host, self.port))
            log.warning("%s", self.problem)
        elif self._follows:
            self._say(None)  # on Linux the socket outlives its address, and receives again
        else:
            self._again(intake)
        return True

    def _say(self, problem: PerformError | None) -> None:
        with self._changing():
            self.problem = problem

    # --- what the page receives ------------------------------------------------------------------------------------

    def _total(self) -> IntakeStatistics:
        """The totals of all intakes so far; everything else is from the current one."""
        before, intake = self._counted
        if intake is None:
            return before
        now = intake.statistics()
        return IntakeStatistics(
            received=before.received + now.received,
            lost=before.lost + now.lost,
            truncated=before.truncated + now.truncated,
        )

    @property
    def received(self) -> int:
        """Datagrams since the start."""
        return self._total().received

    @property
    def lost(self) -> int:
        """Datagrams that the system reported as dropped."""
        return self._total().lost

    def has_news(self, now_ns: int) -> bool:
        """Whether the statistics that only the state contains have changed enough to be sent again; not too often."""
        _, intake = self._counted
        error_ns = (intake.statistics().stamp_error_ns if intake is not None else None) or 0
        reported_error_ns, reported_truncated = self._reported
        truncated = self._total().truncated
        other = max(error_ns, reported_error_ns) > REPORTED_RATIO * min(error_ns, reported_error_ns)
        if not (other or truncated != reported_truncated) or not self._pace.turn(now_ns):
            return False
        self._reported = (error_ns, truncated)
        return True

    def state(self, malformed: int) -> dict[str, Any]:
        """The data for the page."""
        problem, (_, intake) = self.problem, self._counted
        found = intake.statistics() if intake is not None else IntakeStatistics()
        message = found.trouble if problem is None else str(problem) if intake is not None else f"{problem} {AGAIN}"
        total, error_ns = self._total(), found.stamp_error_ns
        return {
            "host": self.host,
            "port": self.port,
            "state": "listening" if message is None else "error",
            "message": message,
            "free_port": problem.free_port if isinstance(problem, ListenError) else None,
            "received": total.received,
            "malformed": malformed,
            "lost": total.lost,
            "truncated": total.truncated,
            "stamps": found.stamps,
            "stamp_error_ms": None if error_ns is None else round(error_ns / 1e6, 3),
            "receiver": found.receiver,
            "buffered": found.buffered + found.ring,
            "network": not is_loopback(self.host),
        }

    # --- end ------------------------------------------------------------------------------------------------------

    def settle(self) -> int:
        """Wait until what has arrived is delivered; about how many datagrams still wait if that fails. Not to be called
        with the Performer's lock."""
        _, intake = self._counted
        return 0 if intake is None else intake.settle()

    def close(self) -> None:
        """Stop listening; what has arrived is delivered first."""
        with self._moving:
            self._closed = True
            _, intake = self._counted
            if intake is not None:
                intake.close()
                self._counted = (self._total(), None)
        self.changed.set()
