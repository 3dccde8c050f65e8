"""The four families of lanes that GOALS measures keys on, made from a seed: frames of a 30 minute piece at 30,000
frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FPS = 30_000 / 1_800


def held_ramps(frames: int, seed: int = 0) -> Array:
    """Held values and eased ramps between them, 7 bit, 0..1."""
    random = np.random.default_rng(seed)
    pieces, value, total = [], 0.0, 0
    while total < frames:
        target = random.random()
        rest, move = int(FPS * random.uniform(0.5, 12)), int(FPS * random.uniform(0.3, 5)) + 1
        x = np.arange(1, move + 1) / move
        pieces += [np.full(rest, value), value + (target - value) * x * x * (3 - 2 * x)]
        total, value = total + rest + move, target
    return _steps(np.concatenate(pieces)[:frames], 127)


def tweaking(frames: int, seed: int = 0) -> Array:
    """A turned knob: sweeps, shakes and short rests, 7 bit, 0..1."""
    random = np.random.default_rng(seed)
    pieces, value, total = [], 0.5, 0
    while total < frames:
        length = int(FPS * random.uniform(0.4, 4)) + 2
        x = np.arange(1, length + 1) / length
        target = random.random()
        kind = random.integers(4)
        sweep = value + (target - value) * (1 - np.cos(np.pi * x)) / 2
        shake = random.uniform(0.03, 0.2) * np.sin(2 * np.pi * x * random.uniform(1, 5)) * np.sin(np.pi * x)
        piece = np.full(length, value) if kind == 0 else sweep + shake if kind == 1 else sweep
        if kind == 3:
            piece = sweep + random.normal(0, 0.004, length).cumsum() * np.sin(np.pi * x)
        pieces.append(piece)
        total, value = total + length, float(piece[-1])
    return _steps(np.concatenate(pieces)[:frames], 127)


def pad_hits(frames: int, seed: int = 0) -> Array:
    """Hits of 7 bit strength that die away, 0..1."""
    random = np.random.default_rng(seed)
    level = np.zeros(frames)
    at = 0
    while at < frames:
        decay = np.exp(-np.arange(frames - at) / (FPS * random.uniform(0.08, 0.6)))[:200]
        stretch = level[at : at + decay.size]
        np.maximum(stretch, random.integers(30, 128) / 127 * decay, out=stretch)
        at += int(FPS * random.choice([0.25, 0.5, 0.5, 1.0, 2.0])) + int(random.integers(0, 2))
    return np.where(level < 1e-3, 0.0, level)


def sines(frames: int, seed: int = 0) -> Array:
    """Sums of slow sines in 14 bit, 0..1."""
    random = np.random.default_rng(seed)
    t = np.arange(frames) / FPS
    total = np.zeros(frames)
    for _ in range(3):
        total += random.uniform(0.3, 1) * np.sin(2 * np.pi * t / random.uniform(3, 25) + random.uniform(0, 6))
    low, high = total.min(), total.max()
    return _steps((total - low) / (high - low), 16_383)


def _steps(values: Array, steps: int) -> Array:
    return np.round(np.clip(values, 0, 1) * steps) / steps


FAMILIES: Mapping[str, Callable[[int, int], Array]] = {
    "held ramps, 7 bit": held_ramps,
    "tweaking, 7 bit": tweaking,
    "pad hits": pad_hits,
    "sines, 14 bit": sines,
}
