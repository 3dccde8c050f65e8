"""WebKitGTK's MiniBrowser, driven by WebDriver through Debian's WebKitWebDriver, on a separate virtual screen."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any

from tests.engines.tab import PATIENCE_S, PAUSE_S, Tab, evaluated

AWAIT = """const done = arguments[arguments.length - 1];
{}.then((text) => done([text]), (error) => done([null, String(error)]));"""


class WebKit(Tab):
    """One WebKitGTK browser with one tab. ``errors`` stays empty: WebDriver does not give the console.

    ``programs``: WebKitWebDriver, the MiniBrowser it starts, and the X server that shows it.
    """

    def __init__(self, programs: tuple[str, str, str], width: int = 1280, height: int = 800) -> None:
        self.errors: list[str] = []
        driver, browser, screen = programs
        size = f"{width + 200}x{height + 200}x24"
        command = [screen, "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"]
        self._screen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._programs = [self._screen]
        try:
            self._start(driver, browser, width, height)
        except BaseException:
            self._end()
            raise

    def _start(self, driver: str, browser: str, width: int, height: int) -> None:
        assert self._screen.stdout is not None
        display = self._screen.stdout.readline().strip()
        assert display, "the virtual screen did not start"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "DISPLAY": f":{display}", "GDK_BACKEND": "x11"}
        command = [driver, f"--port={port}", "--host=127.0.0.1"]
        self._programs.append(subprocess.Popen(command, env=environment))
        self._base = f"http://127.0.0.1:{port}/session"
        self._wait_for_driver()
        options = {"binary": browser, "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._base += "/" + self._send("POST", "", asked)["sessionId"]
        self._send("POST", "/timeouts", {"script": round(PATIENCE_S * 1000)})
        self._send("POST", "/window/rect", {"width": width, "height": height})
        # the window's frame is not part of the page
        missing = height - self.run("innerHeight")
        self._send("POST", "/window/rect", {"width": width, "height": height + missing})

    def _wait_for_driver(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with urllib.request.urlopen(self._base.replace("/session", "/status"), timeout=PATIENCE_S):
                    return
            except OSError:
                assert time.monotonic() < deadline, "WebKitWebDriver does not answer"
                time.sleep(PAUSE_S)

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a command; its value."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode(errors='replace')}") from error

    def goto(self, url: str) -> None:
        self._send("POST", "/url", {"url": url})

    def run(self, expression: str) -> Any:
        script = AWAIT.replace("{}", evaluated(expression))
        text, *error = self._send("POST", "/execute/async", {"script": script, "args": []})
        assert not error, error[0]
        return json.loads(text)

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._send("POST", "/actions", {"actions": actions})

    def picture(self) -> bytes:
        return base64.b64decode(self._send("GET", "/screenshot"))

    def close(self) -> None:
        try:
            self._send("DELETE", "")
        finally:
            self._end()

    def _end(self) -> None:
        for program in reversed(self._programs):
            program.terminate()
            try:
                program.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        if self._screen.stdout is not None:
            self._screen.stdout.close()
