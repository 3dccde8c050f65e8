"""What the environment of Perform can do: a WebUI with or without Deforum, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.deforum.tab import DeforumTab


@dataclass(frozen=True)
class Interpolated:
    """The result of Deforum's own interpolater for a text: one value per frame, or an error."""

    values: Sequence[float] | NDArray[np.float64] | None
    problem: str | None = None


class Host(Protocol):
    """The environment Perform runs in."""

    @property
    def kind(self) -> str:
        """``a1111``, ``forge`` or ``standalone``."""

    def deforum(self) -> DeforumTab | None:
        """What is known of Deforum without a browser, or None if it is not installed."""

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        """``text`` read by the running Deforum, or None if it is not loaded."""

    def remember_listener(self, changed: Mapping[str, Any]) -> None:
        """Save for the next start what the user changed of the listener: parts of ``ListenerChoice.to_dict``.

        StorageError if that fails.
        """


@dataclass(frozen=True)
class Standalone:
    """No WebUI: schedules are saved as a settings file. ``keep`` gets the changes of the listener."""

    kind: str = "standalone"
    keep: Callable[[Mapping[str, Any]], None] | None = None

    def deforum(self) -> DeforumTab | None:
        """There is none."""
        return None

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        """There is none."""
        return None

    def remember_listener(self, changed: Mapping[str, Any]) -> None:
        """Pass it to ``keep``, if there is one."""
        if self.keep is not None:
            self.keep(changed)
