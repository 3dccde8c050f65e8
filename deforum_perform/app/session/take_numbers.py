"""The numbers of takes: none is ever reused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...core.song.song import Song, next_take_number

MOST = 1_000_000
"""The largest number that Perform uses: a file with a higher one is invalid."""


def take_words(numbers: Sequence[int]) -> str:
    """The takes with these numbers, in words: ``take 3``, ``takes 3 to 5``, ``takes 3, 5``."""
    if len(numbers) == 1:
        return f"take {numbers[0]}"
    if list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"takes {numbers[0]} to {numbers[-1]}"
    return f"takes {', '.join(map(str, numbers))}"


class TakeNumbers:
    """Numbers the takes of one song. Not locked: its owner is.

    ``found``: (take id, number) of recordings that exist and that the song may not list: recordings that were cut off,
    and files in its folder. ``last_number``: see ``SongInfo``.
    """

    def __init__(self, found: Iterable[tuple[str, int]] = (), last_number: int = 0) -> None:
        self._last_number = last_number
        self._given = {take_id: number for take_id, number in found if 0 < number <= MOST}

    def next(self, song: Song, take_id: str) -> int:
        """The number of a take that begins now: above every number that a take of the song has or had."""
        number = max(next_take_number(song, self._last_number), max(self._given.values(), default=0) + 1)
        self._given[take_id] = number
        return number

    def keep(self, song: Song, take_id: str, number: int) -> int:
        """The number of a take that was recorded as ``number``: that one, or the next if another take has it."""
        others = {take.number for take in song.takes if take.id != take_id}
        others |= {given for other, given in self._given.items() if other != take_id}
        if not 0 < number <= MOST or number in others:
            return self.next(song, take_id)
        self._given[take_id] = number
        return number

    def give_back(self, take_id: str) -> None:
        """The recording became no take, so its number is free."""
        self._given.pop(take_id, None)
