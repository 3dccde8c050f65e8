"""The events of takes' sources, read before the song is changed: no file is read under the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from ...core.signal import extent
from ...core.song.clip import Clip
from ...core.song.song import Song
from ...core.song.take_info import TakeInfo
from ..session.session import Session
from ..session.takes import Takes

Wanted = tuple[TakeInfo, str]
"""A take in the song, with its tempo and time, and a source."""


Span = tuple[float, float]
"""The lowest and the highest value."""


@dataclass(frozen=True)
class Played:
    """The events of a source in a take: the clip from its first event to the end of the take, and the range of its
    values; both None if there is no event."""

    clip: Clip | None = None
    extent: Span | None = None


Read = Mapping[Wanted, Played]


def read(takes: Takes, song: Song, wanted: Wanted) -> Played:
    """The events of the source in the take. NotFoundError, DamagedFileError or StorageError if it cannot be read."""
    info, source = wanted
    signal = takes.in_song(song, info.id).signals.get(source)
    return Played() if signal is None else Played(takes.clip(song, info.id, source), extent(signal))


class TakeReader:
    """Reads the required takes before the song is changed."""

    def __init__(self, session: Session, takes: Takes) -> None:
        self._session, self._takes = session, takes

    @contextmanager
    def reading(self, wanted: Callable[[Song], set[Wanted]]) -> Iterator[Read]:
        """Hold the session's lock once everything that ``wanted`` names in the current song is read. What was recorded
        while files were read is still in memory."""
        found: dict[Wanted, Played] = {}
        while True:
            self._read_missing(wanted, found)
            with self._session.lock:
                missing = wanted(self._session.song) - found.keys()
                if all(self._takes.in_memory(info.id) for info, _ in missing):
                    self._read_missing(wanted, found)
                    yield found
                    return

    def _read_missing(self, wanted: Callable[[Song], set[Wanted]], found: dict[Wanted, Played]) -> None:
        song = self._session.song
        for missing in wanted(song) - found.keys():
            found[missing] = read(self._takes, song, missing)
