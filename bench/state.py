"""What one change costs in a large song: ``python -m bench.state [--quick]``, against the limits in GOALS.

A song of a minute and 20 lanes in which every take plays on every lane, with 30 takes and with 300. For each change:
CPU time of the command (all threads of the process, until what it changed is on disk), CPU time to make the new state,
bytes sent to a page that had the state before, and CPU time to save the song's file, once changes rest. The songs'
folder is on a RAM disk where there is one; CPU time counts no waiting for a disk. Each figure has its ratio to the
limit, and that with 300 takes its ratio to that with 30.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from deforum_perform.app.host import Standalone
from deforum_perform.app.performer import Performer
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.lane import new_lane
from deforum_perform.core.song.song import Song, with_clip, with_lane, with_take
from deforum_perform.core.song.take import Take
from deforum_perform.core.song.take_info import info
from deforum_perform.store.songs.store import SongStore
from deforum_perform.web.state_text import NOTHING, StateText

LANES, FEW, MANY = 20, 30, 300
SONG_S, EVENTS, SAVE_S = 60.0, 8, 20.0
COMMAND_MS, PAGE_BYTES, GROWTH = 3.0, 4096, 1.2
RUNS, QUICK_RUNS = 41, 11
RAM_DISK = Path("/dev/shm")

Asked = Callable[[int], tuple[str, dict[str, Any]]]
"""For the n-th time of a change: the command and its arguments."""


@dataclass(frozen=True)
class Cost:
    """Medians of one change: CPU milliseconds of the command and of the state, wall-clock milliseconds of the command,
    bytes to a page, and CPU milliseconds to save the song's file afterwards."""

    command_ms: float
    wall_ms: float
    state_ms: float
    page_bytes: float
    file_ms: float


def large_song(store: SongStore, takes: int) -> None:
    """Make a song of ``LANES`` lanes and so many takes, one after the other, each of them played by every lane."""
    document = store.create(f"{takes} takes")
    song = document.song
    names = [name for name, row in FIELDS.items() if row.kind == "float"][:LANES]
    for number, name in enumerate(names):
        song = with_lane(song, new_lane(f"lane-{number:08x}", name, f"/knob/{number}"))
    for number in range(takes):
        take = a_take(store.new_id(), number, SONG_S / takes)
        store.save_take(song.id, take)
        song = with_take(song, info(take))
        for lane in song.lanes:
            song = with_clip(song, lane.id, Clip("", take.id, lane.binding, take.start_s, take.end_s))
    store.save(replace(document, song=song))


def a_take(take_id: str, number: int, length_s: float) -> Take:
    """A take of all knobs that begins where the one before it ended."""
    start_s = number * length_s
    times_s = start_s + np.linspace(0.0, length_s, EVENTS, endpoint=False)
    values = 0.5 + 0.5 * np.sin(times_s)
    signals = {f"/knob/{knob}": Signal(times_s, values) for knob in range(LANES)}
    return Take(take_id, number + 1, start_s, start_s + length_s, signals)


def changes(song: Song) -> dict[str, Asked]:
    """What is changed -> the command and its arguments for the n-th time."""
    lane = song.lanes[3].id
    return {
        "arm a lane": lambda n: ("lane.change", {"id": lane, "armed": n % 2 == 0}),
        "mute a lane": lambda n: ("lane.change", {"id": lane, "muted": n % 2 == 0}),
        "draw lines between keys": lambda n: ("lane.change", {"id": lane, "lines": n % 2 == 0}),
        "drag a range": lambda n: ("lane.change", {"id": lane, "out_high": 1.0 + n / 1000}),
        "undo, redo": lambda n: ("redo" if n % 2 else "undo", {}),
        "move the playhead": lambda n: ("seek", {"time_s": n / 10}),
        "leave a take out of a lane": lambda n: ("lane.remove_take" if n % 2 == 0 else "undo", silenced(song, n)),
    }


def silenced(song: Song, n: int) -> dict[str, Any]:
    """The arguments of every other of these commands: the rest are undone."""
    return {"id": song.lanes[3].id, "take": song.takes[n % len(song.takes)].id} if n % 2 == 0 else {}


def cost(performer: Performer, states: StateText, asked: Asked, runs: int) -> Cost:
    """The medians of ``runs`` changes, after one that does not count."""
    rows = []
    for n in range(runs + 1):
        sent, _ = states.newer_than(NOTHING)
        name, arguments = asked(n)
        wall, cpu = time.perf_counter(), time.process_time()
        performer.command(name, arguments)
        performer.parts.library.save_dragged()  # what is else saved a moment later, as a dragged range
        performer.parts.saver.drain(SAVE_S)
        done, wall_s = time.process_time(), time.perf_counter() - wall
        _, text = states.newer_than(sent)
        shown = time.process_time()
        performer.parts.library.save_rested()
        performer.parts.saver.drain(SAVE_S)
        size = len((text or "").encode()) / 1e3
        rows.append((done - cpu, wall_s, shown - done, size, time.process_time() - shown))
    medians = [statistics.median(column) * 1e3 for column in zip(*rows[1:], strict=True)]
    return Cost(*medians)


def measured(root: Path, takes: int, runs: int) -> Iterator[tuple[str, Cost]]:
    """Each change with its cost in a song of so many takes."""
    store = SongStore(root)
    store.lock()
    large_song(store, takes)
    performer = Performer(store, Standalone())
    performer.ticker.close()  # the search for fewer keys is not part of a change
    states = StateText(performer)
    try:
        for name, asked in changes(performer.session.song).items():
            yield name, cost(performer, states, asked, runs)
    finally:
        performer.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench.state", description="One change in a large song.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} changes of each kind instead of {RUNS}")
    runs = QUICK_RUNS if parser.parse_args().quick else RUNS
    where = RAM_DISK if RAM_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        few, many = (dict(measured(Path(folder, str(takes)), takes, runs)) for takes in (FEW, MANY))
    print(f"One change at {LANES} lanes x {FEW} takes, and x {MANY}; medians of {runs}, CPU time of all threads")
    print(f"Limits: command {COMMAND_MS:g} ms, {PAGE_BYTES:,} bytes a page, {GROWTH:g} times from {FEW} to {MANY}")
    limited = ("of limit", "growth")
    heads = ("command ms", *limited, "wall ms", "state ms", "growth", "bytes", *limited, "file ms")
    print(f"{'':28}" + "".join(f"{head:>11}" for head in heads))
    for name in few:
        for takes, found, before in ((FEW, few[name], None), (MANY, many[name], few[name])):
            print(f"{name if before is None else '':<24}{takes:>4}" + row(found, before))


def row(found: Cost, before: Cost | None) -> str:
    """The figures of a change; with those ``before`` it, of the song with few takes, their growth."""

    def growth(now: float, was: float | None) -> str:
        return f"{'' if was is None else f'{now / max(was, 1e-9):.2f}':>11}"

    return (
        f"{found.command_ms:>11.2f}{found.command_ms / COMMAND_MS:>11.2f}"
        f"{growth(found.command_ms, before and before.command_ms)}{found.wall_ms:>11.2f}{found.state_ms:>11.2f}"
        f"{growth(found.state_ms, before and before.state_ms)}{found.page_bytes:>11,.0f}"
        f"{found.page_bytes / PAGE_BYTES:>11.2f}{growth(found.page_bytes, before and before.page_bytes)}"
        f"{found.file_ms:>11.2f}"
    )


if __name__ == "__main__":
    main()
