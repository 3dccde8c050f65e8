"""The reduction of version 0.1 as a whole: the beam's keys, or those of the sweep if they are fewer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..swing import swing_keys
from ..verification import Keys, verified
from .search import beam_keys

Array = NDArray[np.float64]


def reduced_by_beam(values: Array, tolerance: float, decimals: int, fast: bool = False) -> Keys:
    """Keys for ``values`` (N,), checked before, as ``reduce_keys`` of version 0.1 returned them."""
    quick = verified(values, tolerance, decimals, swing_keys(values, tolerance, decimals))
    if fast:
        return quick
    few = verified(values, tolerance, decimals, beam_keys(values, tolerance, decimals))
    return few if few[0].size <= quick[0].size else quick
