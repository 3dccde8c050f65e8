"""What plays where clips overlap, computed piece by piece: simple, slow, and what the faster code has to agree with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from deforum_perform.core.song.clip import Clip, Clips


def played(clips: Iterable[Clip]) -> Clips:
    """What plays when each clip is on top of those before it: pieces in time order that do not overlap."""
    pieces: list[Clip] = []
    for clip in clips:
        pieces = _laid(pieces, clip)
    return _in_order(pieces)


def _laid(pieces: list[Clip], clip: Clip) -> list[Clip]:
    """The pieces with ``clip`` on top."""
    if clip.end_s <= clip.start_s:
        return pieces
    kept: list[Clip] = []
    for piece in pieces:
        if piece.start_s < clip.start_s:
            kept.append(replace(piece, end_s=min(piece.end_s, clip.start_s)))
        if piece.end_s > clip.end_s:
            kept.append(replace(piece, start_s=max(piece.start_s, clip.end_s)))
    return [*kept, clip]


def _in_order(pieces: Iterable[Clip]) -> Clips:
    return tuple(sorted(pieces, key=lambda p: p.start_s))


def replaced(clips: Clips) -> Mapping[str, Clips]:
    """Take -> what would play in its place without it: pieces of other takes in time order, where it plays."""
    pieces: list[Clip] = []
    below: dict[str, list[Clip]] = {}
    for clip in clips:
        hidden = below.setdefault(clip.take, [])
        for part in _common([piece for piece in pieces if piece.take != clip.take], clip):
            hidden[:] = _laid(hidden, part)
        pieces = _laid(pieces, clip)
    found: dict[str, list[Clip]] = {}
    for piece in pieces:
        found.setdefault(piece.take, []).extend(_common(below[piece.take], piece))
    return {take: _in_order(parts) for take, parts in found.items() if parts}


def _common(pieces: Iterable[Clip], clip: Clip) -> Iterator[Clip]:
    """The parts of the pieces that are inside the stretch of ``clip``."""
    for piece in pieces:
        start_s, end_s = max(piece.start_s, clip.start_s), min(piece.end_s, clip.end_s)
        if start_s < end_s:
            yield replace(piece, start_s=start_s, end_s=end_s)
