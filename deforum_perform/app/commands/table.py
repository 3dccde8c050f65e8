"""The action of each command: name -> action. The commands themselves are data (``catalog``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from . import clips, lanes, listening, songs, takes, transport
from .catalog import COMMANDS

if TYPE_CHECKING:
    from ..performer import Performer

Action = Callable[..., dict[str, Any]]
"""Called with the Performer, and the arguments by name as they were declared and validated."""

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {**transport.ACTIONS, **listening.ACTIONS, **lanes.ACTIONS, **takes.ACTIONS, **clips.ACTIONS, **songs.ACTIONS}
)


def run(performer: Performer, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Run a command after validating its arguments; its result. PerformError says why it cannot run."""
    command = COMMANDS.get(name)
    if command is None:
        raise InputError(f"Perform has no command {name[:80]!r}. Reload the page; it may be from another version.")
    return ACTIONS[name](performer, **command.read(arguments))
