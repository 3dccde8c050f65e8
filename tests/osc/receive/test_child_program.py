"""One datagram off a socket, as the systems give it: stamps of Linux and macOS, and what Windows says instead."""

from __future__ import annotations

import socket
import struct
import sys

import pytest

from deforum_perform.osc.receive import child_program

NOW_NS = 1_700_000_000_123_456_789


class Windows:
    """A socket that answers like one of Windows."""

    def __init__(self, winerror: int) -> None:
        self.winerror = winerror

    def recvfrom_into(self, _buffer: bytearray) -> None:
        """A datagram that does not fit is an error there, and so is a closed port of an earlier receiver."""
        error = OSError("winsock")
        error.winerror = self.winerror
        raise error


def test_windows_says_by_an_error_that_a_datagram_is_too_long() -> None:
    """That error counts as a datagram cut off; any other is none."""
    _, _, too_long, sender, _ = child_program.receive(Windows(10_040), bytearray(8), kernel_stamps=False)
    assert too_long
    assert sender is not None
    with pytest.raises(OSError, match="winsock"):
        child_program.receive(Windows(10_054), bytearray(8), kernel_stamps=False)


@pytest.mark.parametrize(
    ("platform", "kind", "data", "stamp_ns"),
    [
        ("linux", child_program.SO_TIMESTAMPNS, struct.pack("=qq", 1_700_000_000, 123_456_789), NOW_NS),
        ("darwin", child_program.SCM_TIMESTAMP, struct.pack("=qixxxx", 1_700_000_000, 123_456), NOW_NS - 789),
    ],
)
def test_stamps_as_the_systems_write_them(
    monkeypatch: pytest.MonkeyPatch, platform: str, kind: int, data: bytes, stamp_ns: int
) -> None:
    """Linux gives seconds and nanoseconds, macOS seconds and microseconds; other ancillary data is ignored."""
    monkeypatch.setattr(sys, "platform", platform)
    other = (socket.SOL_SOCKET, 40, struct.pack("=I", 7))
    assert child_program.kernel_stamp_ns([other, (socket.SOL_SOCKET, kind, data)]) == stamp_ns


def test_a_datagram_without_a_stamp_is_stamped_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the kernel gave none, the time of reading is used."""
    monkeypatch.setattr(child_program.time, "time_ns", lambda: NOW_NS)
    assert child_program.kernel_stamp_ns([]) == NOW_NS
