"""A player: recordings one after the other, by OSC alone, each event a number that is never sent again."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.torture.folder import ADDRESS
from tests.torture.ledger import Ledger

SOURCES = 3
EVENTS = (3, 12)
PAUSE_S = (0.0005, 0.004)
GAP_S = (0.0, 0.03)
LONGEST_WAIT_S, STEP_S = 1.0, 0.002


@dataclass(frozen=True)
class Pace:
    """From the shortest to the longest: how many events a recording has, and the pauses after each event and after each
    recording, in seconds."""

    events: tuple[int, int] = EVENTS
    pause_s: tuple[float, float] = PAUSE_S
    gap_s: tuple[float, float] = GAP_S


def source(number: int) -> str:
    """The address of an event's source."""
    return f"{ADDRESS}{number % SOURCES}"


def event(number: int) -> bytes:
    """The datagram of an event."""
    address = source(number).encode()
    return address.ljust(len(address) // 4 * 4 + 4, b"\0") + b",d\0\0" + struct.pack(">d", number)


def control(name: str, value: int) -> bytes:
    """The datagram of a command."""
    address = f"/perform/{name}".encode()
    return address.ljust(len(address) // 4 * 4 + 4, b"\0") + b",i\0\0" + struct.pack(">i", value)


class Player:
    """Sends to an OSC port, and writes all of it into the ledger."""

    def __init__(self, ledger: Ledger, port: int, chance: random.Random) -> None:
        self._ledger, self._chance = ledger, chance
        self._link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._place = ("127.0.0.1", port)
        self.ending = threading.Event()

    def close(self) -> None:
        """Be done with the socket."""
        self._link.close()

    def switch(self, on: bool) -> None:
        """Start or stop a recording."""
        self._ledger.switch(on, lambda: self.command("record", int(on)))

    def command(self, name: str, value: int) -> None:
        """A command to Perform that switches nothing."""
        self._link.sendto(control(name, value), self._place)

    def event(self) -> None:
        """An event of the source whose turn it is."""
        self._ledger.event(lambda number: self._link.sendto(event(number), self._place))

    def recording(self, pace: Pace) -> None:
        """One recording, cut short when it is time to end."""
        self.switch(True)
        self.events(self._chance.randint(*pace.events), pace)
        self.switch(False)

    def events(self, count: int, pace: Pace) -> None:
        """So many events, or fewer when it is time to end."""
        for _ in range(count):
            if self.ending.is_set():
                return
            self.event()
            self.rest(pace.pause_s)

    def rest(self, span_s: tuple[float, float]) -> None:
        """A pause; shorter when it is time to end."""
        self.ending.wait(self._chance.uniform(*span_s))


class Playing(threading.Thread):
    """A player at work: ``count`` recordings, each once ``may_go_on`` says so, or after a while."""

    def __init__(
        self, player: Player, count: int, pace: Pace, may_go_on: Callable[[int], bool] = lambda _: True
    ) -> None:
        super().__init__(name="playing", daemon=True)
        self._player, self._count, self._pace, self._may_go_on = player, count, pace, may_go_on
        self.done = 0

    def run(self) -> None:
        """Recordings; between them an event that is not recorded, and now and then an undo."""
        player = self._player
        while self.done < self._count and not player.ending.is_set():
            player.recording(self._pace)
            self.done += 1
            end_s = time.monotonic() + LONGEST_WAIT_S
            while not self._may_go_on(self.done) and time.monotonic() < end_s:
                player.rest((STEP_S, STEP_S))
            if self.done % 7 == 0:
                player.command(("undo", "redo", "play")[self.done % 3], 1)
            player.event()
            player.rest(self._pace.gap_s)

    def end(self) -> None:
        """Stop playing; a recording that runs is ended."""
        self._player.ending.set()
        self.join()
