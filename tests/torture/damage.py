"""Files that are not what they were: each kind of file, damaged in each way, and a new start on the folder.

What no longer can be read must be said to be so; all else must still be there, or be offered.
"""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.standalone.programs import Serving
from tests.torture.folder import Folder, Numbers, journal_numbers
from tests.torture.instrument import Refused, Served
from tests.torture.kills import LONG, running_on, started
from tests.torture.ledger import Ledger
from tests.torture.player import Pace, Playing
from tests.torture.verdict import Verdict, Verifier, at_once, events_twice, offered_ids

SONGS, TAKES = 2, 4
PACE = Pace(events=(10, 30), pause_s=(0.0005, 0.002), gap_s=(0.01, 0.02))


def flip(data: bytes, chance: random.Random) -> bytes:
    """One bit is another."""
    changed = bytearray(data)
    changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(len(data))]


def empty(_data: bytes, _chance: random.Random) -> bytes:
    """Nothing is in it."""
    return b""


def zeros(data: bytes, chance: random.Random) -> bytes:
    """From some place on there are only zeros, as a power cut leaves them."""
    place = chance.randrange(len(data))
    return data[:place] + bytes(len(data) - place)


WAYS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "flipped": flip,
    "cut": cut,
    "empty": empty,
    "zeros": zeros,
}
EXCHANGED = "exchanged"
KINDS = (
    "songs/*/song.json", "songs/*/recordings/*.npz", "journals/*.journal", "listener.json", "songs/*/song.backup.json",
    "songs/*/workspace.json", "songs/*/history.jsonl",
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """A folder as it was before: recording id -> its events, and song id -> what the page shows of it."""

    folder: Path
    recordings: Mapping[str, Numbers]
    songs: Mapping[str, Any]
    listener: Any


def made(folder: Path, seed: int) -> Whole:
    """Songs with takes and lanes, a choice of the listener, and a recording that was cut off."""
    ledger, chance = Ledger(), random.Random(seed)
    songs: dict[str, Any] = {}
    with running_on(folder, ledger, chance) as running:
        for number in range(SONGS):
            running.served.command("song.new", {"name": f"song {number}"})
            running.served.command("lane.add", {"field": "zoom", "source": f"/torture/{number}"})
            Playing(running.player, TAKES, PACE).run()
            running.served.command("record.stop", {})
            state = running.served.state()
            changes = {"out_high": 1.5 + number, "armed": number > 0, "muted": True}
            running.served.command("lane.change", {"id": state["lanes"][0]["id"], **changes})
            state = running.served.state()
            songs[state["song"]["id"]] = shown(state)
        for song in (*songs, running.served.state()["song"]["id"]):  # leaving a song saves its file
            running.served.command("song.open", {"id": song})
        running.served.command("listener.allow", {"sender": "192.0.2.7"})
        listener = running.served.state()["listener"]["senders"]["allowed"]
        playing = Playing(running.player, 1, LONG)
        playing.start()
        running.later(0.5, 0.5)
        running.kill()
        playing.end()
    recordings = {take.id: take.numbers for take in Folder(folder).named() if take.numbers is not None}
    recordings |= {path.stem: journal_numbers(path) for path in folder.glob("journals/*.journal")}
    return Whole(folder, recordings, songs, listener)


def shown(state: Mapping[str, Any]) -> Any:
    """What the page shows of a song that a changed bit could change."""
    names = ("field", "source", "out_low", "out_high", "curve", "armed", "muted")
    lanes = [tuple(lane[name] for name in names) for lane in state["lanes"]]
    takes = [(take["id"], take["number"], take["events"], take["trashed"]) for take in state["takes"]]
    song = {name: state["song"][name] for name in ("name", "fps", "length_s", "tempo_bpm", "cadence", "start_s")}
    return song, lanes, takes


class Damaged:
    """A copy of a whole folder with one file damaged, and the result of a new start."""

    def __init__(self, whole: Whole, root: Path, chance: random.Random) -> None:
        self._whole, self._root, self._chance = whole, root, chance
        shutil.copytree(whole.folder, root)
        self.hit: set[str] = set()
        self.cut = False
        self.verdict = Verdict()
        self.what = self._damage()

    def _damage(self) -> str:
        pattern = self._chance.choice(KINDS)
        path = self._chance.choice(sorted(self._root.glob(pattern)))
        way = self._chance.choice([*WAYS, EXCHANGED])
        others = sorted({*self._root.glob(pattern)} - {path})
        data = path.read_bytes()
        self.hit.add(path.stem)
        if way == EXCHANGED and others:
            other = self._chance.choice(others)
            self.hit.add(other.stem)
            path.write_bytes(other.read_bytes())
            other.write_bytes(data)
        else:
            way = way if way in WAYS else "flipped"
            self.cut = WAYS[way] is cut
            path.write_bytes(WAYS[way](data, self._chance))
        return f"{path.relative_to(self._root)} {way}"

    def look(self) -> Verdict:
        """Start on it, open all, bring all back."""
        program = started(self._root)
        try:
            served = Served(*_reached(Serving(program)))
            program.read_on()
            self._look_at_listener(served)
            self._open_all(served)
            self._recover_all(served)
            self._look_at_disk(served)
            served.close()
        except AssertionError as error:
            self._say("lost", f"it does not start: {str(error)[-200:]}")
        finally:
            program.close()
        self.verdict.recordings = len(self._whole.recordings)
        return self.verdict

    def _say(self, kind: str, words: str) -> None:
        getattr(self.verdict, kind).append(f"{self.what}: {words}")

    def _look_at_listener(self, served: Served) -> None:
        state = served.state()
        says = [notice for notice in state["notices"] if notice["id"] == "listener_choice"]
        if state["listener"]["senders"]["allowed"] != self._whole.listener and not says:
            self._say("unreported", "other senders are allowed, and nothing says so")

    def _open_all(self, served: Served) -> None:
        for entry in served.state()["songs"]:
            try:
                served.command("song.open", {"id": entry["id"]})
            except Refused:
                if entry["problem"] is None:
                    self._say("unreported", f"{entry['name']} cannot be opened, and the list does not say so")
                continue
            self._look_at_song(served.state(), entry["id"])
            self._look_at_takes(served)

    def _look_at_song(self, state: Mapping[str, Any], asked: str) -> None:
        said = any(notice["level"] != "info" for notice in state["notices"]) or state["unsaved"]
        known = self._whole.songs.get(asked)
        if known is not None and shown(state) != known and not said:
            self._say("unreported", f"{known[0]['name']} is shown as {shown(state)}, and nothing says why")

    def _look_at_takes(self, served: Served) -> None:
        for take in served.state()["takes"]:
            with contextlib.suppress(Refused):
                text = served.export("oscdump", f"?take={take['id']}").decode()
                found = [line.split() for line in text.splitlines() if "/torture/" in line]
                numbers = np.array([float(words[-1]) for words in found], np.int64)
                if not np.array_equal(np.sort(numbers), np.sort(self._whole.recordings[take["id"]])):
                    self._say("unreported", f"take {take['number']} holds other events, and nothing says so")

    def _recover_all(self, served: Served) -> None:
        for entry in served.state()["unsaved"]:
            try:
                served.command("recording.recover", {"id": entry["id"]})
            except Refused:
                continue
            taken = next((t for t in served.state()["takes"] if t["id"] == entry["id"]), None)
            whole = len(self._whole.recordings[entry["id"]])
            if self.cut or taken is None:
                continue  # a recording that was cut off a little earlier is one, too
            if taken["events"] < whole and not (taken["problems"] or entry["problem"]):
                said = [n for n in served.state()["notices"] if n["level"] != "info" and n["id"] != "recording"]
                if not said:
                    self._say(
                        "unreported", f"{taken['events']} of {whole} events are brought back, and nothing says so"
                    )

    def _look_at_disk(self, served: Served) -> None:
        state = served.state()
        takes = list(Folder(self._root).named())
        self.verdict.doubled += [f"{self.what}: {words}" for words in events_twice(takes) if not self._is_hit(words)]
        numbers = Verifier(Ledger(), Folder(self._root)).look(())
        self.verdict.doubled += [f"{self.what}: {words}" for words in numbers.doubled if words.startswith("number")]
        there = {take.id for take in takes if take.numbers is not None}
        invalid = {entry["id"] for entry in state["unsaved"] if entry["problem"]}
        for recording in sorted(set(self._whole.recordings) - there - self.hit):
            offered = recording in offered_ids(state) and recording not in invalid
            if not offered:
                self._say("lost", f"recording {recording} is in no song, and not offered")

    def _is_hit(self, words: str) -> bool:
        return any(name in words for name in self.hit)


def _reached(perform: Serving) -> tuple[str, int]:
    return perform.address, perform.osc_port


def all_damage(folder: Path, seed: int, count: int, workers: int, tell: Callable[[str], object]) -> Verdict:
    """``count`` damaged folders, some at a time."""
    whole = made(folder / "whole", seed)

    def work(worker: int) -> Verdict:
        total = Verdict()
        for turn in range(worker, count, workers):
            root = folder / f"damaged-{turn}"
            found = Damaged(whole, root, random.Random(seed * 1000 + turn)).look()
            total.add(found)
            for words in (*found.lost, *found.doubled, *found.unreported):
                tell(words)
            shutil.rmtree(root, ignore_errors=True)
        return total

    return at_once(work, min(workers, count))
