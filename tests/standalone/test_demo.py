"""The demo, from the shipped performance to the settings file, through a real socket."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import numpy as np
import pytest

from deforum_perform.__main__ import main
from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import open_performer
from deforum_perform.core.deforum.schedule import parse_schedule
from deforum_perform.core.listener import ListenerChoice
from deforum_perform.demo.lanes import FPS, LANES, NAME
from deforum_perform.demo.player import LENGTH_S, shipped_score


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def printed(out: Path) -> str:
    lines: list[str] = []
    with pytest.MonkeyPatch.context() as patch, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        patch.setattr("deforum_perform.__main__.say", lines.append)
        patch.setattr("deforum_perform.standalone.demo.DEFAULT_PORT", other.getsockname()[1])
        assert main(["demo", "--fast", "--no-browser", "--out", str(out)]) == 0
    return "\n".join(lines)


def test_everything_that_was_sent_is_recorded(printed: str) -> None:
    """No message is lost between the player and the take, though the usual port was taken by another program."""
    steps = shipped_score()
    values = sum(len(step.arguments) for step in steps)
    assert f"{len(steps):,} of {len(steps):,} messages arrived" in printed
    assert f"{values:,} of {values:,} values are recorded" in printed


def test_it_says_that_it_was_fast(printed: str) -> None:
    """A song of six seconds is not shown as a minute."""
    assert "10 times as fast" in printed
    assert "lasts 6 s" in printed


def test_each_lane_is_printed_with_keys_and_error(printed: str) -> None:
    """Every lane has more than one key and an error that its tolerance allows."""
    for lane in LANES:
        row = next(line for line in printed.splitlines() if f" {lane.source} " in line)
        keys, frames, _characters, error, allowed = re.findall(r"(?<!\S)[\d.]+(?!\S)", row)[:5]
        assert 1 < int(keys) < int(frames) == FPS * LENGTH_S / 10
        assert float(error) <= float(allowed)


def test_the_settings_file_holds_what_was_played(printed: str, out: Path) -> None:
    """Deforum's rules read each lane's text back to the curve that the song has."""
    assert str(out / "settings.txt") in printed
    settings = json.loads((out / "settings.txt").read_text())
    performer = open_performer(out, ListenerChoice(port=0), Standalone())
    try:
        state = performer.snapshot()
        assert (state["song"]["name"], len(state["lanes"]), len(state["takes"])) == (NAME, len(LANES), 1)
        assert settings["max_frames"] == state["song"]["max_frames"]
        for lane, row in zip(LANES, state["lanes"], strict=True):
            _, curve = performer.curve_bytes(row["id"])
            count = int(np.frombuffer(curve, "<u4", 1)[0])
            values = np.frombuffer(curve, "<f4", count, 8)
            read = parse_schedule(settings[lane.field], settings["max_frames"])[:count]
            step = (
                1
                if performer.session.song.lane(row["id"]).row.reads == "frame"
                else performer.parts.link.cadence(performer.session.song)
            )
            limit = performer.session.song.lane(row["id"]).error_limit
            assert np.abs(read - values)[::step].max() <= limit + 1e-6, lane.field
            assert np.ptp(values) > 0.5 * (lane.out_high - lane.out_low), lane.field
    finally:
        performer.close()


def test_a_port_that_was_asked_for_is_not_exchanged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who names a port in use gets the error and the option that helps, and no half-made song."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        assert main(["demo", "--fast", "--out", str(tmp_path), "--osc-port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"port {port}" in said
    assert re.search(r"Add --osc-port \d+ to the command", said)
