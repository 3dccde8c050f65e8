"""The open song, with undo and redo. Undo never deletes takes: it moves them to the trash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ...core.saved.patch import MisfitError, difference
from ...core.saved.steps import Step, grown, redone, undone
from ...core.song.document import Document
from ...core.song.song import Song
from ...store.history_file import DEPTH, MAX_LINES, Entry, Log, entries_of

Direction = Literal["undo", "redo"]


@dataclass(frozen=True)
class Unwritten:
    """What to add to the log of the history; ``whole``: to replace its content."""

    entries: tuple[Entry, ...] = ()
    whole: bool = False

    def and_then(self, later: Unwritten) -> Unwritten:
        """Both in a row."""
        return later if later.whole else Unwritten((*self.entries, *later.entries), self.whole)

    def without(self, written: Unwritten) -> Unwritten:
        """What came after ``written``, which is the beginning of this unless it is ``whole``."""
        if self.entries[: len(written.entries)] != written.entries:
            return self
        return Unwritten(self.entries[len(written.entries) :])


class History:
    """The open document, and the history of its song. Not locked: its owner is.

    The last step of undo may still grow: edits with the same ``merge`` key, and those that are not a separate step,
    belong to it. What the song became since ``_grows_from`` is known as a patch once it is needed. ``went_on``: whether
    the last edit had the same ``merge`` key as the one before it.
    """

    def __init__(self, document: Document, log: Log | None = None) -> None:
        log = log or Log()
        self.document = document
        self._past, self._future = list(log.past), list(log.future)
        self.went_on = False
        self._merge: str | None = None
        self._grows_from: Song | None = None
        self._entries: list[Entry] = []
        self._lines, self._rewritten, self._whole = log.lines, 0, not log.sound
        while self._past and not self._can(undone, self._past) and self._can(redone, self._past):
            self._future.append(self._past.pop())  # the last change did not reach the song's file: redo restores it
            self._whole = True
        self._drop_misfits()

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
        ``undoable``, because the user did not make it, belongs to the step before it. An edit that changes nothing is
        not a step.
        """
        before = self.song
        after = fn(before)
        if after is before or after == before:
            return before, before
        self.went_on = merge is not None and merge == self._merge and bool(self._past)
        if undoable and not self.went_on:
            self._close()
            self._begin(Step(label), merge)
        if self._grows_from is None:
            self._grows_from = before
        self.document = replace(self.document, song=after)
        if self._future:
            self._close()
            self._drop_misfits()
        return before, after

    def arrange(self, fn: Callable[[Document], Document]) -> bool:
        """Replace everything except the song with the result of ``fn``; whether that differs. Undo does not affect
        it."""
        after = replace(fn(self.document), song=self.song)
        changed = after != self.document
        if changed:
            self.document = after
        return changed

    def undo(self) -> str | None:
        """Undo a step; its label, or None if there is none."""
        self._close()
        return self._go(undone, self._past, self._future, "undo")

    def redo(self) -> str | None:
        """Redo a step; its label, or None if there is none."""
        self._close()
        return self._go(redone, self._future, self._past, "redo")

    def unwritten(self) -> Unwritten:
        """What happened since the last call, for the log."""
        self._close()
        entries, self._entries = self._entries, []
        if not entries:
            return Unwritten()
        whole = self._whole or self._lines - self._rewritten > MAX_LINES
        if whole:
            entries = list(entries_of(Log(tuple(self._past), tuple(self._future))))
            self._lines, self._rewritten, self._whole = 0, len(entries), False
        self._lines += len(entries)
        return Unwritten(tuple(entries), whole)

    def _begin(self, step: Step, merge: str | None) -> None:
        self._future.clear()
        self._past = [*self._past[1 - DEPTH :], step]
        self._merge = merge

    def _close(self) -> None:
        """Complete the last step with its current state."""
        if self._grows_from is None:
            return
        patch = difference(self._grows_from, self.song)
        self._grows_from = None
        if not self._past:  # a change that cannot be undone
            self._entries.append(Entry("more", patch=patch))
            return
        step = self._past[-1]
        self._entries.append(Entry("more", patch=patch) if step.patches else Entry("step", step.label, patch))
        self._past[-1] = grown(step, patch)

    def _go(
        self, step_of: Callable[[Song, Step], Song], source: list[Step], target: list[Step], kind: Direction
    ) -> str | None:
        if not source:
            return None
        step, before = source[-1], self.song
        self.document = replace(self.document, song=step_of(before, step))
        target.append(source.pop())
        self._entries.append(Entry(kind, patch=difference(before, self.song)))
        self._merge = None
        self._drop_misfits()
        return step.label

    def _drop_misfits(self) -> None:
        """Remove steps that were made for another state of the song, so that every offered step can be performed."""
        for step_of, steps in ((undone, self._past), (redone, self._future)):
            if steps and not self._can(step_of, steps):
                steps.clear()
                self._whole = True

    def _can(self, step_of: Callable[[Song, Step], Song], steps: list[Step]) -> bool:
        try:
            step_of(self.song, steps[-1])
        except MisfitError:
            return False
        return True
