"""Declared: where Perform listens, and the allowed senders."""

from __future__ import annotations

from ....core.listener import HIGHEST_LIMIT_HZ, HIGHEST_PORT
from ..command import Argument, Command, Result
from ..kinds import Flag, Text, Texts, Whole

_SENDER = Argument("sender", Text(), "An address such as 192.168.1.23, or a network such as 192.168.1.0/24")
_CHOICE = (
    Result("host", Text(), "The address that it listens on"),
    Result("port", Whole(0, HIGHEST_PORT), "The UDP port that it listens on"),
    Result("allowed", Texts(), "The allowed senders: addresses and networks"),
    Result("controls", Flag(), "Whether allowed senders in the network may send `/perform/...`"),
    Result("limit_hz", Whole(1, HIGHEST_LIMIT_HZ, "datagrams/s"), "Datagrams accepted from each of them"),
)

COMMANDS = (
    Command(
        "listener.change",
        "Listen on another address, and change the allowed senders. The choice is saved for the next start.",
        (
            Argument("host", Text(), "An address of this computer; 127.0.0.1: programs on this computer only"),
            Argument("port", Whole(0, HIGHEST_PORT), "UDP port; 0: any free one"),
            Argument(
                "allowed",
                Texts(),
                "All allowed senders: addresses and networks; left out or null: unchanged",
                required=False,
                nullable=True,
            ),
            Argument(
                "controls",
                Flag(),
                "Whether allowed senders in the network may send `/perform/...`; left out or null: unchanged",
                required=False,
                nullable=True,
            ),
            Argument(
                "limit_hz",
                Whole(1, HIGHEST_LIMIT_HZ, "datagrams/s"),
                "Datagrams accepted from each sender in the network; left out or null: unchanged",
                required=False,
                nullable=True,
            ),
        ),
        _CHOICE,
        {"host": "127.0.0.1", "port": 0, "allowed": ["192.168.1.0/24"], "controls": True, "limit_hz": 5000},
    ),
    Command(
        "listener.allow",
        "Allow a sender in the network. The choice is saved for the next start.",
        (_SENDER,),
        _CHOICE,
        {"sender": "192.168.1.23"},
    ),
    Command(
        "listener.forbid",
        "Remove a sender from the allowed ones. The choice is saved for the next start.",
        (_SENDER,),
        _CHOICE,
        {"sender": "192.168.1.23"},
    ),
)
