"""Which program uses a port, in words: found among real processes, and shown without a path."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from deforum_perform.core.errors import ListenError
from deforum_perform.osc.receive import port_holder
from deforum_perform.osc.receive.intake import Intake
from deforum_perform.osc.receive.port_holder import Holder, holder_of
from tests.osc.network import Collector, open_socket

HOLD = """
import socket
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
input()
"""


@pytest.mark.parametrize("script", ["launch.py", "player.py"])
def test_a_real_program_is_named_by_what_it_runs(script: str, tmp_path: Path) -> None:
    """The error names the program, its number and its script, offers a free port, and gives no folder away."""
    (tmp_path / script).write_text(HOLD, encoding="utf-8")
    command = [sys.executable, "-u", str(tmp_path / script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        port = int(other.stdout.readline())
        with pytest.raises(ListenError) as caught:
            Intake("127.0.0.1", port, Collector()).open()
        other.stdin.write("\n")
        other.stdin.flush()
    said = str(caught.value)
    assert said.startswith(f"OSC port {port} of 127.0.0.1 is in use by python")
    assert f"(process {other.pid}, {script})" in said
    assert (", another WebUI" in said) is (script == "launch.py")
    assert f"Port {caught.value.free_port} is free" in said
    assert str(tmp_path) not in said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names a process after its main thread")
def test_a_program_is_named_by_its_file_and_not_by_a_thread(tmp_path: Path) -> None:
    """A Python whose main thread has another name, as torch gives it, is still called python."""
    renamed = f"import ctypes\nctypes.CDLL(None).prctl(15, b'pt_main_thread', 0, 0, 0)\n{HOLD}"
    (tmp_path / "launch.py").write_text(renamed, encoding="utf-8")
    command = [sys.executable, "-u", str(tmp_path / "launch.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        holder = holder_of("127.0.0.1", int(other.stdout.readline()))
        assert psutil.Process(other.pid).name() == "pt_main_thread"
        other.stdin.write("\n")
        other.stdin.flush()
    assert holder is not None
    assert holder.described == f"{holder.name} (process {other.pid}, launch.py), another WebUI"
    assert holder.name.startswith("python")


def test_this_program_itself() -> None:
    """A port that another part of the same program uses is reported as that."""
    with open_socket("127.0.0.1", 0) as listener:
        host, port = listener.getsockname()
        for at in (host, "0.0.0.0"):
            holder = holder_of(at, port)
            assert holder is not None
            assert (holder.pid, holder.described) == (os.getpid(), "another part of this program")
        assert holder_of("127.0.0.2", port) is None


def test_a_port_without_a_holder() -> None:
    """Where no process is known nothing is made up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    assert holder_of("127.0.0.1", port) is None


class Process:
    """A process as psutil shows one."""

    def __init__(self, pid: int, name: str, words: Sequence[str], parent: Process | None = None) -> None:
        self.pid, self._name, self._words, self._parent = pid, name, list(words), parent

    def name(self) -> str:
        return self._name

    def exe(self) -> str:
        return ""

    def cmdline(self) -> list[str]:
        return self._words

    def parent(self) -> Process | None:
        return self._parent


@pytest.mark.parametrize(
    ("words", "script"),
    [
        (["/usr/bin/python3.10", "/home/me/webui/launch.py", "--api"], "launch.py"),
        (["C:\\py\\python.exe", "-W", "ignore", "C:\\Users\\me\\webui.py"], "webui.py"),
        (["python", "-m", "deforum_perform", "--port", "1"], "deforum_perform"),
        (["python", "-u", "/opt/deforum_perform/__main__.py"], "deforum_perform"),
        (["python", "-c", "import secret"], ""),
        (["python"], ""),
        (["/usr/bin/vlc", "/home/me/film.mp4"], ""),
        ([], ""),
    ],
)
def test_scripts(words: Sequence[str], script: str) -> None:
    """Of a Python's arguments the script or module is shown, without its folder; of other programs nothing."""
    assert port_holder._described(Process(7, "name", words)) == Holder(7, "name", script)


def test_a_process_that_only_receives_is_reported_as_its_parent() -> None:
    """On macOS and Windows Perform's small receiving process has the socket: who it works for is named."""
    parent = Process(7, "python", ["python", "launch.py"])
    child = Process(8, "python", ["python", "-S", "-E", "-s", "/x/child_program.py", "3", "65536"], parent)
    assert port_holder._described(child).described == "python (process 7, launch.py), another WebUI"
    child._parent = None
    assert port_holder._described(child).pid == 8


def test_odd_names_are_made_short_and_plain() -> None:
    """What a program calls itself cannot break the page: one line, not too long, no folder."""
    holder = port_holder._described(Process(7, "/tmp/evil\n" + "x" * 500, []))
    assert holder.name == "evil" + "x" * 56


def row(port: int, pid: int | None, host: str = "127.0.0.1") -> Any:
    return SimpleNamespace(pid=pid, laddr=(host, port), type=socket.SOCK_DGRAM)


def test_a_system_that_lists_only_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all sockets may be listed, each process is asked, and those that refuse are passed over."""

    def refused(kind: str) -> None:
        raise psutil.AccessDenied

    ours = SimpleNamespace(pid=7, connections=lambda kind: [row(9000, None)])
    theirs = SimpleNamespace(pid=8, net_connections=refused)
    monkeypatch.setattr(psutil, "net_connections", refused)
    monkeypatch.setattr(psutil, "process_iter", lambda: [theirs, ours])
    monkeypatch.setattr(psutil, "Process", lambda pid: Process(pid, "vlc", ["vlc"]))
    assert holder_of("127.0.0.1", 9000) == Holder(7, "vlc")
    assert holder_of("127.0.0.1", 9001) is None


def test_a_process_that_has_gone_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends during the search does not count."""

    def gone(pid: int) -> None:
        raise psutil.NoSuchProcess(pid)

    monkeypatch.setattr(psutil, "net_connections", lambda kind: [row(9000, 7), row(9000, None)])
    monkeypatch.setattr(psutil, "Process", gone)
    assert holder_of("127.0.0.1", 9000) is None
