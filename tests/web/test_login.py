"""The login of the host, by real clients: the API and the stream ask for it where gradio's own routes do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from websockets.exceptions import InvalidStatus

from deforum_perform.web.login import cookie_names
from deforum_perform.web.routes import install_routes
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, open_page, requests_to, served

API = "/perform/v1"
PATHS = ("/state", "/fields", "/lanes/a/curve", "/lanes/a/text", "/export/settings")


def _gradio_3() -> FastAPI:
    """What gradio 3.41.2 keeps on its app."""
    app: Any = FastAPI()
    app.auth, app.tokens = {"ada": "secret"}, {"good": "ada"}
    return app  # type: ignore[no-any-return]


def _gradio_4() -> FastAPI:
    """What gradio 4.40 keeps on its app."""
    app: Any = _gradio_3()
    app.cookie_id, app.auth_dependency = "Id-4_x", None
    return app  # type: ignore[no-any-return]


def _user_of(request: Request) -> str | None:
    return "ada" if request.headers.get("x-user") == "ada" else None


def _gradio_4_dependency() -> FastAPI:
    """A login by another system, as gradio 4 offers."""
    app: Any = FastAPI()
    app.auth, app.tokens, app.cookie_id, app.auth_dependency = None, {}, "id", _user_of
    return app  # type: ignore[no-any-return]


LOGINS = {
    "gradio 3": (_gradio_3, {"cookie": "access-token=good"}, {"cookie": "access-token=bad"}),
    "gradio 3 without TLS": (_gradio_3, {"cookie": "access-token-unsecure=good"}, {"cookie": "other=good"}),
    "gradio 4": (_gradio_4, {"cookie": "access-token-Id-4_x=good"}, {"cookie": "access-token=good"}),
    "gradio 4 without TLS": (_gradio_4, {"cookie": "access-token-unsecure-Id-4_x=good"}, {}),
    "gradio 4 by dependency": (_gradio_4_dependency, {"x-user": "ada"}, {"x-user": "eve", "cookie": "access-token=a"}),
}


@pytest.fixture(params=LOGINS, ids=str)
def login(request: pytest.FixtureRequest) -> Iterator[SimpleNamespace]:
    make_app, good, bad = LOGINS[request.param]
    performer, app = FakePerformer(), make_app()
    install_routes(app, performer)
    with served(app) as address:
        yield SimpleNamespace(address=address, good=good, bad=bad, performer=performer)


def _client(login: SimpleNamespace, headers: dict[str, str]) -> httpx.Client:
    return requests_to(f"http://{login.address}{API}", headers)


@pytest.mark.parametrize("who", ["stranger", "bad"])
def test_without_the_login_nothing_is_given(login: SimpleNamespace, who: str) -> None:
    """Every route answers 401 and no command runs."""
    with _client(login, login.bad if who == "bad" else {}) as client:
        for path in PATHS:
            answer = client.get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "login"), path
        assert client.post("/commands/undo", json={}).status_code == 401
    assert login.performer.commands == []


def test_with_the_login_all_is_given(login: SimpleNamespace) -> None:
    """The cookie that gradio sets is the key to every route."""
    with _client(login, login.good) as client:
        assert [client.get(path).status_code for path in PATHS] == [200] * len(PATHS)
        assert client.post("/commands/undo", json={}).status_code == 200


def test_the_stream_asks_for_the_login_at_its_handshake(login: SimpleNamespace) -> None:
    """Without it the handshake is refused; with it the state comes."""
    for headers in ({}, login.bad):
        with pytest.raises(InvalidStatus) as refused, open_page(login.address, headers):
            raise AssertionError
        assert refused.value.response.status_code == 403
    with open_page(login.address, login.good) as page:
        assert json.loads(page.recv(PATIENCE_S))["type"] == "state"


def test_a_login_gives_other_sites_no_access(login: SimpleNamespace) -> None:
    """A browser sends the cookie along for any site, so the origin counts as well."""
    with _client(login, {**login.good, "origin": "http://evil.example"}) as client:
        assert client.post("/commands/undo", json={}).status_code == 403


def test_a_login_that_comes_later_counts() -> None:
    """The host may set its login after the routes were made, and none means none is asked."""
    app: Any = FastAPI()
    install_routes(app, FakePerformer())
    with served(app) as address, requests_to(f"http://{address}{API}") as client:
        assert client.get("/state").status_code == 200
        app.auth, app.tokens = {"ada": "secret"}, {}
        assert client.get("/state").status_code == 401


def test_cookie_names_follow_the_gradio_that_runs() -> None:
    """gradio 4 puts the app's id behind the names."""
    assert cookie_names(_gradio_3()) == ("access-token", "access-token-unsecure")
    assert cookie_names(_gradio_4()) == ("access-token-Id-4_x", "access-token-unsecure-Id-4_x")
