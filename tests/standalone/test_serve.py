"""The command ``serve``, as a separate program."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections import ChainMap
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from deforum_perform.demo.wire import udp_sender
from deforum_perform.store.songs.store import SongStore
from tests.standalone.programs import program, serving
from tests.web.serving import PATIENCE_S, open_page


def _until(page: ClientConnection, kind: str, **wanted: Any) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(page.recv(PATIENCE_S))
        body = message.get("slices", message)
        if message["type"] == kind and all(body[name] == value for name, value in wanted.items()):
            return body


def _received(page: ClientConnection, value: float) -> dict[str, Any]:
    while True:
        live = _until(page, "live")
        if any(row[1] == value for row in live["sources"]):
            return live


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_running_recording_is_saved_when_the_program_is_stopped(tmp_path: Path, number: signal.Signals) -> None:
    """From OSC over UDP to the page over the websocket, and on SIGINT or SIGTERM everything in order."""
    with serving(tmp_path, "--osc-port", 0) as perform:
        running = perform.program
        with open_page(perform.address) as page, udp_sender(perform.osc_host, perform.osc_port) as send:
            assert _until(page, "state")["host"]["kind"] == "standalone"
            perform.command("record.start")
            for value in (0.25, 0.75):
                send("/nts1/cutoff", (value,))
                assert _received(page, value)["recording"] is True
            running.tell(number)
            assert "saved" in running.until("Closing")
            said = [json.loads(message) for message in page]
            assert "Perform was closed. The recording is saved as take 1" in said[-1]["reason"]
            shown = ChainMap(*(message["slices"] for message in reversed(said) if message["type"] == "state"))
            takes = [name for name in shown if name.startswith("take:")]
            assert (shown["transport"]["state"], len(takes)) == ("stopped", 1)
        assert running.ended() == 0
    store = SongStore(tmp_path)
    (entry,) = store.list_songs()
    (take,) = store.load(entry.id).song.takes
    assert take.sources == ("/nts1/cutoff",)
    assert store.load_takes(entry.id, take.id)[0].signals["/nts1/cutoff"].values.tolist() == [0.25, 0.75]


def test_a_page_port_in_use_is_reported(tmp_path: Path) -> None:
    """The program ends with the port and the option that helps."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with program("--port", port, "--osc-port", 0, "--songs", tmp_path, "--no-browser") as running:
            assert running.ended() == 1
            assert re.search(rf"port {port} of 127.0.0.1. Add --port \d+", running.printed)


def test_an_osc_port_in_use_is_reported(tmp_path: Path) -> None:
    """The program ends with the port and the option that helps, and takes no datagram from the other program."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with program("--port", 0, "--osc-port", port, "--songs", tmp_path, "--no-browser") as running:
            assert running.ended() == 1
            assert re.search(rf"OSC port {port} of 127.0.0.1.*Add --osc-port \d+", running.printed)


def test_two_programs_do_not_share_a_folder_of_songs(tmp_path: Path) -> None:
    """The second one says who has it."""
    with serving(tmp_path, "--osc-port", 0) as first:
        arguments = ("--port", 0, "--osc-port", 0, "--songs", tmp_path, "--no-browser")
        with program(*arguments) as second:
            assert second.ended() == 1
            assert f"process {first.program.process.pid}" in second.printed
