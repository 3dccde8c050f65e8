"""The command ``record``."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deforum_perform.__main__ import main
from deforum_perform.core.song.document import Document
from deforum_perform.core.song.take import Take
from deforum_perform.demo.wire import udp_sender
from deforum_perform.store.songs.store import SongStore
from tests.osc.foreign import foreign_host
from tests.standalone.programs import Program, program
from tests.web.serving import wait_until


def _opened(folder: Path) -> tuple[Document, list[Take]]:
    """A song folder as another Perform would find it among its songs."""
    store = SongStore(folder.parent.parent)
    song = store.load(folder.name)
    return song, [store.load_takes(song.id, take.id)[0] for take in song.song.takes]


def _port(running: Program) -> int:
    return int(running.until("Recording the OSC that arrives at").split("127.0.0.1:")[1].split()[0])


def _written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_every_source_is_recorded(tmp_path: Path, oscsend_path: str) -> None:
    """What liblo's oscsend sends is in the song folder: numbers, several arguments, and texts; the folder is printed
    without ".."."""
    target = tmp_path / "songs" / "my-song"
    typed = tmp_path / "here" / ".." / "songs" / "my-song"
    with program("record", "--port", 0, "--seconds", 50, "--out", typed) as running:
        port = str(_port(running))
        for value in ("0.25", "0.5"):
            subprocess.run([oscsend_path, "127.0.0.1", port, "/nts1/cutoff", "f", value], check=True)
        subprocess.run([oscsend_path, "127.0.0.1", port, "/xy", "fi", "0.75", "3"], check=True)
        subprocess.run([oscsend_path, "127.0.0.1", port, "/clip", "s", "verse"], check=True)
        running.tell(signal.SIGINT)
        assert running.ended() == 0
        assert "5 events" in running.printed
        assert f"Song folder: {target}" in running.printed
    song, (take,) = _opened(target)
    assert song.name == "my-song"
    assert take.signals["/nts1/cutoff"].values.tolist() == [0.25, 0.5]
    assert {name: s.values.tolist() for name, s in take.signals.items() if "xy" in name} == {
        "/xy[0]": [0.75],
        "/xy[1]": [3.0],
    }
    assert [text for _, text in take.texts["/clip"]] == ["verse"]
    assert [entry.name for entry in target.parent.iterdir()] == ["my-song"]


def test_it_ends_after_its_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If nothing was received it says so, leaves nothing behind, and its exit status shows it."""
    assert main(["record", "--port", "0", "--seconds", "0.05", "--out", str(tmp_path / "song")]) == 1
    assert "Nothing was received" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_only_who_is_allowed_is_recorded(tmp_path: Path, oscsend_path: str) -> None:
    """Of two other computers the one named by --allow is in the song; the other is counted and named at the end."""
    target = tmp_path / "songs" / "song"
    with foreign_host() as friend, foreign_host() as stranger:
        words = ("--host", "0.0.0.0", "--port", 0, "--allow", friend.there[4], "--seconds", 50, "--out", target)
        with program("record", *words) as running:
            port = running.until("Recording the OSC that arrives at").split("0.0.0.0:")[1].split()[0]
            assert friend.there[4] in running.until("Allowed senders in the network")
            stranger.run(oscsend_path, stranger.here[4], port, "/stranger", "f", "0.5")
            friend.run(oscsend_path, friend.here[4], port, "/friend", "f", "0.5")
            running.tell(signal.SIGINT)
            assert running.ended() == 0
        assert f"{stranger.there[4]} that were refused: 1. Allow it with --allow {stranger.there[4]}" in running.printed
    _, (take,) = _opened(target)
    assert list(take.signals) == ["/friend"]


def test_listening_on_the_network_without_allowed_senders_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing --allow is reported before the performance, not after it."""
    words = ["--host", "0.0.0.0", "--port", "0", "--seconds", "0.05", "--out", str(tmp_path / "song")]
    assert main(["record", *words]) == 1
    assert "No sender in the network is allowed yet: allow the senders with --allow." in capsys.readouterr().out


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that holds something is refused before anything is recorded."""
    (tmp_path / "precious.txt").write_text("mine")
    assert main(["record", "--port", "0", "--seconds", "9", "--out", str(tmp_path)]) == 1
    assert "Name a new folder with --out" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_a_port_in_use_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second recorder on a port names it and the option that helps, and leaves no folder."""
    with program("record", "--port", 0, "--seconds", 50, "--out", tmp_path / "first") as running:
        port = _port(running)
        assert main(["record", "--port", str(port), "--seconds", "9", "--out", str(tmp_path / "second")]) == 1
    said = capsys.readouterr().err
    assert f"port {port}" in said
    assert "Add --port" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_recording_comes_back(tmp_path: Path) -> None:
    """After kill -9 the same command recovers what was received, as a take of the same song."""
    target = tmp_path / "songs" / "killed"
    command = ("record", "--port", 0, "--seconds", 50, "--out", target)
    with program(*command) as running:
        with udp_sender("127.0.0.1", _port(running)) as send:
            for step in range(20):
                send("/nts1/cutoff", (step / 20,))
        journals = target.parent / ".killed.recording" / "journals"
        wait_until(lambda: _written(journals).count(b"/nts1/cutoff") == 20, "the journal on disk")
        running.tell(signal.SIGKILL)
        running.ended()
    assert not target.exists()
    with program(*command) as running:
        assert "recovered" in running.until("was cut off")
        _port(running)
        running.tell(signal.SIGTERM)
        assert running.ended() == 0
    _, takes = _opened(target)
    recovered = next(take for take in takes if take.signals)
    assert recovered.signals["/nts1/cutoff"].values.tolist() == pytest.approx([step / 20 for step in range(20)])
