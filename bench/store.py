"""What the disk costs: ``python -m bench.store [EVENTS]``, each row with its ratio to a named rival of the same run.

A take of 2,000,000 events of 20 sources (half of them 7-bit knobs, half smooth 32-bit floats), the journal of as many
datagrams, the saving of a song, and its undo history. Everything is written into a temporary folder and synced.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from deforum_perform.app.session.history import History
from deforum_perform.core.signal import Signal
from deforum_perform.core.song.lane import new_lane, with_values
from deforum_perform.core.song.rounds import takes_of
from deforum_perform.core.song.song import TakeInfo, with_lane
from deforum_perform.core.song.take import Take, recording_of
from deforum_perform.core.time.tempo_map import constant_tempo
from deforum_perform.store.history_file import DEPTH
from deforum_perform.store.journal.writer import JournalWriter, list_journals, read_journal
from deforum_perform.store.recordings.columns import LEVEL
from deforum_perform.store.recordings.take_file import read_recording, write_recording
from deforum_perform.store.songs.folder import HISTORY
from deforum_perform.store.songs.store import SongStore

EVENTS = 2_000_000
SOURCES = 20
BATCH = 64
HISTORY_LIMIT_S = 0.05


def a_take(events: int) -> Take:
    """A take of ``events`` events over half an hour, from a seed."""
    random = np.random.default_rng(1)
    each = events // SOURCES
    signals = {}
    for source in range(SOURCES):
        stamps_ns = np.cumsum(random.exponential(1800e9 / each, each)).astype(np.int64)
        wave = np.sin(stamps_ns * 0.3e-9 + source)
        knob = np.rint(63.5 + 63.5 * wave) / 127 if source % 2 else 0.5 + 0.5 * wave + random.normal(0, 0.003, each)
        signals[f"/knob/{source}"] = Signal(3.25 + stamps_ns / 1e9, knob.astype(np.float32).astype(np.float64))
    return Take("take-1", 1, 0.0, 2000.0, signals)


def seconds(work: Callable[[], object], repeat: int = 3) -> float:
    """The shortest of ``repeat`` runs, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def row(name: str, own_s: float, rival: str, rival_s: float, more: str = "") -> None:
    """One line of the table."""
    print(f"{name:<42} {own_s * 1e3:9.1f} ms   {own_s / rival_s:6.2f} x {rival} ({rival_s * 1e3:.1f} ms) {more}")


def _synced(path: Path, write: Callable[[io.BufferedWriter], object]) -> None:
    with path.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def takes(folder: Path, events: int) -> None:
    """Writing and reading a take, against numpy's own compressed and plain files."""
    take = a_take(events)
    columns = {
        "times": np.concatenate([s.times_s for s in take.signals.values()]),
        "values": np.concatenate([s.values for s in take.signals.values()]),
    }
    own, packed, plain = folder / "own.npz", folder / "packed.npz", folder / "plain.npz"
    own_s = seconds(lambda: _synced(own, lambda f: write_recording(f, recording_of(take))))
    packed_s = seconds(lambda: _synced(packed, lambda f: np.savez_compressed(f, **columns)))
    plain_s = seconds(lambda: _synced(plain, lambda f: np.savez(f, **columns)))
    size = own.stat().st_size
    raw = sum(c.nbytes for c in columns.values())
    print(f"a take of {events:,} events: {size / 1e6:.1f} MB, {size / raw:.2f} of its columns in memory")
    row("write a take", own_s, "savez_compressed", packed_s, f"size {size / packed.stat().st_size:.3f} x")
    row("write a take", own_s, "savez, nothing compressed", plain_s)

    def load(path: Path) -> None:
        with np.load(path) as archive:
            for name in archive.files:
                _ = archive[name]

    def read() -> None:
        with own.open("rb") as file:
            takes_of(read_recording(file, "The take"))

    row("read a take and check it", seconds(read), "numpy.load", seconds(lambda: load(packed)))
    data = columns["times"].tobytes()
    fast, best = (len(zlib.compress(data, level)) for level in (LEVEL, 6))
    print(f"{'zlib level 6 instead: the times take':<42} {best / fast:9.3f} x the space")


def journals(folder: Path, datagrams: int) -> None:
    """The journal, against writing the bare datagrams in one go."""
    payload = b"/nts1/cutoff\0\0\0\0,f\0\0abcd"
    batches = [range(n, n + BATCH) for n in range(0, datagrams, BATCH)]
    payloads = [payload] * BATCH
    writer = JournalWriter(folder / "recording-1.journal", {"song_id": "bench"})
    start, cpu = time.perf_counter(), time.thread_time()
    for batch in batches:
        writer.append_many(batch, payloads)
    appended, held = time.perf_counter() - start, time.thread_time() - cpu
    writer.flush(600)
    written = time.perf_counter() - start
    writer.close(remove=False)
    bare = seconds(lambda: _synced(folder / "bare", lambda f: f.write(payload * len(batches) * BATCH)))
    count = len(batches) * BATCH
    row(f"journal of {count:,} datagrams", written, "one bare write", bare, f"{written / count * 1e6:.2f} us each")
    each_us = held / count * 1e6
    print(f"{'the receiving thread is held for':<42} {appended * 1e3:9.1f} ms   {each_us:6.3f} us a datagram")
    listed = seconds(lambda: list_journals(folder), 1)
    row("list what a killed process left", listed, "reading it", seconds(lambda: read_journal(writer.path), 1))


def songs(folder: Path) -> None:
    """Saving a song of 20 lanes after a change, against one bare synced write of the same bytes."""
    store = SongStore(folder / "perform")
    document = store.create("bench")
    song = document.song
    for lane in range(SOURCES):
        song = with_lane(song, new_lane(f"lane-{lane}", "zoom", f"/knob/{lane}"))
    tempi = (replace(song, tempo=constant_tempo(float(bpm))) for bpm in range(10, 999))
    own = seconds(lambda: store.save(replace(document, song=next(tempi))), 20)
    data = (folder / "perform" / "songs" / song.id / "song.json").read_bytes()
    row(
        "save a song after a change",
        own,
        "one synced write",
        seconds(lambda: _synced(folder / "b", lambda f: f.write(data)), 20),
    )
    for _ in range(99):
        store.create("another")
    store.list_songs()
    print(f"{'list 100 songs that did not change':<42} {seconds(store.list_songs) * 1e3:9.1f} ms")


def histories(folder: Path) -> None:
    """Opening the undo history of a song of 20 lanes and 600 takes, and adding a step, against GOALS' 50 ms; opening
    the song when so many changes are only in its history."""
    store = SongStore(folder / "histories")
    document = store.create("bench")
    lanes = tuple(new_lane(f"lane-{lane}", "zoom", f"/knob/{lane}") for lane in range(SOURCES))
    names = tuple(f"/knob/{lane}" for lane in range(SOURCES))
    takes = tuple(TakeInfo(f"take-{n}", n, 0.0, 60.0, 1000, names) for n in range(600))
    document = replace(document, song=replace(document.song, lanes=lanes, takes=takes))
    history = History(document)

    def step() -> None:
        lane = history.song.lanes[next(turns) % SOURCES]
        moved = with_values(lane, smoothing_s=lane.shaping.smoothing_s + 0.001)
        history.edit("smoothing", lambda song: with_lane(song, moved))
        unwritten = history.unwritten()
        if not store.save_changes(history.document, unwritten.entries):
            store.save(history.document)
            store.save_history(history.document, unwritten.entries, unwritten.whole)

    turns = iter(range(10_000))
    for _ in range(DEPTH):
        step()
    own = seconds(lambda: History(history.document, store.load_history(history.document)).undo(), 20)
    size = (store.folder(document.id) / HISTORY).stat().st_size
    ahead = seconds(lambda: store.load(document.id), 5)
    store.save(history.document)
    alone = seconds(lambda: store.load(document.id), 5)
    row(f"open a song, {DEPTH:,} changes ahead of its file", ahead, "without", alone)
    row(f"open {DEPTH:,} steps of undo, and undo one", own, "the limit", HISTORY_LIMIT_S, f"{size / 1e3:.0f} KB")
    line = b"x" * (size // DEPTH)
    bare = seconds(lambda: _synced(folder / "line", lambda f: f.write(line)), 20)
    row("add a step to the history", seconds(step, 20), "one synced write", bare)


def main() -> None:
    """Print all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=EVENTS, help=f"how many (default {EVENTS:,})")
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory() as name:
        takes(Path(name), events)
        journals(Path(name), events)
        songs(Path(name))
        histories(Path(name))


if __name__ == "__main__":
    main()
