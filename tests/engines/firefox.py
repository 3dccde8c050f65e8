"""Firefox, driven by WebDriver BiDi, which any installed Firefox supports without a separate driver."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.engines.tab import PATIENCE_S, PAUSE_S, Tab, evaluated

ADDRESS_FILE = "WebDriverBiDiServer.json"
"""Firefox writes this into its profile when it listens."""
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class Firefox(Tab):
    """One headless Firefox with a separate profile and one tab. ``errors``: errors of scripts and console."""

    def __init__(self, binary: str, profile: Path, width: int = 1280, height: int = 800) -> None:
        self.errors: list[str] = []
        self._numbers = itertools.count(1)
        profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        flags = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen([binary, *flags, "about:blank"], **quiet)
        self._parts = ExitStack()
        self._parts.callback(self._end)
        try:
            address = self._address(profile / ADDRESS_FILE)
            self._link = self._parts.enter_context(connect(address, max_size=None, open_timeout=PATIENCE_S))
            self._send("session.new", {"capabilities": {}})
            self._send("session.subscribe", {"events": ["log.entryAdded"]})
            self._tab = self._send("browsingContext.getTree", {})["contexts"][0]["context"]
            viewport = {"width": width, "height": height}
            self._send("browsingContext.setViewport", {"context": self._tab, "viewport": viewport})
        except BaseException:
            self._parts.close()
            raise

    def _address(self, file: Path) -> str:
        """Where it listens, when it does."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            assert self._process.poll() is None, "Firefox ended at its start"
            assert time.monotonic() < deadline, "Firefox does not listen"
            try:
                known = json.loads(file.read_text(encoding="utf-8"))
                return f"ws://{known['ws_host']}:{known['ws_port']}/session"
            except (OSError, ValueError):
                time.sleep(PAUSE_S)

    def _send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send a command; its result. What the page logs meanwhile is added to ``errors``."""
        number = next(self._numbers)
        self._link.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._link.recv(timeout=PATIENCE_S))
            if answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer.get('message')}"
                return dict(answer["result"])
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(str(answer["params"]["text"]))

    def goto(self, url: str) -> None:
        self._send("browsingContext.navigate", {"context": self._tab, "url": url, "wait": "complete"})

    def run(self, expression: str) -> Any:
        place = {"target": {"context": self._tab}, "awaitPromise": True}
        answer = self._send("script.evaluate", {"expression": evaluated(expression), **place})
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._send("input.performActions", {"context": self._tab, "actions": actions})

    def picture(self) -> bytes:
        return base64.b64decode(self._send("browsingContext.captureScreenshot", {"context": self._tab})["data"])

    def close(self) -> None:
        self._parts.close()

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
