"""From events to schedules, and keys against the optimum: the first two tables of GOALS, as ratios from one run.

``python -m bench.schedules`` takes some minutes, most of them for the exact optimum; ``--quick`` takes well under one
with shorter lanes. Times are processor time, the best of a few runs; only ratios of times from the same run are worth
comparing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from bench import _limits
from bench._families import FAMILIES
from deforum_perform.core.curve.frames import hold, mean, reach, strongest
from deforum_perform.core.deforum.schedule import dense_text, make_schedule, parse_schedule
from deforum_perform.core.reduction.reduce import largest_error, reduce_keys
from deforum_perform.core.signal import Signal
from tests.core.reference_optimum import optimum_key_count

Array = NDArray[np.float64]

LANES = 20
SECONDS = 1_800.0
EVENTS_A_FRAME_AND_LANE = 10 / 3
TOLERANCES = (0.005, 0.02)


def best_s(work: Callable[[], object], runs: int = 3) -> float:
    """The shortest processor time of ``runs``, in seconds: other programs on the machine do not count."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


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


def rdp_keys(values: Array, tolerance: float) -> int | None:
    """Keys of Ramer-Douglas-Peucker; frames stretched so that its perpendicular distance is the vertical one."""
    try:
        from simplification.cutil import simplify_coords_idx
    except ImportError:
        return None
    frames = np.arange(values.size) * 1e6
    return len(simplify_coords_idx(np.column_stack((frames, values)).tolist(), tolerance))


def lanes_and_optima(frames: int) -> Iterator[tuple[str, Array, float, int]]:
    """Each family at each tolerance with its exact least number of keys."""
    for name, make in FAMILIES.items():
        values = make(frames, 11)
        for tolerance in TOLERANCES:
            yield f"{name}, {tolerance:g}", values, tolerance, optimum_key_count(values, tolerance)


def keys_against_optimum(frames: int) -> None:
    """The second table: number of keys as a ratio to the exact optimum."""
    print(f"\nKeys of {frames:,} frames, as a ratio to the exact least number")
    ratios: dict[str, list[float]] = {"final": [], "quick": [], "RDP": []}
    for name, values, tolerance, least in lanes_and_optima(frames):
        found: dict[str, int | None] = {"RDP": rdp_keys(values, tolerance)}
        for label, fast in (("final", False), ("quick", True)):
            keys = reduce_keys(values, tolerance, fast=fast)
            if largest_error(values, keys)[0] > tolerance:
                raise AssertionError(f"{name}: {label} is outside the tolerance")
            found[label] = keys[0].size
        for label, count in found.items():
            if count is not None:
                ratios[label].append(count / least)
        shown = "  ".join(f"{label} {values_[-1]:.3f}" for label, values_ in ratios.items() if values_)
        print(f"  {name:<32} least {least:5}  {shown}")
    for label, goal in (("final", (1.05, 1.15)), ("quick", (1.20, 1.9)), ("RDP", None)):
        _summary(label, ratios[label], goal)


def _summary(label: str, found: list[float], goal: tuple[float, float] | None) -> None:
    if not found:
        print(f"  {label}: left out, the package simplification is not installed (pip install .[bench])")
        return
    average, worst = float(np.exp(np.mean(np.log(found)))), max(found)
    verdict = "" if goal is None else "ok" if average <= goal[0] and worst <= goal[1] else "MISSED"
    wanted = "" if goal is None else f", goal <= {goal[0]:g} and <= {goal[1]:g}  {verdict}"
    print(f"  {label}: geometric mean {average:.3f}, worst {worst:.3f}{wanted}")


def reduction_times(sizes: tuple[int, ...]) -> None:
    """How long a lane takes, the slowest of the four families, and how that grows."""
    print("\nTime for a lane, the slowest of the families and of a lane that holds throughout")
    for frames in sizes:
        lanes = [*(make(frames, 3) for make in FAMILIES.values()), np.repeat([0.2, 0.7, 0.4], frames // 3 + 1)]
        final_s, quick_s = (
            max(best_s(lambda v=v, fast=fast: reduce_keys(v, 0.005, fast=fast), 2) for v in lanes)  # type: ignore[misc]
            for fast in (False, True)
        )
        goal = "  (goal: <= 1 s and <= 20 ms)" if frames == 30_000 else ""
        print(f"  {frames:>7,} frames: final {final_s:5.2f} s, quick {quick_s * 1e3:5.1f} ms{goal}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="shorter lanes, less to wait for")
    quick = parser.parse_args().quick
    frames = 10_000 if quick else 30_000
    print(f"From events to schedules: {LANES} lanes, {frames:,} frames")
    events_to_frames(frames)
    texts(frames)
    whole_chain((3_000, 10_000) if quick else (10_000, 30_000, 100_000))
    keys_against_optimum(1_000 if quick else 10_000)
    reduction_times((10_000,) if quick else (10_000, 30_000, 100_000))


if __name__ == "__main__":
    main()
