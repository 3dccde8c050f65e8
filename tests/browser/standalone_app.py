"""The standalone app for a browser: on threads of the test, or as a separate program that can be killed."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pythonosc.osc_message_builder import OscMessageBuilder

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer
from deforum_perform.core.errors import ListenError
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.standalone.server import PageServer
from deforum_perform.store.journal.folder import list_journals
from deforum_perform.store.songs.store import SongStore
from tests.standalone import programs
from tests.webui.forked import Nursery

LOOPBACK = "127.0.0.1"
PATIENCE_S, LONGEST_S, PAUSE_S = 30.0, 600.0, 0.05
SECOND = 1_000_000_000

Hand = Callable[[float], float]
"""Seconds since the recording began -> the value that the knob sends."""


def packet(address: str, *arguments: Any) -> bytes:
    """A datagram as python-osc builds it."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def free_port(kind: int) -> int:
    """A free port of that kind."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@cache
def page_port() -> int:
    """The port of the pages of this process, one after the other: for a browser they are all one origin."""
    return free_port(socket.SOCK_STREAM)


def page_server(performer: Performer) -> PageServer:
    """A server of the page at that port, or at another one where it is in use."""
    try:
        return PageServer(performer, LOOPBACK, page_port())
    except ListenError:
        return PageServer(performer, LOOPBACK, 0)


class Sender:
    """Sends OSC to one port over the loopback."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(self, address: str, *arguments: Any) -> None:
        """One message."""
        self.send_bytes(packet(address, *arguments))

    def send_bytes(self, datagram: bytes) -> None:
        """One datagram, whatever is in it."""
        self._socket.sendto(datagram, (LOOPBACK, self.port))

    def close(self) -> None:
        """End."""
        self._socket.close()


class App(Sender):
    """The page's server and the listener of the standalone app, on threads of this process."""

    def __init__(self, folder: Path) -> None:
        store = SongStore(folder)
        store.lock()
        self.performer = Performer(store, Standalone())
        self.performer.listen(LOOPBACK, 0)
        super().__init__(self.performer.listening.port)
        self._page: PageServer | None = page_server(self.performer)
        self._page.start()
        self.url, self.page_port = self._page.url, self._page.address[1]

    def do(self, command: str, /, **arguments: Any) -> dict[str, Any]:
        """A command as another browser gives it."""
        return self.performer.command(command, arguments)

    def state(self) -> dict[str, Any]:
        """The state now."""
        return self.performer.snapshot()

    def lane(self, field: str, source: str | None = None, **changes: Any) -> str:
        """Add a lane; its id."""
        lane_id: str = self.do("lane.add", field=field, source=source)["id"]
        if changes:
            self.do("lane.change", id=lane_id, **changes)
        return lane_id

    def played(self, seconds: float, hands: Mapping[str, Hand], events_per_s: int = 50) -> None:
        """A recording of that length that has just ended, with every address moved by its function."""
        recorder, end_ns = self.performer.recorder, self.performer.parts.clock_ns()
        begin_ns = end_ns - round(seconds * SECOND)
        recorder.start(begin_ns, 0.0)
        for k in range(round(seconds * events_per_s)):
            time_s = k / events_per_s
            packets = [packet(address, float(hand(time_s))) for address, hand in hands.items()]
            stamps = [begin_ns + round(time_s * SECOND)] * len(packets)
            self.performer.parts.reception.receive(Datagrams(stamps, packets, [(LOOPBACK, 1)] * len(packets)))
        recorder.stop(end_ns)

    def leave_the_page(self) -> None:
        """End the page's server; the listener and the songs continue."""
        if self._page is not None:
            self._page.close("The test ends it.")
            self._page = None

    def come_back(self) -> None:
        """Serve the page again at the same address."""
        self._page = PageServer(self.performer, LOOPBACK, self.page_port)
        self._page.start()

    def close(self) -> None:
        """End in order."""
        self.leave_the_page()
        self.performer.close()
        super().close()


class Program(Sender):
    """``python -m deforum_perform`` as a separate program, forked by ``nursery`` if there is one."""

    def __init__(self, folder: Path, nursery: Nursery | None = None) -> None:
        super().__init__(free_port(socket.SOCK_DGRAM))
        self._folder, self._page_port, self._nursery = folder, free_port(socket.SOCK_STREAM), nursery
        self.url = f"http://{LOOPBACK}:{self._page_port}"
        self._running: programs.Program | None = None
        self.start()

    def start(self) -> None:
        """Start, and wait until it serves the page."""
        ports = ("--port", self._page_port, "--osc-port", self.port)
        arguments = ("serve", "--no-browser", *ports, "--songs", self._folder)
        self._running = programs.Program(*arguments, patience_s=LONGEST_S, nursery=self._nursery)
        self._running.until("Ctrl+C")
        self._running.read_on()

    def until_journaled(self, datagrams: int) -> None:
        """Wait until the journals in its folder contain that many datagrams."""
        deadline = time.monotonic() + LONGEST_S
        while sum(entry.datagrams for entry in list_journals(self._folder / "journals")) < datagrams:
            assert time.monotonic() < deadline, f"The journals never contained {datagrams} datagrams"
            time.sleep(PAUSE_S)

    def interrupt(self) -> None:
        """As Ctrl+C does; it ends in its own time."""
        assert self._running is not None
        self._running.tell(signal.SIGINT)
        assert self._running.process.wait(PATIENCE_S) == 0
        self.kill()

    def kill(self) -> None:
        """As kill -9 does; nothing is saved on the way out."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def close(self) -> None:
        """End without ado."""
        self.kill()
        super().close()
