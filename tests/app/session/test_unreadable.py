"""A copy of a song whose recordings are missing or damaged says so."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.app.conftest import Hands


def record(hands: Hands, number: int) -> None:
    """A take of one value."""
    hands.at(number * 10.0)
    hands.do("record.start")
    hands.play("/k", (number * 10.0 + 1, 0.5))
    hands.do("record.stop")
    assert hands.performer.parts.saver.drain(30.0)


def notices(hands: Hands) -> str:
    """What the page says."""
    return " ".join(notice["message"] for notice in hands.performer.snapshot()["notices"])


def spoil(path: Path, damage: str) -> None:
    """Delete a file, cut it short, or invert a quarter of it."""
    data = bytearray(path.read_bytes())
    path.unlink()
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "inverted":
        for place in range(len(data) // 4, len(data) // 2):
            data[place] ^= 0xFF
        path.write_bytes(data)


@pytest.mark.parametrize("damage", ["missing", "cut", "inverted"])
def test_a_copy_says_which_takes_it_lacks(hands: Hands, damage: str) -> None:
    """Duplicated or written as a zip, a song takes along what can be read, and the copy names the takes that cannot."""
    for number in (1, 2, 3):
        record(hands, number)
    song = hands.performer.session.song
    assert hands.performer.export("zip").remarks == ()
    hands.do("song.duplicate", id=song.id)
    assert "copy" not in notices(hands)
    hands.do("song.open", id=song.id)
    spoil(hands.performer.parts.store.folder(song.id) / "recordings" / f"{song.takes[1].id}.npz", damage)
    (remark,) = hands.performer.export("zip").remarks
    assert remark == "Take 2 is not in the copy: its recording is missing or damaged."
    hands.do("song.duplicate", id=song.id)
    assert remark in notices(hands)
    copy = hands.performer.session.song
    assert copy.id != song.id
    for take in (copy.takes[0], copy.takes[2]):
        assert hands.performer.parts.store.load_takes(copy.id, take.id)[0].events == 1


def test_a_zip_that_lacks_a_take_says_so_when_it_is_imported(hands: Hands) -> None:
    """What was not in the zip is named on the other machine too."""
    for number in (1, 2, 3):
        record(hands, number)
    song = hands.performer.session.song
    for take in song.takes[:2]:
        spoil(hands.performer.parts.store.folder(song.id) / "recordings" / f"{take.id}.npz", "missing")
    made = hands.performer.export("zip")
    hands.performer.import_song(io.BytesIO(made.data))
    assert "Takes 1, 2 are not in the copy: their recordings are missing or damaged." in notices(hands)
