"""The WebUI as the place Perform runs in: which host, what Deforum it has, and Deforum's own reading of a schedule."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..app.host import DeforumTab, Interpolated
from ..core.fields import FIELDS
from . import options
from .choices import known_choices
from .components import DeforumBoxes

READER_MODULES = ("deforum_helpers.animation_key_frames", "scripts.deforum_helpers.animation_key_frames")
READING_FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass
class WebUI:
    """The host protocol for a WebUI. ``boxes`` is set each time the UI is built; None where Deforum has no tab."""

    boxes: DeforumBoxes | None = None

    @property
    def kind(self) -> str:
        """``forge`` where Forge's own package is loaded, else ``a1111``."""
        return "forge" if "modules_forge" in sys.modules else "a1111"

    def deforum(self) -> DeforumTab | None:
        """What is known without a browser: the schedules of Deforum's tab, and whether it has ControlNet units."""
        if self.boxes is None:
            return None
        known = frozenset(name for name in self.boxes.components if name in FIELDS)
        return DeforumTab(fields=known, controlnet=self.boxes.controlnet, choices=known_choices())

    def interpolate(self, text: str, max_frames: int) -> Interpolated | None:
        """``text`` read by the running Deforum's FrameInterpolater, one value a frame; None where it is not loaded."""
        module = next((sys.modules[name] for name in READER_MODULES if name in sys.modules), None)
        reader = getattr(module, "FrameInterpolater", None)
        if reader is None:
            return None
        try:
            series = reader(max_frames).parse_inbetweens(text, "perform")
            return Interpolated([float(value) for value in series])
        except READING_FAULTS as error:
            return Interpolated(None, f"{type(error).__name__}: {error}")

    def remember_listener(self, changed: Mapping[str, Any]) -> None:
        """Keep it in the WebUI's settings for the next start."""
        options.keep(changed)
