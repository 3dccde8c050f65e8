"""The takes of songs: recordings are read from disk once, and their takes cached."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from ...core.song.clip import Clip
from ...core.song.placing import placed
from ...core.song.retiming import whole_clip
from ...core.song.rounds import take_called
from ...core.song.song import Song
from ...core.song.take import Take, recording_id

KEPT_EVENTS = 20_000_000

Loader = Callable[[str, str], tuple[Take, ...]]
"""Song id and recording id -> the takes of the recording."""


class Takes:
    """Takes by id, read from disk once and cached up to a number of events."""

    def __init__(self, load: Loader) -> None:
        self._load = load
        self._takes: OrderedDict[str, Take] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, take: Take) -> None:
        """Cache a take that is not on disk yet."""
        with self._lock:
            self._takes[take.id] = take
            while len(self._takes) > 1 and sum(t.events for t in self._takes.values()) > KEPT_EVENTS:
                self._takes.popitem(last=False)

    def in_memory(self, take_id: str) -> bool:
        """Whether no file needs to be read for the take."""
        with self._lock:
            return take_id in self._takes

    def get(self, song_id: str, take_id: str) -> Take:
        """The take; DamagedFileError or StorageError if it cannot be read."""
        with self._lock:
            found = self._takes.get(take_id)
            if found is not None:
                self._takes.move_to_end(take_id)
                return found
        takes = self._load(song_id, recording_id(take_id))
        for take in takes:
            self.add(take)
        return take_called(takes, take_id)

    def of(self, song: Song, lane_id: str) -> dict[str, Take]:
        """The takes a lane plays, by id."""
        return {clip.take: self.in_song(song, clip.take) for clip in song.clips_of(lane_id)}

    def clip(self, song: Song, take_id: str, source: str) -> Clip | None:
        """The take from the first event of ``source`` to its end; None if the source has none."""
        return whole_clip(song, self.get(song.id, take_id), source)

    def in_song(self, song: Song, take_id: str) -> Take:
        """The take at its position in the song, its events at the times that were chosen for it."""
        return placed(self.get(song.id, take_id), song.take(take_id).map, song.tempo)
