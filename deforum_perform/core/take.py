"""A take: what one pass recorded. It is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .signal import Signal


@dataclass(frozen=True, eq=False)
class Take:
    """All that was heard in one pass, between two song times.

    ``signals``: source name -> events in song time (s); ``texts``: source name -> ((time_s, text), ...), for sources
    that send strings; ``lost``: datagrams the kernel reported as dropped meanwhile; ``recorded_at``: ISO 8601.
    """

    id: str
    number: int
    start_s: float
    end_s: float
    signals: Mapping[str, Signal]
    texts: Mapping[str, tuple[tuple[float, str], ...]] = field(default_factory=dict)
    recorded_at: str = ""
    lost: int = 0

    @property
    def events(self) -> int:
        """How many events were recorded, numbers and texts."""
        return sum(len(s) for s in self.signals.values()) + sum(len(t) for t in self.texts.values())
