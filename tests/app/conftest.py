"""A Performer whose clock is turned by hand and whose datagrams come from the test: no socket, no waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from deforum_perform.app.host import Host, Standalone
from deforum_perform.app.performer import Performer
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.store.songs.store import SongStore

SECOND = 1_000_000_000


def osc(address: str, *arguments: Any) -> bytes:
    """A datagram as python-osc builds it, floats as doubles so that values compare exactly."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument, "d" if isinstance(argument, float) else None)
    return builder.build().dgram


@dataclass
class Hands:
    """Someone who plays: sets the clock and sends."""

    performer: Performer
    clock: list[int]
    sent: list[bytes] = field(default_factory=list)

    def at(self, time_s: float) -> None:
        """Turn the clock to ``time_s``."""
        self.clock[0] = round(time_s * SECOND)

    def send(self, time_s: float, *messages: bytes) -> None:
        """Datagrams that arrive at ``time_s``."""
        self.at(time_s)
        self.performer.parts.reception.receive(Datagrams([self.clock[0]] * len(messages), list(messages), []))

    def play(self, address: str, *pairs: tuple[float, float]) -> None:
        """(time, value) pairs of one source."""
        for time_s, value in pairs:
            self.send(time_s, osc(address, float(value)))

    def do(self, command: str, /, **arguments: Any) -> dict[str, Any]:
        """A command of the page."""
        return self.performer.command(command, arguments)

    def lane(self, field_name: str, source: str | None = None, **changes: Any) -> str:
        """Add a lane; its id."""
        lane_id: str = self.do("lane.add", field=field_name, source=source)["id"]
        if changes:
            self.do("lane.change", id=lane_id, **changes)
        return lane_id

    def state_of(self, lane_id: str) -> dict[str, Any]:
        """The lane in the snapshot."""
        return next(lane for lane in self.performer.snapshot()["lanes"] if lane["id"] == lane_id)


def opened(root: Path, clock: list[int], host: Host | None = None) -> Performer:
    """A Performer on ``root`` that listens nowhere."""
    store = SongStore(root)
    store.lock()
    return Performer(store, host or Standalone(), clock_ns=lambda: clock[0])


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[Hands]:
    """Someone at a fresh Performer."""
    clock = [0]
    performer = opened(tmp_path, clock)
    yield Hands(performer, clock)
    performer.close()
