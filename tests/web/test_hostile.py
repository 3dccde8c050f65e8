"""A real Performer behind a real server: disk errors, ids that are paths, bodies without end."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.deforum.exports import KINDS
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer
from deforum_perform.osc.datagrams import Datagrams
from deforum_perform.standalone.server import page_app
from deforum_perform.store.songs.store import SongStore
from deforum_perform.web import bodies, routes
from tests.osc import encoder
from tests.web.audit import Answer, ask, every_route
from tests.web.serving import served

API = "/perform/v1"
SECRET = b"the secret of the neighbour"
ELSEWHERE = frozenset({"listener.change"})
"""Opens sockets: not here."""
IDS = (
    "../secret", "..", ".", "/etc/passwd", "../../neighbour/song.json", "..\\..\\secret", "C:\\x", "\\\\host\\share",
    "%2e%2e%2fsecret", "..%2fsecret", "x/../../secret", "con", "a\x00b", "", " ", "~", "$HOME", "{root}", "a" * 300,
    "....//secret", "..%c0%afsecret", "．．／secret", "songs/../../secret",
)  # fmt: skip
NAMES = ("id", "lane", "take", "name", "source", "field", "preset", "kind", "settings", "sender", "host", "allowed")
"""The arguments of commands that are texts."""


@dataclass
class Served:
    """Perform without a WebUI, its folder, and a neighbour that is none of its business."""

    address: str
    performer: Performer
    root: Path
    app: Any

    def command(self, name: str, arguments: dict[str, Any]) -> Answer:
        """A command as a page sends it."""
        return self.post(f"/commands/{name}", json.dumps(arguments).encode())

    def post(self, path: str, body: Any, kind: str = "application/json") -> Answer:
        """Any body to any route."""
        return ask(self.address, "POST", f"{API}{path}", {"Content-Type": kind}, body)

    def get(self, path: str) -> Answer:
        """A path without escaping."""
        return ask(self.address, "GET", f"{API}{path}")

    def everything(self) -> Iterator[tuple[str, Answer]]:
        """What a page may ask for in its life, and what comes back."""
        song = self.performer.session.song
        lanes, takes = [lane.id for lane in song.lanes], [take.id for take in song.takes]
        for path in ("/state", *(f"/export/{kind}" for kind in KINDS), f"/export/oscdump?take={takes[0]}"):
            yield path, self.get(path)
        for lane in lanes:
            yield "curve", self.get(f"/lanes/{lane}/curve")
            yield "text", self.get(f"/lanes/{lane}/text")
        for name in COMMANDS:
            if name not in ELSEWHERE:
                given = {"lane": lanes[0], "take": takes[0], "name": "x", "armed": True}
                for about in (song.id, lanes[0], takes[0]):
                    yield name, self.command(name, declared(name, {**given, "id": about}))
        yield "import", self.post("/import/song", b"PK", "application/zip")
        yield "import", self.post("/import/settings?name=x", b'{"zoom": "0: (1)"}', "application/octet-stream")


def declared(command: str, given: dict[str, Any]) -> dict[str, Any]:
    """Those of the given arguments that the command takes: others are refused before any of them is looked at."""
    return {argument.name: given[argument.name] for argument in COMMANDS[command].arguments if argument.name in given}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    """A server on a song with a lane and a take."""
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "neighbour").mkdir()
    (tmp_path / "neighbour" / "song.json").write_bytes(SECRET)
    clock = [1_000_000_000]
    store = SongStore(tmp_path / "root")
    store.lock()
    performer = Performer(store, Standalone(), clock_ns=lambda: clock[0])
    performer.command("lane.add", {"field": "zoom", "source": "/knob"})
    performer.command("record.start", {})
    for k in range(10):
        clock[0] += 20_000_000
        knob = encoder.message("/knob", "f", [k / 10])
        performer.parts.reception.receive(Datagrams([clock[0]], [knob], [("127.0.0.1", 5000)]))
    performer.command("record.stop", {})
    performer.command("settings.import", {"name": "a.txt", "settings": {"zoom": "0: (1)"}})
    app, _ = page_app(performer, "127.0.0.1")
    with served(app) as address:
        yield Served(address, performer, tmp_path / "root", app)
    performer.close()


def neighbours(here: Served) -> dict[str, bytes]:
    """Every file beside Perform's folder."""
    top = here.root.parent
    files = [path for path in top.rglob("*") if path.is_file() and not path.is_relative_to(here.root)]
    return {str(path.relative_to(top)): path.read_bytes() for path in files}


def says_no_path(here: Served, what: str, answer: Answer) -> None:
    """No response reveals where Perform's files are, or how its code is organised."""
    for part in (str(here.root.parent), str(here.root), "song.json", ".npz", "Traceback", "deforum_perform/", ".py"):
        assert part not in answer.text, (what, part, answer.text[:500])


def refuse_disk(monkeypatch: pytest.MonkeyPatch, number: int, root: Path) -> None:
    """The system refuses every change of a file, and names the file, as it does."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError(number, os.strerror(number), str(root / "songs" / "x" / "song.json"))

    for call in ("fsync", "replace", "rename", "mkdir"):
        monkeypatch.setattr(os, call, refuse)


ERRORS = {
    "full": "disk is full", "refused": "access to the folder was denied", "io": "Input/output error",
    "damaged": "damaged", "cut": "damaged", "gone": "no longer exists", "folders": "could not be read",
    "files": "could not be", "locked": "was refused",
}  # fmt: skip
"""The problem of the disk -> words that the message must contain."""


@pytest.mark.parametrize("kind", ERRORS)
def test_no_error_of_the_disk_contains_a_path(here: Served, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Whatever the problem of the disk, every route answers in plain words, without a path, and continues."""
    song = here.root / "songs" / here.performer.session.song.id
    take = next((song / "recordings").iterdir())
    here.performer.parts.takes._takes.clear()
    if kind in ("full", "refused", "io"):
        refuse_disk(monkeypatch, {"full": errno.ENOSPC, "refused": errno.EACCES, "io": errno.EIO}[kind], here.root)
    elif kind == "damaged":
        (song / "song.json").write_text('{"format": 1, "lanes": 3', "utf-8")
        for base in song.glob("base_settings/*.json"):
            base.write_text("[", "utf-8")
        take.write_bytes(b"PK damaged")
    elif kind == "cut":
        take.write_bytes(take.read_bytes()[:100])
    elif kind == "gone":
        shutil.rmtree(song)
    elif kind == "folders":
        (song / "song.json").unlink()
        (song / "song.json").mkdir()
        take.unlink()
        take.mkdir()
    elif kind == "files":
        shutil.rmtree(here.root / "songs")
        (here.root / "songs").write_text("no folder", "utf-8")
    elif kind == "locked":
        take.chmod(0)
        if os.access(take, os.R_OK):
            pytest.skip("this user may read everything")
    answers = list(here.everything())
    for what, answer in answers:
        if what != "/export/zip" or answer.status != 200:  # a zip names the files in it
            says_no_path(here, what, answer)
        assert answer.status < 500 or answer.status == 507, (what, answer.text[:500])
    assert [answer for _, answer in answers if ERRORS[kind] in answer.text], "no message"
    monkeypatch.undo()


def test_no_id_becomes_a_path(here: Served) -> None:
    """An id that is a path, in a command, in an address or in a query, reaches no file and no folder."""
    before = neighbours(here)
    for hostile in IDS:
        use_as_id(here, hostile.replace("{root}", str(here.root)))
        assert neighbours(here) == before, hostile
    known = {"songs", "trash", "journals", "lock", "listener.json", "listener.backup.json"}
    assert {path.name for path in here.root.iterdir()} <= known


def use_as_id(here: Served, value: str) -> None:
    """Send it wherever an id is accepted."""
    for name in COMMANDS:
        if name not in ELSEWHERE:
            answer = here.command(name, declared(name, dict.fromkeys(NAMES, value)))
            assert SECRET not in answer.body, name
            says_no_path(
                here, name, Answer(answer.status, {}, answer.body.replace(json.dumps(value)[1:-1].encode(), b""))
            )
    for target in (quote(value, safe=""), quote(quote(value, safe=""), safe=""), quote(value)):
        for route in every_route(here.app):
            if route.method == "GET" and "{" in route.path:
                answer = ask(here.address, "GET", route.at(target))
                assert SECRET not in answer.body, route
                assert answer.status in (204, 307, 400, 404, 405, 422) or "/docs" in route.path, (route, answer.status)
        answer = here.get(f"/export/oscdump?take={target}&lanes={target}")
        assert SECRET not in answer.body


TARGETS = (
    "/../secret", "/javascript/../../secret", "/javascript/..%2f..%2fsecret", "/javascript/%2e%2e/page/main.js",
    "//etc/passwd", "/page/../secret", "/perform/v1/docs/../../secret", "/perform/v1/docs/..%5c..%5cREADME",
    "/javascript/perform.js%00.txt", "/javascript//etc/passwd", "/perform/v1/docs/getting-started.md",
    "/perform/v1/page/x/../../../../secret", "/perform/v1/page/x/..%2f..%2fREADME.md", "/perform/v1/page/x//etc/passwd",
)  # fmt: skip


def test_the_page_serves_its_own_files_alone(here: Served) -> None:
    """No way of writing a path reaches another file than the page's."""
    for target in TARGETS:
        answer = ask(here.address, "GET", target)
        assert answer.status in (400, 404), (target, answer.text[:300])
        says_no_path(here, target, Answer(answer.status, {}, answer.body.replace(target.encode(), b"")))


def endless(pieces: int) -> Iterator[bytes]:
    """A body that never ends."""
    for _ in range(pieces):
        yield b" " * 65_536


def test_no_body_is_read_without_end(here: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every route that takes a body stops reading at its limit, whether a length is announced, false or missing."""
    monkeypatch.setattr(routes, "ZIP_LIMIT_BYTES", 300_000)
    monkeypatch.setattr(routes, "DEFAULT_LIMIT_BYTES", 300_000)
    monkeypatch.setattr(routes, "SETTINGS_LIMIT_BYTES", 300_000)
    kinds = {"/import/song": bodies.ZIP, "/import/settings": bodies.BYTES, "/commands/undo": bodies.JSON}
    posts = {route.path.removeprefix(API) for route in every_route(here.app) if route.method == "POST"}
    commands = {f"/commands/{name}" for name in (*COMMANDS, "{name}")}
    assert posts == {"/import/song", "/import/settings", *commands}
    for path, kind in kinds.items():
        assert here.post(path, endless(2000), kind).status == 413
        assert here.post(path, b" " * 400_000, kind).status == 413
        for announced in ("99999999999999999999", "400000"):
            headers = {"Content-Type": kind, "Content-Length": announced}
            assert ask(here.address, "POST", f"{API}{path}", headers).status in (400, 413)
    assert here.get("/state").status == 200
