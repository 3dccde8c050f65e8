"""What was sent against what is there: nothing lost, nothing twice, nothing missing without a word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from tests.torture.folder import NOTHING, Folder, Named, Numbers
from tests.torture.ledger import Ledger


@dataclass
class Verdict:
    """The result: ``lost``, ``doubled`` and ``unreported`` each name one failure; ``reported`` counts events that are
    missing and that a take reports as missing."""

    recordings: int = 0
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unreported: list[str] = field(default_factory=list)
    reported: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether there is no failure."""
        return not (self.lost or self.doubled or self.unreported)

    def add(self, other: Verdict) -> None:
        """Add the results from elsewhere."""
        self.recordings += other.recordings
        self.kills += other.kills
        self.reported += other.reported
        self.lost += other.lost
        self.doubled += other.doubled
        self.unreported += other.unreported
        self.left_out += other.left_out


def at_once(work: Callable[[int], Verdict], workers: int) -> Verdict:
    """The results of all workers, each on a thread of its own."""
    total = Verdict()
    with ThreadPoolExecutor(workers) as threads:
        for found in threads.map(work, range(workers)):
            total.add(found)
    return total


class Verifier:
    """Compares a folder with a ledger, again and again: it remembers the numbers of takes, and what it has missed."""

    def __init__(self, ledger: Ledger, folder: Folder) -> None:
        self._ledger, self._folder = ledger, folder
        self._given: dict[tuple[str, int], str] = {}
        self._known: Numbers = NOTHING

    def look(self, offered: Collection[str], shown: bool = False) -> Verdict:
        """What is wrong now, while nothing is recorded and nothing waits to be saved.

        ``offered``: ids of the recordings that the state offers to recover. ``reported``: Perform reported that what is
        missing could not be kept.
        """
        takes = list(self._folder.named())
        journals = {key: numbers for key, numbers in self._folder.journals().items() if key in offered}
        unnamed = {key: numbers for key, numbers in self._folder.unnamed().items() if key in offered}
        found = Verdict(recordings=len({take.id for take in takes} | set(offered)), kills=self._ledger.kills)
        found.doubled += self._numbers_twice(takes)
        found.doubled += events_twice(takes)
        saved = {take.id for take in takes if take.numbers is not None}
        found.doubled += [f"recording {key} is offered and is a take" for key in sorted(saved & set(offered))]
        found.unreported += [f"take {take.number} of {take.song} has no file" for take in takes if take.numbers is None]
        kept = [take.numbers for take in takes] + list(journals.values()) + list(unnamed.values())
        kept += self._folder.discarded()
        self._missing(found, takes, [part for part in kept if part is not None], shown)
        return found

    def _numbers_twice(self, takes: list[Named]) -> list[str]:
        wrong = []
        for take in takes:
            before = self._given.setdefault((take.song, take.number), take.id)
            if before != take.id:
                wrong.append(f"number {take.number} of song {take.song} was given to {before} and to {take.id}")
        return wrong

    def _missing(self, found: Verdict, takes: list[Named], kept: list[Numbers], shown: bool) -> None:
        there = np.unique(np.concatenate([NOTHING, *kept]))
        missing = np.setdiff1d(self._ledger.recorded(), np.concatenate([there, self._known]))
        said = sum({take.id: take.missing for take in takes}.values())
        if len(missing) and len(missing) <= said:
            found.reported += len(missing)
            return
        if shown:
            found.reported += len(missing)
            return
        self._known = np.concatenate([self._known, missing])
        for first, last in stretches(missing):
            beside = ", ".join(self._ledger.beside(first)) or "no command"
            age = self._ledger.before_kill(first) + (f" to {self._ledger.before_kill(last)}" if last > first else "")
            words = f"events {first} to {last}: {self._hidden(first)}, {age}, beside {beside}"
            found.lost.append(words)
            found.unreported.append(words)

    def _hidden(self, number: int) -> str:
        """Where an event is that no song names and nothing offers."""
        hidden = {f"take file {key}": numbers for key, numbers in self._folder.unnamed().items()}
        hidden |= {f"journal {key}": numbers for key, numbers in self._folder.journals().items()}
        found = [where for where, numbers in hidden.items() if numbers is not None and number in numbers]
        return f"only in {found[0]}" if found else "nowhere"


def events_twice(takes: list[Named]) -> list[str]:
    """Events that are in two recordings, or twice in one. A copy of a song holds the same recordings, as they were."""
    by_id: dict[str, Numbers] = {}
    wrong = []
    for take in takes:
        if take.numbers is None:
            continue
        numbers = np.sort(take.numbers)
        known = by_id.setdefault(take.id, numbers)
        if known is not numbers and not np.array_equal(known, numbers):
            wrong.append(f"take {take.id} of {take.song} holds other events than another copy of it")
    owners = np.repeat(np.arange(len(by_id)), [len(numbers) for numbers in by_id.values()])
    numbers, first, counts = np.unique(
        np.concatenate([NOTHING, *by_id.values()]), return_index=True, return_counts=True
    )
    ids = list(by_id)
    twice = np.flatnonzero(counts > 1)
    wrong += [f"event {numbers[k]} is there {counts[k]} times, once in {ids[owners[first[k]]]}" for k in twice[:20]]
    return wrong


def stretches(numbers: Numbers) -> list[tuple[int, int]]:
    """The first and last of each run of consecutive numbers."""
    parts = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return [(int(part[0]), int(part[-1])) for part in parts if len(part)]


def offered_ids(state: Mapping[str, object]) -> list[str]:
    """Ids of the recordings that a state offers to recover."""
    unsaved = state["unsaved"]
    assert isinstance(unsaved, list)
    return [entry["id"] for entry in unsaved]
