"""The live stream by real websocket clients on a real server."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from deforum_perform.web.access import Access
from deforum_perform.web.modules import PageModules
from deforum_perform.web.routes import perform_router
from deforum_perform.web.stream import Streams
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, open_page, served, wait_until

STREAM = "/perform/v1/stream"


@pytest.fixture
def performer() -> FakePerformer:
    return FakePerformer()


@pytest.fixture
def streams(performer: FakePerformer) -> Streams:
    return Streams(performer, Access(), limit=3, send_timeout_s=0.5)


@pytest.fixture
def address(performer: FakePerformer, streams: Streams) -> Iterator[str]:
    app = FastAPI()
    app.include_router(perform_router(performer, Access(), streams, PageModules()))
    with served(app) as address:
        yield address


def _next(page: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(page.recv(PATIENCE_S))
    return message


def _greeted(page: ClientConnection) -> ClientConnection:
    assert _next(page)["type"] == "state"
    assert _next(page)["full"] is True
    return page


def test_a_page_gets_the_state_then_everything_live(address: str) -> None:
    """The first message is the state, the second the whole of what is live."""
    with open_page(address) as page:
        slices = {"version": "0.1.0", "count": 1}
        assert _next(page) == {"type": "state", "revision": 1, "full": True, "slices": slices, "removed": []}
        assert _next(page)["full"] is True


def test_nothing_is_sent_or_asked_while_nothing_moves(address: str, performer: FakePerformer) -> None:
    """Between two changes there is no message and no query to the performer."""
    with open_page(address) as page:
        _greeted(page)
        wait_until(lambda: performer.polls == 2, "the look after the first message")
        for moves in (1, 2, 3):
            performer.moved()
            assert _next(page) == {"type": "live", "full": False, "moves": moves, "payload": "x"}
            wait_until(lambda: performer.polls >= 2 + 2 * moves, "the look after the move")  # noqa: B023
            assert performer.polls == 2 + 2 * moves
        performer.changed()
        assert _next(page) == {"type": "state", "revision": 2, "full": False, "slices": {"count": 2}, "removed": []}
        wait_until(lambda: performer.polls >= 10, "the look after the change")
        assert performer.polls <= 14


def test_time_that_runs_is_sent_without_events(address: str, performer: FakePerformer) -> None:
    """While a song plays, the page gets updates although no source moves, and no more when it ends."""
    with open_page(address) as page:
        _greeted(page)
        performer.runs = True
        performer.announce()
        for _ in range(10):
            assert _next(page)["type"] == "live"
        performer.runs = False
        performer.changed()
        while _next(page)["type"] != "state":
            continue


def test_many_events_become_few_messages(address: str, performer: FakePerformer) -> None:
    """A flood is coalesced, and the newest value always arrives."""
    with open_page(address) as page:
        _greeted(page)
        for _ in range(5000):
            performer.moved()
        messages = [_next(page)]
        while messages[-1]["moves"] < 5000:
            messages.append(_next(page))
        assert len(messages) < 500


def test_changes_that_follow_each_other_become_few_states(address: str, performer: FakePerformer) -> None:
    """A dragged slider sends fewer states than changes, live continues meanwhile, and the last state always arrives."""
    with open_page(address) as page:
        _greeted(page)
        for _ in range(2000):
            performer.changed()
            performer.moved()
        states, lives = 0, 0
        revision = 1
        while revision < 2001 or lives == 0:
            message = _next(page)
            states, lives = states + (message["type"] == "state"), lives + (message["type"] == "live")
            revision = message["revision"] if message["type"] == "state" else revision
        assert states < 500


def test_a_page_that_stops_reading_is_let_go(address: str, performer: FakePerformer, streams: Streams) -> None:
    """It holds back neither the listener nor the other page, and its place is free again."""
    performer.payload = "x" * 1_000_000
    host, port = address.split(":")
    with open_page(address) as page, socket.create_connection((host, int(port)), PATIENCE_S) as stuck:
        _greeted(page)
        stuck.sendall(
            f"GET {STREAM} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        wait_until(lambda: streams.open == 2, "the second page")
        while streams.open == 2:
            performer.moved()
            assert _next(page)["moves"] <= performer.moves
        performer.moved()
        while _next(page)["moves"] < performer.moves:
            continue
        wait_until(lambda: performer.subscribers == 1, "the stuck page is forgotten")


def test_a_page_that_goes_is_forgotten(address: str, performer: FakePerformer, streams: Streams) -> None:
    """A closed tab leaves neither a subscription nor a task behind, even while nothing moves."""
    with open_page(address) as page:
        _greeted(page)
        assert (streams.open, performer.subscribers) == (1, 1)
    wait_until(lambda: (streams.open, performer.subscribers) == (0, 0), "the page is forgotten")


def test_there_is_a_limit_to_the_pages(address: str, streams: Streams) -> None:
    """One page too many gets the reason, and the others continue."""
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            _greeted(stack.enter_context(open_page(address)))
        with open_page(address) as fourth:
            goodbye = _next(fourth)
            assert goodbye["type"] == "bye"
            assert "Close one" in goodbye["reason"]
            with pytest.raises(ConnectionClosed):
                fourth.recv(PATIENCE_S)
        assert streams.open == 3


def test_the_server_says_goodbye(address: str, streams: Streams) -> None:
    """Every page gets the reason before the server closes."""
    with open_page(address) as one, open_page(address) as two:
        _greeted(one)
        _greeted(two)
        streams.close("Perform was closed.")
        for page in (one, two):
            assert _next(page) == {"type": "bye", "reason": "Perform was closed."}
            with pytest.raises(ConnectionClosed):
                page.recv(PATIENCE_S)
    wait_until(lambda: streams.open == 0, "all pages are gone")


def test_a_server_that_ends_does_not_wait_for_its_pages(performer: FakePerformer, streams: Streams) -> None:
    """Reload UI ends the host's server while pages are open: their tasks end by themselves, idle as they are."""
    app = FastAPI()
    app.include_router(perform_router(performer, Access(), streams, PageModules()))
    with contextlib.ExitStack() as pages:
        with served(app) as address:
            _greeted(pages.enter_context(open_page(address)))
        wait_until(lambda: (streams.open, performer.subscribers) == (0, 0), "the page is forgotten")


def test_what_a_page_says_changes_nothing(address: str) -> None:
    """The stream goes one way; a page that talks is not answered and not cut off."""
    with open_page(address) as page:
        page.send("hello")
        page.send(b"\x00\x01")
        _greeted(page)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_sites_get_no_stream(address: str, streams: Streams, origin: str) -> None:
    """The handshake is refused before anything is sent."""
    with pytest.raises(InvalidStatus) as refused, open_page(address, {"Origin": origin}):
        raise AssertionError
    assert refused.value.response.status_code == 403
    assert streams.open == 0


def test_the_own_page_gets_the_stream(address: str) -> None:
    """A browser sends the page's origin at the handshake."""
    with open_page(address, {"Origin": f"http://{address}"}) as page:
        _greeted(page)
