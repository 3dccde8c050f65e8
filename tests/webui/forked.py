"""Programs that are forked from one process, which has already imported what they need; each is a separate process."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

NURSERY = Path(__file__).with_name("standin") / "nursery.py"


class Forked:
    """A running host: what is used of ``subprocess.Popen``."""

    def __init__(self, output: int, answer: int) -> None:
        self.stdout: IO[str] = os.fdopen(output, "r", encoding="utf-8")
        self._answer = os.fdopen(answer, "rb", buffering=0)
        self._code: int | None = None
        self.pid = int(self._answer.readline())

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended; subprocess.TimeoutExpired after ``timeout`` seconds."""
        if self._code is None:
            if not select.select([self._answer], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(NURSERY), timeout or 0)
            self._code = int(self._answer.readline())
            self._answer.close()
        return self._code

    def send_signal(self, number: int) -> None:
        """A signal, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process from which hosts are forked."""

    def __init__(self, environment: Mapping[str, str], *modules: str) -> None:
        """``environment``: what Python and the ``modules`` read once, when they are imported."""
        self._control, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, str(NURSERY), str(theirs.fileno()), *modules]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)

    def start(self, command: Sequence[str], environment: Mapping[str, str], errors: IO[str] | None = None) -> Forked:
        """A host: a Python file, or -m and a module, and its arguments. Without a file for its errors, they are
        among its output."""
        output, their_output = os.pipe()
        answer, their_answer = os.pipe()
        request = json.dumps({"command": list(command), "environment": dict(environment)})
        socket.send_fds(
            self._control,
            [f"{request}\n".encode()],
            [their_output, errors.fileno() if errors else their_output, their_answer],
        )
        os.close(their_output)
        os.close(their_answer)
        return Forked(output, answer)

    def close(self) -> None:
        """End it; hosts continue."""
        self._control.close()
        self._process.wait()
