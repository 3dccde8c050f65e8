"""The settings of Deforum's tab as browsers showed them, for the next export that one of them requests."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from ...core.errors import ConflictError

KEPT = 8
"""This many browsers may export at the same time."""

PROMPTS = ("animation_prompts", "prompts")
"""The names of the Prompts box in Deforum and in Perform."""


class TabSettings:
    """The last values of each browser, under an id that only its export has. Thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Mapping[str, Any], str | None]] = OrderedDict()
        self._lock = Lock()

    def keep(self, settings: Mapping[str, Any], page: str | None = None) -> str:
        """Store the content of the boxes of one browser's tab, under the names of a settings file; the id for the
        export. ``page``: the id of the browser's page.

        ScheduleTextError if the Prompts box is not JSON of frame and prompt: a settings file could not contain it.
        """
        from ...core.deforum.prompts import parse_prompts
        from ...core.deforum.settings.older import upgraded

        for name in PROMPTS:
            if str(settings.get(name) or "").strip():
                parse_prompts(str(settings[name]))
        seen = upgraded({"legacy_colormatch": False, **settings}).settings
        seen_id = secrets.token_hex(8)
        with self._lock:
            self._kept[seen_id] = seen, page
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return seen_id

    def of(self, seen_id: str | None) -> Mapping[str, Any] | None:
        """The settings stored under the id; without an id the last ones of any browser, None before the first.

        ConflictError for an id that is no longer stored.
        """
        with self._lock:
            if seen_id is None:
                return next((settings for settings, _ in reversed(self._kept.values())), None)
            if seen_id not in self._kept:
                raise ConflictError("Deforum's tab was read too long ago for this export. Export again.")
            return self._kept[seen_id][0]

    def page_of(self, seen_id: str | None) -> str | None:
        """The page of the settings stored under the id; None if unknown."""
        with self._lock:
            return self._kept[seen_id][1] if seen_id is not None and seen_id in self._kept else None

