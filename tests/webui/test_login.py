"""Where the host asks for a login, so does Perform: every route and the stream."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.audit import ask
from tests.webui.access import check_login
from tests.webui.performance import boxes, make_lanes, record

JSON = {"Content-Type": "application/json"}
START = "/perform/v1/commands/record.start"
ROUTES = ("state", "fields", "export/settings", "lanes/x/curve", "lanes/x/text")


def log_in(screen: Any) -> None:
    """Log in as the host's own login page does."""
    screen.page.goto(screen.url)
    answer = screen.page.evaluate(
        """async () => (await fetch("/login", {method: "POST", body: new URLSearchParams(
            {username: "ada", password: "engine"})})).status"""
    )
    assert answer == 200


def test_without_a_login_every_route_and_the_stream_refuse(start: Any, look_at: Any) -> None:
    """No cookie: every GET, every command and the websocket are refused, and nothing happens."""
    host = start("--auth", "ada:engine")
    address = f"127.0.0.1:{host.port}"
    for route in ROUTES:
        assert ask(address, "GET", f"/perform/v1/{route}").status in (401, 403), route
    assert ask(address, "POST", START, JSON, b"{}").status in (401, 403)
    screen = look_at(host.url)
    screen.page.goto(host.url)
    assert screen.stream() == "closed"


def test_each_of_all_routes_asks_gradio_for_its_login(start: Any) -> None:
    """No token, a wrong token and a page of another site with the right one are refused; the right one is accepted."""
    host = start("--auth", "ada:engine")
    check_login(f"127.0.0.1:{host.port}", "ada", "engine")


def test_a_logged_in_browser_does_everything(start: Any, look_at: Any) -> None:
    """With the host's cookie: page, stream, commands and Apply work as without a login."""
    host = start("--auth", "ada:engine")
    screen = look_at(host.url)
    log_in(screen)
    screen.open()
    assert screen.stream() == "state"
    lanes = make_lanes(screen, {"/knob/zoom": ("zoom",)})
    record(screen, host.osc_port)
    before = boxes(host, screen)
    screen.bridge("apply", {"lanes": [lanes["zoom"]], "set_fps": False})
    after = boxes(host, screen)
    assert {name for name in after if after[name] != before[name]} == {"zoom", "max_frames"}


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_another_site_cannot_command(host: Any, origin: str) -> None:
    """A request that a page on another site would make is refused."""
    answer = ask(f"127.0.0.1:{host.port}", "POST", START, {**JSON, "Origin": origin}, b"{}")
    assert answer.status == 403
