"""Perform as a separate program that ends, is killed or moves its listener during a recording."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.counting import counted, counting, in_order
from tests.standalone.programs import program, serving
from tests.web.serving import wait_until

MESSAGES = 300
QUARTER_OF_A_SECOND = 125
"""Messages of the counting sender, and some that were late."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_amid_a_flood_loses_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """Every message sent before the signal is in the take, in order, while the sender continues."""
    with serving(tmp_path, "--osc-port", 0) as playing:
        playing.command("record.start")
        with counting(playing.osc_port) as sender:
            wait_until(lambda: sender.sent >= MESSAGES, "messages are on their way")
            before = sender.sent
            playing.program.tell(number)
            assert playing.program.ended() == 0
    kept = counted(tmp_path)
    assert in_order(kept)
    assert len(kept) >= before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_after_a_killed_program_the_recording_is_offered(tmp_path: Path) -> None:
    """After kill -9 the next start on the folder offers the recording, and at most its last quarter of a second is
    lost."""
    with serving(tmp_path, "--osc-port", 0) as playing:
        playing.command("record.start")
        with counting(playing.osc_port) as sender:
            wait_until(lambda: sender.sent >= MESSAGES, "messages are on their way")
            before = sender.sent
            playing.program.tell(signal.SIGKILL)
            playing.program.ended()
    with serving(tmp_path, "--osc-port", 0) as playing:
        (unsaved,) = playing.state()["unsaved"]
        playing.command("recording.recover", id=unsaved["id"])
        assert playing.state()["unsaved"] == []
    kept = counted(tmp_path)
    assert in_order(kept)
    assert len(kept) >= before - QUARTER_OF_A_SECOND


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux a port changes hands without a gap")
def test_the_listener_moves_during_a_recording_without_loss(tmp_path: Path) -> None:
    """From this computer only to all of its addresses and back, on the same port: every message is in the take."""
    with serving(tmp_path, "--osc-port", 0) as playing:
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
    """It ends with the holder's name and number, and the first one continues to receive."""
    with serving(tmp_path / "first", "--osc-port", 0) as first:
        arguments = ("--port", 0, "--osc-port", first.osc_port, "--songs", tmp_path / "second", "--no-browser")
        with program(*arguments) as second:
            assert second.ended() == 1
            assert f"process {first.program.process.pid}" in second.printed
            assert "--osc-port" in second.printed
        with counting(first.osc_port):
            wait_until(lambda: bool(first.state()["sources"]), "the first one receives")
