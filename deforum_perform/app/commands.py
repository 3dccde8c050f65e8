"""What a page can ask for: name -> action, out of the rooms' tables below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import lane_commands, listening_commands, song_commands, take_commands, transport_commands

if TYPE_CHECKING:
    from .performer import Performer

Action = Callable[["Performer", dict[str, Any]], dict[str, Any]]

COMMANDS: Mapping[str, Action] = MappingProxyType(
    {
        **transport_commands.COMMANDS,
        **listening_commands.COMMANDS,
        **lane_commands.COMMANDS,
        **take_commands.COMMANDS,
        **song_commands.COMMANDS,
    }
)
