"""At every route of Perform's in a WebUI that asks for a login: strangers are refused, the user is let in."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import FastAPI

from deforum_perform.web.routes import install_routes
from tests.web.audit import Route, ask, every_route, knock
from tests.web.fake_performer import FakePerformer

REFUSED = (401, 403)


def check_login(address: str, user: str, password: str) -> None:
    """AssertionError where a route or the stream lets in nobody, a wrong token, or the right one from another site."""
    good = {"Cookie": cookie(address, user, password)}
    name = good["Cookie"].partition("=")[0]
    strangers: list[dict[str, str]] = [
        {},
        {"Cookie": f"{name}=x"},
        {**good, "Origin": "http://evil.example"},
        {**good, "Sec-Fetch-Site": "cross-site"},
    ]
    for headers in strangers:
        found = {route: knock(address, route, headers) for route in ours()}
        assert {route: status for route, status in found.items() if status not in REFUSED} == {}, headers
    found = {route: knock(address, route, good) for route in ours()}
    assert {route: status for route, status in found.items() if status in REFUSED} == {}
    assert found[Route("WS", "/perform/v1/stream")] == 101


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
