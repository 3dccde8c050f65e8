"""The API by a real HTTP client on a real server."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from deforum_perform.web.routes import install_routes
from tests.web.fake_performer import FakePerformer
from tests.web.serving import requests_to, served, wait_until

API = "/perform/v1"


@pytest.fixture
def performer() -> FakePerformer:
    return FakePerformer()


@pytest.fixture
def client(performer: FakePerformer) -> Iterator[httpx.Client]:
    app = FastAPI()
    install_routes(app, performer)
    with served(app) as address, requests_to(f"http://{address}{API}") as client:
        yield client


def test_state_and_fields_are_there(client: httpx.Client) -> None:
    """The page's first two requests."""
    answer = client.get("/state")
    assert answer.json() == {"revision": 1, "version": "0.1.0"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(client.get("/fields").json()["fields"]) > 50


def test_a_command_runs_off_the_event_loop(client: httpx.Client, performer: FakePerformer) -> None:
    """The arguments arrive, the result comes back without NaN, and the host's loop was not held."""
    answer = client.post("/commands/lane.add", json={"field": "zoom"})
    assert answer.json() == {"result": {"done": "lane.add", "value": None}}
    assert performer.commands == [("lane.add", {"field": "zoom"})]
    assert threading.main_thread().name not in performer.threads
    assert all("AnyIO" in name for name in performer.threads)


def test_errors_say_what_to_do(client: httpx.Client) -> None:
    """An error of the tree comes as JSON with its own status."""
    answer = client.post("/commands/refused", json={})
    assert answer.status_code == 422
    assert answer.json() == {"error": {"code": "input", "message": "fps needs a number."}}
    assert client.get("/lanes/b/curve").status_code == 404


def test_unforeseen_errors_give_nothing_away(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """No path and no trace leaves the machine; the log has them, once."""
    with caplog.at_level(logging.ERROR, "deforum_perform"):
        answer = client.post("/commands/broken", json={})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "unexpected"
    assert "secret" not in answer.text
    assert "home" not in answer.text
    assert "Trace" not in answer.text
    assert [record.exc_info is not None for record in caplog.records] == [True]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_forms_of_other_sites_cannot_command(client: httpx.Client, performer: FakePerformer, kind: str) -> None:
    """Only JSON commands, because a form on any site may send the other kinds without being asked."""
    answer = client.post("/commands/undo", content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 415
    assert performer.commands == []


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
    ids=["other origin", "null origin", "cross-site without origin"],
)
def test_other_sites_reach_nothing(client: httpx.Client, performer: FakePerformer, headers: dict[str, str]) -> None:
    """A page on another site can neither command nor read."""
    assert client.post("/commands/undo", json={}, headers=headers).status_code == 403
    for path in ("/state", "/fields", "/lanes/a/curve", "/lanes/a/text", "/export/settings"):
        assert client.get(path, headers=headers).status_code == 403, path
    assert performer.commands == []


def test_the_own_page_commands(client: httpx.Client, performer: FakePerformer) -> None:
    """A browser sends the page's own origin with every POST."""
    origin = f"http://{client.base_url.netloc.decode()}"
    assert client.post("/commands/undo", json={}, headers={"origin": origin}).status_code == 200
    assert len(performer.commands) == 1


def _pieces(count: int) -> Iterator[bytes]:
    yield b'{"a": "'
    for _ in range(count):
        yield b"x" * 100_000
    yield b'"}'


@pytest.mark.parametrize("announced", [True, False], ids=["length announced", "in pieces"])
@pytest.mark.parametrize(
    ("name", "megabytes", "status"),
    [
        ("song.rename", 0.9, 200),
        ("song.rename", 1.1, 413),
        ("settings.import", 19, 200),
        ("settings.import", 21, 413),
    ],
)
def test_bodies_have_a_limit(
    client: httpx.Client, performer: FakePerformer, name: str, megabytes: float, status: int, announced: bool
) -> None:
    """More than a command takes is refused, whether its length is announced or not."""
    pieces = _pieces(int(megabytes * 10))
    content = b"".join(pieces) if announced else pieces
    try:
        answer = client.post(f"/commands/{name}", content=content, headers={"content-type": "application/json"})
    except httpx.WriteError:
        # The server answered and hung up before all was sent.
        assert status == 413
    else:
        assert answer.status_code == status
    assert len(performer.commands) == (1 if status == 200 else 0)


def test_the_curve_of_a_lane_that_is_gone_is_empty(client: httpx.Client) -> None:
    """A page that asks before it has received another song gets an empty answer, and no error appears in its
    console."""
    answer = client.get("/lanes/gone/curve")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_curve_is_sent_once(client: httpx.Client) -> None:
    """A browser that has the curve gets no second copy."""
    first = client.get("/lanes/a/curve")
    assert first.content == b"\x00\x01\x02\x03"
    assert first.headers["content-type"] == "application/octet-stream"
    again = client.get("/lanes/a/curve", headers={"if-none-match": f'W/"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/lanes/a/curve", headers={"if-none-match": '"curve"'}).status_code == 200


def test_texts_and_settings_leave_as_files(client: httpx.Client) -> None:
    """Schedule text is plain text; the settings file is a download whose name cannot break the header."""
    assert client.get("/lanes/a/text").text == "0: (1.5)"
    answer = client.get("/export/settings")
    assert json.loads(answer.text) == {"zoom": "0: (1)"}
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="My_song_')
    assert "/" not in disposition
    assert "filename*=UTF-8''My%20song%20%22%C3%A4" in disposition


def test_a_file_on_disk_is_sent_whole_and_closed(
    client: httpx.Client, performer: FakePerformer, tmp_path: Path
) -> None:
    """A large zip is read piece by piece; its length is sent, and it is deleted afterwards."""
    data = bytes(range(256)) * 10_000
    with (tmp_path / "large").open("w+b") as file:
        file.write(data)
        performer.zip = file
        answer = client.get("/export/zip")
        wait_until(lambda: file.closed, "the file is closed once it was sent")
    assert answer.content == data
    assert answer.headers["content-length"] == str(len(data))


def test_an_unknown_export_says_so(client: httpx.Client) -> None:
    """Another word behind /export/ is a clear error, not a file."""
    assert client.get("/export/everything").status_code == 422


def test_a_zip_is_taken_as_a_zip_only(client: httpx.Client) -> None:
    """Import reads the body as it is, and only under its own content type, which no form of another site can send."""
    answer = client.post("/import/song", content=b"PK", headers={"content-type": "application/zip"})
    assert answer.json()["result"] == {"id": "new", "bytes": 2}
    assert client.post("/import/song", content=b"PK", headers={"content-type": "text/plain"}).status_code == 415


def test_a_settings_file_is_taken_byte_for_byte(client: httpx.Client, performer: FakePerformer) -> None:
    """Whatever its bytes are they reach the performer as they are, and only under a type that no form can send."""
    data = bytes(range(256))
    ask = {"url": "/import/settings", "params": {"name": "für.txt"}, "content": data}
    assert client.post(**ask, headers={"content-type": "application/octet-stream"}).status_code == 200
    assert performer.commands == [("settings.import", {"name": "für.txt", "settings": data})]
    for kind in ("text/plain", "multipart/form-data"):
        assert client.post(**ask, headers={"content-type": kind}).status_code == 415


def test_the_links_of_the_documents_lead_to_documents(client: httpx.Client) -> None:
    """From the address that the page links to, as a browser follows them."""
    first = client.get("/docs", follow_redirects=True)
    assert first.status_code == 200
    links = re.findall(r'<a href="([a-z-]+)">', first.text)
    assert "senders" in links
    assert {client.get(first.url.join(link)).status_code for link in links} == {200}


def test_routes_are_installed_once(performer: FakePerformer) -> None:
    """The same app twice, as after a reload that kept it, has each route once and the same streams."""
    app = FastAPI()
    streams = install_routes(app, performer)
    count = len(app.routes)
    assert install_routes(app, performer) is streams
    assert len(app.routes) == count
    assert install_routes(FastAPI(), performer) is not streams
