"""What a process costs, from /proc: memory and CPU time. Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Cost:
    """Of a process and its children. ``rss_bytes``: everything that is resident; ``own_bytes``: the part that is not
    mapped from files.

    Pages of files (programs, libraries) do not count: the system drops and shares them as it likes.
    """

    rss_bytes: int
    own_bytes: int
    cpu_s: float


def cost(pid: int) -> Cost:
    """The resources used by the process and its children so far; OSError if it has ended or there is no /proc."""
    rolled = _rolled(pid)
    found = Cost(rolled["Rss"], rolled["Anonymous"], _cpu_s(pid))
    for child in children(pid):
        more = cost(child)
        found = Cost(found.rss_bytes + more.rss_bytes, found.own_bytes + more.own_bytes, found.cpu_s + more.cpu_s)
    return found


def peak_bytes(pid: int) -> int:
    """The most memory the process ever had resident."""
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def children(pid: int) -> list[int]:
    """Processes it started that still run."""
    return [
        int(child) for task in (PROC / str(pid) / "task").iterdir() for child in (task / "children").read_text().split()
    ]


def _rolled(pid: int) -> dict[str, int]:
    rows = (line.split() for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:])
    return {row[0].rstrip(":"): 1024 * int(row[1]) for row in rows if row[-1] == "kB"}


def _cpu_s(pid: int) -> float:
    parts = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
