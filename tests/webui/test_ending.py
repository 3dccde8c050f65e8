"""The end by a signal, in a process that leaves at once as the hosts do."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")

HOST = """
import os, signal, sys, threading
from deforum_perform.webui.ending import Ending

def leave(number, frame):
    print("the host leaves", flush=True)
    os._exit(7)

def close():
    print("closing", flush=True)
    never = threading.Event()
    {close}
    print("closed", flush=True)

signal.signal(signal.SIGINT, leave)
ending = Ending(close, patience_s={patience_s})
ending.watch()
ending.watch()
print("ready", flush=True)
while True:
    signal.pause()
"""


@contextmanager
def host(close: str = "pass", patience_s: float = 30) -> Iterator[subprocess.Popen[str]]:
    """A process whose Ctrl+C ends it by ``os._exit`` and whose SIGTERM is left to the system."""
    program = HOST.format(close=close, patience_s=patience_s)
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_closes_before_the_host_leaves() -> None:
    """The host's own handler runs after everything is saved, once, and its exit status stays."""
    with host() as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE_S)[0] == "closing\nclosed\nthe host leaves\n"
        assert process.returncode == 7


def test_sigterm_closes_and_then_ends_as_it_would_have() -> None:
    """The process that started the host gets the signal as its exit status."""
    with host() as process:
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=PATIENCE_S)[0] == "closing\nclosed\n"
        assert process.returncode == -signal.SIGTERM


def test_a_second_signal_is_the_hosts_at_once() -> None:
    """A disk that does not answer does not block the exit."""
    with host("never.wait()") as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "closing\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE_S)[0] == "the host leaves\n"


@pytest.mark.parametrize("close", ["never.wait()", "raise OSError"])
def test_the_host_leaves_although_closing_fails(close: str) -> None:
    """The wait is limited, and an error does not block the exit."""
    with host(close, patience_s=0.05) as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE_S)[0] == "closing\nthe host leaves\n"


def test_an_ignored_signal_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A WebUI started by nohup, or in the background of a shell, is not ended by Ctrl+C."""
    from deforum_perform.webui.ending import Ending

    kept: list[int] = []
    monkeypatch.setattr(signal, "getsignal", lambda _: signal.SIG_IGN)
    monkeypatch.setattr(signal, "signal", lambda number, _: kept.append(number))
    Ending(lambda: None).watch()
    assert kept == []
