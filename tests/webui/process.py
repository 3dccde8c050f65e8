"""Start the stand-in host as a separate process, and talk to it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.webui.forked import Forked, Nursery

PATIENCE_S = 120.0
WEBUI = Path(__file__).with_name("standin") / "webui.py"


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A free port on the loopback."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_udp_port() -> int:
    """A free UDP port."""
    return free_port(socket.SOCK_DGRAM)


@cache
def kept_ports() -> tuple[int, ...]:
    """The ports of the hosts of this process, one after the other: for a browser each port is one origin."""
    return free_port(), free_port()


def page_port() -> int:
    """One of those ports, so that a browser knows the page's files already; another one while both are in use."""
    for port in kept_ports():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    return free_port()


@contextmanager
def taken_udp_port() -> Iterator[int]:
    """A UDP port that is in use during the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


def start_environment() -> dict[str, str]:
    """The environment of any host."""
    return {
        **os.environ,
        "GRADIO_ANALYTICS_ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
    }


class StandIn:
    """One stand-in WebUI; ``url`` and ``osc_port`` are its addresses."""

    def __init__(
        self,
        folder: Path,
        tables: dict[str, Any],
        flags: tuple[str, ...] = (),
        python: str = sys.executable,
        nursery: Nursery | None = None,
    ) -> None:
        """``nursery``: forks it; without one it is started by ``python``."""
        self.port, self.osc_port = page_port(), free_port(socket.SOCK_DGRAM)
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "arguments.json").write_text(json.dumps(tables), encoding="utf-8")
        self._flags, self._python, self._nursery = flags, python, nursery
        self._words: queue.Queue[str] = queue.Queue()
        self._start()

    def _start(self) -> None:
        command = [str(WEBUI), "--port", str(self.port)]
        if "--osc-port" not in self._flags:
            command += ["--osc-port", str(self.osc_port)]
        environment = {
            **start_environment(),
            "STANDIN_DATA": str(self.folder),
            "STANDIN_ARGUMENTS": str(self.folder / "arguments.json"),
        }
        self._log = (self.folder / "host.log").open("a", encoding="utf-8")
        self._process: subprocess.Popen[str] | Forked
        if self._nursery is not None:
            self._process = self._nursery.start([*command, *self._flags], environment, self._log)
        else:
            self._process = subprocess.Popen(
                [self._python, *command, *self._flags],
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                env=environment,
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._expect("ready")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._words.put(line.strip())
        self._words.put("ended")

    def _expect(self, word: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            received = self._words.get(timeout=max(0.1, deadline - time.monotonic()))
            if received == word:
                return
            if received == "ended":
                raise AssertionError(f"The stand-in host ended:\n{self.log()}")

    def log(self) -> str:
        """What the host wrote to its error output."""
        return (self.folder / "host.log").read_text(encoding="utf-8")

    def look(self) -> dict[str, Any]:
        """What the host says of itself."""
        with urllib.request.urlopen(f"{self.url}/standin", timeout=PATIENCE_S) as answer:
            return dict(json.load(answer))

    def post(self, path: str) -> Any:
        """Ask something of the host."""
        request = urllib.request.Request(f"{self.url}/standin/{path}", method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Run a command of Perform's, as a program does; the answer's result."""
        address, headers = f"{self.url}/perform/v1/commands/{name}", {"Content-Type": "application/json"}
        request = urllib.request.Request(address, json.dumps(arguments).encode(), headers)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return dict(json.load(answer)["result"])

    def clear(self) -> None:
        """Open a new song and forget the sources: what a test finds that shares the host with others."""
        with urllib.request.urlopen(f"{self.url}/perform/v1/state", timeout=PATIENCE_S) as answer:
            if json.load(answer)["transport"]["state"] != "stopped":
                self.command("record.stop")
        self.command("song.new", name="New")
        self.command("monitor.clear")

    def reload(self) -> None:
        """Press Reload UI and wait until it is through."""
        self.post("reload")
        self._expect("ready")

    def stop(self) -> None:
        """End the host as its own Stop does."""
        if self._process.poll() is None:
            self.post("stop")
            self._process.wait(PATIENCE_S)
        self._close()

    def interrupt(self) -> None:
        """Press Ctrl+C, and wait until the host has ended."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE_S)
        self._close()

    def kill(self) -> None:
        """End the host at once, as a power cut does."""
        self._process.kill()
        self._process.wait(PATIENCE_S)
        self._close()

    def restart(self) -> None:
        """Start it again on the same folder and ports."""
        while not self._words.empty():
            self._words.get()
        self._start()

    def _close(self) -> None:
        self._listener.join(PATIENCE_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()

    def end(self) -> None:
        """Whatever state it is in, leave nothing behind."""
        if self._process.poll() is None:
            self.kill()
