"""Which program uses a UDP port, in words for the user: a name, a process number and a script, never a path."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

WEBUI_SCRIPTS = frozenset({"launch.py", "webui.py"})
PERFORM_SCRIPTS = frozenset({"deforum_perform", "deforum-perform", "deforum-perform.exe"})
RECEIVING_SCRIPT = "child_program.py"
LONGEST_NAME = 60
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})
_OPTION_WITH_VALUE = frozenset({"-W", "-X"})
_PYTHON = re.compile(r"python[w\d.]*(\.exe)?", re.IGNORECASE)


@dataclass(frozen=True)
class Holder:
    """A process that uses the port. ``script``: what it runs, if it is a Python, otherwise empty."""

    pid: int
    name: str
    script: str = ""

    @property
    def described(self) -> str:
        """Text for the middle of a sentence."""
        if self.pid == os.getpid():
            return "another part of this program"
        which = f"{self.name} (process {self.pid}{', ' + self.script if self.script else ''})"
        if self.script in WEBUI_SCRIPTS:
            return f"{which}, another WebUI"
        if self.script in PERFORM_SCRIPTS or self.name in PERFORM_SCRIPTS:
            return f"{which}, another Perform"
        return which


def holder_of(host: str, port: int) -> Holder | None:
    """The process that listens on UDP ``port`` of ``host``, as far as this user may see it; otherwise None."""
    pids = [pid for at, pid in _bound_to(port) if at == host or at in ANY_ADDRESS or host in ANY_ADDRESS]
    for pid in pids:
        try:
            return _described(psutil.Process(pid))
        except (psutil.Error, OSError):
            continue
    return None


def _bound_to(port: int) -> Iterator[tuple[str, int]]:
    """(address, process) of every UDP socket on the port whose process is known."""
    try:
        found = [(row.pid, row) for row in psutil.net_connections(kind="udp")]
    except (psutil.Error, OSError):  # macOS lists all processes only for root, and its own for each user
        found = [(process.pid, row) for process in psutil.process_iter() for row in _sockets_of(process)]
    for pid, row in found:
        if pid and row.laddr and row.laddr[1] == port and row.type == socket.SOCK_DGRAM:
            yield str(row.laddr[0]), pid


def _sockets_of(process: psutil.Process) -> list[Any]:
    look: Any = getattr(process, "net_connections", None) or getattr(process, "connections", None)  # before psutil 6
    try:
        return list(look(kind="udp"))
    except (psutil.Error, OSError):
        return []


def _described(process: psutil.Process) -> Holder:
    """The process in words; one that only receives for another is described as that one."""
    holder = Holder(process.pid, _program(process), _script(process))
    parent = process.parent() if holder.script == RECEIVING_SCRIPT else None
    if parent is not None:
        return Holder(parent.pid, _program(parent), _script(parent))
    return holder


def _program(process: psutil.Process) -> str:
    """The program's name. A Python is named by its file: its process may have the name of a thread, as torch sets
    it."""
    try:
        file = _short(process.exe())
    except (psutil.Error, OSError):
        file = ""
    return file if _PYTHON.fullmatch(file) else _short(process.name())


def _script(process: psutil.Process) -> str:
    """What a Python runs: the name of its file or module."""
    try:
        words = process.cmdline()
    except (psutil.Error, OSError):
        return ""
    if not words or not _PYTHON.fullmatch(_last_part(words[0])):
        return ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-m":
            return _short(next(rest, ""))
        if word == "-c":
            return ""
        if word in _OPTION_WITH_VALUE:
            next(rest, "")
        elif not word.startswith("-"):
            return _script_name(word)
    return ""


def _script_name(path: str) -> str:
    """The last part of a path; of a package's ``__main__.py`` the package."""
    name = _last_part(path)
    return _last_part(path[: -len(name)].rstrip("/\\")) if name == "__main__.py" else _short(name)


def _last_part(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _short(name: str) -> str:
    """A displayable name: one line, not too long, without a folder."""
    shown = "".join(letter for letter in _last_part(name) if letter.isprintable())
    return shown[:LONGEST_NAME]
