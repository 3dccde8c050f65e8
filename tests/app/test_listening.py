"""The listener at its address, as the page is told of it."""

from __future__ import annotations

import pytest

from deforum_perform.app.listening import Listening
from deforum_perform.osc.sockets import is_loopback


def test_the_page_hears_what_the_stamps_are_worth_and_what_is_kept() -> None:
    """The state of the listener says how it receives, and how many small datagrams a held interpreter may miss."""
    listening = Listening(lambda _batch: None)
    before = listening.state(0)
    assert (before["receiver"], before["buffered"], before["stamp_error_ms"]) == ("", 0, None)
    listening.start("127.0.0.1", 0)
    try:
        state = listening.state(3)
    finally:
        listening.close()
    assert state["receiver"] in ("recvmmsg", "process", "thread")
    assert state["stamps"] in ("kernel", "python")
    assert (state["truncated"], state["malformed"], state["network"]) == (0, 3, False)
    assert state["buffered"] >= 64


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.20", False),
        ("fe80::1%eth0", False),
        ("studio.local", False),
    ],
)
def test_what_counts_as_this_computer_alone(host: str, alone: bool) -> None:
    """Only loopback is out of reach of the network; what is not known to be loopback counts as open."""
    assert is_loopback(host) is alone
