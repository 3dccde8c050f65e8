"""What a page can ask for: name -> action, out of the rooms' tables below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import (
    lanes as lane_commands,
)
from . import (
    listening as listening_commands,
)
from . import (
    songs as song_commands,
)
from . import (
    takes as take_commands,
)
from . import (
    transport as transport_commands,
)

if TYPE_CHECKING:
    from ..performer import Performer

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
