"""The inputs of Perform by name: each with its own listener, behind one sender filter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol

from ...core.listener import SenderRules
from ...osc.access.sender_filter import SenderFilter
from ...osc.datagrams import Datagrams
from .listener import Listening
from .watchdog import ListenerWatchdog

OSC = "osc"
"""The input that the page shows and changes."""


class Receiver(Protocol):
    """The receiver of the inputs' data. ``name``: the input."""

    def take_in(self, datagrams: Datagrams, name: str) -> Datagrams:
        """Accepted datagrams, as soon as they arrived."""

    def decode(self, datagrams: Datagrams, name: str) -> None:
        """Process what ``take_in`` returned."""


class Inputs:
    """Each listener with its watchdog. Thread-safe.

    ``changing`` is entered around every change of the state of a listener or of the allowed senders; ``changed`` is
    called after a change without a command.
    """

    def __init__(
        self,
        receiver: Receiver,
        sender_filter: SenderFilter,
        changing: Callable[[], AbstractContextManager[None]],
        changed: Callable[[], None],
    ) -> None:
        self.sender_filter = sender_filter
        self._receiver, self._changing, self._changed = receiver, changing, changed
        self._listeners: dict[str, Listening] = {}
        self._watchdogs: dict[str, ListenerWatchdog] = {}

    def add(self, name: str) -> Listening:
        """A new input with that name; it listens once it is started."""
        listening = Listening(
            partial(self._receiver.decode, name=name),
            changing=self._changing,
            taken=partial(self._receiver.take_in, name=name),
        )
        self._listeners[name] = listening
        addresses = self.sender_filter.own_addresses
        self._watchdogs[name] = ListenerWatchdog(listening, self._changed, addresses=addresses)
        return listening

    def __getitem__(self, name: str) -> Listening:
        return self._listeners[name]

    @property
    def names(self) -> list[str]:
        """The existing inputs."""
        return list(self._listeners)

    def allow(self, rules: SenderRules) -> None:
        """From the next datagram on, accept the senders that ``rules`` allow. The state changes at the same moment."""
        with self._changing():
            self.sender_filter.change(rules)

    @property
    def received(self) -> int:
        """Datagrams of all inputs since the start."""
        return sum(listening.received for listening in self._listeners.values())

    @property
    def lost(self) -> int:
        """Datagrams that the system reported as dropped."""
        return sum(listening.lost for listening in self._listeners.values())

    def has_news(self, now_ns: int) -> bool:
        """Whether the statistics of an input that only the state contains have changed enough to be sent again."""
        news = [listening.has_news(now_ns) for listening in self._listeners.values()]
        return any(news)

    def settle(self) -> int:
        """Wait until what has arrived is delivered; about how many datagrams still wait if that fails. Not to be called
        with the session's lock."""
        return sum(listening.settle() for listening in self._listeners.values())

    def close(self) -> None:
        """Stop listening; what has arrived is delivered first."""
        for watchdog in self._watchdogs.values():
            watchdog.close()
        for listening in self._listeners.values():
            listening.close()
