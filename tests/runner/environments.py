"""The virtual environments that dev.py makes, and how it runs commands in them. Needs Python alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.runner.steps import Stop, output, say

ROOT = Path(__file__).resolve().parents[2]
PIP_ZIPAPP = "https://bootstrap.pypa.io/pip/pip.pyz"  # pip's own standalone form: for a Python without ensurepip
NO_PIP = """Python came without the parts that make virtual environments, and pip could not be fetched either.
Install them and run this again:
  Debian, Ubuntu: sudo apt install python3-venv
  Fedora: sudo dnf install python3-pip"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment, its lock file, and the newest Python with which the lock was tested."""

    folder: Path
    lock: Path
    newest: tuple[int, int] = (99, 0)

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


LOCKS = ROOT / "constraints"
DEMO = Environment(ROOT / ".venv", LOCKS / "standalone.txt")
MAIN = Environment(ROOT / ".venv", LOCKS / "test.txt")
FUZZ = Environment(ROOT / ".venv-fuzz", LOCKS / "fuzz.txt", newest=(3, 13))
HOSTS = {
    "gradio3": Environment(ROOT / ".venv-gradio3", LOCKS / "gradio3.txt", newest=(3, 12)),
    "gradio4": Environment(ROOT / ".venv-gradio4", LOCKS / "gradio4.txt", newest=(3, 13)),
}


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The variables of a command: it keeps compiled modules, because the tests start Python some hundred times."""
    own = {
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    return {**os.environ, **own, **extra}


def run(command: Sequence[object], cwd: Path = ROOT, extra: Mapping[str, str] | None = None) -> int:
    """The exit code of a command that shares this terminal. Ctrl-C reaches it too, and it ends in its own time."""
    words, variables, file = [str(part) for part in command], child_environment(extra or {}), output()
    process = subprocess.Popen(words, cwd=cwd, env=variables, stdout=file, stderr=file and subprocess.STDOUT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def works(command: Sequence[object]) -> bool:
    """Whether a command can be started and succeeds, without output."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def included(lock: Path) -> list[Path]:
    """The locks that a lock includes."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [lock.parent / line[3:].strip() for line in lines if line.startswith("-r ")]


def digest(lock: Path) -> str:
    """A fingerprint of a lock, the locks it includes, and this Python."""
    inner = "".join(map(digest, included(lock)))
    return hashlib.sha256(f"{lock.read_text(encoding='utf-8')}{inner}{sys.version}".encode()).hexdigest()


def fetch_pip(environment: Environment) -> bool:
    """Puts pip into an environment made without it: by this Python's own pip, or by pip's standalone form."""
    if works([sys.executable, "-m", "pip", "--python", environment.python, "install", "pip"]):
        return True
    with tempfile.TemporaryDirectory() as folder:
        zipapp = Path(folder) / "pip.pyz"
        try:
            with urllib.request.urlopen(PIP_ZIPAPP, timeout=60) as answer:
                zipapp.write_bytes(answer.read())
        except OSError:
            return False
        return works([environment.python, zipapp, "install", "pip"])


def make(environment: Environment) -> None:
    """A new, empty environment with pip."""
    if (environment.folder / "pyvenv.cfg").exists():
        shutil.rmtree(environment.folder)
    say(f"making {environment.folder.name} with Python {sys.version.split()[0]}")
    if works([sys.executable, "-m", "venv", "--clear", environment.folder]):
        return
    if works([sys.executable, "-m", "venv", "--clear", "--without-pip", environment.folder]) and fetch_pip(environment):
        return
    raise Stop(NO_PIP)


def prepare(environment: Environment) -> Path:
    """The environment's Python, after everything in its lock is installed. Does nothing if it already is."""
    stamp = environment.folder / f"installed-{environment.lock.name}"
    stamped = stamp.exists() and stamp.read_text(encoding="utf-8") == digest(environment.lock)
    if stamped and works([environment.python, "-c", ""]):
        return environment.python
    if not works([environment.python, "-c", f"import sys; sys.exit(sys.version != {sys.version!r})"]):
        make(environment)
    say(f"installing constraints/{environment.lock.name} into {environment.folder.name} (a minute or two, once)")
    install = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "-r", environment.lock]
    if run([environment.python, *install]) != 0:
        raise Stop(f"pip could not install {environment.lock.name}; its message is above. Is this machine online?")
    for lock in [environment.lock, *included(environment.lock)]:
        (environment.folder / f"installed-{lock.name}").write_text(digest(lock), encoding="utf-8")
    return environment.python


def too_new(environment: Environment) -> str:
    """Why the lock cannot be installed for this Python, or nothing."""
    newest = ".".join(str(part) for part in environment.newest)
    known = sys.version_info[:2] <= environment.newest
    return "" if known else f"{environment.lock.name} holds up to Python {newest}; this is newer"
