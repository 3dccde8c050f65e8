"""Notices that the page shows until they no longer apply or are dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """A button beside a notice: ``label`` says what the ``command`` with these ``arguments`` does, ``what`` to what."""

    label: str
    command: str
    arguments: Mapping[str, str]
    what: str


@dataclass(frozen=True)
class Notice:
    """``level``: info, warn or error; ``remedy``: what to do; ``offers``: actions to do it at once."""

    level: str
    message: str
    remedy: str | None = None
    offers: tuple[Offer, ...] = ()


TRIED_AGAIN = "Perform tries again; nothing is lost meanwhile."
"""The rest of a remedy: a message about a disk contains its own remedy."""
