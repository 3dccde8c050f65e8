"""Another computer, for tests: a network namespace of Linux with a cable to this one. Its senders are truly foreign."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.osc.network import has_ipv6

PATIENCE_S = 20.0

FLOOD = """
import socket, sys
host, port, payload, count = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3]), int(sys.argv[4])
with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.connect((host, port))
    for _ in range(count):
        sender.send(payload)
"""


@dataclass(frozen=True)
class ForeignHost:
    """The other computer: ``here`` is what it types to reach us, ``there`` is who it is to us, for IPv4 and IPv6."""

    name: str
    here: dict[int, str]
    there: dict[int, str]

    def run(self, *words: object) -> None:
        """Run a program over there, to its end."""
        command = ["ip", "netns", "exec", self.name, *map(str, words)]
        subprocess.run(command, check=True, timeout=PATIENCE_S, capture_output=True)

    def flood(self, version: int, port: int, payload: bytes, count: int) -> None:
        """``count`` datagrams, as fast as they go, from one socket over there."""
        self.run(sys.executable, "-c", FLOOD, self.here[version], port, payload.hex(), count)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=PATIENCE_S)


@contextlib.contextmanager
def foreign_host() -> Iterator[ForeignHost]:
    """A computer beside this one, for the length of the block. The test is skipped where none can be made."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a second computer needs Linux, root and the program ip: nothing foreign can be sent here")
    mark = secrets.token_hex(3)
    name, ours, theirs = f"perform-{mark}", f"pf{mark}a", f"pf{mark}b"
    v4, v6 = f"10.{int(mark[:2], 16)}.{int(mark[2:4], 16)}", f"fd00:1{mark[:3]}:1{mark[3:]}"
    host = ForeignHost(name, {4: f"{v4}.1", 6: f"{v6}::1"}, {4: f"{v4}.2", 6: f"{v6}::2"})
    try:
        try:
            _connect(host, ours, theirs)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespace can be made here: {error.stderr.decode(errors='replace').strip()}")
        yield host
    finally:
        subprocess.run(["ip", "link", "delete", ours], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _connect(host: ForeignHost, ours: str, theirs: str) -> None:
    """Make the namespace and the cable, with addresses at both ends."""
    _ip("netns", "add", host.name)
    _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", host.name)
    for version, prefix in ((4, 24), (6, 64)):
        flags = ["nodad"] if version == 6 else []
        if version == 6 and not has_ipv6():
            continue
        _ip("address", "add", f"{host.here[version]}/{prefix}", "dev", ours, *flags)
        _ip("-n", host.name, "address", "add", f"{host.there[version]}/{prefix}", "dev", theirs, *flags)
    _ip("link", "set", ours, "up")
    _ip("-n", host.name, "link", "set", theirs, "up")
