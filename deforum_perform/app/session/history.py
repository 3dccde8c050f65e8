"""The open song, with undo and redo. Undo never deletes takes: it moves them to the trash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...core.song.document import Document
from ...core.song.song import Song, with_take

DEPTH = 200


@dataclass(frozen=True)
class _Step:
    label: str
    song: Song
    merge: str | None = None


class History:
    """The open document, and its history. Not locked: its owner is."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._past: list[_Step] = []
        self._future: list[_Step] = []

    @property
    def song(self) -> Song:
        """The current song."""
        return self.document.song

    @property
    def undo_label(self) -> str | None:
        """What undo would revert."""
        return self._past[-1].label if self._past else None

    @property
    def redo_label(self) -> str | None:
        """What redo would restore."""
        return self._future[-1].label if self._future else None

    def edit(
        self, label: str, fn: Callable[[Song], Song], *, merge: str | None = None, undoable: bool = True
    ) -> tuple[Song, Song]:
        """Replace the current song with the result of ``fn``; the song before and after.

        Consecutive edits with the same ``merge`` key, as of a dragged slider, are one undo step; an edit that is not
        ``undoable``, because the user did not make it, is none, and neither is one that changes nothing.
        """
        before = self.song
        after = fn(before)
        if after is not before and after != before:
            if undoable:
                self._remember(_Step(label, before, merge))
            self.document = replace(self.document, song=after)
        return before, self.song

    def arrange(self, fn: Callable[[Document], Document]) -> bool:
        """Replace everything except the song with the result of ``fn``; whether that differs. Undo does not affect
        it."""
        after = replace(fn(self.document), song=self.song)
        changed = after != self.document
        if changed:
            self.document = after
        return changed

    def _remember(self, step: _Step) -> None:
        if not (step.merge and self._past and self._past[-1].merge == step.merge and not self._future):
            self._past = [*self._past[-DEPTH:], step]
        self._future.clear()

    def undo(self) -> str | None:
        """Undo a step; its label, or None if there is none."""
        return self._go(self._past, self._future)

    def redo(self) -> str | None:
        """Redo a step; its label, or None if there is none."""
        return self._go(self._future, self._past)

    def _go(self, source: list[_Step], target: list[_Step]) -> str | None:
        if not source:
            return None
        step = source.pop()
        target.append(_Step(step.label, self.song))
        self.document = replace(self.document, song=_keeping_takes(step.song, self.song))
        return step.label


def _keeping_takes(earlier: Song, present: Song) -> Song:
    """``earlier``, with the takes that only ``present`` contains in the trash."""
    known = {t.id for t in earlier.takes}
    song = earlier
    for take in present.takes:
        if take.id not in known:
            song = with_take(song, replace(take, trashed=True))
    return song
