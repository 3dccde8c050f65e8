"""The events of takes' sources, read before the song is changed: no file is read under the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...core.signal import extent
from ...core.song.clip import Clip
from ...core.song.song import Song
from ...core.song.take_info import TakeInfo
from ..deforum.schedules import Takes

if TYPE_CHECKING:
    from ..performer import Performer

Wanted = tuple[TakeInfo, str]
"""A take in the song, with its tempo and time, and a source."""


Span = tuple[float, float]
"""The lowest and the highest value."""


@dataclass(frozen=True)
class Played:
    """What a take has of a source: the clip from its first event to the end of the take, and the span of its values;
    both None where there is no event."""

    clip: Clip | None = None
    extent: Span | None = None


Read = Mapping[Wanted, Played]


def read(takes: Takes, song: Song, wanted: Wanted) -> Played:
    """The events of the source in the take. NotFoundError, DamagedFileError or StorageError if it cannot be read."""
    info, source = wanted
    signal = takes.in_song(song, info.id).signals.get(source)
    return Played() if signal is None else Played(takes.clip(song, info.id, source), extent(signal))


@contextmanager
def takes_read(performer: Performer, wanted: Callable[[Song], set[Wanted]]) -> Iterator[Read]:
    """Hold the lock once everything that ``wanted`` names in the current song is read. What was recorded while files
    were read is still in memory."""
    found: dict[Wanted, Played] = {}
    while True:
        _read_missing(performer, wanted, found)
        with performer.lock:
            missing = wanted(performer.session.song) - found.keys()
            if all(performer.takes.in_memory(info.id) for info, _ in missing):
                _read_missing(performer, wanted, found)
                yield found
                return


def _read_missing(performer: Performer, wanted: Callable[[Song], set[Wanted]], found: dict[Wanted, Played]) -> None:
    song = performer.session.song
    for missing in wanted(song) - found.keys():
        found[missing] = read(performer.takes, song, missing)
