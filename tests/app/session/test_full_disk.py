"""A disk that is really full: a small file system, if this machine lets the test make one."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deforum_perform.store.songs.store import SongStore
from tests.app.conftest import Hands, opened

WAIT_S = 60.0


class Disk:
    """A file system of a megabyte that can be filled and emptied."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._filler = root / "filler"

    def fill(self) -> None:
        """Leave not a byte."""
        with self._filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))

    def clear(self) -> None:
        """Free space."""
        self._filler.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """An empty one."""
    root = tmp_path / "disk"
    root.mkdir()
    with contextlib.suppress(OSError):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "perform-test", str(root)], check=False, capture_output=True
        )
        if done.returncode == 0:
            yield Disk(root)
            subprocess.run(["umount", "-l", str(root)], check=True)
            return
    pytest.skip("this user may mount no file system here")


def begin(hands: Hands) -> None:
    """A recording of two events."""
    hands.at(1.0)
    hands.do("record.start")
    hands.play("/k", (1.5, 0.2), (2.0, 0.4))


def saved(root: Path) -> dict[str, list[int]]:
    """Name of each song -> how many events its takes have."""
    store = SongStore(root)
    songs = [store.load(entry.id) for entry in store.list_songs()]
    return {song.name: [store.load_takes(song.id, take.id)[0].events for take in song.song.takes] for song in songs}


@pytest.mark.parametrize("filled", ["before", "during"])
def test_takes_wait_for_room_whatever_is_open(disk: Disk, filled: str) -> None:
    """What is recorded on a full disk stays in its song while others are opened, and is on disk once there is space."""
    clock = [0]
    hands = Hands(opened(disk.root, clock), clock)
    hands.performer.parts.saver._retry_s = 0.001
    first = hands.performer.session.document
    second = hands.do("song.new", name="second")["id"]
    hands.do("song.open", id=first.id)
    if filled == "before":
        disk.fill()
    begin(hands)
    if filled == "during":
        disk.fill()
    hands.do("record.stop")
    assert "full" in hands.performer.publisher.notices["storage"].message
    for song_id in (second, first.id):
        hands.do("song.open", id=song_id)
    hands.lane("zoom", "/k")
    hands.do("song.open", id=second)
    begin(hands)
    hands.do("record.stop")
    disk.clear()
    for _ in range(2):
        assert hands.performer.parts.saver.drain(WAIT_S, patient=True)
    assert saved(disk.root) == {first.name: [2], "second": [2]}
    assert list(disk.root.glob("journals/*.journal")) == []
    assert {"storage", "journal"}.isdisjoint(hands.performer.publisher.notices)
    hands.performer.close()


def test_what_a_full_disk_took_is_offered_later(disk: Disk) -> None:
    """Closed while the disk is full, during a recording, the journal has what fitted."""
    clock = [0]
    hands = Hands(opened(disk.root, clock), clock)
    begin(hands)
    journal = hands.performer.recorder.feed.journal
    assert journal is not None
    assert journal.flush(timeout_s=WAIT_S)
    disk.fill()
    hands.performer.close()
    disk.clear()
    later = Hands(opened(disk.root, clock), clock)
    (row,) = later.performer.snapshot()["unsaved"]
    later.do("recording.recover", id=row["id"])
    assert [take["events"] for take in later.performer.snapshot()["takes"]] == [2]
    later.performer.close()
    assert list(saved(disk.root).values()) == [[2]]
