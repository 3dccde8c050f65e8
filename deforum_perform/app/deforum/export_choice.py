"""What of a song is exported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExportChoice:
    """The ids of the ``lanes`` (None: all that play and are not muted) and of the ``take`` (None: the last one).

    ``tab``: the id of Deforum's tab as shown by the exporting browser, see ``TabSettings``.
    """

    lanes: tuple[str, ...] | None = None
    take: str | None = None
    tab: str | None = None


EVERYTHING = ExportChoice()
