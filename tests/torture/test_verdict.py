"""The verifier of the races and kills: it finds what it is there to find."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from deforum_perform.core.signal import signal
from deforum_perform.core.song.document import edited
from deforum_perform.core.song.song import with_take
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import info
from deforum_perform.store.songs.store import SongStore
from tests.torture.folder import ADDRESS, Folder
from tests.torture.instrument import Refused
from tests.torture.ledger import KILL_LOSES_NS, Ledger
from tests.torture.verdict import Verifier

SENT = 6


def played() -> Ledger:
    """Events 0 and 1 before a recording, 2 to 4 in it, 5 after it."""
    ledger = Ledger()
    for number in range(SENT):
        if number in (2, 5):
            ledger.switch(number == 2, lambda: None)
        ledger.event(lambda _number: None)
    return ledger


def a_folder(root: Path, *takes: tuple[int, list[int]]) -> SongStore:
    """A song with takes: their numbers and events."""
    store = SongStore(root)
    song = store.create("song")
    for place, (number, events) in enumerate(takes):
        signals = {f"{ADDRESS}0": signal(range(len(events)), events)}
        take = Take(f"take-{place}", number, 0.0, 9.0, signals)
        store.save_take(song.id, take)
        song = edited(song, partial(with_take, take=info(take)))
    store.save(song)
    return store


def found(ledger: Ledger, root: Path) -> tuple[int, int, int]:
    """How much is lost, doubled and unreported."""
    verdict = Verifier(ledger, Folder(root)).look(())
    return len(verdict.lost), len(verdict.doubled), len(verdict.unreported)


@pytest.mark.parametrize(
    ("takes", "expected"),
    [
        ([(1, [2, 3, 4])], (0, 0, 0)),
        ([(1, [1, 2, 3, 4, 5])], (0, 0, 0)),
        ([(1, [2, 4])], (1, 0, 1)),
        ([], (1, 0, 1)),
        ([(1, [2, 3]), (2, [3, 4])], (0, 1, 0)),
        ([(1, [2, 3, 3, 4])], (0, 1, 0)),
        ([(1, [2, 3]), (1, [4])], (0, 1, 0)),
    ],
)
def test_what_is_missing_or_twice_is_found(
    tmp_path: Path, takes: list[tuple[int, list[int]]], expected: tuple[int, int, int]
) -> None:
    """Events of a recording that are in no take, or in two, or twice in one, and a number given twice."""
    a_folder(tmp_path, *takes)
    assert found(played(), tmp_path) == expected


def test_a_take_without_its_file_is_found(tmp_path: Path) -> None:
    """A take that a song names and that has no file is unreported, and its events are lost."""
    a_folder(tmp_path, (1, [2, 3, 4]))
    next(tmp_path.glob("songs/*/recordings/*.npz")).unlink()
    assert found(played(), tmp_path) == (1, 0, 2)


def test_a_lost_event_is_reported_with_its_age_before_the_kill(tmp_path: Path) -> None:
    """The report of a lost event says how long before which kill it was sent, and how long before is allowed."""
    ledger = Ledger()
    for events, held_up_ns in ((1, 0), (2, -KILL_LOSES_NS)):
        ledger.switch(True, lambda: None)
        for _ in range(events):
            ledger.event(lambda _number: None)
        ledger.kill(lambda: None, held_up_ns)
    (words,) = Verifier(ledger, Folder(tmp_path)).look(()).lost
    age = r"\d+\.\d ms before kill 1 \(0\.0 ms allowed\)"
    assert re.fullmatch(f"events 1 to 2: nowhere, {age} to {age}, beside no command", words)
    assert played().before_kill(0) == "not before a kill"


def test_only_what_was_certainly_recorded_must_be_there() -> None:
    """What was sent beside a switch, after a refused one, or just before a kill may be missing; all else may not."""
    assert played().recorded().tolist() == [2, 3, 4]
    refused = Ledger()

    def refuse() -> None:
        raise Refused("conflict", "not now")

    with pytest.raises(Refused):
        refused.switch(True, refuse)
    refused.event(lambda _number: None)
    assert refused.recorded().tolist() == []
    killed = played()
    killed.kill(lambda: None)
    assert killed.recorded().tolist() == []
    killed.switch(True, lambda: None)
    killed.event(lambda _number: None)
    assert killed.recorded().tolist() == [SENT]
