"""The comp: which take a lane plays where. The newest covers what is under it, and nothing under it is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Cover:
    """A lane plays ``source`` of ``take`` from ``start_s`` to ``end_s`` (song time, s)."""

    take: str
    source: str
    start_s: float
    end_s: float


Covers = tuple[Cover, ...]


def played(covers: Iterable[Cover]) -> Covers:
    """What is heard when each cover lies over those before it: pieces in order of time that do not overlap."""
    pieces: list[Cover] = []
    for cover in covers:
        if cover.end_s <= cover.start_s:
            continue
        kept: list[Cover] = []
        for piece in pieces:
            if piece.start_s < cover.start_s:
                kept.append(replace(piece, end_s=min(piece.end_s, cover.start_s)))
            if piece.end_s > cover.end_s:
                kept.append(replace(piece, start_s=max(piece.start_s, cover.end_s)))
        pieces = [*kept, cover]
    return tuple(sorted(pieces, key=lambda p: p.start_s))


def on_top(covers: Covers, cover: Cover) -> Covers:
    """``cover`` laid over all others; the same cover further down is taken out."""
    return (*(c for c in covers if c != cover), cover)


def without_take(covers: Covers, take_id: str) -> Covers:
    """The covers that do not play ``take_id``."""
    return tuple(c for c in covers if c.take != take_id)
