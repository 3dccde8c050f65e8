"""Start an installed WebUI with this extension, without touching the files of its user.

The WebUI runs with a separate data folder (options, UI defaults, songs and outputs go there) in which the user's
extensions are linked, with this one beside them.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.webui.process import free_port

EXTENSION = Path(__file__).resolve().parents[2]
EXTENSION_NAME = "sd-webui-deforum-perform"
PATIENCE_S = 420.0
QUIET_FLAGS = ("--skip-prepare-environment", "--skip-version-check", "--skip-python-version-check")
NOT_ON_THE_WEB = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False"}


def python_of(folder: Path) -> str:
    """The WebUI's own Python, unless PERFORM_WEBUI_PYTHON names another."""
    named = os.environ.get("PERFORM_WEBUI_PYTHON")
    places = (folder / "venv" / "bin" / "python", folder / "venv" / "Scripts" / "python.exe")
    return named or str(next((place for place in places if place.exists()), "python3"))


class RealWebUI:
    """An installed WebUI in ``folder``, running on ``url`` and listening for OSC on ``osc_port``.

    ``model``: load the WebUI's first checkpoint, so that Generate renders; without it the UI alone starts.
    """

    def __init__(self, folder: Path, data: Path, model: bool = False, flags: tuple[str, ...] = ()) -> None:
        self.folder, self.data = folder, data
        self.port, self.osc_port = free_port(), free_port(socket.SOCK_DGRAM)
        self.url = f"http://127.0.0.1:{self.port}"
        self._link_extensions()
        given = shlex.split(os.environ.get("PERFORM_WEBUI_ARGS", ""))
        mode = ["--models-dir", str(folder / "models")] if model else ["--ui-debug-mode"]
        command = [
            python_of(folder),
            "launch.py",
            *QUIET_FLAGS,
            *mode,
            "--port",
            str(self.port),
            "--data-dir",
            str(data),
        ]
        command += ["--perform-osc-port", str(self.osc_port), *given, *flags]
        # Forge serves files of its data folder only, and without this not even its own script.js.
        command += ["--gradio-allowed-path", str(folder)]
        self._command = command
        self.start()

    def start(self) -> None:
        """Start it, or start it again on the same data and ports."""
        self._log = (self.data / "webui.log").open("a", encoding="utf-8")
        environment = {**os.environ, **NOT_ON_THE_WEB, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            self._command, cwd=self.folder, stdout=self._log, stderr=subprocess.STDOUT, env=environment
        )

    def _link_extensions(self) -> None:
        extensions = self.data / "extensions"
        extensions.mkdir(parents=True)
        for path in (self.folder / "extensions").iterdir():
            if path.is_dir() and path.name != EXTENSION_NAME and path.resolve() != EXTENSION:
                (extensions / path.name).symlink_to(path.resolve(), target_is_directory=True)
        (extensions / EXTENSION_NAME).symlink_to(EXTENSION, target_is_directory=True)

    def wait_until_ready(self) -> None:
        """Until Perform's API answers; AssertionError with the log when the WebUI ends or patience does."""
        deadline = time.monotonic() + PATIENCE_S
        pause = threading.Event()
        while not self._answers():
            assert self._process.poll() is None, f"The WebUI ended:\n{self.log()[-5000:]}"
            assert time.monotonic() < deadline, f"The WebUI did not start:\n{self.log()[-5000:]}"
            pause.wait(0.5)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/perform/v1/state", timeout=10) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            return error.code in (401, 403)
        except OSError:
            return False

    def log(self) -> str:
        """What the WebUI printed."""
        return (self.data / "webui.log").read_text(encoding="utf-8", errors="replace")

    def state(self) -> dict[str, Any]:
        """The state of its Perform."""
        return dict(self._ask("state", None))

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Run a command; the answer's result."""
        return dict(self._ask(f"commands/{name}", json.dumps(arguments).encode())["result"])

    def _ask(self, path: str, body: bytes | None) -> Any:
        request = urllib.request.Request(f"{self.url}/perform/v1/{path}", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    @property
    def songs(self) -> Path:
        """Its folder of songs."""
        return self.data / "perform"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, and wait until it has ended."""
        self._process.send_signal(number)
        self._process.wait(60)
        self._log.close()

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait(60)
        self._log.close()
