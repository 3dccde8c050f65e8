"""Where to listen, and the allowed senders, from one start to the next: the choice on the page, and the flags that
override it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import StorageError
from ..core.listener import ListenerChoice, SenderRules
from ..store.listener_file import keep_listener, open_listener


class KeptListener:
    """The settings saved in the folder of songs ``root``; ``problem`` says what is wrong with them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.problem: str | None = None
        try:
            self._kept, self.problem = open_listener(root)
        except StorageError as error:
            self._kept, self.problem = ListenerChoice(), str(error)

    def with_flags(self, options: Namespace) -> ListenerChoice:
        """The settings for this start: ``osc_host``, ``osc_port`` and ``osc_allow`` of ``options``, unless None."""
        kept, rules = self._kept, self._kept.senders
        allowed = rules.allowed if options.osc_allow is None else options.osc_allow
        return ListenerChoice(
            kept.host if options.osc_host is None else options.osc_host,
            kept.port if options.osc_port is None else options.osc_port,
            SenderRules(allowed, rules.controls, rules.limit_hz),
        )

    def keep(self, changed: Mapping[str, Any]) -> None:
        """Save changes made on the page, but not the values of flags for this start."""
        self._kept = keep_listener(self._root, self._kept, changed)
