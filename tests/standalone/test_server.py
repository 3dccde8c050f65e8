"""The page's server."""

from __future__ import annotations

import json
import socket
import threading
from argparse import Namespace
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from deforum_perform.core.errors import InputError, ListenError
from deforum_perform.standalone.arguments import parse
from deforum_perform.standalone.serve import open_page, page_flag, page_line
from deforum_perform.standalone.server import PageServer
from deforum_perform.standalone.session import FlagError
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, requests_to
from tests.web.serving import open_page as open_stream


def test_it_serves_the_page_and_the_api_until_it_is_closed() -> None:
    """Page, API and stream at one address; at the end every page gets the reason, and the port is free again."""
    performer = FakePerformer()
    server = PageServer(performer, "127.0.0.1", 0)
    server.start()
    with requests_to(server.url) as client:
        assert "perform_root" in client.get("/").text
        assert client.get("/perform/v1/state").json()["revision"] == 1
        assert client.get("/perform/v1/state", headers={"host": "evil.example"}).status_code == 403
    with open_stream("{}:{}".format(*server.address)) as page:
        assert [json.loads(page.recv(PATIENCE_S))["type"] for _ in range(2)] == ["state", "live"]
        closing = threading.Thread(target=server.close, args=("Until later.",))
        closing.start()
        assert json.loads(page.recv(PATIENCE_S)) == {"type": "bye", "reason": "Until later."}
        with pytest.raises(ConnectionClosed):
            page.recv(PATIENCE_S)
        closing.join(PATIENCE_S)
    again = PageServer(performer, *server.address)
    again.close("")
    assert performer.subscribers == 0


def test_small_answers_are_sent_at_once() -> None:
    """No answer or message waits until the browser has confirmed the one before it (TCP_NODELAY)."""
    server = PageServer(FakePerformer(), "127.0.0.1", 0)
    server.start()
    with open_stream("{}:{}".format(*server.address)):
        (link,) = server._server.server_state.connections
        option = link.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    server.close("")
    assert option != 0


def test_it_goes_by_the_names_it_is_given() -> None:
    """A name of the command line opens page and API; the refusal of another one names that flag."""
    server = open_page(FakePerformer(), "127.0.0.1", 0, None, ["studio.example"])
    server.start()
    with requests_to(server.url) as client:
        for path in ("/", "/perform/v1/state"):
            assert client.get(path, headers={"host": "studio.example"}).status_code == 200
            refused = client.get(path, headers={"host": "evil.example"})
            assert (refused.status_code, "--name evil.example" in refused.text) == (403, True)
    server.close("")


def test_a_port_in_use_is_named_with_the_next_free_one() -> None:
    """The error says which port, and which option to use; without an option the next one is used."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ListenError, match=f"port {port} of 127.0.0.1") as refused:
            PageServer(FakePerformer(), "127.0.0.1", port)
        free = refused.value.free_port
        assert free is not None
        assert free > port
        with pytest.raises(FlagError, match=r"Add --port \d+ to the command"):
            open_page(FakePerformer(), "127.0.0.1", port, "--port")
        taken = open_page(FakePerformer(), "127.0.0.1", port, None)
        assert taken.address[1] > port
        taken.close("")


@pytest.mark.parametrize("host", ["no-such-name.invalid", "192.0.2.1"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    """An unknown name, or another computer's address, cannot be served on."""
    with pytest.raises(InputError, match="--host"):
        PageServer(FakePerformer(), host, 0)


def test_the_address_can_be_opened_by_a_browser() -> None:
    """Every address of the computer is reached by loopback, and IPv6 is in brackets."""
    server = PageServer(FakePerformer(), "0.0.0.0", 0)
    assert server.url == f"http://127.0.0.1:{server.address[1]}"
    server.close("")
    if socket.has_ipv6:
        try:
            server = PageServer(FakePerformer(), "::1", 0)
        except InputError:
            pytest.skip("this machine has no IPv6 loopback")
        assert server.url == f"http://[::1]:{server.address[1]}"
        server.close("")


def opened(options: Namespace) -> PageServer:
    """The page's server as a command opens it."""
    return open_page(FakePerformer(), "127.0.0.1", options.port, page_flag(options))


@pytest.mark.parametrize("words", [[], ["serve"], ["demo"]])
def test_the_usual_page_port_in_use_is_passed_over(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that serves the page does the same: the next free port in place of the usual one, and it says so;
    for a port that was asked for, the option that helps."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr("deforum_perform.standalone.arguments.PORT", port)
        options = parse(words, Path("songs"))
        page = opened(options)
        try:
            assert page.address[1] > port
            assert page_line(page, options) == f"Page   {page.url} (port {port} is in use)"
        finally:
            page.close("")
        asked = parse([*words, "--port", str(port)], Path("songs"))
        with pytest.raises(FlagError, match=r"Add --port \d+"):
            opened(asked)
    free = parse([*words, "--port", str(port)], Path("songs"))
    page = opened(free)
    page.close("")
    assert page_line(page, free) == f"Page   {page.url}"
