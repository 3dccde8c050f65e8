"""The file with the listener's settings, and the box in which senders are typed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from deforum_perform.core.errors import PerformError
from deforum_perform.core.listener import ListenerChoice, network_around, read_address, split_networks
from deforum_perform.store.listener_file import LISTENER, keep_listener, read_listener
from tests.fuzz.scratch import contents, scratch
from tests.fuzz.target import Broken, Target

RULE = "a choice is read or refused with the reason and kept as it was read"


def seeds() -> Sequence[bytes]:
    """What is kept, what is typed, and what is neither."""
    plain = {"format": 1, **ListenerChoice().to_dict()}
    open_ = {**plain, "host": "0.0.0.0", "allowed": ["192.168.1.7/24", "fe80::/10", "10.0.0.1"], "limit_hz": 1}
    typed = (b"192.168.1.0/24, 10.0.0.1; fe80::1%eth0 [::1]", b"0.0.0.0/0 ::/0", b"224.0.0.1", b"1.2.3.4/33", b"/")
    return [*(json.dumps(each).encode() for each in (plain, open_, {"format": 2}, [])), *typed, b""]


def one_input(data: bytes) -> None:
    """Read it as the file, and as what is typed."""
    _typed(data.decode("utf-8", "replace"))
    with scratch() as root:
        (root / LISTENER).write_bytes(data)
        before = contents(root)
        try:
            choice = read_listener(root)
        except PerformError as error:
            if str(root) in str(error) or contents(root) != before:
                raise Broken("the reason holds a path, or the file was changed") from error
            return
        if keep_listener(root, choice, {}) != choice or read_listener(root) != choice:
            raise Broken("kept and read again it is another choice")


def _typed(text: str) -> None:
    network_around(text)
    read_address(text)
    try:
        networks = split_networks(text)
    except PerformError:
        return
    if networks and split_networks(", ".join(map(str, networks))) != networks:
        raise Broken("written and read again the networks are others")


WORDS = ("host", "port", "allowed", "controls", "limit_hz", "0.0.0.0/0", "::/0", "192.168.1.7/24", "224.0.0.1", "1.2.3")
TARGET = Target(RULE, one_input, seeds, is_json=True, words=WORDS, max_bytes=4096)
