"""What plays where clips overlap: the newest is on top, and what is below plays where it ends."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..identity import by_identity
from .clip import Clip, Clips


class _Pieces:
    """Pieces of clips in time order that do not overlap."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._pieces: list[Clip] = []

    def __iter__(self) -> Iterator[Clip]:
        return iter(self._pieces)

    def lay(self, clip: Clip) -> None:
        """Put a clip on top."""
        if clip.end_s <= clip.start_s:
            return
        first, last = self._overlapping(clip)
        new = [clip]
        if first < last:
            earliest, latest = self._pieces[first], self._pieces[last - 1]
            if earliest.start_s < clip.start_s:
                new.insert(0, replace(earliest, end_s=clip.start_s))
            if latest.end_s > clip.end_s:
                new.append(replace(latest, start_s=clip.end_s))
        self._pieces[first:last] = new
        self._starts[first:last] = [piece.start_s for piece in new]

    def inside(self, clip: Clip) -> Iterator[Clip]:
        """The parts of the pieces that are inside the stretch of ``clip``."""
        first, last = self._overlapping(clip)
        for piece in self._pieces[first:last]:
            start_s, end_s = max(piece.start_s, clip.start_s), min(piece.end_s, clip.end_s)
            if start_s < end_s:
                yield replace(piece, start_s=start_s, end_s=end_s)

    def _overlapping(self, clip: Clip) -> tuple[int, int]:
        """The places of the pieces that overlap ``clip``: from one up to another (excluded)."""
        first = max(0, bisect_right(self._starts, clip.start_s) - 1)
        if first < len(self._pieces) and self._pieces[first].end_s <= clip.start_s:
            first += 1
        return first, max(first, bisect_left(self._starts, clip.end_s))


def played(clips: Iterable[Clip]) -> Clips:
    """What plays when each clip is on top of those before it: pieces in time order that do not overlap."""
    pieces = _Pieces()
    for clip in clips:
        pieces.lay(clip)
    return tuple(pieces)


@by_identity(512)
def replaced(clips: Clips) -> Mapping[str, Clips]:
    """Take -> what would play in its place without it: pieces of other takes in time order, where it plays."""
    pieces = _Pieces()
    below: dict[str, _Pieces] = {}
    for clip in clips:
        hidden = below.setdefault(clip.take, _Pieces())
        for part in pieces.inside(clip):
            if part.take != clip.take:
                hidden.lay(part)
        pieces.lay(clip)
    found: dict[str, list[Clip]] = {}
    for piece in pieces:
        found.setdefault(piece.take, []).extend(below[piece.take].inside(piece))
    return {take: tuple(parts) for take, parts in found.items() if parts}
