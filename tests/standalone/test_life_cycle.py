"""Perform as a program of its own that ends, is killed or moves its listener in the middle of a pass."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deforum_perform.store.songs import SongStore
from tests.counting import SOURCE, counting
from tests.standalone.programs import Program, program
from tests.web.serving import wait_until

MESSAGES = 300
QUARTER_OF_A_SECOND = 125
"""Messages of the counting sender, and some that were late."""


class Perform:
    """A running ``serve`` on a folder of songs, by its API."""

    def __init__(self, running: Program) -> None:
        self.running = running
        self._api = running.until("Page").split()[-1] + "/perform/v1"
        found = re.search(r":(\d+)", running.until("OSC"))
        assert found is not None
        self.osc_port = int(found[1])

    def state(self) -> dict[str, Any]:
        """The state."""
        return dict(httpx.get(f"{self._api}/state", trust_env=False).json())

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Run a command; the answer's result."""
        answer = httpx.post(f"{self._api}/commands/{name}", json=arguments, trust_env=False, timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["result"])


@contextmanager
def perform(songs: Path, osc_port: int = 0) -> Iterator[Perform]:
    """``serve`` on the folder ``songs``."""
    with program("--port", 0, "--osc-port", osc_port, "--songs", songs, "--no-browser") as running:
        yield Perform(running)


def counted(songs: Path) -> list[float]:
    """What the only take of the only song holds of the counting sender."""
    store = SongStore(songs)
    (song,) = [store.load(entry.id) for entry in store.list_songs()]
    (take,) = song.takes
    return list(store.load_take(song.id, take.id).signals[SOURCE].values)


def in_order(values: list[float]) -> bool:
    """Whether they are 0, 1, 2 and so on."""
    return values == [float(i) for i in range(len(values))]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_amid_a_flood_loses_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """Every message sent before the signal is in the take, in order, while the sender goes on."""
    with perform(tmp_path) as playing:
        playing.command("record.start")
        with counting(playing.osc_port) as sender:
            wait_until(lambda: sender.sent >= MESSAGES, "messages are on their way")
            before = sender.sent
            playing.running.tell(number)
            assert playing.running.ended() == 0
    kept = counted(tmp_path)
    assert in_order(kept)
    assert len(kept) >= before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_program_offers_the_pass(tmp_path: Path) -> None:
    """After kill -9 the next start on the folder offers the pass, and at most its last quarter of a second is lost."""
    with perform(tmp_path) as playing:
        playing.command("record.start")
        with counting(playing.osc_port) as sender:
            wait_until(lambda: sender.sent >= MESSAGES, "messages are on their way")
            before = sender.sent
            playing.running.tell(signal.SIGKILL)
            playing.running.ended()
    with perform(tmp_path) as playing:
        (unsaved,) = playing.state()["unsaved"]
        playing.command("pass.recover", id=unsaved["id"])
        assert playing.state()["unsaved"] == []
    kept = counted(tmp_path)
    assert in_order(kept)
    assert len(kept) >= before - QUARTER_OF_A_SECOND


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux a port changes hands without a gap")
def test_the_listener_moves_amid_a_pass_without_loss(tmp_path: Path) -> None:
    """From this computer only to all of its addresses and back, on the same port: every message is in the take."""
    with perform(tmp_path) as playing:
        playing.command("record.start")
        with counting(playing.osc_port) as sender:
            for host in ("0.0.0.0", "127.0.0.1", "0.0.0.0"):
                goal = sender.sent + MESSAGES
                playing.command("listener.change", host=host, port=playing.osc_port)
                assert playing.state()["listener"]["host"] == host
                wait_until(lambda: sender.sent >= goal, "messages are on their way")  # noqa: B023 - used at once
            sent = sender.stop()
        playing.command("record.stop")
    kept = counted(tmp_path)
    assert in_order(kept)
    assert len(kept) == sent


def test_a_second_perform_says_which_process_has_the_port(tmp_path: Path) -> None:
    """It ends with the holder's name and number, and the first one goes on hearing."""
    with perform(tmp_path / "first") as first:
        arguments = ("--port", 0, "--osc-port", first.osc_port, "--songs", tmp_path / "second", "--no-browser")
        with program(*arguments) as second:
            assert second.ended() == 1
            assert f"process {first.running.process.pid}" in second.printed
            assert "--osc-port" in second.printed
        with counting(first.osc_port):
            wait_until(lambda: bool(first.state()["sources"]), "the first one hears")
