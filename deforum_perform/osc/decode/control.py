"""Perform's own control addresses, below ``/perform/``, which are never sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ...core.units import MAX_SECONDS
from .arguments import Argument
from .columns import ControlMessage

CONTROL_PREFIX = "/perform/"


@dataclass(frozen=True)
class Control:
    """One command: ``name`` from CONTROLS; ``value`` True or False for a switch, seconds for ``seek``."""

    name: str
    value: bool | float
    received_ns: int


def _switch(arguments: tuple[Argument, ...]) -> bool | None:
    """On without an argument, for true and for any number other than 0, as a button or a fader sends it."""
    if not arguments:
        return True
    first = arguments[0]
    return bool(first) if isinstance(first, (bool, int, float)) else None


def _press(arguments: tuple[Argument, ...]) -> bool | None:
    """A button: its release (0) is not a command."""
    return True if _switch(arguments) else None


def _seconds(arguments: tuple[Argument, ...]) -> float | None:
    first = arguments[0] if arguments else None
    if isinstance(first, bool) or not isinstance(first, (int, float)):
        return None
    return float(first) if 0 <= first <= MAX_SECONDS else None


@dataclass(frozen=True)
class ControlAddress:
    """One address: ``name`` follows ``/perform/``; ``takes``: its argument in words; ``example``: an argument.

    ``read`` converts the arguments to the value of a Control; None means "nothing to do".
    """

    name: str
    about: str
    takes: str
    read: Callable[[tuple[Argument, ...]], bool | float | None]
    example: int | float
    unit: str = ""

    @property
    def address(self) -> str:
        """The whole address."""
        return f"{CONTROL_PREFIX}{self.name}"


_SWITCH = "1 or any other number but 0, true, or no argument: start; 0 or false: stop"
_PRESS = "1 or any other number but 0, true, or no argument; 0 and false, a button's release, are ignored"

CONTROLS: Mapping[str, ControlAddress] = MappingProxyType(
    {
        control.name: control
        for control in (
            ControlAddress("record", "Start and stop recording.", _SWITCH, _switch, 1),
            ControlAddress("play", "Start and stop playing.", _SWITCH, _switch, 1),
            ControlAddress(
                "seek",
                "Move the playhead; beyond the end of a song of a set length: to its end.",
                f"song time, a number from 0 to {MAX_SECONDS:g}",
                _seconds,
                12.5,
                "s",
            ),
            ControlAddress("undo", "Undo the last step.", _PRESS, _press, 1),
            ControlAddress("redo", "Redo the step that was undone last.", _PRESS, _press, 1),
        )
    }
)
"""Name after ``/perform/`` -> the address."""


def is_control(address: str) -> bool:
    """Whether the address is Perform's own."""
    return address.startswith(CONTROL_PREFIX)


def parse_control(address: str, arguments: tuple[Argument, ...], received_ns: int) -> Control | None:
    """The command of a message, or None for an unknown address, a wrong argument or a button's release."""
    control = CONTROLS.get(address[len(CONTROL_PREFIX) :]) if is_control(address) else None
    value = control.read(arguments) if control is not None else None
    return None if value is None else Control(address[len(CONTROL_PREFIX) :], value, received_ns)


class ControlReader:
    """Parses control messages and counts the unknown ones by address."""

    def __init__(self, max_unknown: int = 64) -> None:
        self.unknown: Counter[str] = Counter()
        self._max_unknown = max_unknown

    def read(self, messages: Sequence[ControlMessage]) -> list[Control]:
        """The commands among ``EventBatch.controls``, in order."""
        found: list[Control] = []
        for address, arguments, received_ns, _sender in messages:
            control = parse_control(address, arguments, received_ns)
            if control is not None:
                found.append(control)
            elif address[len(CONTROL_PREFIX) :] not in CONTROLS:
                self._count(address)
        return found

    def _count(self, address: str) -> None:
        full = address not in self.unknown and len(self.unknown) >= self._max_unknown
        self.unknown["others" if full else address] += 1
