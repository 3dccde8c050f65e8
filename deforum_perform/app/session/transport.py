"""The current song time: stopped, playing, waiting for the first move, or recording."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.time.clock_source import ClockSource, InternalClock

STOPPED, PLAYING, WAITING, RECORDING = "stopped", "playing", "waiting", "recording"


@dataclass(frozen=True)
class Transport:
    """``position_s`` is the song time at ``origin_ns`` (monotonic), or that of the playhead while stopped; ``clock``
    says how song time advances from there, None: with the computer's clock."""

    state: str = STOPPED
    position_s: float = 0.0
    origin_ns: int = 0
    clock: ClockSource | None = None

    @property
    def runs(self) -> bool:
        """Whether song time advances."""
        return self.state in (PLAYING, RECORDING)

    @property
    def records(self) -> bool:
        """Whether Perform is recording, or waits for the first move."""
        return self.state in (RECORDING, WAITING)

    def time_s(self, now_ns: int) -> float:
        """Song time at ``now_ns`` (monotonic)."""
        if not self.runs:
            return self.position_s
        return (self.clock or InternalClock(self.position_s, self.origin_ns)).time_s(now_ns)
