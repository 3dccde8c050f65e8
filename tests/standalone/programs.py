"""Perform as a separate program, observed by its output."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.webui.forked import Forked, Nursery

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0


def environment() -> dict[str, str]:
    """The environment of any program."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def program_nursery() -> Nursery:
    """A process that forks programs, which then start in a moment."""
    return Nursery(environment(), "deforum_perform.standalone.demo", "deforum_perform.standalone.server")


class Program:
    """A running ``python -m deforum_perform``. It is killed when it outlives all patience, so no test can hang."""

    def __init__(
        self,
        *arguments: object,
        descriptors: int | None = None,
        patience_s: float = PATIENCE_S,
        nursery: Nursery | None = None,
    ) -> None:
        """``descriptors``: how many files it may have open (POSIX); ``nursery``: forks it, with as many as it has
        itself."""
        limited = [] if descriptors is None else ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh"]
        command = ["-m", "deforum_perform", *map(str, arguments)]
        self.process: subprocess.Popen[str] | Forked
        if nursery is not None:
            self.process = nursery.start(command, environment())
        else:
            self.process = subprocess.Popen(
                [*limited, sys.executable, *command],
                cwd=ROOT,
                env=environment(),
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        self.printed = ""
        self._reading: threading.Thread | None = None
        self._watch = threading.Timer(patience_s, self.process.kill)
        self._watch.daemon = True
        self._watch.start()

    def until(self, words: str) -> str:
        """Read on until a line holds ``words``, and give that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if words in line:
                return line
        raise AssertionError(f"it ended without saying {words!r}:\n{self.printed}")

    def read_on(self) -> None:
        """Read what it prints from now on, on a thread, so that a long log never holds it up."""
        stdout = self.process.stdout
        assert stdout is not None

        def read() -> None:
            for line in stdout:
                self.printed += line

        self._reading = threading.Thread(target=read, daemon=True)
        self._reading.start()

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit status, once it has ended."""
        assert self.process.stdout is not None
        self.printed += self.process.stdout.read()
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        """Be rid of it."""
        self._watch.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        if self._reading is not None:
            self._reading.join()
        self.process.stdout.close()


@contextlib.contextmanager
def program(*arguments: object) -> Iterator[Program]:
    """``python -m deforum_perform`` with these arguments."""
    running = Program(*arguments)
    try:
        yield running
    finally:
        running.close()


class Serving:
    """A running ``serve``: its ``program``, the ``address`` of its page, where it receives OSC, and its API."""

    def __init__(self, running: Program) -> None:
        self.program = running
        self.address = running.until("Page").partition("http://")[2].strip()
        found = re.search(r"OSC\s+(\S+):(\d+)", running.until("OSC"))
        assert found is not None
        self.osc_host, self.osc_port = found[1], int(found[2])
        running.until("Ctrl+C")
        self._api = f"http://{self.address}/perform/v1"

    def state(self) -> dict[str, Any]:
        """The state."""
        return dict(httpx.get(f"{self._api}/state", trust_env=False, timeout=PATIENCE_S).json())

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Run a command; the answer's result."""
        answer = httpx.post(f"{self._api}/commands/{name}", json=arguments, trust_env=False, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["result"])


@contextlib.contextmanager
def serving(songs: Path, *flags: object) -> Iterator[Serving]:
    """``serve`` on the folder ``songs``."""
    with program("--port", 0, "--songs", songs, "--no-browser", *flags) as running:
        yield Serving(running)
