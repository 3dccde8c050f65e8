"""The move that starts a waiting recording."""

from __future__ import annotations

import numpy as np

from ...core.curve.mapping import plays_hits
from ...core.song.document import Document
from ...osc.decode.columns import EventBatch
from ..listening.moves import moved, only_impulses
from ..listening.sources import Sources


def first_move_ns(document: Document, batch: EventBatch, sources: Sources) -> int | None:
    """When the first move of an armed lane's source in the ``batch`` was received (monotonic); None if there is none.

    Sources that move by themselves count only if no other is armed. The sources have not processed the batch yet.
    """
    at_ns = int(batch.received_ns[0])
    armed: dict[str, bool] = {}
    for lane, source in document.armed:
        armed[source] = armed.get(source, False) or plays_hits(lane)
    wanted = {name for name in armed if not sources.moves_itself(name, at_ns)} or set(armed)
    impulses = set(batch.impulses.tolist())
    rows = zip(batch.source_index, batch.received_ns, batch.values, strict=True)
    for row, (i, received_ns, value) in enumerate(rows):
        name, seen = sources.names[i], sources.monitor.sources[i]
        if name not in wanted:
            continue
        known = seen.value if isinstance(seen.value, float) else np.nan
        each_counts = armed[name] or row in impulses or only_impulses(seen)
        if moved(np.array([value]), known, each_counts=each_counts)[0]:
            return int(received_ns)
    return None
