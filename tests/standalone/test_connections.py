"""The page's server cannot be filled up, held open or made to fill the log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deforum_perform.demo.wire import udp_sender
from deforum_perform.standalone import connections
from deforum_perform.standalone.connections import Connections, QuietErrors, most_connections
from deforum_perform.standalone.server import PageServer
from tests.standalone.programs import Program, Serving
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, open_page, wait_until

HALF = b"GET /perform/v1/state HTTP/1.1\r\nHost: 127.0.0.1\r\n"
WHOLE = HALF + b"\r\n"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageServer]:
    """A server of eight connections that waits a quarter of a second for a request."""
    monkeypatch.setattr(connections, "most_connections", lambda: 8)
    monkeypatch.setattr(connections, "HEADERS_S", 0.25)
    monkeypatch.setattr(connections, "LOOK_EVERY_S", 0.05)
    made = PageServer(FakePerformer(), "127.0.0.1", 0)
    made.start()
    yield made
    made.close("")


def connected(server: PageServer) -> socket.socket:
    """A connection to the server."""
    return socket.create_connection(server.address, PATIENCE_S)


def is_closed(link: socket.socket) -> bool:
    """Whether the server ends the connection, at last."""
    try:
        while link.recv(65_536):
            continue
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("sent", [b"", b"G", HALF, WHOLE + HALF], ids=["nothing", "a letter", "half", "half a second"])
def test_a_request_that_does_not_come_is_not_waited_for(server: PageServer, sent: bytes) -> None:
    """A connection without a request, with half of one, or with half of a second one is closed."""
    with connected(server) as link:
        link.sendall(sent)
        assert is_closed(link)


def test_an_unread_body_blocks_nothing(server: PageServer) -> None:
    """A request that was answered before its body came is closed, however long it says it is."""
    with connected(server) as link:
        link.sendall(HALF + b"Content-Length: 1000000\r\n\r\nx")
        assert is_closed(link)


def test_an_unread_answer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that asks and never reads is closed once nothing moves."""
    monkeypatch.setattr(connections, "READING_S", 0.25)
    monkeypatch.setattr(connections, "LOOK_EVERY_S", 0.05)
    performer = FakePerformer()
    performer.lane_text = lambda _lane: "x" * 60_000_000  # type: ignore[method-assign]
    server = PageServer(performer, "127.0.0.1", 0)
    server.start()
    with connected(server) as link:
        link.sendall(b"GET /perform/v1/lanes/a/text HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        wait_until(lambda: not _is_open(link), "the connection is closed")
    server.close("")


def _is_open(link: socket.socket) -> bool:
    """Whether the other side still takes what is sent."""
    try:
        link.send(b"\r\n")
    except ConnectionError:
        return False
    return True


def test_there_is_room_again_after_a_flood(server: PageServer) -> None:
    """Connections beyond the limit are closed at once, idle ones a little later, and then the page is served again."""
    with contextlib.ExitStack() as links:
        for _ in range(40):
            link = links.enter_context(connected(server))
            with contextlib.suppress(OSError):
                link.sendall(HALF)
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        wait_until(lambda: _answers(client), "the page is served")


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/perform/v1/state").status_code == 200
    except httpx.TransportError:
        return False


def test_a_stream_stays_open(server: PageServer) -> None:
    """A page that listens sends nothing for as long as it is open, and is not closed for that."""
    with open_page("{}:{}".format(*server.address)) as page, connected(server) as idle:
        assert is_closed(idle)
        page.recv(PATIENCE_S)
        page.recv(PATIENCE_S)
        page.ping().wait(PATIENCE_S)


class Link:
    """A connection that is open until it is closed."""

    closed = False

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closed


def test_no_computer_in_the_network_gets_all_connections() -> None:
    """A host has its share, the network three quarters, this computer is always accepted; closed connections do not
    count."""
    room = Connections(most=16, most_of_a_host=5)
    mine = [Link() for _ in range(30)]
    first = [room.admit(link, "10.0.0.1") for link in mine[:7]]
    second = [room.admit(link, "10.0.0.2") for link in mine[7:14]]
    third = [room.admit(link, "fe80::1") for link in mine[14:20]]
    own = [room.admit(link, "127.0.0.1") for link in mine[20:25]]
    assert [sum(each) for each in (first, second, third, own)] == [5, 5, 2, 4]
    mine[0].closed = True
    assert room.admit(mine[25], "10.0.0.3")
    assert not room.admit(mine[26], "10.0.0.3")


def test_a_part_of_the_descriptors_is_left() -> None:
    """However few files the process may open, three quarters of them are for other things."""
    assert connections.FEWEST <= most_connections() <= connections.MOST


def test_failures_behind_the_back_are_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """The same failure fills no log, another one is logged."""
    quiet, loop = QuietErrors(), asyncio.new_event_loop()
    with caplog.at_level(logging.ERROR):
        for _ in range(1000):
            quiet(loop, {"message": "socket.accept() out of system resource", "exception": OSError(24, "files")})
        quiet(loop, {"message": "another"})
    loop.close()
    assert len(caplog.records) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_idle_connections_cost_no_recording(tmp_path: Path) -> None:
    """With few file descriptors and more idle connections than that, OSC is recorded, the page answers, and the log is
    small."""
    limited = Program("--port", 0, "--songs", tmp_path, "--no-browser", "--osc-port", 0, descriptors=160)
    links: list[socket.socket] = []
    try:
        perform = Serving(limited)
        host, port = perform.address.split(":")
        perform.command("record.start")
        for _ in range(400):
            links.append(socket.create_connection((host, int(port)), PATIENCE_S))
        with udp_sender(perform.osc_host, perform.osc_port) as send:
            for step in range(100):
                send("/knob", (step / 100,))
        for link in links:
            link.close()
        wait_until(lambda: _serves(perform), "the page answers")
        perform.command("record.stop")
        assert perform.state()["takes"][0]["events"] == 100
        assert perform.state()["listener"]["state"] == "listening"
    finally:
        for link in links:
            link.close()
        limited.process.terminate()
        limited.ended()
        limited.close()
    assert len(limited.printed) < 100_000


def _serves(perform: Serving) -> bool:
    try:
        return perform.state()["transport"]["state"] == "recording"
    except httpx.TransportError:
        return False
