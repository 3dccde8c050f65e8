"""Keys: their number against the exact optimum, their characters, the sum of their errors, and the time they take.

The rivals are Ramer-Douglas-Peucker and the beam search of version 0.1, on the same lanes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench._families import FAMILIES
from bench._timing import best_s
from deforum_perform.core.deforum.text import dense_text, keys_to_text
from deforum_perform.core.reduction.beam_search.reduce import reduced_by_beam
from deforum_perform.core.reduction.reduce import largest_error, reduce_keys
from deforum_perform.core.reduction.verification import drift_of
from tests.core.reference_optimum import optimum_key_count

Array = NDArray[np.float64]
Keys = tuple[NDArray[np.int64], Array]

TOLERANCES = (0.005, 0.02)
LANES = 20
DIGITS, MORE_DIGITS = 4, 7
DRIFT = 10
"""The bound on the sum of the errors, in tolerances."""


def rdp_keys(values: Array, tolerance: float) -> Keys | None:
    """Keys of Ramer-Douglas-Peucker; frames stretched so that its perpendicular distance is the vertical one."""
    try:
        from simplification.cutil import simplify_coords_idx
    except ImportError:
        return None
    frames = np.arange(values.size) * 1e6
    found = np.array(simplify_coords_idx(np.column_stack((frames, values)).tolist(), tolerance), dtype=np.int64)
    return found, values[found]


WAYS: Mapping[str, Callable[[Array, float], Keys | None]] = {
    "final": lambda values, tolerance: reduce_keys(values, tolerance, MORE_DIGITS),
    "final, 4 digits": lambda values, tolerance: reduce_keys(values, tolerance, DIGITS),
    "quick": lambda values, tolerance: reduce_keys(values, tolerance, DIGITS, fast=True),
    "0.1": lambda values, tolerance: reduced_by_beam(values, tolerance, DIGITS),
    "RDP": rdp_keys,
}
"""Name -> how keys are found. RDP keeps values of the lane, which are within the tolerance only before rounding."""


def lanes(frames: int, seed: int) -> Iterator[tuple[str, Array, float]]:
    """Each family at each tolerance."""
    for name, make in FAMILIES.items():
        for tolerance in TOLERANCES:
            yield f"{name}, {tolerance:g}", make(frames, seed), tolerance


def against_optimum(frames: int) -> None:
    """The number of keys as a ratio to the exact optimum, and characters a lane."""
    print(f"\nKeys of {frames:,} frames, as a ratio to the exact least number; characters in brackets")
    ratios: dict[str, list[float]] = {way: [] for way in WAYS}
    for name, values, tolerance in lanes(frames, 11):
        least = optimum_key_count(values, tolerance)
        shown = []
        for way, find in WAYS.items():
            keys = find(values, tolerance)
            if keys is None:
                continue
            if way != "RDP" and largest_error(values, keys)[0] > tolerance:
                raise AssertionError(f"{name}: {way} is outside the tolerance")
            ratios[way].append(keys[0].size / least)
            shown.append(f"{way} {ratios[way][-1]:.3f} ({len(_text(keys, way)):,})")
        print(f"  {name:<25} least {least:5}  {'  '.join(shown)}")
    goals = {"final": (1.0, 1.0), "quick": (1.20, 1.9)}
    for way, found in ratios.items():
        _summary(way, found, goals.get(way))


def _text(keys: Keys, way: str) -> str:
    return keys_to_text(*keys, MORE_DIGITS if way == "final" else DIGITS)


def drift(frames: int) -> None:
    """How far the errors add up, and the keys that a bound takes."""
    print(f"\nLargest sum of the errors over {frames:,} frames, in tolerances, and keys for at most {DRIFT}")
    ratios: list[float] = []
    for name, values, tolerance in lanes(frames, 11):
        keys = reduce_keys(values, tolerance, MORE_DIGITS)
        bounded = reduce_keys(values, tolerance, MORE_DIGITS, drift=DRIFT * tolerance)
        old = reduced_by_beam(values, tolerance, DIGITS)
        free, kept, before = (float(np.abs(drift_of(values, found)).max()) for found in (keys, bounded, old))
        if kept > DRIFT * tolerance or largest_error(values, bounded)[0] > tolerance:
            raise AssertionError(f"{name}: a bound is exceeded")
        ratios.append(bounded[0].size / keys[0].size)
        sums = f"0.1 {before / tolerance:7.1f}  without {free / tolerance:7.1f}  bounded {kept / tolerance:5.2f}"
        print(f"  {name:<25} {sums}  keys {ratios[-1]:.3f} x ({len(_text(bounded, 'final')):,} characters)")
    _summary("bounded", ratios, (1.25, 2.0))


def _summary(label: str, found: list[float], goal: tuple[float, float] | None) -> None:
    if not found:
        print(f"  {label}: left out, the package simplification is not installed (pip install .[bench])")
        return
    average, worst = float(np.exp(np.mean(np.log(found)))), max(found)
    verdict = "" if goal is None else "ok" if average <= goal[0] + 5e-4 and worst <= goal[1] + 5e-4 else "MISSED"
    wanted = "" if goal is None else f", goal <= {goal[0]:g} and <= {goal[1]:g}  {verdict}"
    print(f"  {label}: geometric mean {average:.3f}, worst {worst:.3f}{wanted}")


def reading_by_deforum(frames: int) -> None:
    """The seconds that a real Deforum needs to read 20 lanes."""
    print(f"\nSeconds that Deforum needs to read {LANES} lanes of {frames:,} frames once; a render does so four times")
    folder = os.environ.get("PERFORM_WEBUI_DIR")
    if not folder:
        print("  left out: PERFORM_WEBUI_DIR does not name a WebUI with Deforum")
        return
    from tests.host.deforum_page import seconds_to_read

    values = [make(frames, seed) for seed, make in zip(range(LANES), cycle(FAMILIES.values()))]
    written = {way: [find(lane, TOLERANCES[0]) for lane in values] for way, find in WAYS.items()}
    texts = {
        way: [_text(keys, way) for keys in found if keys is not None] for way, found in written.items() if found[0]
    }
    texts["dense"] = [dense_text(lane, DIGITS) for lane in values]
    texts["empty"] = ["0:(0)"] * LANES
    for way, found in texts.items():
        seconds = seconds_to_read(Path(folder), found, frames)
        print(f"  {way:<16} {seconds:6.2f} s  {sum(map(len, found)):>10,} characters")


def times(sizes: tuple[int, ...]) -> None:
    """How long a lane takes, the slowest of the four families and of a lane that holds, and how that grows."""
    print("\nTime for a lane, the slowest of the families and of a lane that holds throughout")
    tolerance, before = TOLERANCES[0], dict[str, float]()
    timed: Mapping[str, Callable[[Array], object]] = {
        "final": lambda lane: reduce_keys(lane, tolerance, MORE_DIGITS),
        "quick": lambda lane: reduce_keys(lane, tolerance, fast=True),
        "bounded": lambda lane: reduce_keys(lane, tolerance, MORE_DIGITS, drift=DRIFT * tolerance),
        "0.1": lambda lane: reduced_by_beam(lane, tolerance, DIGITS),
    }
    for frames in sizes:
        chosen = [*(make(frames, 3) for make in FAMILIES.values()), np.repeat([0.2, 0.7, 0.4], frames // 3 + 1)]
        shown = []
        for way, find in timed.items():
            seconds = max(best_s(lambda lane=lane, find=find: find(lane), 2) for lane in chosen)  # type: ignore[misc]
            grown = f", {seconds / before[way]:.1f} x" if way in before else ""
            shown.append(f"{way} {seconds:.3f} s{grown}")
            before[way] = seconds
        goal = "  (goal: final <= 0.25 s, quick <= 0.01 s)" if frames == 30_000 else ""
        print(f"  {frames:>7,} frames: {'  '.join(shown)}{goal}")
