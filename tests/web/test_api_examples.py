"""The examples of docs/api.md, word for word, against a real Performer."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.app.commands.declared import samples
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer, open_performer
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.demo.wire import udp_sender
from deforum_perform.osc.decode.control import CONTROLS
from deforum_perform.standalone.server import page_app
from deforum_perform.web.openapi import result_schema
from deforum_perform.web.route_table import DOCUMENTS, PREFIX, ROUTES, STREAM
from tests.app.prepared import killed_folder
from tests.app.schema import fits
from tests.osc.network import until
from tests.web.serving import open_page, requests_to, served

DOCUMENT = Path("docs/api.md").read_text("utf-8")
SETTINGS = '{"zoom": "0: (1.5)", "translation_z": "0: (2)"}'


@dataclass(frozen=True)
class Example:
    """One block of the document."""

    method: str
    target: str
    rest: str

    @property
    def command(self) -> str | None:
        """The command, where it is one."""
        return self.target.removeprefix("/commands/") if self.target.startswith("/commands/") else None


def examples() -> list[Example]:
    """Every example of a request."""
    blocks = re.findall(r"^```http\n(GET|POST) (\S+)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    return [Example(method, target.removeprefix(PREFIX), rest) for method, target, rest in blocks]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of songs in which every example has what it is about."""
    return killed_folder(tmp_path_factory.mktemp("prepared"), samples.SOURCE)


@pytest.fixture
def performer(prepared: Path, tmp_path: Path) -> Iterator[Performer]:
    """A Performer that listens, on a copy of that folder, with a step to undo and one to redo."""
    root = tmp_path / "root"
    shutil.copytree(prepared, root)
    performer = open_performer(root, ListenerChoice(port=0), Standalone())
    performer.command("listener.allow", {"sender": "192.168.1.23"})
    performer.command("song.change", {"fps": 25})
    performer.command("song.change", {"tempo_bpm": 100})
    performer.command("undo")
    yield performer
    performer.close()


def real(performer: Performer, text: str) -> str:
    """``text`` with the ids there are in the place of the document's."""
    state, listed = performer.snapshot(), performer.song_list()
    song = state["song"]["id"]
    ids = {
        samples.LANE: state["lanes"][0]["id"],
        samples.OTHER_LANE: state["lanes"][1]["id"],
        samples.SONG: song,
        samples.OTHER_SONG: next(entry["id"] for entry in listed["songs"] if entry["id"] != song),
        samples.TRASHED_SONG: listed["trashed"][0]["id"],
        samples.TAKE: state["takes"][0]["id"],
        samples.RECORDING: state["unsaved"][0]["id"],
    }
    for sample, known in ids.items():
        text = text.replace(sample, known)
    return text


def body_of(performer: Performer, example: Example) -> bytes:
    """What an example sends: its own JSON, or the file that its route takes."""
    files: dict[str, Callable[[], bytes]] = {
        "/import/song": lambda: performer.export("zip").data,
        "/import/settings": SETTINGS.encode,
    }
    made = files.get(example.target.partition("?")[0])
    return made() if made is not None else real(performer, example.rest).encode()


def test_there_is_an_example_of_everything() -> None:
    """Each command and each route has one."""
    found = examples()
    assert [example.command for example in found if example.command] == list(COMMANDS)
    others = [example.target for example in found if not example.command]
    assert others == [route.example for route in (*ROUTES, STREAM, *DOCUMENTS)]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.target)
def test_an_example_works(performer: Performer, example: Example) -> None:
    """Sent as it is written, but for ids, it succeeds, and a command answers what its table says."""
    app, _ = page_app(performer, "127.0.0.1")
    with served(app) as address, requests_to(f"http://{address}{PREFIX}") as client:
        if example.target == STREAM.path:
            with open_page(address) as page:
                assert json.loads(page.recv())["type"] == "state"
            return
        kind = re.search(r"^Content-Type: (\S+)$", example.rest, re.MULTILINE)
        headers = {"Content-Type": kind[1] if kind else "application/json"} if example.method == "POST" else {}
        content = body_of(performer, example) if example.method == "POST" else None
        answer = client.request(example.method, real(performer, example.target), headers=headers, content=content)
    assert answer.status_code in (200, 307), answer.text
    if example.command:
        assert fits(result_schema(COMMANDS[example.command]), answer.json()), answer.text


def test_a_result_has_no_member_that_is_not_described(performer: Performer) -> None:
    """What commands answer is all in their tables."""
    for name in ("check", "lane.fit_input_range", "listener.allow", "song.rename", "seek", "record.start"):
        command = COMMANDS[name]
        given = json.loads(real(performer, json.dumps(command.example or {})))
        assert set(performer.command(name, given)) == {part.name for part in command.returns}, name


EFFECTS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "record": lambda state: state["transport"]["state"] == "recording",
    "play": lambda state: state["transport"]["state"] == "playing",
    "seek": lambda state: state["transport"]["position_s"] == 12.5,
    "undo": lambda state: state["song"]["fps"] != 25,
    "redo": lambda state: state["song"]["tempo_bpm"] == 100,
}
"""OSC control -> what the state says afterwards."""


@pytest.mark.parametrize("name", CONTROLS)
def test_the_example_of_an_osc_control_works(performer: Performer, name: str) -> None:
    """The message of the document's oscsend line does what the table says."""
    line = re.search(rf"`oscsend 127\.0\.0\.1 9000 (/perform/{name}) ([if]) (\S+)`", DOCUMENT)
    assert line is not None
    value = {"i": int, "f": float}[line[2]](line[3])
    assert not EFFECTS[name](performer.snapshot())
    with udp_sender(performer.listening.host, performer.listening.port) as send:
        send(line[1], (value,))
        until(lambda: EFFECTS[name](performer.snapshot()))
