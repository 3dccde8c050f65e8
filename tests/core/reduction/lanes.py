"""Lanes as they come, for property tests of the reduction."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]


@st.composite
def lanes(draw: st.DrawFn) -> Array:
    """Per-frame values as they come: noise, walks, stairs, holds with jumps, swings, in ranges from tiny to huge."""
    size, seed = draw(st.integers(1, 150)), draw(st.integers(0, 2**32))
    random = np.random.default_rng(seed)
    kinds = {
        "noise": lambda: random.normal(size=size),
        "walk": lambda: random.normal(size=size).cumsum() / 5,
        "stairs": lambda: np.round(np.sin(np.arange(size) / random.uniform(2, 20)) * 63) / 127,
        "holds": lambda: np.repeat(random.random(size), random.integers(1, 30))[:size],
        "hits": lambda: (random.random(size) < 0.1).astype(np.float64),
        "ramp": lambda: np.linspace(0, random.uniform(-1, 1), size),
    }
    scale, offset = 10.0 ** draw(st.integers(-2, 4)), draw(st.sampled_from([0.0, 1.0, -500.0]))
    return np.asarray(kinds[draw(st.sampled_from(sorted(kinds)))]() * scale + offset)
