"""The comp: which take a lane plays where. The newest is on top, and nothing under it is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..identity import by_identity
from .records import Record


@dataclass(frozen=True)
class Cover(Record):
    """A lane plays ``source`` of ``take`` from ``start_s`` to ``end_s`` (song time, s)."""

    take: str
    source: str
    start_s: float
    end_s: float


Covers = tuple[Cover, ...]


def played(covers: Iterable[Cover]) -> Covers:
    """What plays when each clip is on top of those before it: pieces in time order that do not overlap."""
    pieces: list[Cover] = []
    for cover in covers:
        pieces = _laid(pieces, cover)
    return _in_order(pieces)


def _laid(pieces: list[Cover], cover: Cover) -> list[Cover]:
    """The pieces with ``cover`` on top."""
    if cover.end_s <= cover.start_s:
        return pieces
    kept: list[Cover] = []
    for piece in pieces:
        if piece.start_s < cover.start_s:
            kept.append(replace(piece, end_s=min(piece.end_s, cover.start_s)))
        if piece.end_s > cover.end_s:
            kept.append(replace(piece, start_s=max(piece.start_s, cover.end_s)))
    return [*kept, cover]


def _in_order(pieces: Iterable[Cover]) -> Covers:
    return tuple(sorted(pieces, key=lambda p: p.start_s))


@by_identity(512)
def replaced(covers: Covers) -> Mapping[str, Covers]:
    """Take -> what would play in its place without it: pieces of other takes in time order, where it plays.
    """
    pieces: list[Cover] = []
    below: dict[str, list[Cover]] = {}
    for cover in covers:
        others = (piece for piece in pieces if piece.take != cover.take)
        below.setdefault(cover.take, []).extend(_common(others, cover))
        pieces = _laid(pieces, cover)
    found: dict[str, list[Cover]] = {}
    for piece in pieces:
        found.setdefault(piece.take, []).extend(_common(below[piece.take], piece))
    return {take: _in_order(hidden) for take, hidden in found.items() if hidden}


def _common(pieces: Iterable[Cover], cover: Cover) -> Iterator[Cover]:
    """The parts of the pieces that are inside the stretch of ``cover``."""
    for piece in pieces:
        start_s, end_s = max(piece.start_s, cover.start_s), min(piece.end_s, cover.end_s)
        if start_s < end_s:
            yield replace(piece, start_s=start_s, end_s=end_s)


def on_top(covers: Covers, cover: Cover) -> Covers:
    """``cover`` on top of all others; the same clip further down is removed."""
    return (*(c for c in covers if c != cover), cover)


@by_identity(512)
def without_takes_of(covers: Covers, take_ids: frozenset[str]) -> Covers:
    """The covers that play none of the takes; the same object for the same ones."""
    return tuple(cover for cover in covers if cover.take not in take_ids)


def without_take(covers: Covers, take_id: str) -> Covers:
    """The clips that do not play ``take_id``."""
    return tuple(c for c in covers if c.take != take_id)
