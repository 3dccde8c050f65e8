"""Requests to every route of Perform in a WebUI: strangers and strange names are refused, the user is accepted."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import FastAPI

from deforum_perform.web.routes import install_routes
from tests.web.audit import Route, ask, every_route, status_of
from tests.web.fake_performer import FakePerformer

REFUSED = (401, 403)


def check_login(address: str, user: str, password: str) -> None:
    """AssertionError if a route or the stream accepts a request without a token, with a wrong one, or with the right
    one from another site."""
    good = {"Cookie": cookie(address, user, password)}
    name = good["Cookie"].partition("=")[0]
    strangers: list[dict[str, str]] = [
        {},
        {"Cookie": f"{name}=x"},
        {**good, "Origin": "http://evil.example"},
        {**good, "Sec-Fetch-Site": "cross-site"},
    ]
    for headers in strangers:
        found = {route: status_of(address, route, headers) for route in ours()}
        assert {route: status for route, status in found.items() if status not in REFUSED} == {}, headers
    found = {route: status_of(address, route, good) for route in ours()}
    assert {route: status for route, status in found.items() if status in REFUSED} == {}
    assert found[Route("WS", "/perform/v1/stream")] == 101


def check_names(address: str, *given: str) -> None:
    """AssertionError where a route or the stream of a WebUI without a login answers to a name that another site may
    have let point here, or does not to its own names or to those ``given`` at its start."""
    port = address.partition(":")[2]
    for name in ("evil.example", "127.0.0.1.evil.example"):
        found = statuses(address, f"{name}:{port}")
        assert {route: status for route, status in found.items() if status != 403} == {}, name
    for name in ("localhost", "192.168.1.5", "studio.local", *given):
        found = statuses(address, f"{name}:{port}")
        assert {route: status for route, status in found.items() if status in REFUSED} == {}, name


def statuses(address: str, host: str) -> dict[Route, int]:
    """The status of each route for the page at ``http://host``."""
    headers = {"Host": host, "Origin": f"http://{host}"}
    return {route: status_of(address, route, headers) for route in ours()}


def ours() -> list[Route]:
    """Every route that Perform puts on a host's app."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install_routes(app, FakePerformer())
    return every_route(app)


def cookie(address: str, user: str, password: str) -> str:
    """The cookie that gradio's own login gives."""
    form = urlencode({"username": user, "password": password}).encode()
    answer = ask(address, "POST", "/login", {"Content-Type": "application/x-www-form-urlencoded"}, form)
    assert answer.status == 200
    given = [value for key, value in answer.headers.items() if key.lower() == "set-cookie"]
    return given[-1].partition(";")[0]
