"""Clock sources: the current position in the song.

A clock source gives the position in the song at a moment of the computer's monotonic clock. Its positions while
something was recorded become the anchors of the recording. Later ones follow the page's audio, Ableton Live, Link or
MIDI time code; the internal clock and a manual one are defined here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .time_map import Segment, TimeMap, to_song


class ClockSource(Protocol):
    """The position in the song at the moments of the computer's monotonic clock (ns)."""

    @property
    def name(self) -> str:
        """The name of the clock in files and in the page."""

    def time_s(self, at_ns: int) -> float:
        """Song time (s) at a moment."""

    def anchors(self, origin_ns: int, end_ns: int) -> TimeMap:
        """From the time since ``origin_ns`` (s) to song time, up to the moment ``end_ns``."""


@dataclass(frozen=True)
class InternalClock:
    """The computer's own clock: song time was ``position_s`` at ``origin_ns`` and advances with it."""

    position_s: float = 0.0
    origin_ns: int = 0
    name: str = "internal"

    def time_s(self, at_ns: int) -> float:
        """Song time (s) at a moment."""
        return self.position_s + (at_ns - self.origin_ns) / 1e9

    def anchors(self, origin_ns: int, end_ns: int) -> TimeMap:
        """From the time since ``origin_ns`` (s) to song time."""
        return TimeMap((Segment(0.0, self.time_s(origin_ns)),))


@dataclass(frozen=True)
class RecordedClock:
    """The clock by which a recording was made, from its ``recorded`` anchors: from the time since ``origin_ns`` (s) to
    song time."""

    recorded: TimeMap
    origin_ns: int
    name: str = "recorded"

    def time_s(self, at_ns: int) -> float:
        """Song time (s) at a moment."""
        return float(to_song(self.recorded, (at_ns - self.origin_ns) / 1e9))

    def anchors(self, origin_ns: int, end_ns: int) -> TimeMap:
        """From the time since ``origin_ns``, which is that of the recording, to song time."""
        end_s, first = (end_ns - self.origin_ns) / 1e9, self.recorded.segments[0]
        later = (segment for segment in self.recorded.segments[1:] if segment.recording_s <= end_s)
        return TimeMap((first, *later))


@dataclass(frozen=True)
class ManualClock:
    """A clock that is set manually, for scripts and tests: at each of ``settings`` (moment in ns, song time in s,
    rate), the song jumped there and continued at that rate. They are in time order."""

    settings: tuple[tuple[int, float, float], ...] = ((0, 0.0, 1.0),)
    name: str = "manual"

    def set(self, at_ns: int, time_s: float, rate: float = 1.0) -> ManualClock:
        """The clock with the song at ``time_s`` from the moment ``at_ns`` on."""
        earlier = (setting for setting in self.settings if setting[0] < at_ns)
        return ManualClock((*earlier, (at_ns, time_s, rate)), self.name)

    def time_s(self, at_ns: int) -> float:
        """Song time (s) at a moment."""
        since_ns, time_s, rate = next((s for s in reversed(self.settings) if s[0] <= at_ns), self.settings[0])
        return time_s + (at_ns - since_ns) / 1e9 * rate

    def anchors(self, origin_ns: int, end_ns: int) -> TimeMap:
        """From the time since ``origin_ns`` (s) to song time, one segment for each setting up to ``end_ns``."""
        at_origin = next((s for s in reversed(self.settings) if s[0] <= origin_ns), self.settings[0])
        first = Segment(0.0, self.time_s(origin_ns), at_origin[2])
        later = [s for s in self.settings if origin_ns < s[0] <= end_ns]
        return TimeMap((first, *(Segment((at_ns - origin_ns) / 1e9, time_s, rate) for at_ns, time_s, rate in later)))
