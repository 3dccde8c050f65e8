"""The action of each command: name -> action. The commands themselves are data (``catalog``)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...core.errors import InputError
from . import clips, lanes, listening, songs, takes, transport
from .catalog import COMMANDS
from .command import Action

if TYPE_CHECKING:
    from ..parts import Parts

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {**transport.ACTIONS, **listening.ACTIONS, **lanes.ACTIONS, **takes.ACTIONS, **clips.ACTIONS, **songs.ACTIONS}
)


def run(parts: Parts, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Run a command after validating its arguments; its result. PerformError says why it cannot run."""
    command = COMMANDS.get(name)
    if command is None:
        raise InputError(f"Perform has no command {name[:80]!r}. Reload the page; it may be from another version.")
    return ACTIONS[name](parts, **command.read(arguments))
