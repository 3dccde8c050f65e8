"""The song being worked on, with undo and redo. Takes are never undone away: they go to the trash."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core.song import Song, with_take

DEPTH = 200


@dataclass(frozen=True)
class _Step:
    label: str
    song: Song
    merge: str | None = None


class History:
    """One song and how it came to be. Not locked: its owner is."""

    def __init__(self, song: Song) -> None:
        self.song = song
        self._past: list[_Step] = []
        self._future: list[_Step] = []

    @property
    def undo_label(self) -> str | None:
        """What undo would take back."""
        return self._past[-1].label if self._past else None

    @property
    def redo_label(self) -> str | None:
        """What redo would bring back."""
        return self._future[-1].label if self._future else None

    def change(self, song: Song, label: str, merge: str | None = None) -> None:
        """Make ``song`` the present. Changes in a row with the same ``merge`` key, as of a dragged slider, are one
        step."""
        if not (merge and self._past and self._past[-1].merge == merge and not self._future):
            self._past = [*self._past[-DEPTH:], _Step(label, self.song, merge)]
        self._future.clear()
        self.song = song

    def amend(self, song: Song) -> None:
        """Make ``song`` the present without a step, for what is no decision of the user's."""
        self.song = song

    def undo(self) -> str | None:
        """Go a step back; its label, or None if there is none."""
        return self._go(self._past, self._future)

    def redo(self) -> str | None:
        """Go a step forward again; its label, or None if there is none."""
        return self._go(self._future, self._past)

    def _go(self, source: list[_Step], target: list[_Step]) -> str | None:
        if not source:
            return None
        step = source.pop()
        target.append(_Step(step.label, self.song))
        self.song = _keeping_takes(step.song, self.song)
        return step.label


def _keeping_takes(earlier: Song, present: Song) -> Song:
    """``earlier``, with the takes that only ``present`` has in the trash. The name stays: folders are named
    elsewhere."""
    known = {t.id for t in earlier.takes}
    song = earlier
    for take in present.takes:
        if take.id not in known:
            song = with_take(song, replace(take, trashed=True))
    return song
