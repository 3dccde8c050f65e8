"""Times of the measurements."""

from __future__ import annotations

import time
from collections.abc import Callable


def best_s(work: Callable[[], object], runs: int = 3) -> float:
    """The shortest processor time of ``runs``, in seconds: other programs on the machine do not count."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)
