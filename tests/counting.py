"""A sender that counts: every message says its number, so that what is missing can be named."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deforum_perform.demo.wire import packed
from deforum_perform.store.songs.store import SongStore

SOURCE = "/count"
PAUSE_S = 0.002


class Counting(threading.Thread):
    """Sends 0, 1, 2 and so on as ``/count``, some hundred per second, until stopped. ``sent``: how many so far."""

    def __init__(self, port: int) -> None:
        super().__init__(name="counting", daemon=True)
        self.sent = 0
        self._port = port
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Send; a missing listener is not a reason to end."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            while not self._stop_asked.wait(PAUSE_S):
                link.sendto(packed(SOURCE, (float(self.sent),)), ("127.0.0.1", self._port))
                self.sent += 1

    def stop(self) -> int:
        """End; how many were sent."""
        self._stop_asked.set()
        self.join()
        return self.sent


@contextmanager
def counting(port: int) -> Iterator[Counting]:
    """A sender to ``port`` during the block."""
    sender = Counting(port)
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()


def counted(songs: Path) -> list[float]:
    """What the only take of the only song in a folder of songs holds of the counting sender."""
    store = SongStore(songs)
    (song,) = [store.load(entry.id) for entry in store.list_songs()]
    (take,) = song.song.takes
    return list(store.load_takes(song.id, take.id)[0].signals[SOURCE].values)


def in_order(values: list[float]) -> bool:
    """Whether they are 0, 1, 2 and so on, none missing and none twice."""
    return values == [float(i) for i in range(len(values))]
