"""Changes that are saved once they rest: those of a dragged slider, adaptive input ranges, and the song's file."""

from __future__ import annotations

from collections.abc import Callable

from ...core.song.document import Document


class Resting:
    """The newest state of the open song, until it has not changed for ``rest_s``, or has waited for ``longest_s``. Not
    locked: its owner is. ``clock_ns`` is monotonic; ``held`` counts the stored states."""

    def __init__(self, clock_ns: Callable[[], int], rest_s: float, longest_s: float) -> None:
        self._clock_ns = clock_ns
        self._rest_ns, self._longest_ns = round(rest_s * 1e9), round(longest_s * 1e9)
        self._document: Document | None = None
        self._first_ns = self._last_ns = 0
        self.held = 0

    @property
    def waits(self) -> bool:
        """Whether something is still to be saved."""
        return self._document is not None

    def hold(self, document: Document) -> None:
        """Store this state instead of an older one."""
        self._last_ns = self._clock_ns()
        self.held += 1
        if self._document is None:
            self._first_ns = self._last_ns
        self._document = document

    def take(self, *, due: bool = False) -> Document | None:
        """The state to be saved now, removed from here; ``due``: only if it rests or has waited long enough."""
        if due:
            now_ns = self._clock_ns()
            if now_ns - self._last_ns < self._rest_ns and now_ns - self._first_ns < self._longest_ns:
                return None
        document, self._document = self._document, None
        return document

    def forget(self, song_id: str) -> None:
        """A newer state of the song is saved."""
        if self._document is not None and self._document.id == song_id:
            self._document = None
