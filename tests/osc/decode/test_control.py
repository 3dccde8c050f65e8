"""The addresses that Perform itself listens to."""

from __future__ import annotations

import pytest

from deforum_perform.osc.decode.arguments import Argument
from deforum_perform.osc.decode.columns import ControlMessage
from deforum_perform.osc.decode.control import Control, ControlReader, parse_control


@pytest.mark.parametrize(
    ("address", "arguments", "name", "value"),
    [
        ("/perform/record", (1,), "record", True),
        ("/perform/record", (0,), "record", False),
        ("/perform/record", (1.0,), "record", True),
        ("/perform/record", (False,), "record", False),
        ("/perform/record", (), "record", True),
        ("/perform/play", (1,), "play", True),
        ("/perform/seek", (12.5,), "seek", 12.5),
        ("/perform/undo", (1,), "undo", True),
    ],
)
def test_commands(address: str, arguments: tuple[Argument, ...], name: str, value: bool | float) -> None:
    """Each command is read from the arguments that buttons and faders send."""
    assert parse_control(address, arguments, 5) == Control(name, value, 5)


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/perform/undo", (0,)),
        ("/perform/record", ("yes",)),
        ("/perform/seek", ()),
        ("/perform/seek", (-1.0,)),
        ("/perform/seek", (float("nan"),)),
        ("/perform/seek", (float("inf"),)),
        ("/perform/seek", (True,)),
        ("/perform/format", (1,)),
        ("/knob", (1,)),
    ],
)
def test_what_is_no_command(address: str, arguments: tuple[Argument, ...]) -> None:
    """A button's release, a wrong argument and an unknown address do nothing."""
    assert parse_control(address, arguments, 5) is None


def test_unknown_addresses_are_counted_boundedly() -> None:
    """Unknown commands are counted by address, in a table that cannot be flooded."""
    reader = ControlReader(max_unknown=2)
    messages: list[ControlMessage] = [(f"/perform/{n}", (), 0, None) for n in range(5)]
    messages += [("/perform/record", (1,), 7, ("127.0.0.1", 9)), ("/perform/undo", (0,), 8, None)]
    assert reader.read(messages) == [
        Control("record", True, 7)
    ]
    assert reader.unknown == {"/perform/0": 1, "/perform/1": 1, "others": 3}
