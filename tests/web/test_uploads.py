"""What is sent to Perform is bounded in size, memory, number and time, in the WebUI as well as without one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import IO, Any

import httpx
import pytest
from fastapi import FastAPI

from deforum_perform.web import uploads
from deforum_perform.web.route_table import PREFIX
from deforum_perform.web.routes import install_routes
from tests.web.fake_performer import FakePerformer
from tests.web.serving import PATIENCE_S, served

ZIP = {"content-type": "application/zip"}


class Taking(FakePerformer):
    """Keeps what it was given to import."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[type] = []

    def import_song(self, data: bytes | IO[bytes]) -> dict[str, Any]:
        self.kinds.append(bytes if isinstance(data, bytes) else IO)
        read = data if isinstance(data, bytes) else data.read()
        return {"id": "new", "bytes": len(read), "sum": sum(read[:: 1 << 16])}


@pytest.fixture
def performer() -> Taking:
    """A performer that imports."""
    return Taking()


@pytest.fixture
def address(performer: Taking) -> Iterator[str]:
    """Where its API is served."""
    app = FastAPI()
    install_routes(app, performer)
    with served(app) as found:
        yield found


def begun(address: str, length: int, sent: bytes = b"PK", path: str = "/import/song") -> socket.socket:
    """An upload of ``length`` bytes that goes no further than ``sent``."""
    host, port = address.split(":")
    link = socket.create_connection((host, int(port)), PATIENCE_S)
    kind = "application/zip" if "song" in path else "application/json"
    head = f"POST {PREFIX}{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: {kind}\r\n"
    link.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode() + sent)
    return link


def status(link: socket.socket) -> int:
    """The status of the answer."""
    return int(link.recv(65_536).split(b" ")[1])


def post(address: str, content: bytes) -> httpx.Response:
    """Upload a zip."""
    url = f"http://{address}{PREFIX}/import/song"
    return httpx.post(url, content=content, headers=ZIP, trust_env=False, timeout=PATIENCE_S)


@pytest.mark.parametrize("size", [0, 10, (4 << 20) + 1, 9_000_000])
def test_a_file_arrives_whole(address: str, performer: Taking, size: int) -> None:
    """A small file is bytes, a large one is on disk, and all of it is there."""
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    answer = post(address, content).json()["result"]
    assert (answer["bytes"], answer["sum"]) == (size, sum(content[:: 1 << 16]))
    assert performer.kinds == [IO if size > uploads.IN_MEMORY_BYTES else bytes]


@pytest.mark.parametrize("path", ["/import/song", "/commands/undo"])
def test_an_upload_that_stalls_is_ended(address: str, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Where nothing comes any more the request is answered as too slow."""
    monkeypatch.setattr(uploads, "IDLE_S", 0.1)
    with begun(address, 1000, path=path) as link:
        assert status(link) == 408


def test_an_upload_that_trickles_is_given_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes so slowly that it would never end is answered as too slow."""
    monkeypatch.setattr(uploads, "GRACE_S", 0.0)
    monkeypatch.setattr(uploads, "SLOWEST_BYTES_S", 10**12)
    with begun(address, 1000) as link:
        assert status(link) == 408


def test_few_files_at_a_time(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While two files are being uploaded a third one is refused, and accepted again when one is complete."""
    with begun(address, 300_000_000) as first, begun(address, 300_000_000) as second:
        assert post(address, b"PK").status_code == 503
        for link in (first, second):
            link.shutdown(socket.SHUT_RDWR)
    gone = threading.Event()
    while post(address, b"PK").status_code == 503:
        gone.wait(0.01)


def test_all_bodies_together_have_a_limit(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many requests are under way, no more than a limit is kept of them; afterwards all of it is free again."""
    monkeypatch.setattr(uploads, "HELD_BYTES", 150_000)
    url, json = f"http://{address}{PREFIX}/commands/undo", {"content-type": "application/json"}
    with begun(address, 500_000, b" " * 100_000, "/commands/undo") as link:
        refused = threading.Event()
        while (
            httpx.post(url, content=b" " * 100_000, headers=json, trust_env=False, timeout=PATIENCE_S).status_code
            != 503
        ):
            refused.wait(0.01)
        link.shutdown(socket.SHUT_RDWR)
    while httpx.post(url, content=b" " * 140_000, headers=json, trust_env=False, timeout=PATIENCE_S).status_code == 503:
        refused.wait(0.01)


def test_a_full_disk_is_said(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload leaves space for recordings."""
    monkeypatch.setattr(uploads, "LEFT_FREE_BYTES", 1 << 62)
    answer = post(address, bytes(5 << 20))
    assert (answer.status_code, "disk is nearly full" in answer.text) == (507, True)
