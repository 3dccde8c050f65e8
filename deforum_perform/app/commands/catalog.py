"""Every command as data, by name. It needs none of the code that runs commands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .command import Command
from .declared import clips, lanes, listener, songs, takes, transport

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        command.name: command
        for command in (
            *transport.COMMANDS,
            *listener.COMMANDS,
            *lanes.COMMANDS,
            *takes.COMMANDS,
            *clips.COMMANDS,
            *songs.COMMANDS,
        )
    }
)
