"""From events to schedules, and keys against the optimum: ratios from one run.

``python -m bench.schedules`` takes some minutes, most of them for the exact optimum; ``--quick`` takes well under one
with shorter lanes. Times are processor time, the best of a few runs; only ratios of times from the same run are worth
comparing.
"""

from __future__ import annotations

import argparse
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from bench import _keys, _limits
from bench._families import FAMILIES
from bench._timing import best_s
from deforum_perform.core.curve.frames import hold, mean, reach, strongest
from deforum_perform.core.deforum.schedule import dense_text, make_schedule, parse_schedule
from deforum_perform.core.signal import Signal

Array = NDArray[np.float64]

LANES = 20
SECONDS = 1_800.0
EVENTS_A_FRAME_AND_LANE = 10 / 3
TOLERANCES = (0.005, 0.02)


def row(name: str, own_s: float, limit_s: float, goal: float, rival: str = "") -> None:
    """One line of the first table: the ratio to the limit, and what a rival takes."""
    ratio = own_s / limit_s
    verdict = "ok" if ratio <= goal else "MISSED"
    print(f"{name:<52} {own_s * 1e3:8.1f} ms {ratio:6.2f} x the limit, goal <= {goal:g}  {verdict:<7} {rival}")


def played_log(frames: int) -> _limits.Log:
    """An interleaved log of 20 lanes of the four families, in order of time."""
    each = int(frames * EVENTS_A_FRAME_AND_LANE)
    lanes = [make(each, seed) for seed, make in zip(range(LANES), cycle(FAMILIES.values()))]
    times = np.sort(np.random.default_rng(0).uniform(0, SECONDS, (LANES, each)), axis=1)
    order = np.argsort(times.ravel(), kind="stable")
    source = np.repeat(np.arange(LANES, dtype=np.int32), each)[order]
    return source, times.ravel()[order], np.concatenate(lanes)[order]


def split_log(source_index: NDArray[np.integer], times_s: Array, values: Array, sources: int) -> list[Signal]:
    """One signal a source from the columns (N,) of an interleaved log in order of time; index -> source as in the
    log.
    """
    # numpy sorts narrow whole numbers stably by their digits, in time that does not grow faster than their number.
    narrow = np.uint8 if sources <= 1 << 8 else np.uint16 if sources <= 1 << 16 else np.int64
    order = np.argsort(source_index.astype(narrow), kind="stable")
    borders = np.concatenate(([0], np.cumsum(np.bincount(source_index, minlength=sources))))
    t, v = times_s[order], values[order]
    return [Signal(t[a:b], v[a:b]) for a, b in zip(borders[:-1].tolist(), borders[1:].tolist())]


def events_to_frames(frames: int) -> None:
    """Rows 1 and 2: hold, mean and strongest from an interleaved log; hold alone."""
    log, fps = played_log(frames), frames / SECONDS

    def own() -> list[Array]:
        signals = split_log(*log, LANES)
        ways: list[Array] = []
        for signal in signals:
            ways += [hold(signal, fps, frames, 0.0), mean(signal, fps, frames, 0.0)]
            ways.append(strongest(reach(signal, fps, frames, 0.0), 0.5))
        return ways

    limit_s = best_s(lambda: _limits.limit_frames(log, LANES, fps, frames))
    plain_s = best_s(lambda: _limits.plain_frames(log, LANES, fps, frames), 1)
    row("hold + mean + strongest, interleaved log", best_s(own), limit_s, 2, f"plain loop {plain_s / limit_s:.1f} x")
    signals = split_log(*log, LANES)
    limit_s = best_s(lambda: [_limits.limit_hold(s.times_s, s.values, fps, frames) for s in signals], 7)
    own_s = best_s(lambda: [hold(s, fps, frames, 0.0) for s in signals], 7)
    searched_s = best_s(lambda: [_limits.searched_hold(s.times_s, s.values, fps, frames) for s in signals])
    row("hold alone, lanes separate", own_s, limit_s, 2, f"searchsorted {searched_s / limit_s:.1f} x")


def texts(frames: int) -> None:
    """Rows 3 and 4: writing and reading dense texts."""
    random = np.random.default_rng(0)
    lanes = [np.round(random.random(frames), 4) for _ in range(LANES)]
    limit_s = best_s(lambda: [_limits.limit_text(lane) for lane in lanes], 5)
    plain_s = best_s(lambda: [_limits.plain_text(lane) for lane in lanes], 1)
    own_s = best_s(lambda: [dense_text(lane, 4) for lane in lanes], 5)
    written = [dense_text(lane, 4) for lane in lanes]
    megabytes = sum(map(len, written)) / 1e6
    row(f"text of {LANES} dense lanes, {megabytes:.1f} MB", own_s, limit_s, 2, f"f-strings {plain_s / limit_s:.1f} x")
    limit_s = best_s(lambda: [_limits.limit_read(text) for text in written])
    plain_s = best_s(lambda: [_limits.plain_read(text) for text in written], 1)
    own_s = best_s(lambda: [parse_schedule(text, frames) for text in written])
    row("reading it back", own_s, limit_s, 2, f"regex {plain_s / limit_s:.1f} x; limit by {_limits.READER}")


def chain_s(frames: int) -> float:
    """Events in memory to 20 texts with their check, keys by the fast reduction; seconds."""
    log, fps = played_log(frames), frames / SECONDS

    def chain() -> None:
        for signal in split_log(*log, LANES):
            make_schedule(hold(signal, fps, frames, 0.0), TOLERANCES[0], fast=True)

    return best_s(chain)


def whole_chain(sizes: tuple[int, ...]) -> None:
    """Row 5: the whole chain, and how it grows."""
    before: tuple[int, float] | None = None
    for frames in sizes:
        seconds = chain_s(frames)
        line = f"the whole chain, {frames:>7,} frames: {seconds:6.2f} s"
        if before is not None:
            limit = 1.1 * frames / before[0]
            verdict = "ok" if seconds / before[1] <= limit else "MISSED"
            grown = f"{seconds / before[1]:.2f} x for {frames / before[0]:.2f} x the frames"
            line += f", {grown}, goal <= {limit:.2f}  {verdict}"
        print(line + ("  (goal at 30,000: <= 1 s)" if frames == 30_000 else ""))
        before = frames, seconds


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="shorter lanes, less to wait for")
    quick = parser.parse_args().quick
    frames = 10_000 if quick else 30_000
    print(f"From events to schedules: {LANES} lanes, {frames:,} frames")
    events_to_frames(frames)
    texts(frames)
    whole_chain((3_000, 10_000) if quick else (10_000, 30_000, 100_000))
    _keys.against_optimum(1_000 if quick else 10_000)
    _keys.drift(frames)
    _keys.reading_by_deforum(frames)
    _keys.times((10_000,) if quick else (30_000, 300_000))


if __name__ == "__main__":
    main()
