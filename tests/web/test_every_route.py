"""Every route there is, whatever will be added: the login, other sites, other names, other methods."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

from deforum_perform.standalone.server import page_app
from deforum_perform.web.route_table import PREFIX
from deforum_perform.web.routes import install_routes
from tests.web.audit import METHODS, Route, ask, every_route, status_of
from tests.web.fake_performer import FakePerformer
from tests.web.serving import served

REFUSED = (401, 403)
PAGE = {"/", "/javascript/perform.js"}
"""What a link on another site may lead to: the page itself, which says nothing of the songs."""


@contextmanager
def webui(auth: dict[str, str] | None) -> Iterator[SimpleNamespace]:
    """Perform in a WebUI; ``auth`` is its login."""
    app: Any = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.auth, app.tokens = auth, {"good": "ada"}
    performer = FakePerformer()
    install_routes(app, performer)
    with served(app) as address:
        yield SimpleNamespace(address=address, performer=performer, routes=every_route(app))


@pytest.fixture
def guarded() -> Iterator[SimpleNamespace]:
    """Perform in a WebUI that asks for a login."""
    with webui({"ada": "secret"}) as found:
        yield found


@pytest.fixture
def unguarded() -> Iterator[SimpleNamespace]:
    """Perform in a WebUI without a login."""
    with webui(None) as found:
        yield found


@pytest.fixture
def standalone() -> Iterator[SimpleNamespace]:
    """Perform without a WebUI."""
    performer = FakePerformer()
    app, _ = page_app(performer, "127.0.0.1")
    with served(app) as address:
        yield SimpleNamespace(address=address, performer=performer, routes=every_route(app))


def test_the_list_is_whole(standalone: SimpleNamespace) -> None:
    """The routes that are looked at are those there are: the API's, the stream and the page."""
    known = {route.path.removeprefix(PREFIX) for route in standalone.routes}
    imports = {"/import/song", "/import/settings"}
    modules = {"/page.js", "/page/{version}/{name:path}"}
    assert known >= {"/state", "/commands/{name}", "/export/{kind}", "/docs/{name}", "/stream"}
    assert known >= {*imports, *modules, *PAGE}
    assert {route.method for route in standalone.routes} == {"GET", "POST", "WS"}


@pytest.mark.parametrize("cookie", [None, "access-token=bad", "access-token=", "other=good"])
def test_every_route_asks_for_the_login(guarded: SimpleNamespace, cookie: str | None) -> None:
    """Without it, or with a wrong one, each route and the stream refuse, and no command runs."""
    headers = {} if cookie is None else {"Cookie": cookie}
    found = {route: status_of(guarded.address, route, headers) for route in guarded.routes}
    assert {route: status for route, status in found.items() if status not in REFUSED} == {}
    assert guarded.performer.commands == []


def test_with_the_login_every_route_answers(guarded: SimpleNamespace) -> None:
    """The same requests with the login are accepted, so the login is what kept them out."""
    found = {route: status_of(guarded.address, route, {"Cookie": "access-token=good"}) for route in guarded.routes}
    assert {route: status for route, status in found.items() if status in REFUSED} == {}


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "http://{host}.evil.example", "null"])
def test_every_route_refuses_other_sites(standalone: SimpleNamespace, origin: str) -> None:
    """A page of another site, of another port or without a name reaches none of the API's routes, nor the stream."""
    headers = {"Origin": origin.format(host=standalone.address)}
    api = [route for route in standalone.routes if route.path not in PAGE]
    found = {route: status_of(standalone.address, route, headers) for route in api}
    assert {route: status for route, status in found.items() if status not in REFUSED} == {}
    assert standalone.performer.commands == []


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5", "[", ""])
def test_every_route_refuses_other_names(standalone: SimpleNamespace, name: str) -> None:
    """A name that another site let point here opens nothing, not even the page, on a server of this machine alone."""
    headers = {"Host": name, "Origin": f"http://{name}"}
    found = {route: status_of(standalone.address, route, headers) for route in standalone.routes}
    assert {route: status for route, status in found.items() if status not in (*REFUSED, 400)} == {}
    assert standalone.performer.commands == []


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example:7860", "[", ""])
def test_a_webui_without_a_login_refuses_other_names(unguarded: SimpleNamespace, name: str) -> None:
    """No route of Perform's is reached by a name that another site can let point here."""
    for headers in ({"Host": name}, {"Host": name, "Origin": f"http://{name}"}):
        found = {route: status_of(unguarded.address, route, headers) for route in unguarded.routes}
        assert {route: status for route, status in found.items() if status not in (*REFUSED, 400)} == {}
    assert unguarded.performer.commands == []


@pytest.mark.parametrize("name", ["localhost", "192.168.1.5:7860", "[fe80::1]:7860", "studio", "studio.local"])
def test_a_webui_without_a_login_accepts_only_names_that_no_site_can_rebind(
    unguarded: SimpleNamespace, name: str
) -> None:
    """Addresses and names that only this network knows open every route."""
    headers = {"Host": name, "Origin": f"http://{name}"}
    found = {route: status_of(unguarded.address, route, headers) for route in unguarded.routes}
    assert {route: status for route, status in found.items() if status in REFUSED} == {}


def test_a_tunnel_goes_by_its_own_name(unguarded: SimpleNamespace) -> None:
    """A browser that uses https sends headers that no page can write, and any name is accepted."""
    headers = {
        "GET": {"Host": "x.tunnel.example", "Sec-Fetch-Site": "same-origin"},
        "POST": {"Host": "x.tunnel.example", "Origin": "https://x.tunnel.example", "Sec-Fetch-Site": "same-origin"},
    }
    found = {
        route: status_of(unguarded.address, route, headers.get(route.method, headers["POST"]))
        for route in unguarded.routes
    }
    assert {route: status for route, status in found.items() if status in REFUSED} == {}


def test_a_login_goes_by_any_name(guarded: SimpleNamespace) -> None:
    """A browser keeps no cookie for a name of another site, so the login is enough."""
    headers = {"Host": "studio.example", "Origin": "http://studio.example", "Cookie": "access-token=good"}
    found = {route: status_of(guarded.address, route, headers) for route in guarded.routes}
    assert {route: status for route, status in found.items() if status in REFUSED} == {}


def test_no_other_method_is_answered(guarded: SimpleNamespace) -> None:
    """A method that a route is not made for gives nothing, logged in or not."""
    there = {(route.method, route.path) for route in guarded.routes}
    others = [(m, r) for r in guarded.routes for m in METHODS if r.method != "WS" and (m, r.path) not in there]
    for headers in ({}, {"Cookie": "access-token=good"}):
        answers = {(method, route): ask(guarded.address, method, route.at(), headers) for method, route in others}
        assert {key: answer.status for key, answer in answers.items() if answer.status != 405} == {}
    assert guarded.performer.commands == []


def test_no_other_site_is_invited(standalone: SimpleNamespace) -> None:
    """No answer lets a browser hand it to another site, a question before a request included."""
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    for route in standalone.routes:
        for method in ("OPTIONS", "GET"):
            answer = ask(standalone.address, method, route.at(), headers)
            assert not [name for name in answer.headers if name.lower().startswith("access-control")], route


def test_a_new_route_would_be_looked_at() -> None:
    """The list is read from the app: a route that is added without the check is found."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install_routes(app, FakePerformer())
    before = every_route(app)

    @app.get("/perform/v1/new")
    def new() -> None:
        return None

    assert [route for route in every_route(app) if route not in before] == [Route("GET", "/perform/v1/new")]
