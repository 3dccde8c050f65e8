"""Where Perform without a WebUI listens, from one start to the next."""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.standalone.programs import Serving, serving
from tests.webui.process import free_udp_port


@contextlib.contextmanager
def served(songs: Path, *flags: object) -> Iterator[Serving]:
    """``serve`` on a folder of songs, ended in order."""
    with serving(songs, *flags) as running:
        yield running
        running.program.tell(signal.SIGTERM)
        assert running.program.ended() == 0


def listener(perform: Serving) -> dict[str, Any]:
    """The listener in the page's state."""
    return dict(perform.state()["listener"])


def test_what_the_page_chose_holds_at_the_next_start(tmp_path: Path) -> None:
    """Host, port, senders, switch and limit come back without a flag."""
    port = free_udp_port()
    chosen = {"host": "0.0.0.0", "port": port, "allowed": ["192.168.1.0/24"], "controls": False, "limit_hz": 250}
    with served(tmp_path, "--osc-port", 0) as first:
        assert listener(first)["senders"]["allowed"] == []
        assert first.command("listener.change", **chosen) == chosen
        first.command("listener.allow", sender="10.0.0.5")
    with served(tmp_path) as second:
        found = listener(second)
        assert (found["host"], found["port"], found["network"]) == ("0.0.0.0", port, True)
        senders = found["senders"]
        assert (senders["allowed"], senders["controls"]) == (["192.168.1.0/24", "10.0.0.5"], False)
        assert senders["limit_hz"] == 250
        assert "192.168.1.0/24, 10.0.0.5" in second.program.printed


def test_flags_win_and_are_not_kept(tmp_path: Path) -> None:
    """A flag holds for one start: what was chosen on the page before stays kept, and nothing of the flag is."""
    port = free_udp_port()
    with served(tmp_path, "--osc-port", 0) as first:
        first.command("listener.change", host="127.0.0.1", port=port, allowed=["10.0.0.5"])
    flags = ("--osc-host", "0.0.0.0", "--osc-port", 0, "--osc-allow", "192.168.1.0/24")
    with served(tmp_path, *flags) as second:
        found = listener(second)
        assert (found["host"], found["senders"]["allowed"]) == ("0.0.0.0", ["192.168.1.0/24"])
        assert found["port"] != port
        second.command("listener.change", host="0.0.0.0", port=found["port"], limit_hz=100)
    kept = json.loads((tmp_path / "listener.json").read_text("utf-8"))
    assert (kept["host"], kept["port"], kept["allowed"]) == ("127.0.0.1", port, ["10.0.0.5"])
    assert kept["limit_hz"] == 100


def test_listening_on_the_network_lists_the_allowed_senders(tmp_path: Path) -> None:
    """Without allowed senders the program says so, and how to allow one."""
    with served(tmp_path, "--osc-host", "0.0.0.0", "--osc-port", 0) as running:
        assert "No sender in the network is allowed yet" in running.program.printed
        assert "--osc-allow" in running.program.printed


def test_a_damaged_file_is_reported_and_allows_no_sender(tmp_path: Path) -> None:
    """The page says what is wrong; Perform listens as if nothing were kept, and leaves the file as it is."""
    damaged = b'{"format": 1, "host": "0.0.0.0", "allowed": ["everybody"]}'
    (tmp_path / "listener.json").write_bytes(damaged)
    with served(tmp_path, "--osc-port", 0) as running:
        found = listener(running)
        assert (found["host"], found["senders"]["allowed"]) == ("127.0.0.1", [])
        assert any("listener.json is refused" in notice["message"] for notice in running.state()["notices"])
        assert (tmp_path / "listener.json").read_bytes() == damaged


def test_a_kept_address_that_is_gone_does_not_keep_the_page_away(tmp_path: Path) -> None:
    """A laptop in another network: the page opens and says what is wrong with the address, and another can be
    chosen."""
    kept = {"format": 1, "host": "203.0.113.7", "port": free_udp_port()}
    (tmp_path / "listener.json").write_text(json.dumps(kept), "utf-8")
    with served(tmp_path) as running:
        found = listener(running)
        assert (found["state"], found["host"]) == ("error", "203.0.113.7")
        assert "203.0.113.7" in found["message"]
        running.command("listener.change", host="127.0.0.1", port=kept["port"])
        assert listener(running)["state"] == "listening"
