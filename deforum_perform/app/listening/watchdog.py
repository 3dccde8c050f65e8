"""Restarts a failed listener: a thread of its own, which sleeps unless there is something to check.

Separate from the ticker, which may be busy for seconds with the search for fewer keys; and looking up an unknown name
can take seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ...core.errors import InputError
from ...osc.receive.sockets import is_loopback
from .listener import Listening

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
ASK_FOR_NAMES_EVERY_S = 30.0


class ListenerWatchdog:
    """Checks ``listening`` every 2 s while that is useful, and calls ``changed`` when its state changed.

    While Perform listens on the network, also when ``addresses`` changed: the address to type in a tablet.
    """

    def __init__(
        self,
        listening: Listening,
        changed: Callable[[], None],
        look_every_s: float = LOOK_EVERY_S,
        addresses: Callable[[], object] | None = None,
    ) -> None:
        self._listening, self._changed, self._look_every_s = listening, changed, look_every_s
        self._addresses = addresses
        self._seen: object = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="perform-watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._closing.set()
        self._listening.changed.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        listening = self._listening
        while not self._closing.is_set():
            if listening.changed.wait(self._pause_s()):
                listening.changed.clear()  # moved: it works, or is checked from now on; or a thread of it fails
                news = listening.has_other_trouble()
            else:
                news = self._looked()
            if news:
                self._changed()

    def _looked(self) -> bool:
        """Whether the check found another state. What cannot be checked now is checked the next time."""
        try:
            return self._listening.look_after() | self._others()
        except Exception:
            # a computer without free file descriptors, for example: this thread is what restarts the listener
            log.exception("The listener could not be checked; Perform tries again.")
            return False

    def _others(self) -> bool:
        """Whether this computer's addresses differ from the last check."""
        before, self._seen = self._seen, self._addresses() if self._addresses else None
        return before is not None and before != self._seen

    def _pause_s(self) -> float | None:
        """Seconds to the next check; None while nothing can change without the user."""
        if not self._listening.needs_care:
            watches = self._addresses is not None and not is_loopback(self._listening.host)
            return self._look_every_s if watches else None
        by_name = isinstance(self._listening.problem, InputError)
        return ASK_FOR_NAMES_EVERY_S if by_name else self._look_every_s
