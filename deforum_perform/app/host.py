"""What the place Perform runs in can do: a WebUI with or without Deforum, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..core.checks import DeforumTab


@dataclass(frozen=True)
class Interpolated:
    """What Deforum's own interpolater made of a text: one value a frame, or why it could not."""

    values: Sequence[float] | None
    fault: str | None = None


class Host(Protocol):
    """The place Perform runs in."""

    @property
    def kind(self) -> str:
        """``a1111``, ``forge`` or ``standalone``."""

    def deforum(self) -> DeforumTab | None:
        """What is known of Deforum without a browser, or None where it is not installed."""

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        """``text`` read by the running Deforum, or None where it is not loaded."""

    def remember_listener(self, host: str, port: int) -> None:
        """Keep the OSC address for the next start."""


@dataclass(frozen=True)
class Standalone:
    """No WebUI: schedules leave as a settings file. ``kept`` holds the OSC addresses chosen, for whoever saves them."""

    kind: str = "standalone"
    kept: list[tuple[str, int]] = field(default_factory=list)

    def deforum(self) -> DeforumTab | None:
        """There is none."""
        return None

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        """There is none."""
        return None

    def remember_listener(self, host: str, port: int) -> None:
        """Note the address; the next start is told by its flags."""
        self.kept.append((host, port))
